"""What can act: a figure is parts at a phase of its cycle, and how it moves as a whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

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


class Hold(NamedTuple):
    """How a piece is held at a moment: its pin in metres, radians anticlockwise about it, which look it shows."""

    x: float
    y: float
    angle: float = 0.0
    look: int = 0


class Piece(NamedTuple):
    """A rigid piece of a puppet, for shots so close that poses would cost too much.

    looks: parts in metres as the piece rests; the first is the whole, others differ from it in places
    (shut eyes). pin: what it turns about, as it rests. hold: (phase, seconds) -> where it is.
    behind, before: parts of other pieces that it touches, and that throw shade on it, as they rest.
    """

    looks: tuple[list[Part], ...]
    pin: Point
    hold: Callable[[float, float], Hold]
    behind: list[Part] = []  # noqa: RUF012  (never changed)
    before: list[Part] = []  # noqa: RUF012


class Figure(NamedTuple):
    """Something that can be put on the stage.

    draw: (phase in [0, 1), reach) -> parts in metres, feet at (0, 0), facing right, far to near; reach
    in (0, 1] shortens the steps of a gait. height, length: metres, as seen from the side.
    period: seconds of the cycle. stride: metres travelled a cycle at full reach.
    focus: what a close shot looks at, metres. motion: of the whole figure, a row of `actor.MOTIONS`.
    play: how the poses are shown: "loop" one after the other; "blend", for slow cycles, each into the next;
    "sway" to and fro between phase 0 and a half, blended. wave: bends the painted figure as it swims.
    glows: at a phase. face: metres from chin to crown of what has one, for shots that look at it.
    pieces: the same as a puppet, far to near; None when it has none. seat: where somebody can ride on it, at a
    phase and reach; None nowhere. span: metres between the faces of several who act as one.
    steps: its legs move, which pieces cannot show. is_person: people act together (see `staging`).
    recast: the same somebody with something said otherwise (action, mood, gaze, ...); None when it is what it is.
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
    face: float = 0.0
    pieces: Callable[[], tuple[Piece, ...]] | None = None
    seat: Callable[[float, float], Point] | None = None
    span: float = 0.0
    steps: bool = False
    is_person: bool = False
    recast: Callable[[Mapping[str, Any]], Figure] | None = None

    @property
    def size(self) -> float:
        """Metres that a shot size refers to: its height, or half its length when it is long."""
        return max(self.height, 0.5 * self.length)
