"""Words as coverage: shaped by HarfBuzz, ordered by the Unicode bidirectional algorithm, filled by our own rasteriser.

Pillow shapes complex scripts only where libfribidi is on the system; this needs
nothing but wheels. One row at a time: `wrap` breaks text into rows, `measure` tells
a row's size, `letter` draws it. Any text is accepted: controls are dropped, what no
font has becomes an empty box (see `fonts.coverage`). Start reading at `letter`.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final, NamedTuple

import numpy as np
import uharfbuzz as hb
from bidi import get_base_level, get_display  # type: ignore[import-untyped]

from astragen.builtin.fonts import ASAT, ZWJ, Edges, Mask, Typeface, choose, clusters, fill, outline, script_of
from astragen.errors import InputError

SIZE_MAX: Final = 4000.0  # px to an em; no frame is larger
WIDTH_MAX: Final = 16_384  # px; a row is cut there
STACK_MAX: Final = 2.5  # em; marks piled further above or below the baseline are cut there
ELLIPSIS: Final = "…"

KEEPS: Final = "\u00a0\u2007\u202f"  # spaces that no row breaks at
ZERO_WIDTH_SPACE: Final = "\u200b"
HYPHENS: Final = "-\u2010–—"
# No row begins with the first or ends with the second of these (JIS X 4051), by Unicode category.
NOT_FIRST: Final = frozenset({"Pe", "Pf", "Po", "Lm", "Mn", "Mc", "Me"})
NOT_LAST: Final = frozenset({"Ps", "Pi", "Sc"})
# Thai and Lao vowels: written after their consonant, written before it, and those no consonant follows.
AFTER_CONSONANT: Final = "ะาๅะາ"
BEFORE_CONSONANT: Final = "เแโใไເແໂໃໄ"
ENDS_SYLLABLE: Final = "ะำະຳ"


class Lettering(NamedTuple):
    """One row of text as coverage.

    coverage: (height, width) float32 in [0, 1], cropped to the ink; (0, 0) when there is none.
    left, top: pixels from the pen's start to the first column (right positive), and from the
        baseline up to the first row's upper edge: paste at (x + left, y - top).
    advance: how far the pen moved, px.
    """

    coverage: Mask
    left: int
    top: int
    advance: float


class _Glyph(NamedTuple):
    face: Typeface
    glyph: int
    x: float  # em, from the row's start
    y: float  # em, up
    place: int = 0  # in the row's text, of the first character it draws


class _Row(NamedTuple):
    """A shaped row in em: glyphs in visual order, and the extents of the fonts they are from."""

    glyphs: tuple[_Glyph, ...]
    advance: float
    ascent: float
    descent: float


def measure(
    text: str, size_px: float, *, family: str = "sans", weight: int = 600, language: str = "en"
) -> tuple[float, float, float]:
    """Width, ascent and descent of *text* as one row, in px, all positive.

    Ascent and descent are those of the tallest font in the row, not of its ink.

    Raises:
        InputError: *size_px* out of range, or no such family.
    """
    _check_size(size_px)
    row = _shape(clean(text), family, weight, language)
    return row.advance * size_px, row.ascent * size_px, row.descent * size_px


@lru_cache(maxsize=64)
def letter(
    text: str, size_px: float, *, family: str = "sans", weight: int = 600, language: str = "en", shift: float = 0.0
) -> Lettering:
    """Draw *text* as one row of *size_px* pixels to an em; the arrays are shared and read-only.

    *weight* goes from 100 (thin) to 900 (black), as far as the fonts do. *shift* is how far
    the pen starts to the right of a pixel's edge, in px, from 0 to 1.

    Raises:
        InputError: *size_px* out of range, or no such family.
    """
    _check_size(size_px)
    row = _shape(clean(text), family, weight, language)
    return _draw(row, size_px, shift)


@lru_cache(maxsize=16)
def letter_part(
    text: str, start: int, end: int, size_px: float, *, family: str = "sans", weight: int = 600, language: str = "en"
) -> Lettering:
    """As `letter`, but only the characters from *start* to *end* (exclusive) are drawn, where they stand in the row.

    Places count in what `clean` leaves of *text*. Letters joined over *start* or *end* go with the first of them.

    Raises:
        InputError: *size_px* out of range, or no such family.
    """
    _check_size(size_px)
    row = _shape(clean(text), family, weight, language)
    return _draw(row._replace(glyphs=tuple(one for one in row.glyphs if start <= one.place < end)), size_px, 0.0)


def _check_size(size_px: float) -> None:
    if not 0 < size_px <= SIZE_MAX:  # also refuses NaN
        raise InputError(f"Text of {size_px} px cannot be drawn; sizes go from 1 to {SIZE_MAX:.0f} px.")


def clean(text: str) -> str:
    """*text* without what cannot be drawn: controls and lone surrogates dropped, any white space a space.

    No-break and other special spaces stay as they are.
    """
    kept = (" " if char in "\n\r\t\v\f\x85\u2028\u2029" else char for char in text)
    return "".join(char for char in kept if unicodedata.category(char) not in ("Cc", "Cs"))


# --- shaping ----------------------------------------------------------------


@lru_cache(maxsize=2048)
def _shape(text: str, family: str, weight: int, language: str) -> _Row:
    language = _language_of(text, language)
    faces, scripts = _itemise(text, family, weight, language)
    glyphs: list[_Glyph] = []
    pen = 0.0
    for start, end, is_rtl in _direction_runs(text, language):
        pieces = _pieces(faces, scripts, start, end)
        for first, last in reversed(pieces) if is_rtl else pieces:
            face = faces[first]
            buffer = _shaped(text, first, last, scripts[first], language, is_rtl, face)
            for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
                x, y = position.x_offset / face.units_per_em, position.y_offset / face.units_per_em
                glyphs.append(_Glyph(face, info.codepoint, pen + x, y, info.cluster))
                pen += position.x_advance / face.units_per_em
    used = set(faces) or {choose("x", "Latn", family, weight, language)}
    return _Row(tuple(glyphs), pen, max(face.ascent for face in used), max(face.descent for face in used))


def _shaped(text: str, first: int, last: int, script: str, language: str, is_rtl: bool, face: Typeface) -> hb.Buffer:
    """One run, shaped with its neighbours as context, so that Arabic joins across a change of font."""
    buffer = hb.Buffer()
    buffer.add_codepoints([ord(char) for char in text], item_offset=first, item_length=last - first)
    buffer.direction = "rtl" if is_rtl else "ltr"
    buffer.script = script
    buffer.language = language
    hb.shape(face.font, buffer)
    return buffer


def _language_of(text: str, language: str) -> str:
    """*language*, unless the text shows another: kana are Japanese, Hangul is Korean, whatever the film's language."""
    if language.partition("-")[0] in ("ja", "ko", "zh", "yue"):
        return language
    scripts = {script_of(char) for char in text if char > "\u1100"}
    if scripts & {"Hira", "Kana"}:
        return "ja"
    return "ko" if "Hang" in scripts else language


