"""Several figures that act as one: moved beside each other, turned to each other, merged.

A merged figure is drawn, lit and moved as a whole, so a hand that holds a hand never lets go.
Metres; the first member stands at x = 0 and faces right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from astragen.builtin.painter.figures.figure import Figure, Glow, Hold, Piece
from astragen.builtin.painter.figures.ink import Part, bounds
from astragen.builtin.painter.figures.shape import Point

_SLOW = 2.5  # s; longer cycles are shown to and fro


def moved(figure: Figure, x: float, y: float = 0.0, *, turns: bool = False) -> Figure:
    """*figure* put at (x, y), facing left when it *turns*."""
    side = -1.0 if turns else 1.0

    def draw(phase: float, reach: float) -> list[Part]:
        return _parts(figure.draw(phase, reach), side, x, y)

    def glows(phase: float) -> list[Glow]:
        found = figure.glows(phase) if figure.glows else []
        return [glow._replace(x=side * glow.x + x, y=glow.y + y) for glow in found]

    def pieces() -> tuple[Piece, ...]:
        assert figure.pieces is not None
        return tuple(_piece(piece, side, x, y) for piece in figure.pieces())

    return figure._replace(
        draw=draw, focus=(side * figure.focus[0] + x, figure.focus[1] + y),
        glows=glows if figure.glows else None, pieces=pieces if figure.pieces else None, seat=None,
        recast=None,
    )  # fmt: skip


def _parts(parts: list[Part], side: float, x: float, y: float) -> list[Part]:
    shift = np.array([x, y], np.float32)
    return [part.grown(1.0, shift, side=side) for part in parts]


def _piece(piece: Piece, side: float, x: float, y: float) -> Piece:
    def hold(phase: float, seconds: float) -> Hold:
        at = piece.hold(phase, seconds)
        return Hold(side * at.x + x, at.y + y, side * at.angle, at.look)

    return Piece(
        tuple(_parts(look, side, x, y) for look in piece.looks), (side * piece.pin[0] + x, piece.pin[1] + y), hold,
        _parts(piece.behind, side, x, y), _parts(piece.before, side, x, y),
    )  # fmt: skip


def merged(members: Sequence[Figure], *, focus: Point | None = None) -> Figure:
    """*members*, far to near and already moved, as one figure; all keep the time of the quickest that steps.

    focus: what a close shot looks at; None is the middle of their faces.
    """
    stepping = [member for member in members if member.stride > 0 or member.period <= _SLOW]
    lead = min(stepping or members, key=lambda member: member.period)

    def draw(phase: float, reach: float) -> list[Part]:
        return [part for member in members for part in member.draw(phase, reach)]

    def glows(phase: float) -> list[Glow]:
        return [glow for member in members if member.glows for glow in member.glows(phase)]

    def pieces() -> tuple[Piece, ...]:
        return tuple(piece for member in members if member.pieces for piece in member.pieces())

    box = bounds(draw(0.0, 1.0))
    xs, ys = [member.focus[0] for member in members], [member.focus[1] for member in members]
    middle = (min(xs) + max(xs)) / 2, 0.7 * max(ys) + 0.3 * min(ys)
    return Figure(
        draw=draw, height=box.top - box.bottom, length=box.right - box.left, period=lead.period,
        stride=min(member.stride for member in members), focus=focus or middle,
        motion=lead.motion, medium=lead.medium, poses=lead.poses, play=lead.play,
        glows=glows if any(member.glows for member in members) else None,
        face=max(member.face for member in members),
        pieces=pieces if all(member.pieces for member in members) else None,
        span=max(xs) - min(xs),
        steps=any(member.steps for member in members), is_person=any(member.is_person for member in members),
    )  # fmt: skip
