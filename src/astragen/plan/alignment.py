"""When each word of a line is heard: from what a voice tells, or from another voice that spoke the same.

A voice that tells characters or words may tell them of a text that it has normalised ("142" as
"one hundred forty-two"), out of order or past the end of its sound: words are matched, and what
does not match lies between its neighbours. For a voice that tells nothing, the words of the
built-in voice are laid over its sound, pause on pause. Pure. Times are samples at 48 kHz from the
line's start. Start at `native_words` and `warped_words`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from astragen.model.speech import TimedText
from astragen.model.take import SpokenWord
from astragen.model.time import SAMPLE_RATE

Spans = Sequence[tuple[int, int]]
"""(start, end) of every stretch of a line in which somebody speaks, in order: between them are its pauses."""

MATCHED_SHARE: Final = 0.5  # of the words; where fewer are found, the times are of another text
OFF_MAX_S: Final = 0.5  # from where the sound ends to where the voice says that it does; more is another clock
OFF_MAX_SHARE: Final = 0.2
PAUSE_OFF: Final = 0.12  # of all speech; pauses further apart than this are not the same one
SKIP_COST: Final = 0.6  # of a pause of LONG_PAUSE_S that has no counterpart; PAUSE_OFF costs 1
LONG_PAUSE_S: Final = 0.3
_SPACELESS: Final = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")  # as data/voices.json has them


class _Token(NamedTuple):
    """A word: its place in the text, and what of it is compared."""

    start: int
    stop: int
    key: str


class _Timed(NamedTuple):
    """A word that a voice told, its times in seconds."""

    key: str
    start_s: float
    end_s: float


def native_words(text: str, told: Sequence[TimedText], *, shift: int, spans: Spans) -> tuple[SpokenWord, ...] | None:
    """The words of *text* by what a voice *told*; None when it told of another text, or by another clock.

    *shift*: sample of the voice's own sound at which the line begins.
    """
    tokens, timed = _tokens(text), _joined(told)
    if not tokens or not timed or not spans:
        return None
    last_s = (spans[-1][1] + shift) / SAMPLE_RATE
    if abs(max(one.end_s for one in timed) - last_s) > max(OFF_MAX_S, OFF_MAX_SHARE * last_s):
        return None
    times = _matched(tokens, timed)
    if times is None:
        return None
    end = spans[-1][1]
    starts = np.maximum.accumulate([np.clip(round(start * SAMPLE_RATE) - shift, 0, end) for start, _ in times])
    ends = [np.clip(round(stop * SAMPLE_RATE) - shift, 0, end) for _, stop in times]
    limits = [*starts[1:], end]
    return tuple(
        SpokenWord(text=text[one.start : one.stop].strip(), start=int(start), end=int(max(start, min(stop, limit))))
        for one, start, stop, limit in zip(tokens, starts, ends, limits, strict=True)
    )


def warped_words(words: Sequence[SpokenWord], spoken: Spans, spans: Spans) -> tuple[SpokenWord, ...]:
    """*words* of a line that another voice spoke in *spoken*, as they lie in the same line spoken in *spans*.

    Pauses of the two that are about as far into the line are the same; between them time runs evenly,
    pauses without a counterpart left out.
    """
    if not spoken or not spans:
        return ()
    pairs = _pauses_matched(spoken, spans)
    bounds = [(0, 0), *((first + 1, second + 1) for first, second in pairs), (len(spoken), len(spans))]
    stretches = [
        _Stretch(_Clock(spoken[first:last]), _Clock(spans[second:until]))
        for (first, second), (last, until) in pairwise(bounds)
    ]
    return tuple(_warped(word, stretches) for word in words)


def spread_words(text: str, spans: Spans) -> tuple[SpokenWord, ...]:
    """The words of *text* over *spans*, each as long as its letters are many: for what no other voice can speak."""
    tokens = _tokens(text)
    if not tokens or not spans:
        return ()
    clock = _Clock(spans)
    edges = np.cumsum([0, *(max(1, len(one.key)) for one in tokens)]) / sum(max(1, len(one.key)) for one in tokens)
    return tuple(
        SpokenWord(
            text=text[one.start : one.stop].strip(),
            start=round(clock.late(first * clock.total)),
            end=round(max(clock.early(last * clock.total), clock.late(first * clock.total))),
        )
        for one, first, last in zip(tokens, edges, edges[1:], strict=False)
    )


# --- what was told ----------------------------------------------------------


def _tokens(text: str) -> list[_Token]:
    """The words of *text*: between spaces, and single characters in scripts that write none.

    What holds no letter belongs to the word before it, or after it at the front.
    """
    cuts = [
        place
        for place, letter in enumerate(text)
        if not letter.isspace()
        and (place == 0 or text[place - 1].isspace() or (letter.isalnum() and _is_spaceless(letter)))
    ]
    found: list[_Token] = []
    for start, stop in zip(cuts, [*cuts[1:], len(text)], strict=True):
        key = _key(text[start:stop])
        if key:
            found.append(_Token(start if found else 0, stop, key))
        elif found:
            found[-1] = found[-1]._replace(stop=stop)
    return found


def _joined(told: Sequence[TimedText]) -> list[_Timed]:
    """The words of what was told: its pieces up to each space, or each character of a script without any."""
    words: list[_Timed] = []
    letters: list[tuple[str, float, float]] = []

    def close() -> None:
        key = _key("".join(letter for letter, _, _ in letters))
        if key:
            sounding = [one for one in letters if one[0].isalnum()]
            words.append(_Timed(key, sounding[0][1], max(end for _, _, end in sounding)))
        letters.clear()

    for piece in told:
        start, end = sorted((piece.start_s, piece.end_s))
        step = (end - start) / max(1, len(piece.text.rstrip()))
        for number, letter in enumerate(piece.text):
            if letter.isspace() or (_is_spaceless(letter) and letter.isalnum()):
                close()
            if not letter.isspace():
                letters.append((letter, start + number * step, start + (number + 1) * step))
    close()
    return words


def _matched(tokens: Sequence[_Token], timed: Sequence[_Timed]) -> list[tuple[float, float]] | None:
    """(start, end) in seconds of each of *tokens*; None when too few of them were told."""
    matcher = SequenceMatcher(None, [one.key for one in tokens], [one.key for one in timed], autojunk=False)
    times: list[tuple[float, float] | None] = [None] * len(tokens)
    found = 0
    for kind, first, last, other, until in matcher.get_opcodes():
        if kind == "equal":
            found += last - first
            times[first:last] = [(one.start_s, one.end_s) for one in timed[other:until]]
        elif kind == "replace":
            span = timed[other].start_s, timed[until - 1].end_s
            times[first:last] = _shared([len(one.key) for one in tokens[first:last]], *span)
    if found < MATCHED_SHARE * len(tokens):
        return None
    return _filled(times, [len(one.key) for one in tokens])


def _filled(times: list[tuple[float, float] | None], weights: Sequence[int]) -> list[tuple[float, float]]:
    """*times* with those that are missing between their neighbours, by *weights*."""
    known = [number for number, one in enumerate(times) if one is not None]
    whole = list(times)
    for number, one in enumerate(times):
        if one is None and whole[number] is None:
            before = max((place for place in known if place < number), default=None)
            after = min((place for place in known if place > number), default=None)
            first = 0 if before is None else before + 1
            last = len(times) if after is None else after
            begin = _time(times, before, 1) if before is not None else _time(times, after, 0)
            end = _time(times, after, 0) if after is not None else begin
            whole[first:last] = _shared(weights[first:last], min(begin, end), end)
    return [one for one in whole if one is not None]


def _time(times: Sequence[tuple[float, float] | None], place: int | None, side: int) -> float:
    found = None if place is None else times[place]
    return 0.0 if found is None else found[side]


def _shared(weights: Sequence[int], start: float, end: float) -> list[tuple[float, float]]:
    """The span from *start* to *end* in parts, by *weights*."""
    edges = start + (max(end, start) - start) * np.cumsum([0, *weights]) / max(1, sum(weights))
    return [(float(first), float(last)) for first, last in pairwise(edges)]


def _key(text: str) -> str:
    """The letters and digits of *text*, in one form."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def _is_spaceless(letter: str) -> bool:
    return letter > "\u0dff" and unicodedata.name(letter, "").startswith(_SPACELESS)