def _itemise(text: str, family: str, weight: int, language: str) -> tuple[list[Typeface], list[str]]:
    """The typeface and script of every character: marks have their base's, shared characters their neighbour's."""
    faces: list[Typeface] = []
    scripts: list[str] = []
    script = next(filter(None, map(script_of, text)), "Latn")
    for cluster in clusters(text):
        script = next(filter(None, map(script_of, cluster)), script)
        face = choose(cluster, script, family, weight, language)
        faces += [face] * len(cluster)
        scripts += [script] * len(cluster)
    return faces, scripts


def _pieces(faces: list[Typeface], scripts: list[str], start: int, end: int) -> list[tuple[int, int]]:
    """Stretches of [start, end) with one typeface and script each, in the text's order."""
    found = []
    for _, places in groupby(range(start, end), key=lambda place: (faces[place].name, scripts[place])):
        inside = list(places)
        found.append((inside[0], inside[-1] + 1))
    return found


# --- direction --------------------------------------------------------------

# get_display returns the characters in visual order but not where each was. So every character
# is followed by two tag characters that count it: the bidirectional algorithm ignores them
# (class BN) and carries each along with its character (UAX #9, section 5.2). A mark of the
# row's own direction ends the row, so that the last counters are not taken for trailing space (L1).
_TAGS: Final = 48
_HIGH: Final = {chr(0xE0020 + digit): digit * _TAGS for digit in range(_TAGS)}
_LOW: Final = {chr(0xE0050 + digit): digit for digit in range(_TAGS)}
_DIGITS: Final = {**_HIGH, **_LOW}
_COUNTERS: Final = tuple(high + low for high in _HIGH for low in _LOW)
_MARK: Final = {"L": "\u200e", "R": "\u200f"}
RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "FSI"})  # Unicode bidirectional classes
RTL_LANGUAGES: Final = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "ckb", "dv"})


