"""On open water: who cannot swim gets a boat, what cannot float gets a rock; under it, one swims.

A room of water says so (`Stand.is_water`); figures of the water and the air are left alone.
"""

from __future__ import annotations

import numpy as np

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.ensemble import moved
from astragen.builtin.painter.figures.figure import Figure, Hold, Piece
from astragen.builtin.painter.figures.ink import Part, bounds
from astragen.builtin.painter.figures.shape import curve
from astragen.builtin.painter.figures.thing import thing_figure

_SUNK, _ARCH = 0.40, 0.055  # of a swimmer's height below the waterline; of its length that nose and tail dip
_LARGEST_IN_BOAT = 2.4  # m; taller ones stand on a rock


def afloat(figure: Figure) -> Figure:
    """*figure* as it can be on open water."""
    if figure.wave is not None and figure.medium == "air":
        return _surfacing(figure)
    if figure.medium != "ground":
        return figure
    return _in_boat(figure) if figure.height <= _LARGEST_IN_BOAT else _on_rock(figure)


def submerged(figure: Figure) -> Figure:
    """*figure* as it can be under water: who would stand there alone swims, what floats sinks to the ground."""
    if figure.is_person and figure.recast is not None:
        return figure.recast({"action": "swim", "prop": ""})._replace(medium="air", motion="hover", stride=0.0)
    return figure._replace(medium="ground", motion="still") if figure.medium == "water" else figure


def _surfacing(figure: Figure) -> Figure:
    """A swimmer at the surface: its back arched above the water, the rest cut off by it."""
    deep, long = _SUNK * figure.height, figure.length

    def arched(outline: F32) -> F32:
        x = outline[:, 0] / np.float32(0.5 * long)
        y = outline[:, 1] - np.float32(deep) - np.float32(_ARCH * long) * x * x * np.where(x < 0, 0.55, 1.0)
        return np.column_stack([outline[:, 0], y]).astype(np.float32)

    def draw(phase: float, reach: float) -> list[Part]:
        return [part._replace(shape=tuple(arched(o) for o in part.shape)) for part in figure.draw(phase, reach)]

    return figure._replace(
        draw=draw, medium="water", motion="bob", wave=None, focus=(figure.focus[0], max(0.1, figure.focus[1] - deep))
    )  # fmt: skip


def _in_boat(figure: Figure) -> Figure:
    """In a rowing boat, its hull before the legs."""
    size = max(0.62, 0.45 * figure.length, 0.5 * figure.height)
    boat = thing_figure("boat", {"thing": "rowboat", "scale": size}, "stand")
    aboard = moved(figure, -0.2 * size, 0.12 * size)

    def draw(phase: float, reach: float) -> list[Part]:
        return [*aboard.draw(phase, 0.3), *boat.draw(phase, 1.0)]

    def pieces() -> tuple[Piece, ...]:
        assert aboard.pieces is not None
        hull = Piece((boat.draw(0.0, 1.0),), (0.0, 0.0), lambda phase, seconds: Hold(0.0, 0.0))
        return (*aboard.pieces(), hull)

    return aboard._replace(
        draw=draw, length=max(figure.length, boat.length), stride=0.0, medium="water", motion="rock",
        pieces=pieces if figure.pieces else None,
    )  # fmt: skip


def _on_rock(figure: Figure) -> Figure:
    """On a low rock just above the water."""
    wide = 0.62 * max(figure.length, 1.0)
    tall = 0.2 * wide
    random = np.random.default_rng(5)
    x = np.linspace(-1, 1, 11)
    top = tall * (1 - x**4) * random.uniform(0.8, 1.15, 11)
    outline = [*zip(x * wide, top, strict=True), (wide, -0.6 * tall), (-wide, -0.6 * tall)]
    rock = Part((curve(outline, 5),), rgb("#5f5a55"), 0.5 * tall)
    rise = np.array([0.0, 0.72 * tall], np.float32)

    def draw(phase: float, reach: float) -> list[Part]:
        return [
            rock,
            *(part.grown(1.0, rise) for part in figure.draw(phase, 0.3)),
        ]

    low = bounds([rock])
    return figure._replace(
        draw=draw, height=figure.height + 0.72 * tall, length=max(figure.length, low.right - low.left), stride=0.0,
        medium="water", focus=(figure.focus[0], figure.focus[1] + 0.72 * tall), pieces=None,
    )  # fmt: skip
