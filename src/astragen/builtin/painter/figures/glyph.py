"""Everything else: an icon as a lit body, with the icon's own cut lines as marks on it.

`data/painter/figures/glyphs.json` says of what colour and how large the thing is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from astragen.builtin.icons import find_icon, icon
from astragen.builtin.painter.colour import F32, U8, rgb
from astragen.builtin.painter.figures.drawing import parts_of
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.words import forms
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.tables import read_table

_TRACE_PX = 320  # size at which an icon is traced; its outline is smoothed after
_HEIGHT = 0.45  # m; large enough to read beside a person, small enough to be a thing
_CUT = 0.65  # brightness of the cut lines where the table names no colour


def has_glyph(noun: str) -> bool:
    """There is an icon for *noun*."""
    return find_icon(noun) is not None


@lru_cache(maxsize=64)
def _traced(name: str) -> tuple[tuple[F32, ...], tuple[tuple[F32, ...], ...]]:
    """The hull of an icon, and its cut regions by depth (a region, what is inside it, ...); unit height, y up."""
    drawn = icon(name, _TRACE_PX)
    if drawn is None:
        return (), ()
    border = _TRACE_PX // 8
    solid = np.asarray(
        cv2.copyMakeBorder(
            (np.asarray(drawn) > 0.5).astype(np.uint8), border, border, border, border, cv2.BORDER_CONSTANT, value=0
        ),
        np.uint8,
    )
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * (_TRACE_PX // 22) + 1,) * 2)
    closed = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, kernel)
    outer, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = np.zeros_like(closed)
    cv2.drawContours(hull, outer, -1, 1, cv2.FILLED)
    cuts = np.asarray(
        cv2.morphologyEx(hull - np.minimum(solid, hull), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8
    )
    rows = np.flatnonzero(hull.any(1))
    columns = np.flatnonzero(hull.any(0))
    low, tall = float(rows[-1] + 1), float(rows[-1] + 1 - rows[0])
    middle = float(columns[0] + columns[-1]) / 2

    def metres(contour: np.ndarray) -> F32:
        points = _smooth(contour[:, 0].astype(np.float32))
        return np.column_stack([(points[:, 0] - middle) / tall, (low - points[:, 1]) / tall]).astype(np.float32)

    return tuple(metres(one) for one in outer if len(one) > 8), _nested(cuts, metres)


def _nested(cuts: U8, metres: Any) -> tuple[tuple[F32, ...], ...]:  # noqa: ANN401  (a local function)
    """Contours of *cuts* by depth: outer edges, their holes, islands in these, ..."""
    contours, tree = cv2.findContours(cuts, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    levels: list[list[F32]] = []
    for index, contour in enumerate(contours):
        depth, parent = 0, int(tree[0][index][3])
        while parent >= 0:
            depth, parent = depth + 1, int(tree[0][parent][3])
        if len(contour) < 10:
            continue
        while len(levels) <= depth:
            levels.append([])
        levels[depth].append(metres(contour))
    return tuple(tuple(level) for level in levels)


def _smooth(points: F32) -> F32:
    """A traced outline without its pixel steps."""
    kernel = np.array([1, 4, 6, 4, 1], np.float32) / 16
    around = np.concatenate([points[-2:], points, points[:2]])
    return np.column_stack([np.convolve(around[:, i], kernel, "valid") for i in (0, 1)]).astype(np.float32)[::2]


def _row(noun: str) -> Mapping[str, Any]:
    """What the table says of *noun*: nothing, mostly."""
    rows: Mapping[str, Mapping[str, Any]] = read_table("figures/glyphs.json")["rows"]
    return next((rows[form] for form in forms(noun.casefold()) if form in rows), {})


def has_size(noun: str) -> bool:
    """*noun* is a thing whose size is known, and no symbol: a key, but not freedom."""
    return "height" in _row(noun)


def glyph_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """An icon that stands; said: icon (a noun), and optionally body (colour), height and scale."""
    name = find_icon(str(said["icon"])) or ""
    row = _row(str(said["icon"]))
    height = float(said.get("height", row.get("height", _HEIGHT))) * float(said.get("scale", 1.0))
    random = np.random.default_rng(stable_seed("glyph", who))
    plain = str(random.choice(read_table("figures/glyphs.json")["plain"]))
    body = rgb(str(said.get("body") or row.get("body", plain)))
    # Said to be of another colour, it keeps no mark of its usual ones but the dark lines.
    cut = rgb(str(row["cut"])) if "cut" in row and "body" not in said else body * np.float32(_CUT)
    hull, levels = _traced(name)
    motion = str(row.get("motion", "still"))
    wide = float(np.ptp(np.concatenate(hull)[:, 0])) if hull else 1.0

    def draw(phase: float, reach: float) -> list[Part]:
        parts = [Part(tuple(outline * height for outline in hull), body, 0.09 * height)]
        parts += [mark._replace(clip=True) for mark in parts_of(row.get("parts", ()), rgb, scale=height)]
        for depth, level in enumerate(levels):
            # Islands in the cut lines are of the body again.
            parts.append(Part(tuple(outline * height for outline in level), (cut, body)[depth % 2], clip=True))
        return parts

    return Figure(draw=draw, height=height, length=wide * height, focus=(0.0, 0.5 * height), motion=motion, poses=1)
