"""Fonts: which installed one draws a character, and its glyphs as outlines and as coverage.

`data/fonts.json` maps scripts and languages to font files of installed packages;
a font is opened when its first character is drawn. Chinese, Japanese and Korean
come with an extra (`astragen[cjk]`): what no installed font has, `coverage`
tells. Start reading at `choose`.
"""

from __future__ import annotations

import json
import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray

from astragen.errors import InputError, SettingsError

FLATNESS: Final = 1 / 4000  # em; a flattened curve is never further from the true one: 0.1 px at 400 px
EMOJI_FIRST: Final = 0x1F000  # from here on a character is a picture before it is text (Unicode, emoji-data.txt)
EMOJI_STYLE: Final = "\ufe0f"  # variation selector 16: "as emoji" (UTS #51)
WORD_SCRIPTS: Final = frozenset({"Latn", "Grek", "Cyrl"})  # what every family's own fonts draw

ZWJ: Final = "\u200d"
VIRAMA: Final = 9  # canonical combining class of what joins two letters (Unicode, section 4.3)
VOWELS_AFTER: Final = "ะาำๅະາຳ"  # Thai and Lao: letters to Unicode, but part of the consonant before them
ASAT: Final = "\u103a"  # the one of that class that ends a syllable instead (Burmese)

Mask = NDArray[np.float32]
Edges = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Typeface:
    """An opened font at one weight. `ascent` and `descent` are positive, in em."""

    name: str
    font: Any  # uharfbuzz.Font, scaled to units_per_em; the package has no types
    units_per_em: int
    ascent: float
    descent: float

    def covers(self, text: str) -> bool:
        """True when every visible character of *text* has a glyph, as written or composed (NFC)."""
        return any(
            all(is_invisible(char) or self.font.get_nominal_glyph(ord(char)) is not None for char in form)
            for form in {text, unicodedata.normalize("NFC", text)}
        )


@lru_cache(maxsize=1)
def _index() -> dict[str, Any]:
    index: dict[str, Any] = json.loads((resources.files("astragen.data") / "fonts.json").read_text("utf-8"))
    return index


def families() -> tuple[str, ...]:
    """The families that text can be set in."""
    return tuple(_index()["families"])


@lru_cache(maxsize=256)
def typeface(name: str, weight: int, optical_size: float) -> Typeface | None:
    """Open the font *name* of the index, or None when its package is not installed.

    *weight* (100 to 900) and *optical_size* (points) are brought into the font's own ranges.
    """
    return _open(name, _index()["fonts"][name], {"wght": weight, "opsz": optical_size})


@lru_cache(maxsize=1)
def icon_typeface() -> Typeface:
    """The font of Material Design Icons; its glyph names are the icons' names.

    Raises:
        SettingsError: the icon font's package is not installed.
    """
    face = _open("icons", _index()["icons"], {})
    if face is None:
        raise _missing(_index()["icons"]["package"])
    return face


def _open(name: str, entry: dict[str, str], axes: dict[str, float]) -> Typeface | None:
    if find_spec(entry["package"]) is None:
        return None
    with resources.as_file(resources.files(entry["package"]) / entry["file"]) as path:
        face = hb.Face(hb.Blob.from_file_path(str(path)))
    font = hb.Font(face)
    font.set_variations(
        {
            axis.tag: min(max(axes[axis.tag], axis.min_value), axis.max_value)
            for axis in face.axis_infos
            if axis.tag in axes
        }
    )
    extents = font.get_font_extents("ltr")
    return Typeface(name, font, face.upem, extents.ascender / face.upem, -extents.descender / face.upem)


def _missing(package: str) -> SettingsError:
    return SettingsError(
        f'The fonts of "{package}" are not installed.', hint="Install astragen again with its dependencies."
    )


@lru_cache(maxsize=8192)
def choose(cluster: str, script: str, family: str, weight: int, language: str) -> Typeface:
    """The typeface that draws *cluster*: a character with its marks, or an emoji sequence.

    First the fonts of its script, then the family's, then any other that has it. When
    none has all of it, one that has its first character; when none has even that, the
    family's first, which draws its empty box.

    Raises:
        InputError: no such family.
        SettingsError: not even the family's first font is installed.
    """
    names = _order(cluster, script, family, language)
    optical_size = float(_index()["families"][family]["optical_size"])
    for wanted in dict.fromkeys((cluster, cluster[:1])):
        for name in names:
            face = typeface(name, weight, optical_size)
            if face is not None and face.covers(wanted):
                return face
    first = _index()["families"][family]["fonts"][0]
    face = typeface(first, weight, optical_size)
    if face is None:
        raise _missing(_index()["fonts"][first]["package"])
    return face


