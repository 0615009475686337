"""What the film will say and show, before it is sized and framed.

A draft is a list of moments in order; each knows how much the film needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from astragen.model.storyboard import Character, Subject, Tableau
from astragen.model.vocabulary import Intent, Mood, Season, TimeOfDay, Weather

BEATS = ("hook", "want", "obstacle", "turn", "end")


@dataclass(frozen=True)
class Moment:
    """One thing said or shown."""

    line: str = ""
    beat: str = "hook"
    weight: int = 1
    """0: the film is lost without it; 3: only for long films."""
    place: str = ""
    """Setting; "" is the place of the moment before."""
    subjects: tuple[Subject, ...] = ()
    tableau: Tableau | None = None
    time: TimeOfDay | None = None
    weather: Weather | None = None
    season: Season | None = None
    heading: str = ""
    """Title of the scene that begins here."""
    is_event: bool = False
    """Says what the prompt says happens."""


@dataclass(frozen=True)
class Draft:
    """A film, written but not yet sized."""

    title: str
    logline: str
    language: str
    intent: Intent
    mood: Mood
    moments: tuple[Moment, ...]
    characters: tuple[Character, ...] = ()
    shows_title: bool = True
    is_verbatim: bool = False
    """The lines are the user's: all stay, in order, and none are added."""
    speaks_english: bool = True
    """Lines of the house may be added where the film has room."""
    settings: tuple[str, ...] = ()
    time: TimeOfDay | None = None
    weather: Weather | None = None
    season: Season | None = None
    hours: Mapping[str, TimeOfDay] = field(default_factory=dict)
    """Hour of each beat, where a moment tells none."""
    keep: tuple[Subject, ...] = ()
    """What the prompt names and the film must show or say."""
