"""Things that are drawn as data: buildings, vehicles, furniture, small objects.

Rows of `data/painter/figures/things.json`, in metres, feet or waterline at y = 0, facing
right; see `drawing` for the shapes. A still thing is painted once and moved as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.drawing import parts_of
from astragen.builtin.painter.figures.figure import Figure, Glow, Play
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.tables import read_table

_MOVING = ("spin", "sway", "shift", "puff")
_SLOW = 2.5  # s; slower cycles are blended
_TRAVELLING = frozenset({"walk", "run", "fly", "swim", "climb"})


def thing_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """A thing of the table; said: thing (its row), and optionally body (its colour) and scale."""
    row: Mapping[str, Any] = read_table("figures/things.json")[said["thing"]]
    scale = float(said.get("scale", 1.0))
    names: Mapping[str, str] = row.get("colours", {})
    body = str(said.get("body", names.get("body", "#8a7a6a")))

    def colour(name: str) -> F32:
        if name.startswith("#"):
            return rgb(name)
        return rgb(body if name == "body" else names[name])

    def draw(phase: float, reach: float) -> list[Part]:
        return parts_of(row["parts"], colour, scale=scale, phase=phase)

    is_moving = any(key in part for part in row["parts"] for key in _MOVING)
    speed = float(row.get("speed", 0.0)) if action in _TRAVELLING or row.get("always_moves") else 0.0
    period = float(row.get("period", 4.0))
    height, length = float(row["height"]) * scale, float(row["length"]) * scale
    return Figure(
        draw=draw,
        height=height,
        length=length,
        period=period,
        stride=speed * period,
        focus=(0.0, float(row.get("focus", 0.55)) * height),
        motion=str(row.get("motion", "still")),
        medium=row.get("medium", "ground"),
        poses=1 if not is_moving else int(row.get("poses", 20)),
        play=_play(row, period),
        glows=(lambda _phase: [_scaled(Glow(*glow), scale) for glow in row["glows"]]) if "glows" in row else None,
    )


def _play(row: Mapping[str, Any], period: float) -> Play:
    """Quick or turning parts loop, drifting smoke blends, what only sways goes to and fro."""
    moves = {key for part in row["parts"] for key in _MOVING if key in part}
    if period <= _SLOW or "spin" in moves:
        return "loop"
    return "blend" if "puff" in moves else "sway"


def _scaled(glow: Glow, scale: float) -> Glow:
    return glow._replace(x=glow.x * scale, y=glow.y * scale, radius=glow.radius * scale, beam=glow.beam * scale)
