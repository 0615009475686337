"""What a request carries, and what is believed of a JSON answer: bytes in, values out, no network.

Equal values give equal bytes, so a request that is sent again is the same request. Start at `json_body`.
"""

from __future__ import annotations

import hashlib
import json
import math
import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Body(NamedTuple):
    """What a request carries; sent again it is byte-identical."""

    content: bytes
    media_type: str


class Part(NamedTuple):
    """A field of a form; a file where *file_name* says so."""

    name: str
    value: bytes
    file_name: str = ""
    media_type: str = ""


def json_body(body: Mapping[str, Any]) -> Body:
    """*body* as JSON in UTF-8; half a surrogate pair becomes "?"."""
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Body(text.encode("utf-8", "replace"), "application/json")


def form_body(parts: Sequence[Part]) -> Body:
    """*parts* as multipart/form-data; equal parts give equal bytes."""
    digest = hashlib.sha256()
    for one in parts:  # a file may have a gigabyte: nothing here makes a second one of it but the body itself
        digest.update(f"{one._replace(value=b'')!r} {len(one.value)} ".encode())
        digest.update(one.value)
    boundary = digest.hexdigest()[:32]
    begin = f"--{boundary}\r\n".encode()
    pieces = [piece for one in parts for piece in (begin, _heading(one), b"\r\n\r\n", one.value, b"\r\n")]
    return Body(b"".join([*pieces, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}")


def _heading(part: Part) -> bytes:
    heading = f'Content-Disposition: form-data; name="{_quoted(part.name)}"'
    if part.file_name:
        kind = part.media_type or mimetypes.guess_type(part.file_name)[0] or "application/octet-stream"
        heading += f'; filename="{_quoted(part.file_name)}"\r\nContent-Type: {kind}'
    return heading.encode()


def _quoted(name: str) -> str:
    """*name* as browsers write it into a heading (HTML, 4.10.21.8)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


class NotANumber(ValueError):
    """JSON has no such number; Python's parser does."""


def strict_json(body: bytes) -> object:
    """The value of *body*, which is UTF-8, with or without a byte order mark.

    Raises:
        NotANumber: it holds NaN, Infinity or a number that no float holds.
        ValueError, RecursionError: it is no JSON.
    """
    return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite, parse_int=_whole)


def _refuse(word: str) -> float:
    raise NotANumber(f"{word}, which is no JSON number,")


def _whole(digits: str) -> int:
    _finite(digits)  # what is counted or paid by such a number is a float sooner or later
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotANumber("a number out of range")
    return number
