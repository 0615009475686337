"""Captions: a spoken line becomes cues that can be read while it is heard.

A cue has one or two rows, begins with its first word and stays until its last has been
said and read; cues of a line never overlap, and together they hold its text verbatim.
They break where sentences or clauses end, if that is possible. Pure. Start reading at `cues`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from astragen.model.take import SpokenLine
from astragen.model.time import SAMPLE_RATE, samples_to_frames_up, seconds_to_frames
from astragen.model.timeline import Cue, CueWord

ROW = 38  # columns a row; broadcast practice is 37 to 42 (BBC Subtitle Guidelines, Netflix Timed Text Style Guide)
SHRINK = 0.75  # a row with one long word is set smaller, down to this
WIDE = ROW / 18  # columns of a Chinese, Japanese or Korean character: rows of 18 hold as much as people read at once
READING_CPS = 20.0  # columns a second that adults can read (Netflix)
HOLD_S = 0.3  # after the last word
MIN_S = 0.9  # below it a cue flashes (BBC: 0.3 s a word, and three words at least)
MAX_S = 7.0  # a cue that stands longer is read twice (Netflix)
GAP_FRAMES = 2  # between cues, so that the eye sees the change (Netflix)
CHAIN_S = 0.5  # a shorter pause between two cues flickers: the first stays until the gap (Netflix)

SENTENCE_ENDS = ".!?…。！？।॥؟۔።"
CLAUSE_ENDS = ",;:、，；：،؛–—"
CLOSERS = "\"'”’»›)]）」』】"
# What an end costs where it is put (as parts of a cue): the fewest cues, ending where the text pauses.
AT_SENTENCE, AT_CLAUSE, AT_WORD, AT_SMALL_WORD, IN_PHRASE, IN_WORD = 0.0, 0.3, 0.7, 0.9, 1.2, 2.5
SMALL_WORD = 3  # letters: articles, prepositions and conjunctions belong to what follows
OVER_SENTENCE = 0.5  # a cue that runs on into a sentence it does not finish
SHORT_COLUMNS = 12  # a cue of fewer is an orphan
SHORT_COST = 0.8
LONG_COST = 1.5  # of a cue longer than MAX_S: more than another cue

# Thai, Lao, Burmese and Khmer: no spaces between words, so that syllables stand for them.
SPACELESS = (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"))
VIRAMA, ASAT = 9, "\u103a"  # combining class of what joins two letters, and the one of it that does not
THAI_BEFORE, THAI_AFTER = "เแโใไເແໂໃໄ", "ะาำๅະາຳ"  # vowels written before and after their consonant


class _Piece(NamedTuple):
    """What no row breaks: a word with the space after it, or one wide character."""

    text: str
    columns: float  # without trailing space
    whole: float  # with it
    end_cost: float  # of ending a cue or a row after it
    goes_on: bool = False  # the next piece is of the same word, which was wider than a row
    start: int = 0  # when it is said, in samples from the line's start
    end: int = 0


def cues(
    line: SpokenLine,
    start_frame: int,
    fps: int,
    *,
    end_limit_frame: int,
    max_chars_per_row: int = ROW,
    max_rows: int = 2,
) -> tuple[Cue, ...]:
    """The line's captions, in frames of the film; rows are parted by a newline.

    The line's sound begins at *start_frame*; no cue lasts beyond *end_limit_frame*
    (exclusive: the start of the next line, or the film's end). Without word times the
    text is spread evenly over the line's length. *max_chars_per_row* counts Latin
    letters: a row of 38 has 18 Chinese, Japanese or Korean characters. Whitespace
    becomes single spaces. A line without text, or without a frame to stand in, has no cues.
    """
    text = " ".join(line.text.split())
    room = end_limit_frame - start_frame
    if not text or room < 1:
        return ()
    pieces = _timed(_pieces(text, max_chars_per_row), text, line)
    blocks = _segments(pieces, lambda first, end: _cue_cost(pieces[first:end], max_chars_per_row, max_rows))
    blocks = _no_more_than(blocks, room // (GAP_FRAMES + 1))
    spans = [_span(pieces[first:end], start_frame, fps) for first, end in blocks]
    rows = [_rows(pieces[first:end], max_chars_per_row) for first, end in blocks]
    times = _times(spans, start_frame, end_limit_frame, fps)
    return tuple(
        Cue(start=start, end=end, text=_text(block), words=_words(block, start_frame, fps))
        for (start, end), block in zip(times, rows, strict=True)
    )


# --- where to break ---------------------------------------------------------


def _pieces(text: str, row: int) -> list[_Piece]:
    """*text* in pieces; a word that is too wide for a row, even if it were set smaller, falls into its letters."""
    words: list[list[str]] = []
    for letter in _letters(text):
        if words and not _may_break(words[-1][-1], letter):
            words[-1].append(letter)
        else:
            words.append([letter])
    parts: list[str] = []
    goes_on: list[bool] = []
    for word in words:
        whole = "".join(word)
        limit = row if _is_spaceless(whole) else row / SHRINK
        parts += [whole] if _columns(whole.rstrip()) <= limit else word
        goes_on += [True] * (len(parts) - len(goes_on) - 1) + [False]
    return [
        _Piece(part, _columns(part.rstrip()), _columns(part), _end_cost(part, following), is_inside)
        for part, following, is_inside in zip(parts, [*parts[1:], ""], goes_on, strict=True)
    ]


def _is_spaceless(text: str) -> bool:
    return any(first <= char <= last for char in text for first, last in SPACELESS)


def _letters(text: str) -> list[str]:
    """Letters with the marks that belong to them; a Thai or Lao consonant without a vowel ends the one before it."""
    found: list[str] = []
    for place, char in enumerate(text):
        if found and (_is_mark(char) or _is_joiner(found[-1][-1]) or _is_final(text, place)):
            found[-1] += char
        else:
            found.append(char)
    return found


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf") or char in THAI_AFTER


def _is_joiner(char: str) -> bool:
    return char in THAI_BEFORE or char == "\u200d" or (unicodedata.combining(char) == VIRAMA and char != ASAT)


def _is_final(text: str, place: int) -> bool:
    """True for a Thai or Lao consonant that no vowel follows, and that does not open a syllable after one."""
    if not "\u0e01" <= text[place] <= "\u0eae" or text[place] in THAI_BEFORE:
        return False
    follows = text[place - 1] not in " ะำະຳ"
    return follows and not (place + 1 < len(text) and _is_mark(text[place + 1]))


def _may_break(before: str, after: str) -> bool:
    """True between words, and between wide characters, but never before a closing or after an opening mark."""
    if before[-1] == " ":
        return True
    if after[0] == " " or not (_is_wide(before[-1]) or _is_wide(after[0])):
        return False
    is_small_kana = "LETTER SMALL" in unicodedata.name(after[0], "")
    closes = unicodedata.category(after[0]) in ("Pe", "Pf", "Po", "Lm") or is_small_kana
    return not closes and unicodedata.category(before[-1]) not in ("Ps", "Pi", "Sc")


def _is_wide(char: str) -> bool:
    """True for Han characters, kana and their punctuation: scripts without spaces, and not Hangul or emoji."""
    is_wide = unicodedata.east_asian_width(char) in "WF" and unicodedata.category(char)[0] in "LPN"
    return is_wide and not unicodedata.name(char, "").startswith("HANGUL")


def _columns(text: str) -> float:
    return sum(_column(char) for char in text)


def _column(char: str) -> float:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0.0
    return WIDE if unicodedata.east_asian_width(char) in "WF" else 1.0


def _end_cost(part: str, following: str) -> float:
    """What it costs to end a row or a cue between *part* and the part *following*."""
    word = part.rstrip()
    last = word.rstrip(CLOSERS)[-1:]
    if last and last in SENTENCE_ENDS:
        return AT_SENTENCE
    if last and last in CLAUSE_ENDS:
        return AT_CLAUSE
    if part != word or not following:
        return AT_SMALL_WORD if len(word) <= SMALL_WORD else AT_WORD
    if _is_wide(last or " "):  # Japanese phrases end in hiragana, and mostly begin with another script
        return AT_WORD if _is_hiragana(last) and not _is_hiragana(following[0]) else IN_PHRASE
    return IN_WORD


def _is_hiragana(char: str) -> bool:
    return "\u3041" <= char <= "\u309f"


def _segments(pieces: Sequence[_Piece], cost: Callable[[int, int], float | None]) -> list[tuple[int, int]]:
    """The cheapest way to part *pieces* into segments (first, end).

    *cost(first, end)* is None for what does not fit; a single piece always does.
    """
    best: list[tuple[float, int]] = [(0.0, 0)]  # of all up to here: cost, where its last segment begins
    for end in range(1, len(pieces) + 1):
        ways = []
        for first in range(end - 1, -1, -1):
            price = cost(first, end)
            if price is None:
                break
            ways.append((best[first][0] + price, first))
        best.append(min(ways))
    bounds = [len(pieces)]
    while bounds[-1] > 0:
        bounds.append(best[bounds[-1]][1])
    return list(pairwise(reversed(bounds)))


def _cue_cost(block: Sequence[_Piece], row: int, max_rows: int) -> float | None:
    """What a cue of *block* costs beside others; None when it has too many rows."""
    if len(block) > 1 and _row_count(block, row) > max_rows:
        return None
    cost = 1.0 + block[-1].end_cost
    if block[-1].end_cost > AT_SENTENCE and any(piece.end_cost == AT_SENTENCE for piece in block[:-1]):
        cost += OVER_SENTENCE
    columns = sum(piece.whole for piece in block)
    cost += SHORT_COST * max(0.0, 1 - columns / SHORT_COLUMNS)
    spoken_s = (block[-1].end - block[0].start) / SAMPLE_RATE
    return cost + SHORT_COST * max(0.0, 1 - spoken_s / MIN_S) + LONG_COST * (spoken_s > MAX_S)


def _row_count(block: Sequence[_Piece], row: int) -> int:
    rows, used = 1, 0.0
    for piece in block:
        if used and used + piece.columns > row:
            rows, used = rows + 1, 0.0
        used += piece.whole
    return rows


def _rows(block: Sequence[_Piece], row: int) -> list[Sequence[_Piece]]:
    """The block in the fewest rows, even ones, broken where the text pauses."""

    def cost(first: int, end: int) -> float | None:
        columns = sum(piece.whole for piece in block[first : end - 1]) + block[end - 1].columns
        if columns > row and end - first > 1:
            return None
        pause = block[end - 1].end_cost if end < len(block) else 0.0
        return 10.0 + (1 - columns / row) ** 2 + 0.3 * pause  # 10: fewer rows before anything else

    return [block[first:end] for first, end in _segments(block, cost)]


def _text(rows: Sequence[Sequence[_Piece]]) -> str:
    return "\n".join("".join(piece.text for piece in row).strip() for row in rows)


def _no_more_than(blocks: list[tuple[int, int]], limit: int) -> list[tuple[int, int]]:
    """At most *limit* blocks (at least one): too little time for so much text puts the rest into the last."""
    limit = max(1, limit)
    return blocks if len(blocks) <= limit else [*blocks[: limit - 1], (blocks[limit - 1][0], blocks[-1][1])]


# --- when -------------------------------------------------------------------


def _timed(pieces: Sequence[_Piece], text: str, line: SpokenLine) -> list[_Piece]:
    """The pieces with the times of their words: known at words' ends, in proportion to the text between them."""
    known_places, known_samples = _known_times(text, line)
    inner = [_said(piece.text) for piece in pieces]
    offsets = np.cumsum([0, *(len(piece.text) for piece in pieces)])[:-1]
    starts = np.interp(offsets + [first for first, _ in inner], known_places, known_samples)
    ends = np.interp(offsets + [last for _, last in inner], known_places, known_samples)
    return [
        piece._replace(start=int(start), end=int(end)) for piece, start, end in zip(pieces, starts, ends, strict=True)
    ]


def _said(part: str) -> tuple[int, int]:
    """Where in *part* its first sound begins and its last ends: punctuation is a pause, not part of a word."""
    sounds = [place for place, char in enumerate(part) if unicodedata.category(char)[0] not in "PZC"]
    return (sounds[0], sounds[-1] + 1) if sounds else (0, len(part))


def _words(rows: Sequence[Sequence[_Piece]], start_frame: int, fps: int) -> tuple[CueWord, ...]:
    """The words of a cue's rows, in frames of the film; in scripts without spaces, syllables or characters."""
    return tuple(
        CueWord(
            text=word.text.rstrip(),
            start=start_frame + word.start * fps // SAMPLE_RATE,
            end=start_frame + samples_to_frames_up(word.end, fps),
        )
        for row in rows
        for piece in _united(row)
        for word in _syllables(piece)
        if word.text.strip()
    )


def _united(row: Sequence[_Piece]) -> list[_Piece]:
    """The row's pieces, those of one word made one again."""
    whole: list[_Piece] = []
    for piece in row:
        if whole and whole[-1].goes_on:
            whole[-1] = piece._replace(text=whole[-1].text + piece.text, start=whole[-1].start)
        else:
            whole.append(piece)
    return whole


def _syllables(piece: _Piece) -> list[_Piece]:
    """*piece* in syllables of equal speed, if it is of a script without spaces; else as it is."""
    if not _is_spaceless(piece.text):
        return [piece]
    parts = _letters(piece.text)
    bounds = np.cumsum([0, *(len(part) for part in parts)]) / len(piece.text) * (piece.end - piece.start)
    return [
        piece._replace(text=part, start=piece.start + int(start), end=piece.start + int(end))
        for part, (start, end) in zip(parts, pairwise(bounds), strict=True)
    ]


def _known_times(text: str, line: SpokenLine) -> tuple[list[int], list[int]]:
    """Places in *text* and the samples at which they are reached, both rising.

    Words that are not in the text as the voice gives them are passed over. Where a
    beginning or an end has no word, it is the line's own.
    """
    places: list[int] = []
    samples: list[int] = []
    place = 0
    for word in line.words:
        spoken = word.text.strip()
        found = text.find(spoken, place) if spoken else -1
        if found >= 0:
            place = found + len(spoken)
            places += [found, place]
            samples += [word.start, word.end]
    if not places or any(char.isalnum() for char in text[: places[0]]):
        places, samples = [0, *places], [0, *samples]
    if place == 0 or any(char.isalnum() for char in text[place:]):
        last = line.words[-1].end if line.words else line.samples
        places, samples = [*places, len(text)], [*samples, last]
    return places, list(accumulate(samples, max))


class _Span(NamedTuple):
    """When a cue's words are heard, in frames, and how many it takes to read them."""

    start: int
    end: int
    reading: int


def _span(block: Sequence[_Piece], start_frame: int, fps: int) -> _Span:
    columns = sum(piece.whole for piece in block)
    return _Span(
        start_frame + block[0].start * fps // SAMPLE_RATE,
        start_frame + samples_to_frames_up(block[-1].end, fps),
        seconds_to_frames(max(MIN_S, columns / READING_CPS), fps),
    )


def _times(spans: Sequence[_Span], start_frame: int, end_limit: int, fps: int) -> list[tuple[int, int]]:
    """When each cue shows: (start, end) in frames, never overlapping, GAP_FRAMES apart where there is room."""
    gap = GAP_FRAMES if end_limit - start_frame > len(spans) * (GAP_FRAMES + 1) else 0
    starts: list[int] = []
    for number, span in enumerate(spans):
        earliest = starts[-1] + gap + 1 if starts else start_frame
        latest = end_limit - (len(spans) - number - 1) * (gap + 1) - 1
        starts.append(min(max(span.start, earliest), latest))
    times = []
    for number, span in enumerate(spans):
        is_last = number + 1 == len(spans)
        limit = end_limit if is_last else starts[number + 1] - gap
        end = max(span.end + seconds_to_frames(HOLD_S, fps), starts[number] + span.reading)
        if not is_last and limit - end < seconds_to_frames(CHAIN_S, fps):
            end = limit
        times.append((starts[number], max(starts[number] + 1, min(end, limit))))
    return times