def _order(cluster: str, script: str, family: str, language: str) -> tuple[str, ...]:
    index = _index()
    if family not in index["families"]:
        raise InputError(f'There is no font family "{family}".', hint=f"Choose one of: {', '.join(families())}.")
    own = [] if script in WORD_SCRIPTS else list(index["scripts"].get(script, ()))
    if script == "Hani":
        own = [*_han(language), *own]
    if EMOJI_STYLE in cluster or ord(cluster[0]) >= EMOJI_FIRST:
        own = [index["emoji"], *own]
    return tuple(dict.fromkeys([*own, *index["families"][family]["fonts"], *index["fonts"]]))


def _han(language: str) -> list[str]:
    """Fonts with the shapes of Han characters that readers of *language* expect; longest tag first."""
    tag = language.lower()
    while tag:
        if tag in _index()["han"]:
            return list(_index()["han"][tag])
        tag = tag.rpartition("-")[0]
    return []


def coverage(text: str, language: str = "en") -> tuple[str, ...]:
    """The characters of *text* that no installed font has, each once, in order."""
    return tuple(
        char
        for char in dict.fromkeys(text)
        if not is_invisible(char) and not choose(char, script_of(char) or "Latn", "sans", 400, language).covers(char)
    )


@lru_cache(maxsize=1024)
def legible(text: str, language: str = "en") -> str:
    """*text* without the characters that would be drawn as empty boxes: no installed font has them with their base."""
    kept = []
    for cluster in clusters(text):
        script = next(filter(None, map(script_of, cluster)), "Latn")
        face = choose(cluster, script, "sans", 400, language)
        kept.append(cluster if face.covers(cluster) else "".join(filter(face.covers, cluster)))
    return "".join(kept)


def advice(missing: tuple[str, ...]) -> str:
    """What to install so that *missing* (see `coverage`) can be drawn; empty when nothing known would help."""
    index = _index()
    packages = {
        index["fonts"][name]["package"]
        for char in missing
        for name in index["scripts"].get(script_of(char) or "", ())
        if index["fonts"][name]["package"] in index["extras"]
    }
    return " ".join(f"pip install 'astragen[{extra}]'" for extra in sorted(index["extras"][name] for name in packages))


@lru_cache(maxsize=8192)
def script_of(char: str) -> str | None:
    """The ISO 15924 tag of *char*'s script ("Latn", "Arab", ...), or None for what all scripts share."""
    buffer = hb.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    script: str | None = buffer.script
    return script


@lru_cache(maxsize=8192)
def is_invisible(char: str) -> bool:
    """True for what shows nothing by itself: spaces, controls, joiners, variation selectors, tags."""
    return (
        char.isspace()
        or unicodedata.category(char) in ("Cc", "Cf", "Cs")
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
        or char in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # other Default_Ignorable_Code_Points
    )


