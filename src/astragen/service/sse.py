"""Server-sent events (HTML Living Standard, 9.2) of a film: how they are written, and where a client goes on.

Pure but for `stream`, which takes what it tells from the hub. Start there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from astragen.model.event import Ended
from astragen.model.job import FilmEvent
from astragen.service.problems import Place, Refusal
from astragen.service.shapes.event import event_shape

MEDIA_TYPE: Final = "text/event-stream"
HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold events back
}
RETRY_MS: Final = 3_000  # after which a client that lost its stream comes back
PING_S: Final = 15.0  # below the idle limit of the proxies that are usual (60 s and more)
OPENING: Final = f"retry: {RETRY_MS}\n\n".encode()
PING: Final = b": ping\n\n"  # a comment: keeps the connection, tells nothing
SEQ_MAX: Final = 2**53 - 1  # as large as numbers of JavaScript are exact


def frame(told: FilmEvent) -> bytes:
    """*told* as one event of the stream; its JSON has no line break."""
    shape = event_shape(told)
    return f"id: {told.seq}\nevent: {told.event.kind}\ndata: {shape.model_dump_json()}\n\n".encode()


def is_last(told: FilmEvent) -> bool:
    """Whether *told* ends an attempt, and the stream with it."""
    return isinstance(told.event, Ended)


def resumes_after(last_event_id: str | None, after: int) -> int:
    """The event that a client has seen last: by its header, which a browser sends by itself, else *after*.

    Raises:
        Refusal: 400, the header is no number of an event.
    """
    if last_event_id is None or not last_event_id.strip():
        return after
    said = last_event_id.strip()
    if not (said.isascii() and said.isdigit() and len(said) <= 16 and int(said) <= SEQ_MAX):
        place = Place(parameter="header.last-event-id", detail="must be the id of an event, a whole number")
        raise Refusal(400, "request.last_event_id", "Last-Event-ID is no number of an event.", errors=[place])
    return int(said)


async def stream(told: AsyncIterator[FilmEvent | None]) -> AsyncIterator[bytes]:
    """The bytes of a stream of what is *told*, where None is a while in which nothing happened."""
    yield OPENING
    async for one in told:
        yield PING if one is None else frame(one)
