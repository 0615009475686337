"""The storyboard: the film on paper, before a single frame exists.

Scenes hold shots; a shot says how it is seen (closed words) and what is seen
(free words). What a shot leaves out (`None`) is its scene's. A storyboard is
plain JSON that people edit: unknown fields are errors, and `version` lets older
files be upgraded (`model/upgrade.py`).
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from astragen.model.base import Model
from astragen.model.look import Look
from astragen.model.vocabulary import (
    Angle,
    Intent,
    Layout,
    Lens,
    Mood,
    Move,
    Placement,
    Season,
    ShotSize,
    TimeOfDay,
    TransitionKind,
    Weather,
)

STORYBOARD_VERSION: Final = 1

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Hex = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Phrase = Annotated[str, Field(max_length=200)]


class Character(Model):
    """Somebody or something that appears in several shots and must look the same in all."""

    id: Identifier
    name: Phrase
    kind: Phrase = Field(description='What it is, as a noun: "woman", "fox", "robot".')
    look: Annotated[str, Field(max_length=600)] = Field("", description="Described once, carried to every shot.")
    color: Hex | None = Field(None, description="Main colour of clothes, fur or hull.")
    props: tuple[Phrase, ...] = Field((), max_length=6)
    voice: Phrase = Field("", description='Who speaks for it, as with --voice: "builtin:f3", "elevenlabs:ID".')


class StyleBible(Model):
    """What keeps the pictures of one film of one hand."""

    style: Phrase = "cinematic"
    palette: tuple[Hex, ...] = Field(default=(), max_length=8, description="Colours that return through the film.")
    notes: Annotated[str, Field(max_length=600)] = ""
    look: Look = Field(default_factory=Look, description="Laid over every picture of the film.")
    language: str = Field(
        "",
        pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$",
        description="BCP 47 tag of the words that pictures are made by; empty: that of the lines.",
    )


class Subject(Model):
    """Something that is seen in a shot."""

    noun: Phrase = Field(min_length=1, description='Head noun in the singular: "keeper", "whale", "clock".')
    phrase: Phrase = Field("", description='As the prompt said it: "a lonely lighthouse keeper".')
    count: int = Field(1, ge=1, le=12)
    action: Phrase = Field("", description='A verb: "walk", "fly", "wait".')
    placement: Placement | None = None
    color: Hex | None = None
    character: Identifier | None = Field(None, description="Id in the storyboard's `characters`.")


class Tableau(Model):
    """An idea without a place: what a diagram or kinetic title shows."""

    layout: Layout
    title: Phrase = ""
    emphasis: tuple[Phrase, ...] = Field((), max_length=4, description="Words of the title to colour.")
    items: tuple[Phrase, ...] = Field((), max_length=8, description="Labels: parties, steps, columns or icons.")
    messages: tuple[Phrase, ...] = Field((), max_length=8, description="For flow: what goes to and fro, in order.")
    values: tuple[float, ...] = Field((), max_length=8, description="For bars and curve: one number for each item.")
    unit: Phrase = Field("", description='What the values count: "%", "million people".')

    @model_validator(mode="after")
    def _values_are_the_items(self) -> Tableau:
        if self.values and len(self.values) != len(self.items):
            raise ValueError(f"{len(self.values)} values for {len(self.items)} items; give each item one")
        return self


class Framing(Model):
    """A part of the composed frame, of the frame's own shape, wholly inside it."""

    x: float = Field(0.5, ge=0, le=1, description="Its centre: 0 left edge, 1 right edge of the composed frame.")
    y: float = Field(0.5, ge=0, le=1, description="0 top, 1 bottom.")
    width: float = Field(1.0, ge=0.5, le=1, description="Its width, in widths of the composed frame.")

    @model_validator(mode="after")
    def _is_inside(self) -> Framing:
        for name, centre in (("x", self.x), ("y", self.y)):
            if not self.width / 2 - 1e-6 <= centre <= 1 - self.width / 2 + 1e-6:
                low, high = self.width / 2, 1 - self.width / 2
                raise ValueError(
                    f"{name} is {centre:g}; with a width of {self.width:g} it must be from {low:g} to {high:g}"
                )
        return self


