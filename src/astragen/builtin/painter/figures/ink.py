"""Parts become pixels: coverage, soft volume, one lamp, and the shade parts throw on each other.

A drawing is a list of parts, far to near. A part without `clip` is a body: it bulges like
a cushion, and the clipped parts that follow it are markings on its surface. Start reading
at `render`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.figures.shape import Shape
from astragen.builtin.painter.noise import smoothstep

_SUPERSAMPLE = 2
_SHIFT = 4  # fractional bits of polygon corners
_NORMAL_DEPTH = 1.0  # of the cushion: smaller looks rounder
_CUSHION_PX = 5.0  # of bulge at which volume is worked out
_SMALLEST_MARK = 0.7  # px; smaller markings are not seen
_FINE_MARK = 9.0  # px; smaller fine ones would only darken a face
_SHADE_ON_BELOW = 0.5  # darkening where a part throws contact shade


class Part(NamedTuple):
    """A piece of a drawing.

    shape: outlines in metres whose union it covers. colour: (3,) albedo, sRGB.
    bulge: metres from its edge over which it curves; 0 is flat.
    glow: 0 lit by the lamp, 1 shines by itself. contact: metres of soft shade it throws on what it covers.
    clip: a marking on the last body. soft: metres over which a marking fades at its edge.
    hangs: cloth, open below: it does not curve in at its lower edge.
    melt: heights in metres between which it fades upward into what lies under it (a thigh into a flank).
    fade: (x0, y0, x1, y1) in metres: from nothing at the first point to all at the second (a head into its neck).
    fine: a marking that is left out when the part is only a few px large. opacity: of the whole part.
    night: (3,) colour that its glow has after dark; by day it does not glow.
    """

    shape: Shape
    colour: F32
    bulge: float = 0.0
    glow: float = 0.0
    contact: float = 0.0
    clip: bool = False
    soft: float = 0.0
    hangs: bool = False
    melt: tuple[float, float] | None = None
    opacity: float = 1.0
    night: F32 | None = None
    fine: bool = False
    fade: tuple[float, float, float, float] | None = None

    def grown(self, size: float, shift: F32 | None = None, *, side: float = 1.0) -> Part:
        """The part *size* times as large about the origin, mirrored when *side* is -1, moved by *shift* ((2,) m)."""
        right, up = (0.0, 0.0) if shift is None else (float(shift[0]), float(shift[1]))
        scale, step = np.array([size * side, size], np.float32), np.array([right, up], np.float32)
        fade = self.fade
        if fade is not None:
            x0, y0, x1, y1 = (size * value for value in fade)
            fade = (side * x0 + right, y0 + up, side * x1 + right, y1 + up)
        return self._replace(
            shape=tuple((outline * scale + step).astype(np.float32) for outline in self.shape),
            bulge=self.bulge * size,
            contact=self.contact * size,
            soft=self.soft * size,
            melt=None if self.melt is None else (self.melt[0] * size + up, self.melt[1] * size + up),
            fade=fade,
        )


class Lamp(NamedTuple):
    """The light on a figure.

    toward: (3,) unit vector to the light: right, up, to the viewer. ambient, key: (3,) sRGB factors.
    rim: (3,) colour of the lit edge; rim_px: its width. air, fog: what lies between, and how much, 0 to 1.
    shine: how much of a glow is seen, 0 (day) to 1 (night).
    """

    toward: F32
    ambient: F32
    key: F32
    rim: F32
    rim_px: float
    air: F32
    fog: float
    shine: float


class Box(NamedTuple):
    """A region of the figure's plane in metres: left, bottom, right, top."""

    left: float
    bottom: float
    right: float
    top: float


def bounds(parts: Sequence[Part], face: int = 1) -> Box:
    """The box that holds all *parts*, seen facing *face* (+1 right, -1 mirrored)."""
    points = np.concatenate([outline for part in parts for outline in part.shape])
    low, high = points.min(0), points.max(0)
    sides = (low[0], high[0]) if face > 0 else (-high[0], -low[0])
    return Box(float(sides[0]), float(low[1]), float(sides[1]), float(high[1]))


def united(boxes: Sequence[Box]) -> Box:
    """The box that holds all *boxes*."""
    lows = np.array([box[:2] for box in boxes]).min(0)
    highs = np.array([box[2:] for box in boxes]).max(0)
    return Box(float(lows[0]), float(lows[1]), float(highs[0]), float(highs[1]))


