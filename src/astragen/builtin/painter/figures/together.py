"""Several figures as one: a cake, a balloon and a gift in a row, the lower ones in front."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from astragen.builtin.painter.figures.figure import Figure, Glow
from astragen.builtin.painter.figures.ink import Part

_OVERLAP = 0.92  # of a figure's length that it takes in a row
_SLIM = 0.45  # of its height that it takes at least


def side_by_side(figures: Sequence[Figure]) -> Figure:
    """*figures* in a row, standing still, each at its own pace of the first one's cycle.

    It is as high as the highest and as long as the row.
    """
    widths = [_OVERLAP * max(figure.length, _SLIM * figure.height) for figure in figures]
    long = sum(widths)
    middles = np.cumsum(widths) - np.array(widths) / 2 - long / 2
    steps = [np.array([x, 0.0], np.float32) for x in middles]
    back_to_front = sorted(range(len(figures)), key=lambda i: -figures[i].height)
    high = max(figure.height for figure in figures)

    def draw(phase: float, reach: float) -> list[Part]:
        return [part.grown(1.0, steps[i]) for i in back_to_front for part in figures[i].draw(phase, 1.0)]

    def glows(phase: float) -> list[Glow]:
        lit = ((figure, float(x)) for figure, x in zip(figures, middles, strict=True) if figure.glows)
        return [glow._replace(x=glow.x + x) for figure, x in lit if figure.glows for glow in figure.glows(phase)]

    first = figures[0]
    return Figure(  # a new one: nothing that its first member can do, such as show a face, holds for the row
        draw=draw, height=high, length=long, period=first.period, focus=(0.0, 0.5 * high), medium=first.medium,
        poses=max(figure.poses for figure in figures), play=first.play,
        glows=glows if any(figure.glows for figure in figures) else None,
    )  # fmt: skip
