"""The recipe of a painted shot: all that the painter needs, and nothing else.

Equal recipes give equal pixels on one version, so a recipe is what a painted
take is made of and what its segment's key hashes.
"""

from __future__ import annotations

from pydantic import Field

from astragen.model.base import Model
from astragen.model.storyboard import Framings, Hex, Phrase, Subject, Tableau
from astragen.model.vocabulary import Angle, Lens, Mood, Move, Season, ShotSize, TimeOfDay, Weather


class Recipe(Model):
    """A shot, resolved: every field said, its scene and characters folded in."""

    setting: Phrase
    time_of_day: TimeOfDay
    weather: Weather
    season: Season
    mood: Mood
    style: Phrase = "cinematic"
    palette: tuple[Hex, ...] = ()
    size: ShotSize = ShotSize.WIDE
    angle: Angle = Angle.EYE
    lens: Lens = Lens.NORMAL
    move: Move = Move.STATIC
    framings: Framings | None = None
    subjects: tuple[Subject, ...] = ()
    tableau: Tableau | None = None
    title: Phrase = ""
    is_plain: bool = Field(False, description="Without bloom and grain: what a hurried film leaves out first.")
    language: str = "en"
    place_seed: int = Field(0, ge=0, description="Same in all shots of a scene: the place stays the same place.")
    seed: int = Field(0, ge=0, description="The shot's own: composition, particles.")
