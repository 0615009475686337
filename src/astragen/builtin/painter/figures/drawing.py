"""Drawings as data: a list of shapes in JSON becomes parts.

A shape is an object with one of `poly`, `curve` (points), `ellipse` (x, y, rx, ry, angle),
`tube` (points, with `widths`), `rect` (left, bottom, right, top); a `colour` (a name or
"#rrggbb"), and optionally `bulge`, `glow`, `night`, `contact`, `clip`, `soft`, `opacity`,
`hangs`, `shade` (darkens), `mirror` (draws it at -x too), `repeat` (count, dx, dy).
What moves: `spin` (x, y, turns a cycle), `sway` (x, y, radians, phase), `shift` (dx, dy, phase),
`puff` (dx, dy, growth, phase: drifts off, grows and fades once a cycle).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import Point, Shape, curve, ellipse, placed, polygon, tube, turned

TAU = 2 * math.pi
Row = Mapping[str, Any]


def outline_of(row: Row) -> Shape:
    """The outlines of one JSON shape, with its mirror image and repetitions."""
    shape = _outline(row)
    if row.get("mirror"):
        shape = (*shape, *(outline * np.array([-1, 1], np.float32) for outline in shape))
    if "repeat" in row:
        count, dx, dy = row["repeat"]
        step = np.array([dx, dy], np.float32)
        shape = tuple(outline + step * np.float32(i) for i in range(int(count)) for outline in shape)
    return shape


def _outline(row: Row) -> Shape:
    if "poly" in row:
        return (polygon(row["poly"]),)
    if "curve" in row:
        return (curve(row["curve"]),)
    if "ellipse" in row:
        return (ellipse(*row["ellipse"]),)
    if "tube" in row:
        return tube(row["tube"], row["widths"])
    left, bottom, right, top = row["rect"]
    return (polygon([(left, bottom), (right, bottom), (right, top), (left, top)]),)


def parts_of(
    rows: Sequence[Row],
    colour: Callable[[str], F32],
    *,
    at: Point = (0.0, 0.0),
    scale: float = 1.0,
    angle: float = 0.0,
    phase: float = 0.0,
) -> list[Part]:
    """The parts of JSON shapes at *phase* of their cycle, their origin put at *at*, scaled and turned."""
    return [_part(row, colour, at, scale, angle, phase) for row in rows]


def _part(row: Row, colour: Callable[[str], F32], at: Point, scale: float, angle: float, phase: float) -> Part:
    shape, fade = _moved(row, outline_of(row), phase)
    if at != (0.0, 0.0) or scale != 1.0 or angle:
        shape = tuple(placed(outline, at, scale, angle) for outline in shape)
    return Part(
        shape=shape,
        colour=np.asarray(colour(str(row["colour"])) * float(row.get("shade", 1.0)), np.float32),
        bulge=float(row.get("bulge", 0.02)) * scale,
        glow=float(row.get("glow", 1.0 if "night" in row else 0.0)),
        contact=float(row.get("contact", 0.0)) * scale,
        clip=bool(row.get("clip", False)),
        soft=float(row.get("soft", 0.0)) * scale,
        hangs=bool(row.get("hangs", False)),
        opacity=float(row.get("opacity", 1.0)) * fade,
        night=rgb(str(row["night"])) if "night" in row else None,
    )


def _moved(row: Row, shape: Shape, phase: float) -> tuple[Shape, float]:
    """*shape* where it is at *phase*, and how much of it is still there."""
    if "spin" in row:
        x, y, turns = row["spin"]
        return tuple(turned(outline, -TAU * turns * phase, (x, y)) for outline in shape), 1.0
    if "sway" in row:
        x, y, amount, ahead = row["sway"]
        return tuple(turned(outline, amount * math.sin(TAU * (phase + ahead)), (x, y)) for outline in shape), 1.0
    if "shift" in row:
        dx, dy, ahead = row["shift"]
        step = np.array([dx, dy], np.float32) * np.float32(math.sin(TAU * (phase + ahead)))
        return tuple(outline + step for outline in shape), 1.0
    if "puff" in row:
        dx, dy, growth, ahead = row["puff"]
        part = (phase + ahead) % 1.0
        middle = np.concatenate(shape).mean(0)
        step = np.array([dx, dy], np.float32) * np.float32(part)
        grown = tuple((outline - middle) * np.float32(1 + growth * part) + middle + step for outline in shape)
        return grown, math.sin(math.pi * part**0.7)
    return shape, 1.0
