"""Icons: a noun as a flat black shape.

`data/icons.json` names for each noun a picture of Material Design Icons (solid
shapes) or, where that font has none of it, an emoji (line drawings, one colour).
A noun that would get another sense (a dog is no hot dog, Mastodon is no animal)
gets no icon at all. Start reading at `find_icon`.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np

from astragen.builtin.fonts import Edges, Mask, fill, icon_typeface, outline
from astragen.builtin.lettering import trace
from astragen.errors import InputError

SIZE_MAX: Final = 4096  # px
LIVE: Final = 20 / 24  # of the square that a picture fills at most (the icon font's own grid)
EMOJI_WEIGHT: Final = 700  # the boldest of the emoji font, nearest to the solid icons
FONT_PREFIX: Final = "mdi:"
EMOJI_PREFIX: Final = "emoji:"


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads((resources.files("astragen.data") / "icons.json").read_text("utf-8"))
    return table


@lru_cache(maxsize=4096)
def find_icon(noun: str) -> str | None:
    """The name of the icon that shows *noun*, for `icon`, or None: rather none than a wrong one.

    Looks *noun* up as it is and in the singular: among the curated nouns and their
    synonyms, then among the icon font's own names that mean what they say.
    """
    words = " ".join(noun.lower().replace("_", " ").split())
    return next(filter(None, map(_look_up, _singulars(words))), None)


def drawn_nouns() -> frozenset[str]:
    """The curated nouns and their synonyms; the icon font's own names are not among them."""
    table = _table()
    return frozenset(table["icons"]) | frozenset(table["synonyms"])


def _look_up(words: str) -> str | None:
    table = _table()
    picture = table["icons"].get(table["synonyms"].get(words, words))
    if picture is not None:
        return f"{FONT_PREFIX}{picture}" if picture.isascii() else f"{EMOJI_PREFIX}{picture}"
    name = words.replace(" ", "-")
    if name in table["never"] or not name or _glyph(name) is None:
        return None
    return f"{FONT_PREFIX}{name}"


def _singulars(words: str) -> list[str]:
    """*words*, then what they may be the plural of."""
    endings = (("ies", "y"), ("ves", "f"), ("es", ""), ("s", ""))
    return [words, *(words[: -len(plural)] + single for plural, single in endings if words.endswith(plural))]


@lru_cache(maxsize=128)
def icon(name: str, size_px: int) -> Mask | None:
    """The picture as coverage: (size_px, size_px) float32 in [0, 1], read-only; None when there is none.

    *name* is what `find_icon` gave, or a noun.

    Raises:
        InputError: *size_px* out of range.
        SettingsError: the icon font is not installed.
    """
    if not 1 <= size_px <= SIZE_MAX:
        raise InputError(f"An icon of {size_px} px cannot be drawn; sizes go from 1 to {SIZE_MAX} px.")
    found = name if name.startswith((FONT_PREFIX, EMOJI_PREFIX)) else find_icon(name)
    edges = None if found is None else _edges(found)
    if edges is None:
        return None
    coverage = fill(edges * np.float32(size_px), size_px, size_px)
    coverage.setflags(write=False)
    return coverage


def _edges(name: str) -> Edges | None:
    """The outline of a picture in a unit square, y down."""
    if name.startswith(EMOJI_PREFIX):
        return _emoji_edges(name.removeprefix(EMOJI_PREFIX))
    glyph = _glyph(name.removeprefix(FONT_PREFIX))
    if glyph is None:
        return None
    face = icon_typeface()
    return outline(face, glyph) + np.array([0, face.ascent, 0, face.ascent], np.float32)


def _emoji_edges(emoji: str) -> Edges | None:
    """An emoji, centred and as large as the other icons, whatever room its font gives it."""
    edges = trace(emoji, weight=EMOJI_WEIGHT)
    if not len(edges):
        return None
    low = edges.min(axis=0).reshape(2, 2).min(axis=0)
    high = edges.max(axis=0).reshape(2, 2).max(axis=0)
    scale = LIVE / float((high - low).max())
    middle = np.tile((low + high) / 2, 2)
    return np.asarray((edges - middle) * scale + 0.5, np.float32)


def _glyph(name: str) -> int | None:
    """The icon font's glyph of that name; its first glyph is the empty box, never an icon."""
    glyph = icon_typeface().font.get_glyph_from_name(name)
    return glyph or None
