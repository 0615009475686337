"""Charts: bars that grow and a curve that draws itself, on a real scale of their values."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from astragen.builtin.painter.badges import SHIFT, Fade, Sparks, fixed, partly, rounded, straight
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, Colour, mix
from astragen.builtin.painter.desk import Desk, capital
from astragen.builtin.painter.layouts.box import Box, Point
from astragen.builtin.painter.layouts.entrances import ease_both, ease_out
from astragen.builtin.painter.layouts.numbers import Scale, is_short, scale_of, written
from astragen.builtin.painter.noise import blur
from astragen.builtin.painter.sprite import over, premultiply, sprite
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.type import Fit, Label, fit, inked, letters

_TICK, _VALUE, _NAME = 0.027, 0.038, 0.038  # sizes of text, frame units
_GROW_S = 0.9
_FIRST_S = 0.7  # when the first bar begins to grow


def bars(desk: Desk) -> None:
    """A bar for each value; a single value stands as a figure."""
    desk.title()
    if len(desk.tableau.values) == 1:
        _figure(desk)
        return
    _unit_line(desk)
    longest = max(len(item) for item in desk.tableau.items)
    if desk.is_tall or longest > 14 or len(desk.tableau.items) > 6:
        _lying_bars(desk)
    else:
        _standing_bars(desk)


def _unit_line(desk: Desk) -> None:
    """A long unit, once, over the chart."""
    unit = desk.tableau.unit
    if not unit or is_short(unit):
        return
    area = desk.area
    height = desk.rows_height(0.036)
    desk.label(unit, Box(area.x, area.y, area.width, height), 0.4, size=0.036, weight=500, align=0.0)
    desk.area = Box(area.x, area.y + 1.25 * height, area.width, area.height - 1.25 * height)


def _value(desk: Desk, value: float) -> str:
    return written(value, desk.tableau.unit, desk.recipe.language)


def _fitted(desk: Desk, texts: Sequence[str], size: float, width: float, height: float, weight: int = 600) -> list[Fit]:
    """*texts* at the one size at which each fits *width* x *height* px."""
    chosen = desk.size_for(texts, Box(0, 0, width, height), size, weight) * desk.unit
    style = desk.style(weight)
    return [fit(capital(text), chosen, width, height, style, 0.99) for text in texts]


def _ticks_width(desk: Desk, scale: Scale) -> float:
    style = desk.style(500)
    widths = [
        letters((written(tick, "", desk.recipe.language),), _TICK * desk.unit, style)[0].shape[1]
        for tick in scale.ticks
    ]
    return float(max(widths)) + 0.016 * desk.unit


def _grid(desk: Desk, plot: Box, scale: Scale, *, is_level: bool) -> None:
    """Faint lines at the ticks with their numbers, and the axis at zero that draws itself."""
    width, height = max(2, round(plot.width)), max(2, round(plot.height))
    cover = np.zeros((height + 4, width + 4), np.float32)
    thick = max(1, round(1.2 * desk.stage.scale))
    for tick in scale.ticks:
        at = scale.share(tick)
        if is_level:
            x = 2 + round(at * (width - 1))
            cover[2 : 2 + height, max(0, x - thick // 2) : x - thick // 2 + thick] = 0.20
            box = Box(
                plot.x + at * plot.width - 0.08 * desk.unit, plot.bottom + 4, 0.16 * desk.unit, 1.3 * _TICK * desk.unit
            )
            align = 0.5
        else:
            y = 2 + round((1 - at) * (height - 1))
            cover[max(0, y - thick // 2) : y - thick // 2 + thick, 2 : 2 + width] = 0.20
            box = Box(
                plot.x - 0.2 * desk.unit,
                plot.y + (1 - at) * plot.height - 0.02 * desk.unit,
                0.188 * desk.unit,
                0.04 * desk.unit,
            )
            align = 1.0
        text = written(tick, "", desk.recipe.language)
        tone = mix(desk.ink, desk.body, 0.22)
        desk.label(text, box, 0.45, size=_TICK, weight=500, colour=tone, align=align)
    desk.stage.add(Fade(premultiply(desk.ink, cover), (plot.x - 2, plot.y - 2), 0.35))
    zero = min(max(scale.share(0.0), 0.0), 1.0)
    axis = (
        straight((plot.x + zero * plot.width, plot.y), (plot.x + zero * plot.width, plot.bottom))
        if is_level
        else straight((plot.x, plot.y + (1 - zero) * plot.height), (plot.right, plot.y + (1 - zero) * plot.height))
    )
    desk.line(axis, 0.25, index=1, width=2.5, has_head=False, strength=0.9)


def _standing_bars(desk: Desk) -> None:
    values, names = desk.tableau.values, desk.tableau.items
    area, count = desk.area, len(values)
    scale = scale_of(values)
    left = _ticks_width(desk, scale)
    field = Box(area.x + left, area.y, area.width - left, area.height)
    field = _narrowed(field, count, 0.34 * desk.unit)
    cells = field.columns(count)
    width = min(0.62 * cells[0].width, 0.20 * desk.unit)
    name_height = desk.rows_height(_NAME, 2)
    fits = _fitted(desk, names, _NAME, 0.94 * cells[0].width, name_height)
    name_height = max(one.height for one in fits)
    values_ = _fitted(
        desk, [_value(desk, value) for value in values], 1.15 * _VALUE, 0.98 * cells[0].width, 0.06 * desk.unit, 700
    )
    room = 1.5 * values_[0].size
    below = room if scale.low < 0 else 0.0
    plot = Box(field.x, field.y + room, field.width, field.height - room - below - name_height - 0.012 * desk.unit)
    _grid(desk, plot, scale, is_level=False)
    zero = plot.y + (1 - scale.share(0.0)) * plot.height
    for index, (value, cell) in enumerate(zip(values, cells, strict=True)):
        start = _FIRST_S + 0.6 * desk.step * index
        reach = (scale.share(value) - scale.share(0.0)) * plot.height
        _hang_bar(desk, (cell.centre[0], zero), (0.0, -reach), width, values_[index], start, index)
        anchor = (cell.centre[0], plot.bottom + below + 0.012 * desk.unit + fits[index].height / 2)
        desk.stage.add(Label(fits[index], anchor, desk.inks(), start, style=desk.style(600)))


def _narrowed(field: Box, count: int, widest: float) -> Box:
    """*field*, narrower where few bars would stand too far apart."""
    width = min(field.width, count * widest)
    return Box(field.x + (field.width - width) / 2, field.y, width, field.height)


def _lying_bars(desk: Desk) -> None:
    values, names = desk.tableau.values, desk.tableau.items
    area, count = desk.area, len(values)
    scale = scale_of(values, count=4 if not desk.is_tall else 3)
    texts = [_value(desk, value) for value in values]
    foot = 1.6 * _TICK * desk.unit
    field = Box(area.x, area.y, area.width, area.height - foot)
    tall = min(field.height / count, 0.20 * desk.unit)
    field = Box(field.x, field.y + (field.height - tall * count) / 2, field.width, tall * count)
    name_width = (0.30 if desk.is_tall else 0.26) * field.width
    fits = _fitted(desk, names, 1.15 * _NAME, name_width, 0.86 * tall)
    name_width = max(letters(one.rows, one.size, desk.style(600))[0].shape[1] for one in fits)
    values_ = _fitted(desk, texts, 1.15 * _VALUE, 0.2 * field.width, 0.7 * tall, 700)
    room = max(letters(one.rows, one.size, desk.style(700))[0].shape[1] for one in values_) + 0.02 * desk.unit
    left = name_width + 0.022 * desk.unit + (room if scale.low < 0 else 0.0)
    plot = Box(field.x + left, field.y, field.width - left - room, field.height)
    _grid(desk, plot, scale, is_level=True)
    zero = plot.x + scale.share(0.0) * plot.width
    for index, (value, row) in enumerate(zip(values, plot.rows(count), strict=True)):
        start = _FIRST_S + 0.6 * desk.step * index
        reach = (scale.share(value) - scale.share(0.0)) * plot.width
        _hang_bar(desk, (zero, row.centre[1]), (reach, 0.0), 0.60 * tall, values_[index], start, index)
        anchor = (field.x + name_width, row.centre[1])
        desk.stage.add(Label(fits[index], anchor, desk.inks(), start - 0.1, style=desk.style(600), align=1.0))


def _hang_bar(desk: Desk, foot: Point, reach: Point, wide: float, text: Fit, start: float, index: int) -> None:
    values = [abs(value) for value in desk.tableau.values]
    hue = desk.hue(1 if values[index] == max(values) > min(values) else 0)  # the largest stands out
    label, _, _ = letters(text.rows, text.size, desk.style(700))
    desk.stage.add(_Bar(desk, foot, reach, wide, hue, (label, text.size), start))


class _Bar:
    """A bar that grows from its foot, its value riding on the tip, light running up it now and then."""

    z = 2.8

    def __init__(
        self, desk: Desk, foot: Point, reach: Point, wide: float, hue: F32, label: tuple[F32, float], start: float
    ) -> None:
        """*foot*: the middle of its base, frame px. *reach*: from there to the tip's middle."""
        self._foot, self._start = foot, start
        self._is_level = reach[0] != 0
        self._length = abs(reach[0] + reach[1])
        self._sign = math.copysign(1.0, reach[0] if self._is_level else -reach[1] if reach[1] else 1.0)
        self._wide = max(2, round(wide))
        picture = _bar_picture(max(2, round(self._length)), self._wide, hue, desk)
        if self._is_level:
            picture = np.rot90(picture, -1)
        if self._sign < 0:
            picture = np.flip(picture, 1 if self._is_level else 0)
        self._piece = sprite(np.pad(np.ascontiguousarray(picture), ((2, 2), (2, 2), (0, 0))))
        self._extent = (picture.shape[1] + 4, picture.shape[0] + 4)
        self._label, self._pad = inked(label[0], desk.ink, desk.inks().shade, label[1])
        self._label_size = (label[0].shape[1], label[0].shape[0])
        self._gap = 0.45 * label[1]
        self._glint = mix(hue, "#ffffff", 0.5)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the bar as far as it has grown, and its value."""
        t = moment.seconds - self._start
        if t <= 0:
            return
        u = ease_out(t / _GROW_S) * (1 + 0.012 * math.sin(9 * t) * math.exp(-2.5 * t))
        grown = max(1.0, self._length * u)
        scale = grown / max(1.0, self._length)
        x, y = self._foot
        sx, sy = (scale, 1.0) if self._is_level else (1.0, scale)
        way = self._sign * grown / 2
        cx, cy = (x + way, y) if self._is_level else (x, y - way)
        width, height = self._extent
        matrix = np.array(
            [
                [sx, 0, cx - sx * (width / 2 - self._piece.x - 0.5) - 0.5],
                [0, sy, cy - sy * (height / 2 - self._piece.y - 0.5) - 0.5],
            ],
            np.float32,
        )
        canvas.lay(self._piece, matrix)
        self._lay_value(canvas, grown, min(1.0, max(0.0, 2.2 * t / _GROW_S - 0.7)))
        self._run_light(canvas, grown, t - _GROW_S)

    def _lay_value(self, canvas: Canvas, grown: float, gain: float) -> None:
        x, y = self._foot
        width, height = self._label_size
        if self._is_level:
            tip = x + self._sign * (grown + self._gap)
            left, top = tip if self._sign > 0 else tip - width, y - height / 2
        else:
            tip = y - self._sign * (grown + self._gap)
            left, top = x - width / 2, tip - height if self._sign > 0 else tip
        matrix = np.array(
            [[1, 0, left - self._pad + self._label.x], [0, 1, top - self._pad + self._label.y]], np.float32
        )
        canvas.lay(self._label, matrix, gain)

    def _run_light(self, canvas: Canvas, grown: float, since: float) -> None:
        if since <= 0:
            return
        u = ((since + 0.3 * self._start) % 3.4) / 1.2
        thick = round(1.1 * self._wide)
        if u > 1 or grown < 1.5 * thick or thick < 2:
            return
        at = u * (grown - thick)
        fade = math.sin(math.pi * u)
        band = np.sin(np.linspace(0, math.pi, thick, dtype=np.float32)) * 60 * fade
        mask = np.repeat(band[:, None], max(1, self._wide - 4), 1).astype(np.uint8)
        x, y = self._foot
        if self._is_level:
            left = x + at if self._sign > 0 else x - at - thick
            canvas.shine(np.ascontiguousarray(mask.T), self._glint, round(left), round(y - self._wide / 2 + 2))
        else:
            top = y - at - thick if self._sign > 0 else y + at
            canvas.shine(mask, self._glint, round(x - self._wide / 2 + 2), round(top))


def _bar_picture(length: int, wide: int, hue: Colour, desk: Desk) -> F32:
    """An upright bar with a rounded head: brighter towards the tip, lit from the side."""
    radius = min(0.22 * wide, 0.5 * length)
    inside = rounded(wide, length + round(radius), radius)[:length]
    cover = np.clip(inside + 0.5, 0, 1)
    down = np.linspace(0, 1, length, dtype=np.float32)[:, None]
    across = np.linspace(-1, 1, wide, dtype=np.float32)[None]
    base = mix(mix(hue, "#ffffff", 0.20), mix(hue, desk.dark, 0.42), down + 0 * across)
    side = 0.07 * across * desk.side
    rim = np.clip(1.6 - np.abs(inside - 1.4), 0, 1) * 0.30 * (1 - 0.7 * down)
    colour = base + (side + rim)[..., None]
    return premultiply(np.clip(colour, 0, 1).astype(np.float32), cover.astype(np.float32))


# --- a single figure ----------------------------------------------------------


def _figure(desk: Desk) -> None:
    """One number, large; a share of a hundred inside a ring that fills as far."""
    value, name = desk.tableau.values[0], desk.tableau.items[0]
    area = desk.area
    unit = desk.tableau.unit
    text = _value(desk, value)
    is_share = unit.strip().startswith("%") and 0 <= value <= 100
    foot = desk.rows_height(0.05, 2)
    field = Box(area.x, area.y, area.width, area.height - foot)
    size = min(field.height, field.width) * 0.96
    if is_share:
        desk.stage.add(_Ring(desk, field.centre, 0.42 * size, value / 100))
    box = field.square(0.52 * size) if is_share else field
    desk.label(text, box, 0.5, size=0.2 if is_share else 0.3, weight=700, family="serif", colour=desk.hue(0))
    caption = name if is_short(unit) else f"{name}: {unit}" if unit else name
    desk.label(caption, Box(area.x, field.bottom, area.width, foot), 0.9, size=0.05)
    dot, (cx, cy) = desk.dot(1, 6.0), field.centre
    orbit = (0.50 * size if is_share else 0.42 * field.width, 0.50 * size if is_share else 0.40 * field.height)

    def places(seconds: float) -> list[tuple[float, float, float]]:
        fade = min(1.0, max(0.0, seconds - 1.0))
        return [
            (cx + orbit[0] * math.cos(a), cy + orbit[1] * math.sin(a), fade)
            for a in (0.5 * seconds, 0.5 * seconds + 3.1)
        ]

    desk.stage.add(Sparks(dot, places))


class _Ring:
    """A ring that fills clockwise from the top as far as *share*."""

    z = 3.2

    def __init__(self, desk: Desk, centre: Point, radius: float, share: float) -> None:
        self._centre, self._radius, self._share = centre, radius, share
        self._wide = max(2, round(0.16 * radius))
        self._track, self._hue = mix(desk.ink, desk.body, 0.75), desk.hue(0)
        size = round(radius + self._wide)
        self._track_mask = np.zeros((2 * size, 2 * size), np.uint8)
        self._size = size
        self._arc(self._track_mask, 1.0)

    def _arc(self, mask: np.ndarray, share: float) -> None:
        angle = np.linspace(-0.5 * math.pi, (2 * share - 0.5) * math.pi, 220, dtype=np.float32)
        points = np.stack([self._size + self._radius * np.cos(angle), self._size + self._radius * np.sin(angle)], 1)
        cv2.polylines(mask, [fixed(points.astype(np.float32))], False, 255, self._wide, cv2.LINE_AA, SHIFT)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the track and as much of the ring as has filled."""
        t = moment.seconds - 0.4
        if t <= 0:
            return
        x, y = round(self._centre[0]) - self._size, round(self._centre[1]) - self._size
        fade = min(1.0, 2 * t)
        canvas.tint(np.asarray(self._track_mask * (0.4 * fade), np.uint8), self._track, x, y)
        mask = np.zeros_like(self._track_mask)
        self._arc(mask, max(0.002, self._share * ease_both(t / 1.6)))
        canvas.tint(mask, self._hue, x, y)


