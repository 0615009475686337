"""How stored bytes go out: whole or in part, with a strong tag, as nothing that could act in a browser.

Of a store that gives addresses of its own, the client is sent there, unless it is a page of ours. Start at `sent`.
"""

from __future__ import annotations

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
_INLINE: Final = ("image/", "video/", "audio/")  # what browsers show without acting on it


async def sent(request: Request, house: House, artifact: Artifact, name: str) -> Response:
    """The answer to a GET or HEAD of *artifact*, which is saved as *name*.

    Raises:
        Refusal: 412 or 416, the request's conditions.
        MediaError: it is not in the store.
    """
    tag = quoted(artifact.hash)
    decision = decided(request.method, request.headers, tag=tag, length=artifact.bytes)
    headers = _headers(artifact, name, tag) | decision.headers(artifact.bytes)
    if decision.status == 412:
        raise Refusal(412, "request.precondition_failed", "It is not what If-Match names.", headers={"ETag": tag})
    if decision.status == 416:
        said = f"It has {artifact.bytes} bytes, and none in this range."
        raise Refusal(416, "request.range", said, headers=decision.headers(artifact.bytes))
    if decision.status == 304:
        return Response(status_code=304, headers={name: headers[name] for name in ("ETag", "Cache-Control")})
    is_ours = is_of_our_page(request.headers)
    elsewhere = None if is_ours else await house.run(house.artifacts.url, artifact, name, seconds=ELSEWHERE_S)
    if elsewhere is not None:
        return Response(status_code=307, headers={"Location": elsewhere, "Cache-Control": "no-store"})
    span = decision.span
    headers["Content-Length"] = str(span.stop - span.start)
    if request.method == "HEAD":
        return Response(status_code=decision.status, headers=headers, media_type=artifact.media_type)
    path = await house.run(house.artifacts.path, artifact)
    file = await anyio.open_file(path, "rb")  # here, so that one that was just removed is a problem, not half a file
    return StreamingResponse(
        _bytes_of(file, span), status_code=decision.status, headers=headers, media_type=artifact.media_type
    )


def _headers(artifact: Artifact, name: str, tag: str) -> dict[str, str]:
    is_shown = artifact.media_type.startswith(_INLINE) and "svg" not in artifact.media_type
    plain = "".join(one if " " <= one <= "~" and one not in '"\\%' else "_" for one in name)
    disposition = f"{'inline' if is_shown else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",  # kept, and asked about: a key may be revoked
        "Content-Disposition": disposition,
        "Content-Security-Policy": SANDBOX,
    }


async def _bytes_of(file: anyio.AsyncFile[bytes], span: Span) -> AsyncIterator[bytes]:
    """The bytes of *span* in *file*, which is closed afterwards."""
    async with file:
        await file.seek(span.start)
        left = span.stop - span.start
        while left > 0 and (piece := await file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
