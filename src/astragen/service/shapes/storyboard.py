"""Storyboards: written, looked at, and changed."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, model_validator

from astragen.model.storyboard import Identifier, Shot, Storyboard
from astragen.pipeline.foretell import Forecast
from astragen.plan.critique import ReportCard
from astragen.service.shapes.common import Shape, Words, examples
from astragen.service.shapes.film import EXAMPLE_BOARD, EXAMPLE_FORECAST, Board, Metadata, Url, Warned, Who

INSTRUCTION_MAX: Final = 4_000  # characters

_EXAMPLE_SHOT: Final[dict[str, Any]] = {
    "object": "shot", "n": 1, "scene": "s1", "made_by": "builtin", "seconds": 3.5, "cost_usd": 0.0,
    "shot": {"id": "s1-1", "line": "Every evening he climbs the stairs."},
}  # fmt: skip


_EXAMPLE_PLAN: Final[dict[str, Any]] = {
    "object": "storyboard",
    "storyboard": EXAMPLE_BOARD,
    "made_by": "builtin",
    "warnings": [],
    "mended": [],
    "cost_usd": 0.0,
    "critique": {
        "title": "The Keeper", "overall": 0.82, "words_per_s": 1.9,
        "marks": [{"name": "hook", "score": 0.7, "finding": "the first line is late", "act": "", "shots": []}],
    },
    "forecast": EXAMPLE_FORECAST,
}  # fmt: skip


class Plan(Shape):
    """A storyboard that was written, what is weak in it, and what its film would take."""

    model_config = ConfigDict(title="Plan", json_schema_extra=examples(_EXAMPLE_PLAN))

    object: Literal["storyboard"] = "storyboard"
    storyboard: Storyboard = Field(description="Edit it, and film it: POST /v1/films with it.")
    made_by: str
    warnings: list[Warned]
    mended: list[str] = Field(description="What was mended in a model's answer.")
    cost_usd: float = Field(description="What writing it cost.")
    critique: ReportCard
    forecast: Forecast


class ShotView(Shape):
    """A shot of a film: what the storyboard says, and what came of it."""

    model_config = ConfigDict(title="Shot", json_schema_extra=examples(_EXAMPLE_SHOT))

    object: Literal["shot"] = "shot"
    n: int = Field(ge=1, description="Its place in the film; PATCH shots/{n} changes it.")
    scene: str
    shot: Shot
    made_by: str = Field("", description="Who made its picture; empty: nobody yet.")
    seconds: float | None = Field(None, description="Its length in the film; null: not known yet.")
    cost_usd: float = 0.0


class ShotList(Shape):
    """The shots of a film, in its order; none while nobody wrote them."""

    model_config = ConfigDict(
        json_schema_extra=examples({"object": "list", "data": [_EXAMPLE_SHOT], "has_more": False})
    )

    object: Literal["list"] = "list"
    data: list[ShotView]
    has_more: Literal[False] = False


class ShotChange(Shot):
    """What is to be another about a shot; what is not said stays."""

    model_config = ConfigDict(
        title="ShotChange", json_schema_extra=examples({"line": "Every night he climbs the stairs.", "size": "close"})
    )

    id: Identifier = Field("same", description="A shot keeps its id: leave it out, or say the one that it has.")


class Revision(Shape):
    """How a film is to be changed: in words, for a language model, or by another storyboard."""

    model_config = ConfigDict(
        json_schema_extra=examples({"instruction": "Let it rain in the second scene"}, {"storyboard": EXAMPLE_BOARD})
    )

    instruction: Annotated[Words, Field(max_length=INSTRUCTION_MAX)] = Field(
        "", description="What to change, in words; needs a language model."
    )
    storyboard: Board | None = Field(None, description="The film's storyboard, changed by you.")
    writer: Who = Field("", description="The language model that changes it: auto or a provider.")
    writer_model: Who = ""
    max_cost_usd: float = Field(0.25, ge=0, le=10_000, description="The most that it may charge for the change.")
    metadata: Metadata | None = Field(None, description="Of the new version; null: as before.")
    webhook_url: Url = ""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Revision:
        if bool(self.instruction.strip()) == (self.storyboard is not None):
            raise ValueError("needs an instruction or a storyboard, one of the two")
        return self