# --- curve --------------------------------------------------------------------


def curve(desk: Desk) -> None:
    """The values as a line over the items that draws itself, the area below it filled."""
    desk.title()
    _unit_line(desk)
    values, names = desk.tableau.values, desk.tableau.items
    area, count = desk.area, len(values)
    scale = scale_of(values, from_zero=False)
    left = _ticks_width(desk, scale)
    field = Box(area.x + left, area.y, area.width - left, area.height)
    cells = field.columns(count)
    fits = _fitted(desk, names, _NAME, 0.94 * cells[0].width, desk.rows_height(_NAME, 2))
    name_height = max(one.height for one in fits)
    texts = _fitted(
        desk, [_value(desk, value) for value in values], 1.1 * _VALUE, 0.96 * cells[0].width, 0.06 * desk.unit, 700
    )
    room = 1.7 * texts[0].size
    plot = Box(field.x, field.y + room, field.width, field.height - 1.4 * room - name_height - 0.012 * desk.unit)
    _grid(desk, plot, scale, is_level=False)
    points = [
        (cell.centre[0], plot.y + (1 - scale.share(value)) * plot.height)
        for cell, value in zip(cells, values, strict=True)
    ]
    seconds = 0.9 + 0.7 * desk.step * count
    line = smooth(points)
    zero = plot.y + (1 - min(max(scale.share(0.0), 0.0), 1.0)) * plot.height
    desk.stage.add(_Curve(desk, line, zero, plot, _FIRST_S, seconds))
    for index, (x, y) in enumerate(points):
        at = _FIRST_S + seconds * _time_of((x - points[0][0]) / max(1.0, points[-1][0] - points[0][0]))
        _mark(desk, (x, y), at, index)
        near = [points[other][1] for other in (index - 1, index + 1) if 0 <= other < count]
        is_valley = y > max(near) and y < plot.bottom - 1.6 * room
        anchor = _clear_of(line, (x, y), texts[index], desk, is_below=is_valley)
        desk.stage.add(Label(texts[index], anchor, desk.inks(), at + 0.1, style=desk.style(700)))
        foot = (x, plot.bottom + 0.4 * room + 0.012 * desk.unit + fits[index].height / 2)
        desk.stage.add(Label(fits[index], foot, desk.inks(), 0.5 + 0.1 * index, style=desk.style(600)))


