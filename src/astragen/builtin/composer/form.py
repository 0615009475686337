"""The score's form: bars that fall on the film's turns, phrases, how intense each is.

Bars are laid between turns so that a turn is a downbeat, at the mood's tempo give
or take STRETCH; turns that would need more are passed over. The last bar is the
closing chord, which rings until the film's end. Pure. Start at `lay_out`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

STRETCH = 0.06  # of the tempo; below what listeners call a change of tempo (about 8 %)
LOOSER = (1.0, 2.5, 6.0)  # times STRETCH, tried in turn: very short films fit only with more
PASSED_OVER = 1.0  # cost of a turn that is no downbeat
HALF_BAR = 0.35  # cost of a bar of half length
OFF_TEMPO = 0.3  # cost of a stretch by STRETCH; grows with its square
OFF_RING = 0.2  # cost of a second that the closing chord rings too long or too short
RING_S = (2.2, 3.6, 6.0)  # the closing chord rings at least, ideally, at most
RING_SHARE = (0.22, 0.36, 0.6)  # of the film, where that is less
PHRASE = 4  # bars
SHORTEST_PHRASE = 3  # bars, when a turn cuts it
ROLES = ("A", "A2", "B", "A", "C", "B", "A2", "A")  # of a chapter's phrases; C is the quiet one
SHORT_ROLES = {
    1: ("A",),
    2: ("A", "A2"),
    3: ("A", "B", "A"),
    4: ("A", "A2", "B", "A"),
    5: ("A", "A2", "C", "B", "A"),
    6: ("A", "A2", "B", "C", "B", "A"),
    7: ("A", "A2", "B", "C", "A", "B", "A"),
}
ARC_S = 110.0  # a film this much longer has another arc of intensity
QUIET = 0.55  # a C phrase's intensity against its neighbours'
EARLY_ARC = 0.85  # an arc's height before the last


class Bar(NamedTuple):
    """Seconds: *start*, *beat*. *turn*: a new scene begins here. *phrase*, *place*: which phrase, which bar of it."""

    start: float
    beats: int
    beat: float
    turn: bool
    phrase: int = 0
    place: int = 0

    @property
    def end(self) -> float:
        """Where the next bar begins, in seconds."""
        return self.start + self.beats * self.beat


class Phrase(NamedTuple):
    """role: A, A2, B or C. texture: counts up at turns and every other phrase. chapter: keys change with it."""

    role: str
    intensity: float
    texture: int
    chapter: int


class Form(NamedTuple):
    """bars without the closing one; *close*: second of the closing chord; *end*: of the film."""

    bars: tuple[Bar, ...]
    phrases: tuple[Phrase, ...]
    close: float
    end: float


class Stretch(NamedTuple):
    """So many *beats* of *beat* seconds from *start*; *turn*: it starts on one."""

    start: float
    beats: int
    beat: float
    turn: bool


class Metre(NamedTuple):
    """*beat* seconds at the mood's tempo, *beats* in a bar, and how far a beat may be stretched."""

    beat: float
    beats: int
    limit: float


class Way(NamedTuple):
    """Bars from the film's start to some moment, and how far they are from ideal."""

    cost: float
    stretches: tuple[Stretch, ...]

    def then(self, stretch: Stretch, metre: Metre) -> Way:
        """The way with *stretch* added, dearer the more it strays from the tempo and if it ends in half a bar."""
        strays = OFF_TEMPO * ((stretch.beat / metre.beat - 1) / STRETCH) ** 2
        return Way(self.cost + strays + (HALF_BAR if stretch.beats % metre.beats else 0), (*self.stretches, stretch))

    def passing(self, turns: int) -> Way:
        """The same way, dearer for the *turns* it passed over."""
        return self._replace(cost=self.cost + PASSED_OVER * turns)


def lay_out(end: float, turns: Sequence[float], *, beat: float, beats: int, arc: Sequence[Sequence[float]]) -> Form:
    """The form of a score of *end* seconds with scenes beginning at *turns* (seconds).

    *beat*: seconds at the mood's tempo; *beats*: in a bar; *arc*: (share of the film, intensity).
    """
    ring = tuple(min(seconds, share * end) for seconds, share in zip(RING_S, RING_SHARE, strict=True))
    inner = sorted({turn for turn in turns if beats * beat / 2 < turn < end - ring[1]})
    stretches = _fit(end, inner, ring, beat=beat, beats=beats)
    bars = _phrased([bar for stretch in stretches for bar in _bars(stretch, beats)])
    close = bars[-1].end if bars else 0.0
    return Form(tuple(bars), tuple(_phrases(bars, close, arc)), close, end)


def _fit(end: float, turns: Sequence[float], ring: Sequence[float], *, beat: float, beats: int) -> tuple[Stretch, ...]:
    """The cheapest way over some of the *turns* to a closing chord with a good *ring*."""
    for looser in LOOSER:
        way = _cheapest(end, (0.0, *turns), ring, Metre(beat, beats, STRETCH * looser))
        if way is not None:
            return way.stretches
    return ()


