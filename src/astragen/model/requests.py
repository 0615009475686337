"""What a plan asks of the crew: one shot, one picture or clip of it, or one line."""

from __future__ import annotations

from pydantic import Field

from astragen.model.base import Model
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Framing, Identifier
from astragen.model.vocabulary import Mood


class ShotRequest(Model):
    """A take that is wanted."""

    shot: Identifier
    recipe: Recipe
    width: int
    height: int
    fps: int
    frames: int = Field(ge=1, description="Length on the timeline, without handles.")


class PicturePrompt(Model):
    """A shot in the words of one artist or camera, within its limits."""

    text: str
    negative: str = Field("", description="What must not be seen; empty where that is not supported.")
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    aspect: str = Field("", description="The provider's name of the shape, when it goes by one.")
    seed: int | None = Field(None, ge=0, le=2**31 - 1, description="null: not supported.")
    references: tuple[Identifier, ...] = Field((), description="Characters whose reference picture may go along.")
    motion: str = Field("", description="For a camera that starts from a picture: what moves, and how.")
    seconds: float | None = Field(None, gt=0, description="Of a clip: the length to ask for.")
    start: Framing | None = Field(None, description="Part of the shot's picture to start a clip from.")
    end: Framing | None = Field(None, description="Part of it to end on.")
    left_out: tuple[str, ...] = Field((), description="Parts that did not fit, in the order they went.")
    notes: tuple[str, ...] = Field((), description="What else differs from the storyboard.")


class PictureRequest(Model):
    """A picture or a clip of a shot that is wanted from an artist or a camera."""

    shot: Identifier
    artist: str
    model: str = ""
    prompt: PicturePrompt
    fps: int
    frames: int = Field(ge=1, description="Length on the timeline, without handles.")


class LineRequest(Model):
    """A line that should be spoken."""

    shot: Identifier
    text: str
    language: str
    mood: Mood = Mood.HOPEFUL
    rate: float = Field(1.0, ge=0.5, le=2.0, description="Speed against the voice's normal.")
    speaker: str = Field("", description="Id of the character who says it; empty: the narrator.")
    voice: str = Field("", description="Which of its voices the built-in voice takes; empty: its usual one.")
