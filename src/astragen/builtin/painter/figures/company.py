"""Who can be cast: the families of figures, and the choice among them for a subject.

Order: the curated table, words that can only be people, an icon of that name, words that
are mostly people; nothing found is no figure.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from astragen.builtin.painter.figures.beasts.beast import quadruped_figure
from astragen.builtin.painter.figures.bird import bird_figure
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.fire import fire_figure
from astragen.builtin.painter.figures.glyph import glyph_figure, has_glyph
from astragen.builtin.painter.figures.people.actors import person_figure
from astragen.builtin.painter.figures.plants.plant import plant_figure
from astragen.builtin.painter.figures.sea import soft_figure, swimmer_figure
from astragen.builtin.painter.figures.thing import thing_figure
from astragen.builtin.painter.figures.winged import winged_figure
from astragen.builtin.painter.figures.words import is_maybe_person, is_scenery, is_surely_person, kind_named, role_of
from astragen.model.storyboard import Subject

_log = logging.getLogger(__name__)

Make = Callable[[str, Mapping[str, Any], str], Figure]

_FAMILIES: Mapping[str, Make] = {
    "person": person_figure,
    "quadruped": quadruped_figure,
    "bird": bird_figure,
    "swimmer": swimmer_figure,
    "soft": soft_figure,
    "winged": winged_figure,
    "plant": plant_figure,
    "fire": fire_figure,
    "thing": thing_figure,
    "glyph": glyph_figure,
}
_SOMEBODY: Mapping[str, Any] = {"figure": "person", "height": 1.74}


def figures_for(subject: Subject, season: str = "summer") -> list[Figure]:
    """The figures of *subject*, one for each of its count; none when nothing shows it."""
    kind = None if _is_left_to_the_room(subject) else _kind(subject)
    if kind is None:
        _log.debug("no figure for %s", subject.noun)
        return []
    if kind["figure"] == "group":
        return _group(subject, kind)
    return [_figure(subject, {**kind, "season": season}, index) for index in range(subject.count)]


def _is_left_to_the_room(subject: Subject) -> bool:
    """Sun, rain and streets are the room's; but a star that is a character of the film is somebody."""
    return subject.character is None and is_scenery(subject.noun)


def _kind(subject: Subject) -> Mapping[str, Any] | None:
    kind = kind_named(subject.noun, subject.phrase)
    if kind is not None:
        return kind
    if is_surely_person(subject.noun):
        return _SOMEBODY
    if has_glyph(subject.noun):
        return {"figure": "glyph", "icon": subject.noun}
    return _SOMEBODY if is_maybe_person(subject.noun) else None


def _figure(subject: Subject, kind: Mapping[str, Any], index: int) -> Figure:
    role = role_of(subject, kind, index)
    return _FAMILIES[str(kind["figure"])](role.who, role.said, role.action)


def _group(subject: Subject, kind: Mapping[str, Any]) -> list[Figure]:
    """The members of a family, a crowd, a band: at least as many as the subject counts."""
    members: list[str] = list(kind["members"])
    while len(members) < subject.count:
        members.append(members[len(members) % len(kind["members"])])
    found = []
    for index, noun in enumerate(members):
        member = kind_named(noun)
        if member is not None:
            found.append(_figure(subject.model_copy(update={"phrase": ""}), member, index))
    return found