def _direction_runs(text: str, language: str) -> list[tuple[int, int, bool]]:
    """The runs of *text* in visual order, left to right: (start, end, is_rtl), start < end in the text's order."""
    if not any(unicodedata.bidirectional(char) in RIGHT_TO_LEFT for char in text):
        return [(0, len(text), False)] if text else []
    order = _visual_order(text, _base_direction(text, language))
    runs: list[list[int]] = []
    for place in order:
        run = runs[-1] if runs else []
        step = place - run[-1] if run else 0
        if abs(step) == 1 and (len(run) == 1 or step == run[-1] - run[-2]):
            run.append(place)
        else:
            runs.append([place])
    return [(min(run), max(run) + 1, _is_rtl(text, run)) for run in runs]


def _is_rtl(text: str, run: list[int]) -> bool:
    if len(run) > 1:
        return run[0] > run[-1]
    return unicodedata.bidirectional(text[run[0]]) in ("R", "AL")


def _base_direction(text: str, language: str) -> str | None:
    """Right to left ("R") for text of such a language that has any such letter; None: by its first letter."""
    has_rtl = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    return "R" if has_rtl and language.partition("-")[0] in RTL_LANGUAGES else None


def _visual_order(text: str, base: str | None) -> list[int]:
    """Places of *text*'s characters from left to right (UAX #9)."""
    base = base or "LR"[get_base_level(text)]
    order: list[int] = []
    for begin in range(0, len(text), len(_COUNTERS)):  # a longer row is ordered piece by piece
        part = text[begin : begin + len(_COUNTERS)]
        counted = "".join((ZWJ if char in _DIGITS else char) + _COUNTERS[place] for place, char in enumerate(part))
        digits = [_DIGITS[char] for char in str(get_display(counted + _MARK[base], base_dir=base)) if char in _DIGITS]
        order += [begin + one + other for one, other in zip(digits[::2], digits[1::2], strict=True)]
    return order


# --- drawing ----------------------------------------------------------------


def trace(text: str, *, family: str = "sans", weight: int = 600, language: str = "en") -> Edges:
    """The outline of *text* as one row: (n, 4) float32 of x0, y0, x1, y1 in em, y down, the pen starting at (0, 0).

    For `fonts.fill`, which fills the row's letters together, so that joined ones have no seams.

    Raises:
        InputError: no such family.
    """
    return _edges(_shape(clean(text), family, weight, language))


def _edges(row: _Row) -> Edges:
    parts = [
        outline(glyph.face, glyph.glyph) + np.array([glyph.x, -glyph.y, glyph.x, -glyph.y], np.float32)
        for glyph in row.glyphs
    ]
    return np.concatenate(parts) if parts else np.empty((0, 4), np.float32)


def _draw(row: _Row, size_px: float, shift: float) -> Lettering:
    edges = _edges(row) * np.float32(size_px) + np.array([shift, 0, shift, 0], np.float32)
    advance = row.advance * size_px
    if not len(edges):
        return Lettering(_frozen(np.empty((0, 0), np.float32)), 0, 0, advance)
    left, top, right, bottom = _box(edges, size_px)
    coverage = fill(edges - np.array([left, top, left, top], np.float32), right - left, bottom - top)
    return Lettering(_frozen(coverage), left, -top, advance)


