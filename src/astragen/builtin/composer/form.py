"""The score's form: bars that fall on the film's turns, phrases, how intense each is.

Bars are laid between turns so that a turn is a downbeat and cuts stay on beats, at the
tempo give or take STRETCH; a bar before a turn may be longer or shorter. Where the mood
changes and at the climax a bar begins whatever it costs; other turns that would need too
much are passed over. The last bar is the closing chord, which rings until the film's end.
Pure. Start at `lay_out`; how bars are fitted is in `fitting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from astragen.builtin.composer.fitting import SAME, Manner, Ring, Stations, Stretch, fit

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
AT_CLIMAX = 0.1  # above the arc's height, from the climax to the phrase's end
BEFORE_CLIMAX = 0.78  # the phrase before it against its own arc: room to swell
LATER_SECTION = 0.58  # a section that follows another plays at least so intensely: its own players must be heard


class Bar(NamedTuple):
    """Seconds: *start*, *beat*. *turn*: a new scene begins here. *phrase*, *place*: which phrase, which bar of it.

    *section*: which stretch of one mood. *is_climax*: the film turns here.
    """

    start: float
    beats: float
    beat: float
    turn: bool
    phrase: int = 0
    place: int = 0
    section: int = 0
    is_climax: bool = False

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
    """bars without the closing one; *close*: second of the closing chord; *end*: of the film.

    *climax*: second of the bar that the film turns on; None when it does not.
    """

    bars: tuple[Bar, ...]
    phrases: tuple[Phrase, ...]
    close: float
    end: float
    climax: float | None = None


def lay_out(
    end: float,
    turns: Sequence[float],
    manners: Sequence[Manner],
    *,
    cuts: Sequence[float] = (),
    climax: float | None = None,
) -> Form:
    """The form of a score of *end* seconds with scenes beginning at *turns*, shots at *cuts* (seconds).

    *manners*: how each section is played, the first from 0 on.
    """
    ring = Ring(*(min(seconds, share * end) for seconds, share in zip(RING_S, RING_SHARE, strict=True)))
    shortest = manners[0].beats * manners[0].beat / 2

    def inner(moments: Sequence[float]) -> set[float]:
        return {moment for moment in moments if shortest < moment < end - ring.ideal}

    must = inner([*(manner.start for manner in manners[1:]), *(() if climax is None else (climax,))])
    stations = Stations(tuple(sorted({0.0, *inner(turns), *must})), frozenset(must), tuple(cuts))
    stretches = fit(end, stations, ring, manners)
    bars = _phrased([bar for stretch in stretches for bar in _bars(stretch, manners[stretch.section].beats, climax)])
    close = bars[-1].end if bars else 0.0
    reached = next((bar.start for bar in bars if bar.is_climax), None)
    return Form(tuple(bars), tuple(_phrases(bars, close, manners, reached)), close, end, reached)


def _bars(stretch: Stretch, beats: int, climax: float | None) -> list[Bar]:
    """The bars of *stretch*: whole ones, then what is left; a single beat or less is made up to a bar of its own."""
    whole, left = divmod(stretch.beats, beats)
    lengths = [float(beats)] * int(whole) + [left] * (left > 0)
    if 0 < left <= 1 and whole:
        lengths[-2:] = [beats - 1, left + 1]
    bars, start = [], stretch.start
    for index, length in enumerate(lengths):
        is_climax = climax is not None and abs(start - climax) < SAME and index == 0
        bars.append(Bar(start, length, stretch.beat, stretch.turn and index == 0, 0, 0, stretch.section, is_climax))
        start = bars[-1].end
    return bars


def _phrased(bars: Sequence[Bar]) -> list[Bar]:
    """*bars* numbered into phrases of PHRASE.

    A turn begins one early unless the phrase is still short; another section and the climax always do.
    """
    phrased: list[Bar] = []
    phrase, place = 0, 0
    for bar in bars:
        is_new = phrased and (bar.section != phrased[-1].section or bar.is_climax)
        if place == PHRASE or (bar.turn and place >= SHORTEST_PHRASE) or is_new:
            phrase, place = phrase + 1, 0
        phrased.append(bar._replace(phrase=phrase, place=place))
        place += 1
    return phrased


def _phrases(bars: Sequence[Bar], close: float, manners: Sequence[Manner], climax: float | None) -> list[Phrase]:
    """Role, intensity and texture of each phrase of *bars*."""
    if not bars:
        return []
    count = bars[-1].phrase + 1
    firsts = [bar for bar in bars if bar.place == 0]
    roles = list(SHORT_ROLES.get(count) or [*(ROLES[index % len(ROLES)] for index in range(count - 1)), "A"])
    phrases = []
    for index, (first, stop) in enumerate(zip(firsts, [*(bar.start for bar in firsts[1:]), close], strict=True)):
        if first.is_climax and roles[index] == "C":
            roles[index] = "B"
        seen = sum(bar.turn and bar.phrase <= index for bar in bars)
        intensity = _intensity((first.start + stop) / 2, close, manners[first.section].arc, climax)
        if first.is_climax:
            intensity = min(1.0, max(height for _, height in manners[first.section].arc) + AT_CLIMAX)
        elif climax is not None and stop == climax:
            intensity *= BEFORE_CLIMAX
        elif roles[index] == "C":
            intensity *= QUIET
        if first.section:
            intensity = max(intensity, LATER_SECTION)
        phrases.append(Phrase(roles[index], intensity, seen + index // 2, index // len(ROLES)))
    return phrases


def _intensity(moment: float, close: float, arc: Sequence[Sequence[float]], climax: float | None) -> float:
    """The arc's height at *moment*; a long film runs through several, the last the highest.

    A film of one arc is at the arc's peak when it turns, wherever that is.
    """
    arcs = max(1, round(close / ARC_S))
    share = moment / close
    if arcs == 1 and climax is not None:
        peak = max(arc, key=lambda point: (point[1], -point[0]))[0]
        turn = climax / close
        share = share / turn * peak if share < turn else peak + (share - turn) / (1 - turn) * (1 - peak)
    at = share * arcs
    which = min(int(at), arcs - 1)
    height = 1.0 if which == arcs - 1 else EARLY_ARC
    for (left, low), (right, high) in pairwise(arc):
        if left <= at - which <= right:
            return height * (low + (high - low) * (at - which - left) / max(right - left, SAME))
    return height * arc[-1][1]