def _clear_of(line: F32, spot: Point, text: Fit, desk: Desk, *, is_below: bool) -> Point:
    """Where a value stands above its point (or below), clear of the line on both sides."""
    half = letters(text.rows, text.size, desk.style(700))[0].shape[1] / 2
    near = line[np.abs(line[:, 0] - spot[0]) <= half][:, 1]
    gap = 0.5 * text.size + 0.020 * desk.unit
    return spot[0], (float(near.max()) + gap if is_below else float(near.min()) - gap)


def _time_of(across: float) -> float:
    """When the curve has come *across* of its width: the inverse of its ease, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if ease_both(middle) < across else (low, middle)
    return low


def _mark(desk: Desk, spot: Point, start: float, index: int) -> None:
    desk.stage.add(Fade(_dot_picture(desk), (spot[0] - 0.016 * desk.unit, spot[1] - 0.016 * desk.unit), start, z=2.6))


def _dot_picture(desk: Desk) -> F32:
    size = max(3, round(0.016 * desk.unit))
    y, x = np.mgrid[0 : 2 * size, 0 : 2 * size].astype(np.float32) + 0.5 - size
    reach = np.hypot(x, y)
    outer = np.clip(0.62 * size - reach + 0.5, 0, 1)
    inner = np.clip(0.36 * size - reach + 0.5, 0, 1)
    ground = premultiply(desk.hue(0), outer.astype(np.float32))
    return over(premultiply(mix(desk.dark, "#000000", 0.1), inner.astype(np.float32)), ground)


def smooth(points: Sequence[Point], count: int = 240) -> F32:
    """A curve through *points* (x rising) that never overshoots them: (count, 2).

    Cubic Hermite with the slopes of Fritsch and Carlson (1980): monotone between the points.
    """
    x, y = (np.array(part, np.float64) for part in zip(*points, strict=True))
    steps = np.diff(y) / np.diff(x)
    slopes = np.concatenate([steps[:1], (steps[:-1] + steps[1:]) / 2, steps[-1:]])
    slopes[1:-1][steps[:-1] * steps[1:] <= 0] = 0.0
    for index, step in enumerate(steps):
        if step == 0:
            slopes[index : index + 2] = 0.0
        else:
            slopes[index : index + 2] = np.sign(step) * np.minimum(np.abs(slopes[index : index + 2]), 3 * abs(step))
    at = np.linspace(x[0], x[-1], count)
    low = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    width = x[low + 1] - x[low]
    u = (at - x[low]) / width
    found = (
        (1 + 2 * u) * (1 - u) ** 2 * y[low]
        + u * (1 - u) ** 2 * width * slopes[low]
        + u * u * (3 - 2 * u) * y[low + 1]
        + u * u * (u - 1) * width * slopes[low + 1]
    )
    return np.stack([at, found], 1).astype(np.float32)


class _Curve:
    """The line and the area between it and zero, drawn from left to right, a light at its tip."""

    z = 3.0

    def __init__(self, desk: Desk, line: F32, zero: float, plot: Box, start: float, seconds: float) -> None:
        self._start, self._seconds = start, seconds
        self._width = max(2.0, 5.0 * desk.stage.scale)
        self._hue, self._tip = desk.hue(0), desk.dot(0, 9.0)
        pad = round(4 * self._width)
        self._corner = (math.floor(line[:, 0].min()) - pad, math.floor(min(plot.y, line[:, 1].min())) - pad)
        size = (round(plot.bottom - self._corner[1]) + pad, math.ceil(line[:, 0].max()) + pad - self._corner[0])
        self._line = (line - np.array(self._corner, np.float32)).astype(np.float32)
        foot = zero - self._corner[1]
        self._area = _area_mask(self._line, foot, size)
        self._stroke = np.zeros(size, np.uint8)
        cv2.polylines(self._stroke, [fixed(self._line)], False, 255, round(self._width), cv2.LINE_AA, SHIFT)
        glow = blur(self._stroke.astype(np.float32), 2.2 * self._width) * 0.8
        self._glow = np.clip(glow, 0, 255).astype(np.uint8) if not desk.is_light else np.zeros(size, np.uint8)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay what has been drawn so far."""
        t = moment.seconds - self._start
        if t <= 0:
            return
        drawn = partly(self._line, ease_both(t / self._seconds))
        columns = max(1, math.ceil(float(drawn[-1, 0])))
        breath = 0.86 + 0.14 * math.sin(1.6 * t)
        area = cv2.convertScaleAbs(np.ascontiguousarray(self._area[:, :columns]), alpha=breath)
        canvas.tint(np.asarray(area, np.uint8), self._hue, *self._corner)
        canvas.shine(np.ascontiguousarray(self._glow[:, :columns]), self._hue, *self._corner, 0.30)
        if t < self._seconds:
            stroke = np.zeros_like(self._stroke)
            cv2.polylines(stroke, [fixed(drawn)], False, 255, round(self._width), cv2.LINE_AA, SHIFT)
        else:
            stroke = self._stroke
        canvas.tint(stroke, self._hue, *self._corner)
        along = (0.22 * (t - self._seconds)) % 1 if t > self._seconds else 1.0
        tip = drawn[-1] if along == 1.0 else self._line[round(along * (len(self._line) - 1))]
        height, width = self._tip.pixels.shape[:2]
        left, top = float(tip[0]) + self._corner[0] - width / 2, float(tip[1]) + self._corner[1] - height / 2
        fade = 1.0 if along == 1.0 else min(1.0, 8 * along, 8 * (1 - along))
        canvas.lay(self._tip, np.array([[1, 0, left], [0, 1, top]], np.float32), fade)


def _area_mask(line: F32, foot: float, size: tuple[int, int]) -> np.ndarray:
    """Coverage of what lies between the line and *foot*, denser near the line."""
    columns = np.arange(size[1], dtype=np.float32)
    edge = np.interp(columns, line[:, 0], line[:, 1]).astype(np.float32)
    y = np.arange(size[0], dtype=np.float32)[:, None] + 0.5
    top, bottom = np.minimum(edge, foot)[None], np.maximum(edge, foot)[None]
    inside = np.clip(y - top + 0.5, 0, 1) * np.clip(bottom - y + 0.5, 0, 1)
    depth = np.abs(y - edge[None]) / max(40.0, 0.9 * size[0])
    inside[:, (columns < line[0, 0]) | (columns > line[-1, 0])] = 0
    return np.asarray(inside * (0.10 + 0.34 * np.exp(-2.2 * depth)) * 255, np.uint8)