def _box(edges: Edges, size_px: float) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the ink in whole pixels, within the limits."""
    xs, ys = edges[:, ::2], edges[:, 1::2]
    left, right = math.floor(xs.min()), math.ceil(xs.max())
    reach = math.ceil(STACK_MAX * size_px)
    top, bottom = max(math.floor(ys.min()), -reach), min(math.ceil(ys.max()), reach)
    return left, top, max(left + 1, min(right, left + WIDTH_MAX)), max(top + 1, bottom)


def _frozen(coverage: Mask) -> Mask:
    coverage.setflags(write=False)
    return coverage


# --- breaking into rows -----------------------------------------------------


def wrap(
    text: str,
    size_px: float,
    max_width: float,
    *,
    family: str = "sans",
    weight: int = 600,
    language: str = "en",
    max_lines: int | None = None,
) -> tuple[str, ...]:
    """Break *text* into rows no wider than *max_width* px, as even as they can be.

    Breaks come at spaces, between Chinese or Japanese characters (no row begins with a
    closing mark), and inside a word only where it is wider than a row; in Thai, Lao,
    Khmer and Burmese, which have no spaces, between letters with their marks. With
    *max_lines*, text that does not fit ends in an ellipsis. No text gives no rows.

    Raises:
        InputError: *size_px* out of range, or no such family.
    """
    _check_size(size_px)

    def width(part: str) -> float:
        return measure(part, size_px, family=family, weight=weight, language=language)[0]

    pieces = [piece for atom in atoms(clean(text)) for piece in _fitting(atom, width, max_width)]
    widths = [(width(piece), width(piece.rstrip())) for piece in pieces]
    rows = ["".join(pieces[first:last]).strip() for first, last in _even_rows(widths, max_width)]
    if max_lines is not None and len(rows) > max_lines:
        return _shortened(rows[:max_lines], width, max_width)
    return tuple(row for row in rows if row)


def _fitting(atom: str, width: Callable[[str], float], max_width: float) -> list[str]:
    """*atom*, or its parts when it is wider than a row: syllables where they show, else letters with their marks."""
    parts = [atom]
    for is_break in (_begins_syllable, _begins_letter, _is_anything):
        parts = [
            piece
            for part in parts
            for piece in ([part] if width(part.rstrip()) <= max_width else _split(clusters(part), is_break))
        ]
    return parts


def _split(parts: list[str], is_break: Callable[[str, str], bool]) -> list[str]:
    """Join *parts* again, but where *is_break* says of what is before and what comes."""
    joined: list[str] = []
    for part in parts:
        if joined and not is_break(joined[-1], part):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _begins_syllable(before: str, after: str) -> bool:
    return after[0] in BEFORE_CONSONANT or before[-1] in ENDS_SYLLABLE


def _begins_letter(before: str, after: str) -> bool:
    """In Thai and Lao, a consonant without a vowel is more often the end of a syllable than its start."""
    if unicodedata.category(after[0]) in NOT_FIRST or ASAT in after:
        return False
    if script_of(after[0]) in ("Thai", "Laoo") and len(after) == 1:
        return False
    return before[-1] not in BEFORE_CONSONANT and unicodedata.category(before[-1]) not in NOT_LAST


def _is_anything(before: str, after: str) -> bool:
    return bool(before and after)


def _even_rows(widths: list[tuple[float, float]], max_width: float) -> list[tuple[int, int]]:
    """The pieces of each row as (first, one past the last): the fewest rows, and of these the most even.

    *widths* are with and without trailing space. Even: the sum of the squared space left over is least.
    """
    begin = [0] * (len(widths) + 1)  # of the row that ends here, in the best way to get here
    best = [(0, 0.0)]  # rows, raggedness
    for end in range(1, len(widths) + 1):
        ways, used = [], 0.0
        for first in range(end - 1, -1, -1):
            ink = widths[end - 1][1] + used
            if ink > max_width and first < end - 1:
                break
            rows, ragged = best[first]
            ways.append((rows + 1, ragged + (max_width - ink) ** 2, first))
            used += widths[first - 1][0] if first else 0.0
        best.append(min(ways)[:2])
        begin[end] = min(ways)[2]
    bounds = [len(widths)]
    while bounds[-1] > 0:
        bounds.append(begin[bounds[-1]])
    bounds.reverse()
    return list(pairwise(bounds))


def _shortened(rows: list[str], width: Callable[[str], float], max_width: float) -> tuple[str, ...]:
    """*rows* with an ellipsis at their end."""
    last = clusters(rows[-1])
    while last and width("".join(last).rstrip() + ELLIPSIS) > max_width:
        last.pop()
    return (*rows[:-1], "".join(last).rstrip(" .,;:") + ELLIPSIS)


def atoms(text: str) -> list[str]:
    """The pieces of *text* between which a row may break: words with the space after them, Han characters, kana."""
    return _split(clusters(text), _may_break)


def _may_break(before: str, after: str) -> bool:
    last, first = before[-1], after[0]
    if _is_space(first):
        return False
    if _is_space(last):
        return bool(before.strip())
    if last in HYPHENS and len(before) > 1:
        return first.isalpha() and before[-2].isalnum()
    if not (_is_syllable(last) or _is_syllable(first)):
        return False
    is_small = "LETTER SMALL" in unicodedata.name(first, "") and _is_syllable(first)
    return not is_small and unicodedata.category(first) not in NOT_FIRST and unicodedata.category(last) not in NOT_LAST


def _is_space(char: str) -> bool:
    return (char.isspace() and char not in KEEPS) or char == ZERO_WIDTH_SPACE


def _is_syllable(char: str) -> bool:
    """True for Han characters, kana and their full-width punctuation: a row may break between any two of these."""
    is_wide = unicodedata.east_asian_width(char) in "WF" and unicodedata.category(char)[0] in "LPN"
    return is_wide and script_of(char) != "Hang"
