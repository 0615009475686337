"""How feet go: on the ground they move back at the body's own speed, in the air they swing forward."""

from __future__ import annotations

import math
from typing import NamedTuple


class Footfall(NamedTuple):
    """A foot at a moment: x from its rest, y above the ground, and how folded the leg is, 0 to 1."""

    x: float
    y: float
    fold: float


def footfall(phase: float, reach: float, duty: float, lift: float) -> Footfall:
    """A foot of a gait; *reach*: half its way on the ground; *duty*: share of the cycle it stands."""
    phase %= 1.0
    if phase < duty:
        return Footfall(reach * (1 - 2 * phase / duty), 0.0, 0.0)
    part = (phase - duty) / (1 - duty)
    rise = math.sin(math.pi * part)
    return Footfall(-reach * math.cos(math.pi * part), lift * rise, rise)


def stride_of(reach: float, duty: float) -> float:
    """The way travelled in a cycle."""
    return 2 * reach / duty
