"""Who can be cast: the families of figures, and the choice among them for a subject.

Order: the curated table, words that can only be people, an icon of that name, words that
are mostly people; nothing found is no figure.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from astragen.builtin.icons import find_icon
from astragen.builtin.painter.figures.beasts.beast import quadruped_figure
from astragen.builtin.painter.figures.bird import bird_figure
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.fire import fire_figure
from astragen.builtin.painter.figures.glyph import glyph_figure, has_glyph, has_size
from astragen.builtin.painter.figures.people.actors import person_figure
from astragen.builtin.painter.figures.plants.plant import plant_figure
from astragen.builtin.painter.figures.rest import SMALL, is_grounded, on_support, support_in
from astragen.builtin.painter.figures.sea import soft_figure, swimmer_figure
from astragen.builtin.painter.figures.thing import thing_figure
from astragen.builtin.painter.figures.together import side_by_side
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
_LIFELESS = ("thing", "glyph")
_ON_SUPPORT_MAX = 5
_SOMEBODY: Mapping[str, Any] = {"figure": "person", "height": 1.74}


def figures_for(subject: Subject, season: str = "summer") -> list[Figure]:
    """The figures of *subject*, one for each of its count; none when nothing shows it."""
    kind = None if _is_left_to_the_room(subject) else _kind(subject)
    if kind is None:
        _log.debug("no figure for %s", subject.noun)
        return []
    if kind["figure"] == "group":
        return _group(subject, kind)
    figures = [_figure(subject, {**kind, "season": season}, index) for index in range(subject.count)]
    support = support_in(subject.phrase)
    if support is not None and figures[0].size < SMALL and kind["figure"] in _LIFELESS:
        return [on_support(figures[:_ON_SUPPORT_MAX], subject.phrase, support)]
    return figures


def is_guess(subject: Subject) -> bool:
    """Only the ending of its word says that *subject* is somebody."""
    return shown_by(subject) == "person" and kind_named(subject.noun, subject.phrase) is None


def is_shown(subject: Subject) -> bool:
    """A figure shows *subject*."""
    return not _is_left_to_the_room(subject) and _kind(subject) is not None


def size_of(subject: Subject) -> float:
    """Metres that *subject* measures when it is drawn (see `Figure.size`); 0 when nothing shows it."""
    figures = figures_for(subject)
    return figures[0].size if figures else 0.0


def is_small(subject: Subject) -> bool:
    """*subject* is a thing so small that it wants something to rest on."""
    kind = None if _is_left_to_the_room(subject) else _kind(subject)
    if kind is None or kind["figure"] not in _LIFELESS or is_grounded(subject.noun):
        return False
    if "icon" in kind and "height" not in kind and not has_size(str(kind["icon"])):
        return False
    return _figure(subject, kind, 0).size < SMALL


def shown_by(subject: Subject) -> str:
    """What shows *subject*: "room", a family with its row ("quadruped/fox", "glyph/mdi:key"), or "" for nothing."""
    if _is_left_to_the_room(subject):
        return "room"
    kind = _kind(subject)
    if kind is None:
        return ""
    family = str(kind["figure"])
    row = (
        find_icon(str(kind["icon"]))
        if "icon" in kind
        else kind.get("species") or kind.get("thing") or kind.get("outfit")
    )
    return f"{family}/{row}" if row else family


def is_known(subject: Subject) -> bool:
    """Something shows *subject*: a figure, or the room."""
    return _is_left_to_the_room(subject) or _kind(subject) is not None


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
        one = subject.model_copy(update={"noun": noun, "phrase": ""})
        member = _kind(one)
        if member is not None:
            found.append(_figure(one, member, index))
    return [side_by_side(found)] if "together" in kind else found