def clusters(text: str) -> list[str]:
    """What readers see as single letters: a base with its marks, a conjunct, an emoji sequence (after UAX #29)."""
    found: list[str] = []
    for char in text:
        if found and _clings(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _clings(cluster: str, char: str) -> bool:
    """True when *char* belongs to the *cluster* before it."""
    if unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf") or char in VOWELS_AFTER:
        return True
    if cluster[-1] == ZWJ or "\U0001f3fb" <= char <= "\U0001f3ff":  # the latter: skin tones
        return True
    if "\U0001f1e6" <= char <= "\U0001f1ff":  # two of these letters make a flag
        return len(cluster) == 1 and "\U0001f1e6" <= cluster <= "\U0001f1ff"
    if "\u1160" <= char <= "\u11ff":  # vowels and finals of decomposed Hangul
        return script_of(cluster[0]) == "Hang"
    joins = unicodedata.combining(cluster[-1]) == VIRAMA and cluster[-1] != ASAT
    return joins and char.isalpha()


@lru_cache(maxsize=4096)
def outline(face: Typeface, glyph: int) -> Edges:
    """The glyph's outline as straight edges: (n, 4) float32 of x0, y0, x1, y1 in em, y down, origin on the baseline.

    Closed contours, turned so that filled areas wind positively whatever the font's own habit.
    """
    pen = _Pen(FLATNESS * face.units_per_em)
    face.font.draw_glyph(glyph, _draw_funcs(), pen)
    edges = np.array(pen.edges, np.float32).reshape(-1, 4) / np.float32(face.units_per_em)
    edges[:, 1::2] *= -1
    area = float(np.sum(edges[:, 0] * edges[:, 3] - edges[:, 2] * edges[:, 1]))
    if area < 0:
        edges = edges[:, [2, 3, 0, 1]]
    edges = np.ascontiguousarray(edges)
    edges.setflags(write=False)
    return edges


class _Pen:
    """Collects a glyph's contours as straight edges in font units."""

    def __init__(self, flatness: float) -> None:
        self.flatness = flatness
        self.edges: list[tuple[float, float, float, float]] = []
        self.at = self.begin = (0.0, 0.0)

    def move(self, x: float, y: float) -> None:
        self.at = self.begin = (x, y)

    def line(self, x: float, y: float) -> None:
        self.edges.append((*self.at, x, y))
        self.at = (x, y)

    def curve(self, *points: tuple[float, float]) -> None:
        """A Bézier curve of any degree through control *points*, in steps by Wang's formula."""
        bezier = np.array([self.at, *points])
        degree = len(points)
        bend = float(np.hypot(*np.diff(bezier, n=2, axis=0).T).max())
        steps = max(1, math.ceil(math.sqrt(degree * (degree - 1) * bend / (8 * self.flatness))))
        t = np.arange(1, steps + 1)[:, None] / steps
        basis = [math.comb(degree, k) * t**k * (1 - t) ** (degree - k) for k in range(degree + 1)]
        for x, y in sum(weight * point for weight, point in zip(basis, bezier, strict=True)):
            self.line(float(x), float(y))

    def close(self) -> None:
        if self.at != self.begin:
            self.line(*self.begin)


@lru_cache(maxsize=1)
def _draw_funcs() -> Any:  # noqa: ANN401  (uharfbuzz.DrawFuncs; the package has no types)
    funcs = hb.DrawFuncs()
    funcs.set_move_to_func(lambda x, y, pen: pen.move(x, y))
    funcs.set_line_to_func(lambda x, y, pen: pen.line(x, y))
    funcs.set_quadratic_to_func(lambda x1, y1, x, y, pen: pen.curve((x1, y1), (x, y)))
    funcs.set_cubic_to_func(lambda x1, y1, x2, y2, x, y, pen: pen.curve((x1, y1), (x2, y2), (x, y)))
    funcs.set_close_path_func(lambda pen: pen.close())
    return funcs


def fill(edges: Edges, width: int, height: int) -> Mask:
    """Coverage of the area that *edges* wind around (non-zero rule): (height, width) float32 in [0, 1].

    *edges*: (n, 4) of x0, y0, x1, y1 in px, y down, of closed contours in any order.
    Exact along x; along y, 4 to 16 scanlines a pixel, more where the picture is small.
    """
    rows = int(np.clip(800 // max(height, 1), 4, 16))
    pitch = width + 2  # a crossing at the right edge still has two cells
    lines, signs, xs = _crossings(edges, height * rows, rows)
    xs = np.clip(xs, 0, width)
    columns = xs.astype(np.int64)
    shares = signs * (xs - columns)
    cells = lines * pitch + columns
    turns = np.bincount(
        np.concatenate([cells, cells + 1]), np.concatenate([signs - shares, shares]), height * rows * pitch
    )
    winding = np.cumsum(turns.reshape(-1, pitch), axis=1, dtype=np.float32)
    np.minimum(np.abs(winding, out=winding), 1, out=winding)
    coverage: Mask = winding.reshape(height, rows, pitch)[:, :, :width].mean(axis=1, dtype=np.float32)
    return coverage


def _crossings(edges: Edges, line_count: int, rows: int) -> tuple[NDArray[np.int64], Mask, Mask]:
    """Where the edges cross the middles of the scanlines: line numbers, directions (+1 down, -1 up), x."""
    x0, y0, x1, y1 = edges.T.astype(np.float64)
    y0, y1 = y0 * rows, y1 * rows
    first = np.clip(np.ceil(np.minimum(y0, y1) - 0.5), 0, line_count).astype(np.int64)
    last = np.clip(np.ceil(np.maximum(y0, y1) - 0.5), 0, line_count).astype(np.int64)
    counts = last - first
    edge = np.repeat(np.arange(len(edges)), counts)
    lines = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    slope = np.divide(x1 - x0, y1 - y0, out=np.zeros_like(x0), where=y1 != y0)
    xs = x0[edge] + (lines + 0.5 - y0[edge]) * slope[edge]
    return lines, np.sign(y1 - y0)[edge].astype(np.float32), xs.astype(np.float32)
