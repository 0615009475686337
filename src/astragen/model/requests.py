"""What a plan asks of the crew: one shot, or one line."""

from __future__ import annotations

from pydantic import Field

from astragen.model.base import Model
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Identifier
from astragen.model.vocabulary import Mood


class ShotRequest(Model):
    """A take that is wanted."""

    shot: Identifier
    recipe: Recipe
    width: int
    height: int
    fps: int
    frames: int = Field(ge=1, description="Length on the timeline, without handles.")


class LineRequest(Model):
    """A line that should be spoken."""

    shot: Identifier
    text: str
    language: str
    mood: Mood = Mood.HOPEFUL
    rate: float = Field(1.0, ge=0.5, le=2.0, description="Speed against the voice's normal.")
