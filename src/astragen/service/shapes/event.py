"""One line of a film's history, as it is streamed and paged."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import ConfigDict, Field

from astragen.model import job
from astragen.model.event import Event
from astragen.service.shapes.common import EXAMPLE_TIME, Shape, examples

EXAMPLE: Final = {
    "film": "film_01jd3m8q2v7x4n5c6b7a8s9d0f",
    "seq": 7,
    "at": EXAMPLE_TIME,
    "event": {"kind": "stage_done", "at_s": 1.9, "stage": "write", "wall_s": 1.4},
}


class FilmEvent(Shape):
    """What happened to a film; in the stream `id` is *seq* and `event` is the kind."""

    model_config = ConfigDict(json_schema_extra=examples(EXAMPLE))

    film: str
    seq: int = Field(ge=1, description="Counts from 1 without a gap; resume after the last one that came.")
    at: int = Field(description="Unix seconds.")
    event: Event


class FilmEventPage(Shape):
    """A part of a film's history, oldest first."""

    model_config = ConfigDict(
        json_schema_extra=examples({"object": "list", "data": [EXAMPLE], "last_seq": 7, "has_more": False})
    )

    object: Literal["list"] = "list"
    data: list[FilmEvent]
    last_seq: int = Field(description="Of the last entry, or what was asked after: ask for the next page after it.")
    has_more: bool


def event_shape(told: job.FilmEvent) -> FilmEvent:
    """*told* as the API gives it."""
    return FilmEvent(film=told.film, seq=told.seq, at=int(told.at), event=told.event)
