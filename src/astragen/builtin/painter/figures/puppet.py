"""Puppets on the stage: pieces painted once and held in their joints, every frame."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.figures.actor import MOTIONS, Way, lay_shade
from astragen.builtin.painter.figures.cycle import Cast, Shade, hide_feet, shade_of
from astragen.builtin.painter.figures.figure import Hold, Piece
from astragen.builtin.painter.figures.ink import Box, Lamp, Plot, bounds, coverage, render
from astragen.builtin.painter.sprite import Sprite, sprite
from astragen.builtin.painter.stage import Moment, Stage, placed

_MARGIN_PX = 4
_DIFFERENT = 1.5 / 255  # of a channel: less is the same look


class Doll(NamedTuple):
    """Painted pieces, far to near, and the shadow that they throw as they rest (None for none)."""

    cuts: tuple[Cut, ...]
    shade: Shade | None


class Cut(NamedTuple):
    """A painted piece: its whole, and for each further look what is laid over it; px from the feet."""

    whole: Sprite
    looks: tuple[Sprite | None, ...]
    piece: Piece


def cut_out(
    pieces: tuple[Piece, ...], metre: float, face: int, lamp: Lamp, *, window: Box, cast: Cast | None, scale: float
) -> Doll:
    """Paint *pieces* at *metre* px a metre; what is outside *window* (metres) is left out.

    cast: None throws no shadow and hides no feet. scale: stage px of a px at 1080p.
    """
    found = []
    for index, piece in enumerate(pieces):
        if not piece.looks[0]:
            continue
        box = _seen(bounds([part for look in piece.looks for part in look], face), window, _MARGIN_PX / metre)
        if box.right - box.left <= 2 / metre or box.top - box.bottom <= 2 / metre:
            continue
        plot = Plot(box, metre, face)
        paintings = [render(look, plot, lamp, behind=piece.behind, before=piece.before) for look in piece.looks]
        if cast is not None:
            for painting in paintings:
                hide_feet(painting, plot, scale)
        whole = paintings[0]
        looks = tuple(_difference(look, whole, plot, index) for look in paintings[1:])
        found.append(Cut(_piece_of(whole, plot, index), looks, piece))
    return Doll(tuple(found), None if cast is None else _shade(pieces, metre, face, window, cast, scale))


def _shade(pieces: tuple[Piece, ...], metre: float, face: int, window: Box, cast: Cast, scale: float) -> Shade | None:
    parts = [part for piece in pieces for part in piece.looks[0]]
    box = _seen(bounds(parts, face), window, _MARGIN_PX / metre)
    if box.right - box.left <= 2 / metre or box.top - box.bottom <= 2 / metre:
        return None
    plot = Plot(box, metre, face)
    return shade_of(coverage(parts, plot).astype(np.float32) * np.float32(1 / 255), plot, cast, scale)


def _seen(box: Box, window: Box, margin: float) -> Box:
    left, bottom = max(box.left - margin, window.left), max(box.bottom - margin, window.bottom)
    return Box(left, bottom, min(box.right + margin, window.right), min(box.top + margin, window.top))


def _piece_of(picture: F32, plot: Plot, seed: int) -> Sprite:
    return sprite(picture, plot.box.left * plot.metre, -plot.box.top * plot.metre, seed=seed + 1)


def _difference(look: F32, whole: F32, plot: Plot, seed: int) -> Sprite | None:
    """The rectangle of *look* in which it differs from *whole*."""
    there = np.abs(look - whole).max(-1) > _DIFFERENT
    rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
    if rows.size == 0:
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    x, y = plot.box.left * plot.metre + left, -plot.box.top * plot.metre + top
    patch = sprite(np.ascontiguousarray(look[top:bottom, left:right]), x, y, seed=seed + 1)
    # It turns with the head: beyond its edges there is nothing.
    return patch._replace(opaque=False)


class Puppet:
    """Cut-out pieces going their way; see `Actor` for what the words mean."""

    def __init__(
        self,
        doll: Doll,
        z: float,
        way: Way,
        *,
        period: float,
        size: float,
        metre: float,
        face: int,
        motion: str = "still",
        phase: float = 0.0,
        shade_colour: F32 | None = None,
    ) -> None:
        self.doll, self.z, self.way = doll, z, way
        self.period, self.size, self.phase = period, size, phase
        self.motion = MOTIONS[motion]
        self.shade_colour = shade_colour
        self._metre, self._face = metre, face

    def feet(self, seconds: float, part: float = 0.0) -> tuple[float, float, float]:
        """Canvas x, y of the feet; a puppet does not lean."""
        return self.way.x + self.way.speed * (seconds - self.way.middle_s), self.way.y, 0.0

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay every piece as it is held at *moment*."""
        phase = moment.seconds / self.period + self.phase
        x, y, _ = self.feet(moment.seconds)
        move = self.motion(moment.seconds + self.phase * 7, self.size)
        camera = stage.project(self.z, moment.view)
        if self.doll.shade is not None and self.shade_colour is not None:
            lay_shade(canvas, self.doll.shade, 1.0, (x + move.dx, y), camera, self.shade_colour)
        for cut in self.doll.cuts:
            hold = cut.piece.hold(phase, moment.seconds)
            self._lay(canvas, cut.whole, cut, hold, (x + move.dx, y + move.dy), camera)
            over = cut.looks[hold.look - 1] if hold.look else None
            if over is not None:
                self._lay(canvas, over, cut, hold, (x + move.dx, y + move.dy), camera)

    def _lay(
        self,
        canvas: Canvas,
        piece: Sprite,
        cut: Cut,
        hold: Hold,
        feet: tuple[float, float],
        camera: tuple[float, float, float],
    ) -> None:
        across, up = self._metre * self._face, self._metre
        pin = cut.piece.pin
        pivot = (pin[0] * across - piece.x, -pin[1] * up - piece.y)
        x = feet[0] + piece.x + (hold.x - pin[0]) * across
        y = feet[1] + piece.y - (hold.y - pin[1]) * up
        canvas.lay(piece, placed(x, y, pivot, 1.0, -hold.angle * self._face, *camera))