# --- pause on pause ---------------------------------------------------------


class _Clock:
    """Time that runs only while somebody speaks. *total*: samples of speech in all spans, from *begin* to *end*."""

    def __init__(self, spans: Spans) -> None:
        self.begin, self.end = spans[0][0], spans[-1][1]
        self._times = np.asarray(spans, np.float64).reshape(-1)
        lengths = np.asarray([stop - start for start, stop in spans], np.float64)
        ends = np.cumsum(lengths)
        self.total = float(ends[-1])
        self._spoken: NDArray[np.float64] = np.stack([ends - lengths, ends], 1).reshape(-1)

    def share(self, sample: float) -> float:
        """How much of the speech is over at *sample*, from 0 to 1."""
        return float(np.interp(sample, self._times, self._spoken)) / max(self.total, 1.0)

    def early(self, spoken: float) -> float:
        """The sample at which so much was spoken: before a pause that stands there."""
        return float(np.interp(spoken - 1, self._spoken, self._times)) + (1 if spoken >= 1 else 0)

    def late(self, spoken: float) -> float:
        """The same, after the pause."""
        return float(np.interp(spoken + 1, self._spoken, self._times)) - (1 if spoken + 1 <= self.total else 0)


class _Stretch(NamedTuple):
    """The same part of a line in two readings, between pauses that both have."""

    mine: _Clock
    theirs: _Clock

    def start(self, sample: float) -> float:
        """Where what begins at *sample* of mine begins in theirs."""
        return self.theirs.late(self.mine.share(sample) * self.theirs.total)

    def end(self, sample: float) -> float:
        """Where what ends at *sample* of mine ends in theirs."""
        return self.theirs.early(self.mine.share(sample) * self.theirs.total)


