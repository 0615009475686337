"""What a four-legged body does: one stance of an action at a phase of its cycle.

Feet count from where they rest, in heights at the withers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from astragen.builtin.painter.figures.gait import Footfall, footfall

TAU = 2 * math.pi


class Stance(NamedTuple):
    """The animal at one moment.

    feet: near hind, far hind, near fore, far fore, from their rests. rise: of the trunk. pitch: of the trunk
    about its middle, nose up positive. neck: turn of neck and head, up positive. nod: of the head alone.
    sits: 0 stands, 1 sits. lies: the same. wag: of the tail, radians. flick: of the ears, radians.
    """

    feet: tuple[Footfall, Footfall, Footfall, Footfall]
    rise: float = 0.0
    pitch: float = 0.0
    neck: float = 0.0
    nod: float = 0.0
    sits: float = 0.0
    lies: float = 0.0
    wag: float = 0.0
    flick: float = 0.0


_REST = Footfall(0.0, 0.0, 0.0)
_STANDING = (Footfall(-0.04, 0, 0), Footfall(0.12, 0, 0), Footfall(0.03, 0, 0), Footfall(-0.09, 0, 0))


def _walk(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    duty, lift = 0.64, 0.10
    feet = tuple(footfall(phase + ahead, 0.21 * reach, duty, lift) for ahead in (0.0, 0.5, 0.25, 0.75))
    return Stance(
        (feet[0], feet[1], feet[2], feet[3]),
        rise=-0.008 + 0.008 * math.cos(2 * TAU * phase),
        pitch=0.010 * math.sin(2 * TAU * phase),
        neck=-0.04 + 0.05 * math.sin(2 * TAU * phase + 0.6),
        wag=0.22 * math.sin(TAU * phase),
        flick=0.1 * math.sin(TAU * phase),
    )


def _gallop(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    duty, lift = 0.34, 0.20
    feet = tuple(footfall(phase + ahead, 0.34 * reach, duty, lift) for ahead in (0.0, 0.09, 0.46, 0.55))
    return Stance(
        (feet[0], feet[1], feet[2], feet[3]),
        rise=0.02 + 0.05 * math.sin(TAU * phase + 0.9),
        pitch=0.10 * math.sin(TAU * phase - 0.6),
        neck=-0.16 - 0.10 * math.sin(TAU * phase - 0.6),
        wag=0.55 + 0.15 * math.sin(TAU * phase),
        flick=0.45,
    )


def _hop(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    air = math.sin(math.pi * min(1.0, max(0.0, (phase - 0.3) / 0.55)))
    feet = tuple(footfall(phase + ahead, 0.30 * reach, 0.4, 0.22) for ahead in (0.0, 0.04, 0.5, 0.54))
    return Stance(
        (feet[0], feet[1], feet[2], feet[3]),
        rise=0.16 * air,
        pitch=0.22 * math.sin(TAU * phase - 0.9),
        flick=0.35 * air,
    )


def _stand(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    slow = math.sin(TAU * phase)
    return Stance(
        _STANDING,
        rise=0.006 * math.sin(2 * TAU * phase),
        neck=0.05 * slow,
        nod=0.06 * math.sin(TAU * phase + 1.1),
        wag=0.14 * math.sin(2 * TAU * phase),
        flick=0.25 * max(0.0, math.sin(3 * TAU * phase + 0.5)) ** 6,
    )


def _graze(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    slow = math.sin(TAU * phase)
    return _stand(phase, row, reach)._replace(neck=-1.30 + 0.05 * slow, nod=0.62 + 0.08 * math.sin(3 * TAU * phase))


def _sit(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    return _stand(phase, row, reach)._replace(sits=1.0)


def _lie(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    return _stand(phase, row, reach)._replace(lies=1.0, neck=-0.25 + 0.03 * math.sin(TAU * phase), wag=0.1)


def _look(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    return _stand(phase, row, reach)._replace(neck=0.35 + 0.04 * math.sin(TAU * phase), nod=0.25)


def _bow(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    slow = math.sin(TAU * phase)
    return _stand(phase, row, reach)._replace(neck=-0.62 + 0.03 * slow, nod=0.30 + 0.05 * slow)


def _pounce(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    air = math.sin(math.pi * min(1.0, max(0.0, (phase - 0.25) / 0.5)))
    tuck = Footfall(-0.10 * air, 0.44 * air, 0.8 * air)
    fore = Footfall(0.16 * air, 0.52 * air, 0.5 * air)
    return Stance((tuck, tuck, fore, fore), rise=0.42 * air - 0.06 * (phase < 0.25),
                  pitch=0.25 * math.cos(math.pi * phase) * air, neck=0.1, wag=0.4 * air, flick=0.3 * air)  # fmt: skip


def stance_of(row: Mapping[str, Any], action: str) -> tuple[Any, float, float, float]:
    """(stance, period in s, reach, duty) of *action* for this animal."""
    runs = (
        (_hop, 0.7, 0.30, 0.4)
        if row.get("hops")
        else (_gallop, 0.52, 0.34, 0.34)
        if row.get("gallop")
        else (_walk, 0.75, 0.21, 0.64)
    )
    walks = (_hop, 0.95, 0.30, 0.4) if row.get("hops") else (_walk, 1.05, 0.21, 0.64)
    if action in ("walk", "climb", "carry"):
        return walks
    if action in ("run", "fly", "swim", "dance"):
        return runs
    if action in ("jump", "play", "cheer"):
        return (_pounce, 1.2, 0.0, 1.0)
    if action in ("sit", "floor", "kneel", "think") and row.get("sits"):
        return (_sit, 5.0, 0.0, 1.0)
    if action in ("lie", "sit", "floor"):
        return (_lie, 5.0, 0.0, 1.0)
    if action in ("work", "hold") and row.get("grazes"):
        return (_graze, 5.0, 0.0, 1.0)
    if action == "bow":
        return (_bow, 5.0, 0.0, 1.0)
    if action in ("look", "point", "wave", "reach"):
        return (_look, 5.0, 0.0, 1.0)
    return (_stand, 5.0, 0.0, 1.0)
