"""Taking a picture or a clip out of an HTTP answer, as far as HTTP tells what it is.

A web page, a notice in words, JSON or nothing at all is no picture, and is an error here.
Whether bytes that are called a picture are one, whole and of the size that was asked, is
for whoever decodes them. Start at `media_in` (bytes) and `picture_of` (JSON with base64).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from astragen.errors import BadOutput
from astragen.providers.download import download
from astragen.providers.failures import words_of
from astragen.providers.http import Reply, is_loopback
from astragen.providers.shooting import PICTURE_BYTES_MAX, Media, PictureProvider

BASE64_BYTES_MAX: Final = PICTURE_BYTES_MAX * 4 // 3 + 1_000_000  # a picture in JSON, with what stands around it
NOTE_MAX: Final = 200  # characters of a provider's own words

_UNTYPED: Final = {"", "application/octet-stream", "binary/octet-stream"}


def media_in(provider: PictureProvider, reply: Reply, kind: Literal["image", "video"]) -> Media:
    """The body of *reply* as it came; *provider* is named when it is no *kind*.

    Raises:
        BadOutput: it is of another type, or empty.
        ProviderError: it is JSON that tells of an error.
    """
    if not reply.body:
        raise provider.bad("no bytes at all")
    if reply.media_type.partition("/")[0] != kind and reply.media_type not in _UNTYPED:
        raise _not_media(provider, reply, kind)
    return Media(reply.body, reply.media_type)


async def picture_of(provider: PictureProvider, parsed: object) -> Media:
    """The one picture of an answer in the form of OpenAI's images: base64, or an address that is fetched without a key.

    Raises:
        BadOutput: there is none, or its base64 is broken.
        ProviderError: it tells of an error instead, or the address cannot be fetched.
    """
    if not isinstance(parsed, Mapping):
        raise provider.bad("JSON that is no object")
    failed = provider.http.failure_in(parsed.get("error"))
    if failed:
        raise failed
    item = _first(parsed.get("data"))
    if isinstance(item.get("url"), str) and not item.get("b64_json"):
        return media_in(provider, await _fetched(provider, item["url"]), "image")
    named = item.get("media_type") or _typed(parsed.get("output_format"))
    return Media(_decoded(provider, item.get("b64_json")), named if isinstance(named, str) else "")


def note(words: str) -> str:
    """*words* of a provider, on one line and cut, for the report."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    return line if len(line) <= NOTE_MAX else f"{line[: NOTE_MAX - 1]}…"


def _not_media(provider: PictureProvider, reply: Reply, kind: str) -> Exception:
    """The error of an answer of another type; its words are repeated without the key."""
    wanted = "picture" if kind == "image" else "clip"
    if reply.body.lstrip()[:1] == b"<" or reply.media_type == "text/html":
        return provider.bad(f"a web page instead of a {wanted}")
    if reply.media_type == "text/plain":
        said = provider.http.failure_in({"message": note(reply.body[:4_000].decode("utf-8", "replace"))})
        return said or provider.bad(f"words instead of a {wanted}")
    if reply.media_type.endswith("json"):
        return _in_json(provider, reply) or provider.bad(f"JSON instead of a {wanted}")
    return provider.bad(f"{note(reply.media_type)[:60]} instead of a {wanted}")


def _in_json(provider: PictureProvider, reply: Reply) -> Exception | None:
    try:
        parsed = provider.http.parsed(reply)
    except BadOutput as error:
        return error
    wrong = parsed.get("error") if isinstance(parsed, Mapping) else None
    return provider.http.failure_in(wrong or ({"message": words_of(parsed)} if words_of(parsed) else None))


def _first(rows: object) -> Mapping[str, Any]:
    first = rows[0] if isinstance(rows, list) and rows else None
    return first if isinstance(first, Mapping) else {}


def _typed(output_format: object) -> str:
    return f"image/{output_format}" if output_format in ("png", "jpeg", "webp") else ""


def _decoded(provider: PictureProvider, text: object) -> bytes:
    if not isinstance(text, str) or not text:
        raise provider.bad("no picture")
    try:
        return base64.b64decode(text.partition("base64,")[2] or text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise provider.bad("a picture whose base64 is broken") from error


async def _fetched(provider: PictureProvider, url: str) -> Reply:
    is_local = is_loopback(urlsplit(provider.base_url).hostname or "")
    return await download(
        url,
        provider=provider.capability.name,
        max_bytes=PICTURE_BYTES_MAX,
        is_local=is_local,
        total_s=provider.options.timeout_s,
    )