def _warped(word: SpokenWord, stretches: Sequence[_Stretch]) -> SpokenWord:
    """*word* with its times carried over; what begins in a pause begins after it, and what ends there, before."""
    begins = next((one for one in stretches if word.start < one.mine.end), stretches[-1])
    ends = next((one for one in reversed(stretches) if word.end > one.mine.begin), stretches[0])
    start = max(0, round(begins.start(word.start)))
    return word.model_copy(update={"start": start, "end": max(start, round(ends.end(word.end)))})


def _pauses_matched(spoken: Spans, spans: Spans) -> list[tuple[int, int]]:
    """Which pause of *spoken* is which of *spans*, by their numbers, in order: the pairing that costs least."""
    mine, theirs = _pauses(spoken), _pauses(spans)
    costs = np.zeros((len(mine) + 1, len(theirs) + 1))
    costs[1:, 0] = np.cumsum([_skip(length) for _, length in mine])
    costs[0, 1:] = np.cumsum([_skip(length) for _, length in theirs])
    for first, (place, length) in enumerate(mine, 1):
        for second, (other, other_length) in enumerate(theirs, 1):
            pair = abs(place - other) / PAUSE_OFF
            costs[first, second] = min(
                costs[first - 1, second] + _skip(length),
                costs[first, second - 1] + _skip(other_length),
                costs[first - 1, second - 1] + (pair if pair <= 1 else np.inf),
            )
    return _walked(costs, mine, theirs)


def _walked(
    costs: NDArray[np.float64], mine: list[tuple[float, float]], theirs: list[tuple[float, float]]
) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    first, second = len(mine), len(theirs)
    while first and second:
        if np.isclose(costs[first, second], costs[first - 1, second] + _skip(mine[first - 1][1])):
            first -= 1
        elif np.isclose(costs[first, second], costs[first, second - 1] + _skip(theirs[second - 1][1])):
            second -= 1
        else:
            first, second = first - 1, second - 1
            pairs.append((first, second))
    return pairs[::-1]


def _pauses(spans: Spans) -> list[tuple[float, float]]:
    """How far into the speech each pause is, from 0 to 1, and its length in seconds."""
    clock = _Clock(spans)
    return [(clock.share(stop), (start - stop) / SAMPLE_RATE) for (_, stop), (start, _) in pairwise(spans)]


def _skip(length_s: float) -> float:
    return SKIP_COST * min(1.0, length_s / LONG_PAUSE_S)
