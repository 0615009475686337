"""How events are written to a stream."""

from __future__ import annotations

import json

import anyio
import pytest

from astragen.model.event import FellBack, Queued
from astragen.model.job import FilmEvent
from astragen.model.take import Fallback
from astragen.service.problems import Refusal
from astragen.service.sse import frame, resumes_after, stream

FILM = "film_01jd3m8q2v7x4n5c6b7a8s9d0f"


def test_no_text_of_an_event_breaks_its_frame():
    """Line breaks of any sort stay inside of the JSON."""
    said = "one\ntwo\r\nthree\u2028four\n\ndata: forged"
    told = FellBack(at_s=0.0, fallback=Fallback(stage="shoot", subject="s1", reason=said, instead="painted"))
    text = frame(FilmEvent(film=FILM, seq=3, at=1.9, event=told)).decode()

    assert text.endswith("\n\n")
    head, kind, data, *rest = text.removesuffix("\n\n").split("\n")
    assert (head, kind, rest) == ("id: 3", "event: fell_back", [])
    assert "\r" not in text
    assert json.loads(data.removeprefix("data: "))["event"]["fallback"]["reason"] == said


def test_a_stream_opens_with_when_to_come_back_and_pings_when_nothing_happens():
    """A comment, which no client sees."""

    async def told():
        yield None
        yield FilmEvent(film=FILM, seq=1, at=1.0, event=Queued())

    async def read() -> list[bytes]:
        return [chunk async for chunk in stream(told())]

    opening, ping, event = anyio.run(read)

    assert (opening, ping) == (b"retry: 3000\n\n", b": ping\n\n")
    assert event.startswith(b"id: 1\nevent: queued\ndata: {")


@pytest.mark.parametrize(
    ("header", "after", "seq"), [(None, 4, 4), ("", 4, 4), ("7", 4, 7), (" 7 ", 0, 7), ("0", 3, 0)]
)
def test_the_header_counts_before_the_query(header, after, seq):
    """A browser that comes back sends the header, and the address it began with."""
    assert resumes_after(header, after) == seq


@pytest.mark.parametrize("header", ["-1", "1.5", "x", "٣", "1" * 17, str(2**53)])
def test_what_is_no_number_of_an_event_is_refused(header):
    """400, and no crash on numbers without end."""
    with pytest.raises(Refusal, match="Last-Event-ID"):
        resumes_after(header, 0)
