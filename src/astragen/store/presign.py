"""Addresses signed by Signature Version 4, with a name to save the file under, which the S3 client cannot put in.

The rules are those of "Authenticating Requests: Using Query Parameters" in Amazon S3's API reference. Pure.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

_SIGNATURE: Final = "X-Amz-Signature"
_UNRESERVED: Final = "-_.~"


def named(url: str, name: str, *, secret: str) -> str:
    """The signed *url* of a GET, signed anew so that the file it gives is called *name*.

    *secret*: the key that *url* was signed with. Its time, length and place stay as they are.
    """
    return signed(url, {"response-content-disposition": disposition_of(name)}, secret=secret)


def signed(url: str, extra: dict[str, str], *, secret: str) -> str:
    """*url*, whose query says everything but the signature, with *extra* in the query and its signature."""
    parts = urlsplit(url)
    given = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **extra}
    given.pop(_SIGNATURE, None)
    query = "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in sorted(given.items()))
    asked = "\n".join(("GET", parts.path or "/", query, f"host:{parts.netloc}", "", "host", "UNSIGNED-PAYLOAD"))
    scope = given["X-Amz-Credential"].partition("/")[2]  # day/region/s3/aws4_request
    hashed = hashlib.sha256(asked.encode()).hexdigest()
    text = "\n".join(("AWS4-HMAC-SHA256", given["X-Amz-Date"], scope, hashed))
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    signature = _mac(key, text).hex()
    return urlunsplit((parts.scheme, parts.netloc, parts.path, f"{query}&{_SIGNATURE}={signature}", ""))


def disposition_of(name: str) -> str:
    """The Content-Disposition (RFC 6266) of a file that is shown where it can be, and saved as *name*."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in " -_.") else "_" for one in name)
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{_quoted(name)}"


def _quoted(text: str) -> str:
    return quote(text, safe=_UNRESERVED)


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
