"""Bars fitted between moments of the film: which of them become downbeats, and how far the tempo gives way.

Every way from the film's start over some of the moments to the closing chord has a price;
the cheapest is found by dynamic programming. Pure. Start at `fit`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

STRETCH = 0.06  # of the tempo; below what listeners call a change of tempo (about 8 %)
LOOSER = (1.0, 2.5, 6.0)  # times STRETCH, tried in turn: very short films fit only with more
PASSED_OVER = 1.0  # cost of a turn that is no downbeat
HALF_BAR, ODD_BAR = 0.35, 0.5  # cost of a bar of half length, of any other
OFF_TEMPO = 0.3  # cost of a stretch by STRETCH; grows with its square
OFF_BEAT = 0.35  # cost of a cut between half beats, by ON_BEAT or more; less by less
ON_BEAT_S = 0.125  # 3 frames of a film at 24 a second: nearer than this the eye takes a cut for on the beat
OFF_RING = 0.2  # cost of a second that the closing chord rings too long or too short
AHEAD = 8  # turns that may be passed over in one stretch
SAME = 1e-6  # seconds


class Manner(NamedTuple):
    """How a section is played from second *start* on: *beat* seconds a beat, *beats* a bar.

    *step*: bars are whole multiples of so many beats. *arc*: (share of the film, intensity).
    """

    start: float
    beat: float
    beats: int
    arc: Sequence[Sequence[float]]
    step: float = 1.0


class Ring(NamedTuple):
    """Seconds that the closing chord rings: at least, best, at most."""

    least: float
    ideal: float
    most: float


class Stations(NamedTuple):
    """Seconds: *all* moments where a bar may have to begin, the film's start first; those that *must*; the *cuts*."""

    all: tuple[float, ...]
    must: frozenset[float]
    cuts: tuple[float, ...]


class Stretch(NamedTuple):
    """So many *beats* of *beat* seconds from *start* in one section; *turn*: it starts on a turn."""

    start: float
    beats: float
    beat: float
    turn: bool
    section: int


class Way(NamedTuple):
    """Bars from the film's start to some moment, and how far they are from ideal."""

    cost: float
    stretches: tuple[Stretch, ...]

    def then(self, stretch: Stretch, cost: float) -> Way:
        """The way with *stretch* added."""
        return Way(self.cost + cost, (*self.stretches, stretch))

    def passing(self, turns: int) -> Way:
        """The same way, dearer for the *turns* it passed over."""
        return self._replace(cost=self.cost + PASSED_OVER * turns)


def fit(end: float, stations: Stations, ring: Ring, manners: Sequence[Manner]) -> tuple[Stretch, ...]:
    """The cheapest way over the *stations* to a closing chord with a good *ring*; nothing when none fits."""
    for looser in LOOSER:
        way = _cheapest(end, stations, ring, manners, STRETCH * looser)
        if way is not None:
            return way.stretches
    way = _cheapest(end, stations._replace(must=frozenset()), ring, manners, STRETCH * LOOSER[-1])
    return way.stretches if way else ()


def _cheapest(end: float, stations: Stations, ring: Ring, manners: Sequence[Manner], limit: float) -> Way | None:
    """The cheapest way from the first station over any of the others to the closing chord; None if there is none.

    Every way to a station is built from the cheapest ways to those before it.
    """
    moments, cuts = stations.all, np.array(stations.cuts)
    ways = {0: Way(0.0, ())}
    closings: list[Way] = []
    for here, start in enumerate(moments):
        if here not in ways:
            continue
        section = max(index for index, manner in enumerate(manners) if manner.start <= start + SAME or index == 0)
        for there in range(here + 1, min(here + 2 + AHEAD, len(moments))):
            for stretch in _even(start, moments[there], manners[section], limit):
                way = ways[here].then(stretch._replace(section=section), _price(stretch, manners[section], cuts))
                longer = way.passing(there - here - 1)
                ways[there] = min(longer, ways.get(there, longer))
            if moments[there] in stations.must:
                break
        if stations.must and start < max(stations.must):
            continue
        for stretch, rings in _closing(start, end, ring, manners[section], limit):
            way = ways[here].then(stretch._replace(section=section), rings + _price(stretch, manners[section], cuts))
            closings.append(way.passing(len(moments) - here - 1))
    return min(closings, default=None)


def _price(stretch: Stretch, manner: Manner, cuts: np.ndarray) -> float:
    """How far *stretch* is from ideal: off the tempo, with a bar that is not whole, with *cuts* between its beats."""
    strays = OFF_TEMPO * ((stretch.beat / manner.beat - 1) / STRETCH) ** 2
    left = stretch.beats % manner.beats
    bar = 0.0 if left == 0 else HALF_BAR if 2 * left == manner.beats else ODD_BAR
    inside = cuts[(cuts > stretch.start + SAME) & (cuts < stretch.start + stretch.beats * stretch.beat - SAME)]
    half = (inside - stretch.start) / (stretch.beat / 2)
    off = np.abs(half - np.round(half)) * stretch.beat / 2
    return strays + bar + OFF_BEAT * float(np.minimum((off / ON_BEAT_S) ** 2, 1.0).sum())


def _even(start: float, stop: float, manner: Manner, limit: float) -> Iterator[Stretch]:
    """The stretches that fill *start* to *stop* exactly."""
    for count in _counts(stop - start, manner, limit):
        beat = (stop - start) / count
        if abs(beat / manner.beat - 1) <= limit:
            yield Stretch(start, count, beat, start > 0, 0)


def _closing(start: float, end: float, ring: Ring, manner: Manner, limit: float) -> Iterator[tuple[Stretch, float]]:
    """The stretches from *start* to a closing chord that rings until *end*, and what its *ring* costs.

    At the tempo itself, and at the one that gives the best ring.
    """
    for count in _counts(end - start - ring.ideal, manner, limit, slack=ring.most):
        ideal = (end - start - ring.ideal) / count
        nearest = min(max(ideal, manner.beat * (1 - limit)), manner.beat * (1 + limit))
        for beat in (manner.beat, nearest):
            rings = end - start - count * beat
            if ring.least <= rings <= ring.most:
                yield Stretch(start, count, beat, start > 0, 0), OFF_RING * abs(rings - ring.ideal)


def _counts(length: float, manner: Manner, limit: float, *, slack: float = 0.0) -> list[float]:
    """The numbers of beats that come near to *length* seconds."""
    step = manner.step
    fewest = max(1, math.floor((length - slack) / (manner.beat * (1 + limit)) / step))
    most = math.ceil((length + slack) / (manner.beat * (1 - limit)) / step)
    return [count * step for count in range(fewest, most + 1)]
