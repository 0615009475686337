"""A film as the service keeps it: what was ordered, how far it is, what came of it.

States go one way: queued -> in_progress -> completed, failed or cancelled; a retry begins anew with the next attempt.
Times are seconds since the epoch, given by whoever makes the change.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from astragen.model.base import Model
from astragen.model.brief import Brief
from astragen.model.event import Event
from astragen.model.film import FilmReport
from astragen.model.storyboard import Storyboard
from astragen.model.take import Artifact

FilmState = Literal["queued", "in_progress", "completed", "failed", "cancelled"]
ENDED: Final[frozenset[FilmState]] = frozenset({"completed", "failed", "cancelled"})

HELD: Final = "held"  # stage of a queued film that waits for others of its owner, as its key may have so many at once
NO_ROOM: Final = "no_room"  # stage of a queued film whose worker waits for space on its disk

FilmId = Annotated[str, Field(pattern=r"^film_[0-9a-hjkmnp-tv-z]{26}$", description="Sortable by time of creation.")]
METADATA_MAX: Final = 16  # entries, as OpenAI's API has it
Metadata = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=64)], Annotated[str, Field(max_length=512)]],
    Field(max_length=METADATA_MAX),
]


class Order(Model):
    """All that a film of the service is made from: making it again needs nothing else."""

    brief: Brief
    storyboard: Storyboard | None = Field(None, description="Filmed as it is; null: it is written first.")
    writer: str = ""
    writer_model: str = ""
    artist: str = ""
    camera: str = ""
    voice: str = ""
    translate_to: str = ""
    files: dict[str, Artifact] = Field(
        default_factory=dict, description="Uploaded files that the brief and the storyboard name, by file id."
    )


class Fault(Model):
    """Why a film failed, for people and for programs."""

    code: str = Field(description='Dotted, as "provider.rate_limited" or "input.brief".')
    message: str
    hint: str = ""


class FilmRecord(Model):
    """One film of the service."""

    id: FilmId
    owner: str = Field("", description="Id of the key that ordered it; empty: no keys are needed here.")
    state: FilmState = "queued"
    stage: str = Field(
        "", description="The stage of the sentence that works now, or cancelling; of a queued film held or no_room."
    )
    progress: int = Field(0, ge=0, le=100)
    attempt: int = Field(1, ge=1, description="Rises with every retry.")
    title: str = ""
    shots_total: int = Field(0, ge=0)
    shots_done: int = Field(0, ge=0)
    created_at: float
    started_at: float | None = None
    ended_at: float | None = None
    expires_at: float | None = Field(None, description="When it is removed; null: never.")
    version: int = Field(1, ge=1, description="1 for a new film, one more for each revision of it.")
    version_of: FilmId | None = Field(None, description="The film of which this is a new version.")
    order: Order
    metadata: Metadata = Field(default_factory=dict)
    outputs: dict[str, Artifact] = Field(
        default_factory=dict,
        description="Of a completed film, by variant: film, poster, sheet, captions.srt, captions.vtt, captions.ass, "
        "storyboard, report; before, what is already there.",
    )
    report: FilmReport | None = None
    seconds: float | None = Field(None, ge=0, description="How long it has become, as the report has it.")
    estimated_usd: float = Field(0.0, ge=0)
    spent_usd: float = Field(0.0, ge=0)
    fault: Fault | None = None
    webhook_url: str = Field("", description="Told of this film besides the endpoints of its owner.")

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will happen to it unasked."""
        return self.state in ENDED


class FilmEvent(Model):
    """One line of a film's history; *seq* counts from 1 without a gap."""

    film: FilmId
    seq: int = Field(ge=1)
    at: float
    event: Event