class Framings(Model):
    """Where a move begins and ends; between them it is eased."""

    start: Framing
    end: Framing


class Shot(Model):
    """One camera view."""

    id: Identifier
    size: ShotSize = ShotSize.WIDE
    angle: Angle = Angle.EYE
    lens: Lens = Lens.NORMAL
    move: Move = Move.PUSH_IN
    framings: Framings | None = Field(None, description="Set: the camera goes from one framing to the other instead.")
    subjects: tuple[Subject, ...] = Field((), max_length=8)
    action: Phrase = Field("", description="What happens, in a few words.")
    tableau: Tableau | None = Field(None, description="Set: the shot shows this instead of a place.")
    setting: Phrase | None = None
    time_of_day: TimeOfDay | None = None
    weather: Weather | None = None
    season: Season | None = None
    mood: Mood | None = None
    palette: tuple[Hex, ...] = Field((), max_length=8)
    line: Annotated[str, Field(max_length=2_000)] = Field("", description="Narration spoken over this shot.")
    speaker: Identifier | None = Field(None, description="Id of the character who says the line; null: the narrator.")
    title: Phrase = Field("", description="Words set on the picture.")
    transition: TransitionKind = Field(TransitionKind.CUT, description="How this shot follows the one before it.")
    transition_s: float | None = Field(None, ge=0.08, le=5, description="Length of the transition; null: as is usual.")
    frames: int | None = Field(None, ge=1, le=60 * 600, description="Length in frames; null: paced by the narration.")
    seed: int = Field(0, ge=0, le=2**31 - 1)
    source: str = Field("", max_length=4_096, description="Path of a picture or clip of yours to show instead.")


class Scene(Model):
    """A place and a time, and the shots taken there."""

    id: Identifier
    title: Phrase = ""
    setting: Phrase = Field(description='Where: "ocean", "mountain", "forest", "city", "space", ...')
    time_of_day: TimeOfDay = TimeOfDay.DAY
    weather: Weather = Weather.CLEAR
    season: Season = Season.SUMMER
    mood: Mood = Mood.HOPEFUL
    shots: tuple[Shot, ...] = Field(min_length=1, max_length=80)


class Storyboard(Model):
    """The whole film on paper."""

    version: Literal[1] = STORYBOARD_VERSION
    title: Phrase
    logline: Annotated[str, Field(max_length=600)] = ""
    language: str = Field("en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47 tag of the lines.")
    intent: Intent = Intent.STORY
    mood: Mood = Field(Mood.HOPEFUL, description="Of the film as a whole; the score follows it.")
    bible: StyleBible = Field(default_factory=StyleBible)
    characters: tuple[Character, ...] = Field((), max_length=20)
    speech_rate: float | None = Field(
        None,
        ge=0.5,
        le=2.0,
        description="Of its lines, against the voice's normal; null: what the asked length needs. A filmed storyboard "
        "keeps a faster one, so that an edited line changes no other.",
    )
    scenes: tuple[Scene, ...] = Field(min_length=1, max_length=40)

    @property
    def shots(self) -> tuple[Shot, ...]:
        """All shots in film order."""
        return tuple(shot for scene in self.scenes for shot in scene.shots)

    @model_validator(mode="after")
    def _references_hold(self) -> Storyboard:
        for what, ids in (
            ("scene", [scene.id for scene in self.scenes]),
            ("shot", [shot.id for shot in self.shots]),
            ("character", [character.id for character in self.characters]),
        ):
            twice = sorted({one for one in ids if ids.count(one) > 1})
            if twice:
                raise ValueError(f'two {what}s have the id "{twice[0]}"; give each its own')
        known = {character.id for character in self.characters}
        for shot in self.shots:
            if shot.speaker is not None and shot.speaker not in known:
                raise ValueError(f'shot "{shot.id}" is spoken by "{shot.speaker}", which is not listed')
            for subject in shot.subjects:
                if subject.character is not None and subject.character not in known:
                    raise ValueError(f'shot "{shot.id}" names character "{subject.character}", which is not listed')
        return self
