"""Who acts with whom: subjects whose verbs join them become one figure.

`data/painter/figures/people.json` says which verbs do (`together`) and where things are ridden
(`seats`). Start reading at `staged`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.pairs import carrying, dancing, hand_in_hand, hugging, riding, talking, touching
from astragen.builtin.painter.figures.people.look import people
from astragen.builtin.painter.figures.shape import Point
from astragen.builtin.painter.figures.words import action_of, kind_named
from astragen.builtin.painter.tables import read_table
from astragen.model.storyboard import Subject
from astragen.model.vocabulary import Placement

_SMALL = 0.62  # of the bearer's height: what may be held in the arms
_CHILD = 0.80  # of the other's height: who is small enough to be led by the hand
_RIDEABLE = 0.62  # of the rider's height: the least back to ride on
_CROWD = 3
_IDLE = ("stand", "talk", "look", "think", "stand", "point", "hold")  # what the members of a crowd do
_LOWLY = 0.45  # of the height of the eyes: one looks down to it
_TALLEST = 4.0  # m; what is larger is not touched but looked at

Company = tuple[Subject, list[Figure]]


class _One(NamedTuple):
    """A figure with its subject."""

    subject: Subject
    figure: Figure

    @property
    def is_somebody(self) -> bool:
        """It is a person."""
        return self.figure.is_person


def staged(companies: list[Company]) -> list[Company]:
    """*companies* with the first two who act together made one figure, in the place of the first."""
    ones = [_One(subject, figure) for subject, figures in companies for figure in figures]
    for index, actor in enumerate(ones):
        if not actor.is_somebody or _is_away(actor):
            continue
        for other in (*ones[index + 1 :], *ones[:index]):
            joined = None if _is_away(other) else _joined(actor, other)
            if joined is not None:
                return _replaced(companies, actor, other, joined)
    return [
        (subject, [_attentive(subject, figure, ones) for figure in _apart(subject, figures)])
        for subject, figures in companies
    ]


def _attentive(subject: Subject, figure: Figure, ones: list[_One]) -> Figure:
    """Who only stands there looks at what else there is: up to what flies or towers, down to what is small."""
    is_idle = figure.is_person and figure.recast is not None and action_of(subject.action) in ("stand", "look")
    other = next((one for one in ones if one.subject is not subject), None)
    if not is_idle or other is None or figure.recast is None:
        return figure
    eyes = figure.focus[1]
    if other.figure.medium == "air" or other.subject.placement is Placement.SKY or other.figure.height > 2.2 * eyes:
        return figure.recast({"action": "look", "gaze": (0.4, 0.8)})
    if other.figure.height < _LOWLY * eyes:
        return figure.recast({"gaze": (0.5, -0.8), "pose": {"bow": 0.16}})
    return figure.recast({"gaze": (0.5, 0.0)})


def _apart(subject: Subject, figures: list[Figure]) -> list[Figure]:
    """*figures* each for itself; of a crowd that only stands about, one does this and another that."""
    if len(figures) < _CROWD or action_of(subject.action) != "stand":
        return [_alone(subject, figure) for figure in figures]
    return [
        figure.recast({"action": _IDLE[index % len(_IDLE)]}) if figure.is_person and figure.recast else figure
        for index, figure in enumerate(figures)
    ]


def _is_away(one: _One) -> bool:
    """It was placed where nobody can reach it."""
    return one.subject.placement in (Placement.FAR, Placement.SKY)


def _replaced(companies: list[Company], actor: _One, other: _One, joined: Figure) -> list[Company]:
    first = next(figure for _, figures in companies for figure in figures if figure in (actor.figure, other.figure))
    found = []
    for subject, figures in companies:
        kept = [
            joined if figure is first else figure
            for figure in figures
            if figure is first or (figure is not actor.figure and figure is not other.figure)
        ]
        if kept:
            found.append((subject, kept))
    return found


def _alone(subject: Subject, figure: Figure) -> Figure:
    """Who talks to nobody in the picture still moves the mouth; who reads has a book."""
    if not figure.is_person or figure.recast is None:
        return figure
    if _does(subject, "talk"):
        return figure.recast({"action": "talk", "talks": True})
    spares: Mapping[str, str] = people()["spares"]
    spare = next((spares[verb] for word in _words(subject) for verb in spares if word in _inflected(verb)), None)
    if spare == "book":
        return figure.recast({"spare": spare, "gaze": (0.25, -0.6), "pose": {"bow": 0.12}})
    return figure.recast({"spare": spare}) if spare else figure


@cache
def _inflected(verb: str) -> frozenset[str]:
    """pet, pets, petting, petted; carry, carries, carried."""
    stem = verb.removesuffix("e")
    if verb.endswith("y"):
        return frozenset({verb, verb + "s", verb + "ing", verb + "ed", verb[:-1] + "ies", verb[:-1] + "ied"})
    return frozenset(
        {verb, verb + "s", verb + "es", stem + "ing", stem + "ed", verb + verb[-1] + "ing", verb + verb[-1] + "ed"}
    )


@cache
def _forms(deed: str) -> frozenset[str]:
    """Every form of the verbs of *deed*."""
    return frozenset(form for verb in str(people()["together"][deed]).split() for form in _inflected(verb))


def _words(subject: Subject) -> Iterator[str]:
    yield from re.findall(r"[a-z]+", f"{subject.action} {subject.phrase}".casefold())


def _does(subject: Subject, deed: str) -> bool:
    return any(word in _forms(deed) for word in _words(subject))


def _joined(actor: _One, other: _One) -> Figure | None:
    """What *actor* and *other* make together, or None when each acts alone."""
    if other.is_somebody:
        return _two_people(actor, other)
    return _with_other(actor, other)


def _two_people(actor: _One, other: _One) -> Figure | None:
    either: Callable[[str], bool] = lambda deed: _does(actor.subject, deed) or _does(other.subject, deed)  # noqa: E731
    one, two = actor.figure, other.figure
    if either("hug"):
        return hugging(one, two)
    if either("dance"):
        return dancing(one, two)
    if either("talk") or either("meet"):
        return talking(one, two)
    tall, small = (one, two) if one.height >= two.height else (two, one)
    if small.height < _CHILD * tall.height and small.height > 0.8 and _go_alike(tall, small):
        return hand_in_hand(tall, small)
    return touching(one, two) if _does(actor.subject, "touch") else None


def _go_alike(tall: Figure, small: Figure) -> bool:
    return (tall.stride > 0) == (small.stride > 0) and tall.medium == small.medium == "ground"


def _with_other(actor: _One, other: _One) -> Figure | None:
    person, figure = actor.figure, other.figure
    if _does(actor.subject, "ride") or _does(other.subject, "ride"):
        ridden = _ridden(person, other)
        if ridden is not None:
            return ridden
    is_small = figure.height < _SMALL * person.height and figure.length < 0.75 * person.height
    if _does(actor.subject, "hold") and is_small and figure.medium != "air":
        return carrying(person, figure)
    if figure.height > _TALLEST or figure.medium != "ground" or figure.stride > 0:
        return None
    if _does(actor.subject, "touch") or _does(actor.subject, "hug"):
        return touching(person, figure)
    return None


def _ridden(person: Figure, mount: _One) -> Figure | None:
    figure = mount.figure
    if figure.seat is not None:
        return riding(person, figure, figure.seat, {}) if figure.height > _RIDEABLE * person.height else None
    kind = kind_named(mount.subject.noun, mount.subject.phrase) or {}
    row: Mapping[str, Any] | None = people()["seats"].get(str(kind.get("thing", "")))
    if row is None:
        return None
    scale = figure.height / float(read_table("figures/things.json")[kind["thing"]]["height"])
    x, y = (scale * float(value) for value in row["at"])

    def seat(phase: float, reach: float) -> Point:
        return x, y

    said: dict[str, Any] = {key: row[key] for key in ("action", "pose") if key in row}
    if "hands" in row:
        hand = (scale * row["hands"][0] - x, scale * row["hands"][1] - y)
        said |= {"near": hand, "far": hand}
    if "pedals" in row:
        px, py, radius = (scale * float(value) for value in row["pedals"])
        said["pedals"] = (px - x, py - y, radius)
    return riding(person, figure, seat, said, is_inside=bool(row.get("inside")))