def _cheapest(end: float, stations: Sequence[float], ring: Sequence[float], metre: Metre) -> Way | None:
    """The cheapest way from the first of *stations* over any of the others to the closing chord; None if there is none.

    Every way to a station is built from the cheapest ways to those before it.
    """
    ways = {0: Way(0.0, ())}
    closings: list[Way] = []
    for here, start in enumerate(stations):
        if here not in ways:
            continue
        for there in range(here + 1, len(stations)):
            for way in _even(ways[here], start, stations[there], metre):
                longer = way.passing(there - here - 1)
                ways[there] = min(longer, ways.get(there, longer))
        closings += [way.passing(len(stations) - here - 1) for way in _closing(ways[here], start, end, ring, metre)]
    return min(closings, default=None)


def _even(way: Way, start: float, stop: float, metre: Metre) -> Iterator[Way]:
    """*way* with bars that fill *start* to *stop* exactly: whole ones, or whole ones and a half."""
    for count in _counts(stop - start, metre):
        stretch = abs((stop - start) / (count * metre.beat) - 1)
        if stretch <= metre.limit:
            yield way.then(Stretch(start, count, (stop - start) / count, start > 0), metre)


def _closing(way: Way, start: float, end: float, ring: Sequence[float], metre: Metre) -> Iterator[Way]:
    """*way* with bars from *start* to a closing chord that rings for one of *ring* (least, ideal, most) until *end*."""
    least, ideal, most = ring
    for count in _counts(end - start - ideal, metre, slack=most):
        beat = min(max((end - start - ideal) / count, metre.beat * (1 - metre.limit)), metre.beat * (1 + metre.limit))
        rings = end - start - count * beat
        if least <= rings <= most:
            closed = way.then(Stretch(start, count, beat, start > 0), metre)
            yield closed._replace(cost=closed.cost + OFF_RING * abs(rings - ideal))


def _counts(length: float, metre: Metre, *, slack: float = 0.0) -> range:
    """The numbers of beats, whole and (in even metres) half bars, that come near to *length* seconds."""
    unit = metre.beats // 2 if metre.beats % 2 == 0 else metre.beats
    fewest = max(1, math.floor((length - slack) / (metre.beat * (1 + metre.limit)) / unit))
    most = math.ceil((length + slack) / (metre.beat * (1 - metre.limit)) / unit)
    return range(fewest * unit, most * unit + 1, unit)


def _bars(stretch: Stretch, beats: int) -> list[Bar]:
    """The bars of *stretch*: whole ones, then what is left."""
    firsts = range(0, stretch.beats, beats)
    return [
        Bar(
            stretch.start + first * stretch.beat,
            min(beats, stretch.beats - first),
            stretch.beat,
            stretch.turn and first == 0,
        )
        for first in firsts
    ]


def _phrased(bars: Sequence[Bar]) -> list[Bar]:
    """*bars* numbered into phrases of PHRASE; a turn begins one early unless the phrase is still short."""
    phrased: list[Bar] = []
    phrase, place = 0, 0
    for bar in bars:
        if place == PHRASE or (bar.turn and place >= SHORTEST_PHRASE):
            phrase, place = phrase + 1, 0
        phrased.append(bar._replace(phrase=phrase, place=place))
        place += 1
    return phrased


def _phrases(bars: Sequence[Bar], close: float, arc: Sequence[Sequence[float]]) -> list[Phrase]:
    """Role, intensity and texture of each phrase of *bars*."""
    if not bars:
        return []
    count = bars[-1].phrase + 1
    starts = [bar.start for bar in bars if bar.place == 0]
    roles = SHORT_ROLES.get(count) or [*(ROLES[index % len(ROLES)] for index in range(count - 1)), "A"]
    phrases = []
    for index, (start, stop) in enumerate(pairwise([*starts, close])):
        seen = sum(bar.turn and bar.phrase <= index for bar in bars)
        intensity = _intensity((start + stop) / 2, close, arc) * (QUIET if roles[index] == "C" else 1)
        phrases.append(Phrase(roles[index], intensity, seen + index // 2, index // len(ROLES)))
    return phrases


def _intensity(moment: float, close: float, arc: Sequence[Sequence[float]]) -> float:
    """The arc's height at *moment*; a long film runs through several, the last the highest."""
    arcs = max(1, round(close / ARC_S))
    at = moment / close * arcs
    which = min(int(at), arcs - 1)
    height = 1.0 if which == arcs - 1 else EARLY_ARC
    for (left, low), (right, high) in pairwise(arc):
        if left <= at - which <= right:
            return height * (low + (high - low) * (at - which - left) / (right - left))
    return height * arc[-1][1]