class Plot(NamedTuple):
    """A pixel grid over a box: metre px a metre, facing right (+1) or left (-1)."""

    box: Box
    metre: float
    face: int

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in px."""
        return (
            max(2, int(np.ceil((self.box.top - self.box.bottom) * self.metre))),
            max(2, int(np.ceil((self.box.right - self.box.left) * self.metre))),
        )

    def pixels(self, outline: F32) -> F32:
        """Metres -> px from the grid's top left corner."""
        at = outline * np.array([self.face * self.metre, -self.metre], np.float32)
        return np.asarray(at + np.array([-self.box.left, self.box.top], np.float32) * self.metre, np.float32)


class _Patch(NamedTuple):
    """Coverage of a part on its own piece of the grid: slices of the grid, (h, w) float in [0, 1]."""

    rows: slice
    columns: slice
    cover: F32


def _cover(part: Part, plot: Plot, margin: int) -> _Patch | None:
    outlines = [plot.pixels(outline) for outline in part.shape]
    points = np.concatenate(outlines)
    if part.clip and float((points.max(0) - points.min(0)).max()) < (_FINE_MARK if part.fine else _SMALLEST_MARK):
        return None
    height, width = plot.size
    left, top = np.maximum(np.floor(points.min(0)).astype(int) - margin, 0)
    right, bottom = np.minimum(np.ceil(points.max(0)).astype(int) + margin, (width, height))
    if right - left < 1 or bottom - top < 1:
        return None
    mask = np.zeros(((bottom - top) * _SUPERSAMPLE, (right - left) * _SUPERSAMPLE), np.uint8)
    scale = _SUPERSAMPLE * (1 << _SHIFT)
    corner = np.array([left, top], np.float32)
    half = 1 << (_SHIFT - 1)
    for outline in outlines:
        fixed = np.round((outline - corner) * scale).astype(np.int32) - half
        cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, _SHIFT)
    small = cv2.resize(mask, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    cover = np.asarray(small, np.float32) * np.float32(1 / 255)
    return _Patch(slice(top, bottom), slice(left, right), cover)


def _cushion(cover: F32, bulge_px: float) -> tuple[F32, F32, F32]:
    """Normals (right, up, out) of a soft cushion over *cover* that curves over *bulge_px*."""
    solid = np.asarray(cv2.copyMakeBorder((cover > 0.4).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE), np.uint8)
    t = np.minimum(cv2.distanceTransform(solid, cv2.DIST_L2, 3) * np.float32(1 / bulge_px), 1)
    height = cv2.GaussianBlur(np.sqrt(t * (2 - t)) * np.float32(bulge_px), (0, 0), max(0.7, 0.2 * bulge_px))
    gx = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)[1:-1, 1:-1]
    gy = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)[1:-1, 1:-1]
    out = _NORMAL_DEPTH / np.sqrt(gx * gx + gy * gy + np.float32(_NORMAL_DEPTH**2))
    return -gx * out / _NORMAL_DEPTH, gy * out / _NORMAL_DEPTH, out


