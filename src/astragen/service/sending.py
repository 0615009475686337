"""How stored bytes go out: whole or in part, with a strong tag, as nothing that could act in a browser.

Of a store that gives addresses of its own, the client is sent there, unless it is a page of ours. Start at `sent`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import anyio
from starlette.responses import Response, StreamingResponse

from astragen.service.conditions import Span, decided, is_of_our_page, quoted
from astragen.service.headers import SANDBOX
from astragen.service.problems import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request

    from astragen.model.take import Artifact
    from astragen.service.house import House

PIECE: Final = 2**18  # bytes read at one time
ELSEWHERE_S: Final = 300  # that an address of the store is good for

_SHOWN: Final = ("image/", "video/", "audio/", "text/vtt", "text/x-ssa", "application/x-subrip", "application/json")
_IN_UTF8: Final = ("text/vtt", "text/x-ssa")  # written by us; of what others made no charset is known
_REFUSED: Final = {
    412: ("request.precondition_failed", "It is not what If-Match names."),
    416: ("request.range", "No part of it lies in the range."),
}


async def sent(request: Request, house: House, artifact: Artifact, name: str) -> Response:
    """The answer to a GET or HEAD of *artifact*, which is saved as *name*.

    Raises:
        Refusal: 412 or 416, the request's conditions.
        MediaError: it is not in the store.
    """
    tag = quoted(artifact.hash)
    decision = decided(request.method, request.headers, tag=tag, length=artifact.bytes)
    headers = headers_of(tag, name, artifact.media_type) | decision.headers(artifact.bytes)
    if decision.status in _REFUSED:
        code, said = _REFUSED[decision.status]
        raise Refusal(decision.status, code, said, headers={"ETag": tag, **decision.headers(artifact.bytes)})
    if decision.status == 304:
        return Response(status_code=304, headers=headers)
    span = decision.span
    headers["Content-Length"] = str(span.stop - span.start)
    if request.method == "HEAD":  # answered here: an address of the store is signed for GET alone
        return Response(status_code=decision.status, headers=headers)
    is_ours = is_of_our_page(request.headers)
    url = None if is_ours else await house.run(house.artifacts.url, artifact, name, seconds=ELSEWHERE_S)
    if url is not None:
        return Response(status_code=307, headers={"Location": _plain(url), "Cache-Control": "no-store", "ETag": tag})
    path = await house.run(house.artifacts.path, artifact)
    file = await anyio.open_file(path, "rb")  # here, so that one that was just removed is a problem, not half a file
    return StreamingResponse(_bytes_of(file, span), status_code=decision.status, headers=headers)


def headers_of(tag: str, name: str, media_type: str) -> dict[str, str]:
    """What is said of bytes of *media_type* and *tag* that are saved as *name*."""
    is_shown = media_type.startswith(_SHOWN) and "svg" not in media_type
    return {
        "Content-Type": f"{media_type}; charset=utf-8" if media_type in _IN_UTF8 else media_type,
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",  # kept, and asked about: a key may be revoked
        "Content-Disposition": disposition(name, how="inline" if is_shown else "attachment"),
        "Content-Security-Policy": SANDBOX,
    }


def disposition(name: str, *, how: str = "inline") -> str:
    """The header that calls a file *name*: in ASCII for all, and in full for whoever reads RFC 8187."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", plain).strip() or "file"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _plain(url: str) -> str:
    """*url* as a header takes it."""
    return quote(url, safe=":/%#?=@[]!$&'()*+,;")


async def _bytes_of(file: anyio.AsyncFile[bytes], span: Span) -> AsyncIterator[bytes]:
    """The bytes of *span* in *file*, which is closed afterwards."""
    async with file:
        await file.seek(span.start)
        left = span.stop - span.start
        while left > 0 and (piece := await file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
