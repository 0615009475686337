"""What can act: a figure is parts at a phase of its cycle, and how it moves as a whole."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import Point

Medium = Literal["ground", "water", "air"]
Play = Literal["loop", "blend", "sway"]

_WAVES = 0.62  # waves between nose and tail


class Glow(NamedTuple):
    """Light that a figure gives off, in metres from its feet, facing right.

    x, y: its middle. radius: where it has faded to nothing. colour: "#rrggbb". gain: at night; by day less.
    flicker: how restless it burns, 0 to 1. beam: metres of a turning beam, 0 for none.
    """

    x: float
    y: float
    radius: float
    colour: str
    gain: float = 0.6
    flicker: float = 0.0
    beam: float = 0.0


class Wave(NamedTuple):
    """A wave through a body from nose to tail: metres long, metres high at the tail, seconds a wave."""

    long: float
    high: float
    period: float

    def rise(self, x: F32, seconds: float) -> F32:
        """Metres that the body at *x* (ahead of its middle) is raised at *seconds*."""
        along = np.float32(0.5) - x / np.float32(self.long)
        swing = np.sin(2 * math.pi * (seconds / self.period - _WAVES * along))
        return np.asarray(self.high * np.clip(along, 0, 1.3) ** 1.7 * swing, np.float32)


class Figure(NamedTuple):
    """Something that can be put on the stage.

    draw: (phase in [0, 1), reach) -> parts in metres, feet at (0, 0), facing right, far to near; reach
    in (0, 1] shortens the steps of a gait. height, length: metres, as seen from the side.
    period: seconds of the cycle. stride: metres travelled a cycle at full reach.
    focus: what a close shot looks at, metres. motion: of the whole figure, a row of `actor.MOTIONS`.
    play: how the poses are shown: "loop" one after the other; "blend", for slow cycles, each into the next;
    "sway" to and fro between phase 0 and a half, blended. wave: bends the painted figure as it swims.
    glows: at a phase.
    """

    draw: Callable[[float, float], list[Part]]
    height: float
    length: float
    period: float = 4.0
    stride: float = 0.0
    focus: Point = (0.0, 0.0)
    motion: str = "still"
    medium: Medium = "ground"
    poses: int = 24
    play: Play = "loop"
    wave: Wave | None = None
    glows: Callable[[float], list[Glow]] | None = None

    @property
    def size(self) -> float:
        """Metres that a shot size refers to: its height, or half its length when it is long."""
        return max(self.height, 0.5 * self.length)