def _light(cover: F32, bulge_px: float, lamp: Lamp, *, hangs: bool) -> F32:
    """What falls on a body: (h, w, 3) factors of its albedo, or (3,) where it is flat."""
    if bulge_px <= 0.6:
        key = _terminator(np.array([lamp.toward[2] * 0.9 + 0.1], np.float32))
        return np.asarray(lamp.ambient * np.float32(0.9) + lamp.key * key, np.float32)
    if hangs:
        cover = np.maximum.accumulate(cover, 0)
    # Volume is soft: it is worked out on as few pixels as the cushion needs.
    factor = max(1, round(bulge_px / _CUSHION_PX))
    height, width = cover.shape
    if factor > 1:
        size = (max(1, width // factor), max(1, height // factor))
        cover = np.asarray(cv2.resize(cover, size, interpolation=cv2.INTER_AREA), np.float32)
    right, up, out = _cushion(cover, bulge_px / factor)
    key = _terminator(right * lamp.toward[0] + up * lamp.toward[1] + out * lamp.toward[2])
    sky = np.float32(0.85) + np.float32(0.35) * up
    light = cv2.merge([lamp.ambient[i] * sky + lamp.key[i] * key for i in range(3)])
    if factor > 1:
        light = cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(light, np.float32)


def _terminator(facing: F32) -> F32:
    """How lit a surface is that faces the light by *facing*: mostly two tones, a little modelling inside each."""
    return np.asarray(0.55 * smoothstep(0.12, 0.62, facing) + 0.45 * smoothstep(-0.5, 1.0, facing), np.float32)


def _blurred(cover: F32, sigma: float) -> F32:
    """A Gaussian blur; wide ones on a reduced copy."""
    factor = int(sigma / 2.5)
    if factor < 2:
        return np.asarray(cv2.GaussianBlur(cover, (0, 0), sigma), np.float32)
    height, width = cover.shape
    small = cv2.resize(cover, (max(1, width // factor), max(1, height // factor)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / factor)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


class _Sheet:
    """The picture in the making: colour and coverage of everything so far."""

    def __init__(self, plot: Plot, lamp: Lamp) -> None:
        self.plot, self.lamp = plot, lamp
        height, width = plot.size
        self.colour = np.zeros((height, width, 3), np.float32)
        self.cover = np.zeros((height, width), np.float32)

    def lay(self, body: Part, marks: Sequence[Part]) -> None:
        """Lay *body* with its *marks* over what is there."""
        spread = 2.5 * body.contact * self.plot.metre
        patch = _cover(body, self.plot, int(spread) + 2)
        if patch is None:
            return
        if spread > 1:
            self._shade_below(patch, body.contact * self.plot.metre)
        cover = patch.cover
        light = _light(cover, body.bulge * self.plot.metre, self.lamp, hangs=body.hangs)
        colour = self._coloured(body, marks, patch, light)
        if body.melt is not None:
            cover = cover * self._left_of(body.melt, patch)
        if body.fade is not None:
            cover = cover * self._faded(body.fade, patch)
        if body.opacity < 1:
            cover = cover * np.float32(body.opacity)
        view = self.colour[patch.rows, patch.columns]
        view[:] = cv2.blendLinear(np.ascontiguousarray(view), colour, 1 - cover, cover)
        under = self.cover[patch.rows, patch.columns]
        under += cover * (1 - under)

    def shade(self, part: Part) -> None:
        """Darken what lies under the edge of *part*, which is painted elsewhere."""
        spread = 2.5 * part.contact * self.plot.metre
        patch = _cover(part, self.plot, int(spread) + 2) if spread > 1 and not part.clip else None
        if patch is not None:
            self._shade_below(patch, part.contact * self.plot.metre)

    def _coloured(self, body: Part, marks: Sequence[Part], patch: _Patch, light: F32) -> F32:
        """(h, w, 3) colour of a body with its *marks* under *light*."""
        glow = self._glow(body)
        colour = np.empty((*patch.cover.shape, 3), np.float32)
        np.multiply(light, body.colour * np.float32(1 - glow), out=colour)
        if glow > 0:
            colour += _shone(body) * np.float32(glow)
        for mark in marks:
            there = self._mark(mark, patch)
            if there is None:
                continue
            rows, columns, weight = there
            glow = self._glow(mark)
            lit = light[rows, columns] if light.ndim == 3 else light
            painted = np.empty((*weight.shape, 3), np.float32)
            np.multiply(lit, mark.colour * np.float32(1 - glow), out=painted)
            if glow > 0:
                painted += _shone(mark) * np.float32(glow)
            view = colour[rows, columns]
            view += (painted - view) * weight[..., None]
        return colour

    def _mark(self, mark: Part, patch: _Patch) -> _Patch | None:
        """The coverage of *mark* where it lies on *patch*, in the patch's own rows and columns."""
        soft = mark.soft * self.plot.metre
        drawn = _cover(mark, self.plot, int(2.5 * soft) + 1)
        if drawn is None:
            return None
        cover = _blurred(drawn.cover, soft) if soft > 0.4 else drawn.cover
        top, bottom = max(drawn.rows.start, patch.rows.start), min(drawn.rows.stop, patch.rows.stop)
        left, right = max(drawn.columns.start, patch.columns.start), min(drawn.columns.stop, patch.columns.stop)
        if bottom <= top or right <= left:
            return None
        part = cover[
            top - drawn.rows.start : bottom - drawn.rows.start, left - drawn.columns.start : right - drawn.columns.start
        ]
        rows = slice(top - patch.rows.start, bottom - patch.rows.start)
        return _Patch(
            rows, slice(left - patch.columns.start, right - patch.columns.start), part * np.float32(mark.opacity)
        )

    def _left_of(self, melt: tuple[float, float], patch: _Patch) -> F32:
        """What is left of a part that melts away upward: (h, 1) in [0, 1]."""
        rows = np.arange(patch.rows.start, patch.rows.stop, dtype=np.float32)
        heights = self.plot.box.top - rows / self.plot.metre
        return np.asarray(1 - smoothstep(melt[0], melt[1], heights)[:, None], np.float32)

    def _faded(self, fade: tuple[float, float, float, float], patch: _Patch) -> F32:
        """What is there of a part that begins softly: (h, w) in [0, 1]."""
        box, metre = self.plot.box, self.plot.metre
        x = (box.left + np.arange(patch.columns.start, patch.columns.stop, dtype=np.float32) / metre) * self.plot.face
        y = box.top - np.arange(patch.rows.start, patch.rows.stop, dtype=np.float32) / metre
        x0, y0, x1, y1 = fade
        dx, dy = x1 - x0, y1 - y0
        along = ((x - x0) * dx)[None, :] + ((y - y0) * dy)[:, None]
        return np.asarray(smoothstep(0.0, 1.0, along / (dx * dx + dy * dy)), np.float32)

    def _glow(self, part: Part) -> float:
        """How much of its own light is seen of *part* in this light."""
        if part.night is not None:
            return part.glow * self.lamp.shine
        return part.glow * (0.45 + 0.55 * self.lamp.shine)

    def _shade_below(self, patch: _Patch, sigma: float) -> None:
        """Darken what lies under the edge of *patch*, a little away from the light."""
        if not self.cover[patch.rows, patch.columns].any():
            return
        shift = np.array([[1, 0, -self.lamp.toward[0] * sigma], [0, 1, self.lamp.toward[1] * sigma * 0.8]], np.float32)
        height, width = patch.cover.shape
        moved = np.asarray(cv2.warpAffine(patch.cover, shift, (width, height)), np.float32)
        left = 1 - np.float32(_SHADE_ON_BELOW) * _blurred(moved, sigma)
        self.colour[patch.rows, patch.columns] *= cv2.merge([left, left, left])


def _shone(part: Part) -> F32:
    return part.colour if part.night is None else part.night


def render(
    parts: Sequence[Part], plot: Plot, lamp: Lamp, *, behind: Sequence[Part] = (), before: Sequence[Part] = ()
) -> F32:
    """Paint *parts* on *plot* -> (h, w, 4) premultiplied sRGB.

    behind: painted elsewhere, touching: where they meet there is no lit edge. before: the same, but throwing shade.
    """
    sheet = _Sheet(plot, lamp)
    for body, marks in _dressed(parts):
        sheet.lay(body, marks)
    for part in before:
        sheet.shade(part)
    touching = coverage(behind, plot).astype(np.float32) * np.float32(1 / 255) if behind else None
    return _aired(sheet.colour, sheet.cover, lamp, touching)


def _dressed(parts: Sequence[Part]) -> Iterator[tuple[Part, list[Part]]]:
    """Bodies with the markings that follow them."""
    body: Part | None = None
    marks: list[Part] = []
    for part in parts:
        if part.clip:
            marks.append(part)
            continue
        if body is not None:
            yield body, marks
        body, marks = part, []
    if body is not None:
        yield body, marks


def _aired(colour: F32, cover: F32, lamp: Lamp, touching: F32 | None) -> F32:
    """Add the rim and the air in between to premultiplied *colour* -> (h, w, 4)."""
    edge = _rim(cover, lamp) if touching is None else _rim(np.maximum(cover, touching), lamp) * cover
    rest, fog = 1 - np.float32(0.6) * edge, np.float32(lamp.fog)
    out = np.empty((*cover.shape, 4), np.float32)
    for i in range(3):
        channel = colour[..., i] * rest + lamp.rim[i] * edge
        out[..., i] = channel * (1 - fog) + cover * (lamp.air[i] * fog)
    out[..., 3] = cover
    return out


def _rim(cover: F32, lamp: Lamp) -> F32:
    """The edges that face the light, fading downward: (h, w) in [0, 1]."""
    flat = lamp.toward[:2] / max(1e-6, float(np.hypot(*lamp.toward[:2])))
    width = lamp.rim_px
    height, columns = cover.shape
    shift = np.array([[1, 0, -flat[0] * width], [0, 1, flat[1] * width]], np.float32)
    moved = cv2.warpAffine(cv2.GaussianBlur(cover, (0, 0), max(0.4, width * 0.35)), shift, (columns, height))
    fade = np.linspace(1, 0.35, height, dtype=np.float32)[:, None]
    return np.asarray(np.clip(cover - moved, 0, 1) * cover * fade, np.float32)


def coverage(parts: Sequence[Part], plot: Plot) -> U8:
    """The silhouette of *parts* on *plot*: (h, w) uint8."""
    height, width = plot.size
    mask = np.zeros((height, width), np.uint8)
    for part in parts:
        if part.clip:
            continue
        for outline in part.shape:
            fixed = np.round(plot.pixels(outline) * (1 << _SHIFT)).astype(np.int32)
            cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, _SHIFT)
    return mask
