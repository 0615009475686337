"""Scales that weigh one thing against another."""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.badges import SHIFT, as_cover, centred, fixed, silhouette
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, Colour, mix
from astragen.builtin.painter.desk import Desk, capital
from astragen.builtin.painter.layouts.box import Box, Point
from astragen.builtin.painter.layouts.entrances import ease_out, overshoot
from astragen.builtin.painter.layouts.numbers import is_short, written
from astragen.builtin.painter.layouts.parts import Dial, Halo
from astragen.builtin.painter.noise import blur
from astragen.builtin.painter.relief import lit_body
from astragen.builtin.painter.sprite import Sprite, over, premultiply, sprite
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.type import fit, inked, letters
from astragen.model.storyboard import Tableau

_LOADED_S = 1.3  # when both pans are loaded and the beam begins to move
_TIP = 0.17  # radians: the steepest the beam stands
_SWAY = 0.15  # radians: swing of a beam that no number decides


def balance(desk: Desk) -> None:
    """A beam on a pillar, a thing in each pan, its name below."""
    desk.title()
    area = desk.area
    width = min(area.width, 1.75 * area.height)
    field = Box(area.centre[0] - width / 2, area.y, width, area.height)
    desk.stage.add(Dial(desk, (field.centre[0], field.y + 0.16 * field.height), 0.24 * field.height, ticks=48))
    glow = np.zeros((round(0.9 * field.height), round(0.9 * field.height)), np.float32)
    cv2.circle(glow, (glow.shape[1] // 2, glow.shape[0] // 2), glow.shape[0] // 5, 0.5, -1)
    desk.stage.add(
        Halo(desk, blur(glow, 0.12 * field.height), (field.centre[0], field.y + 0.2 * field.height), index=1)
    )
    desk.stage.add(_Scales(desk, field))


def lean(tableau: Tableau) -> float:
    """How far the values tip the beam: -1 wholly to the first, 1 to the second, 0 where none decide."""
    if len(tableau.values) != 2 or sum(map(abs, tableau.values)) == 0:
        return 0.0
    first, second = tableau.values
    return max(-1.0, min(1.0, 2.2 * (second - first) / (abs(first) + abs(second))))


def _item(tableau: Tableau, index: int) -> str:
    """What lies in a pan; "" where nothing is named: a weight."""
    return tableau.items[index] if index < len(tableau.items) else ""


class _Scales:
    """Pillar, beam and pans, moving as one."""

    z = 2.8

    def __init__(self, desk: Desk, field: Box) -> None:
        metal = mix(desk.hue(1), desk.spot, 0.25)
        self._lean = lean(desk.tableau)
        self._lead = desk.side
        self._pivot = (field.centre[0], field.y + 0.14 * field.height)
        self._arm = 0.335 * field.width
        self._drop = 0.30 * field.height
        pan = 0.22 * field.width
        room = Box(0, 0, 0.42 * field.width, field.height)
        self._pillar, self._pillar_extent = _made(desk, _pillar_mask(field), metal)
        self._pillar_at = (field.centre[0], field.y + 0.5 * field.height)
        self._beam, self._beam_extent = _made(desk, _beam_mask(self._arm, 0.042 * field.height), metal)
        self._pans = [self._pan(desk, index, pan, metal) for index in range(2)]
        self._labels = [self._label(desk, index, room) for index in range(2)]

    def _pan(self, desk: Desk, index: int, wide: float, metal: Colour) -> tuple[Sprite, tuple[int, int], float]:
        """A pan on its chains with its thing on it; (sprite, extent, how far its picture hangs down)."""
        drop = self._drop
        width, height = math.ceil(1.16 * wide), math.ceil(drop + 0.20 * wide)
        chains = np.zeros((height, width), np.uint8)
        for side in (-1, 1):
            ends = np.array([[width / 2, 2], [width / 2 + side * 0.5 * wide, drop]], np.float32)
            cv2.polylines(chains, [fixed(ends)], False, 210, max(1, round(2.2 * desk.stage.scale)), cv2.LINE_AA, SHIFT)
        bowl = np.zeros((height, width), np.uint8)
        angle = np.linspace(0, math.pi, 40)
        outline = np.stack([width / 2 + 0.54 * wide * np.cos(angle), drop + 0.15 * wide * np.sin(angle)], 1)
        cv2.fillPoly(bowl, [fixed(outline.astype(np.float32))], 255, cv2.LINE_AA, SHIFT)
        made = _lit(desk, as_cover(bowl), metal, 0.03 * wide)
        thing = round(min(0.62 * wide, 0.66 * drop))
        mark = silhouette(_item(desk.tableau, index), thing)
        mark = _ball(thing) if mark is None else mark
        body = _lit(desk, np.pad(mark, 2), desk.hue(0 if index == 0 else 2), 0.05 * thing)
        picture = over(made, premultiply(mix(metal, desk.pale, 0.3), as_cover(chains)))
        foot = _foot_of(mark)
        top, left = round(drop - foot), round((width - body.shape[1]) / 2)
        top = max(0, top)
        view = picture[top : top + body.shape[0], left : left + body.shape[1]]
        view[:] = over(body[: view.shape[0], : view.shape[1]], view)
        return sprite(picture), (width, height), height / 2

    def _label(self, desk: Desk, index: int, room: Box) -> tuple[Sprite, int, tuple[int, int]]:
        text = capital(_item(desk.tableau, index))
        if index < len(desk.tableau.values):
            unit = desk.tableau.unit
            number = written(desk.tableau.values[index], unit, desk.recipe.language)
            text += f" · {number}" if is_short(unit) else f" · {number} {unit}"
        style = desk.style(600)
        fitted = fit(text, 0.044 * desk.unit, room.width, desk.rows_height(0.044, 2), style)
        mask, _, _ = letters(fitted.rows, fitted.size, style)
        piece, pad = inked(mask, desk.ink, desk.inks().shade, fitted.size)
        return piece, pad, (mask.shape[1], mask.shape[0])

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the scales as they stand."""
        t = moment.seconds
        grown = ease_out((t - 0.15) / 0.6) if t > 0.15 else 0.0
        if grown <= 0:
            return
        angle = self.angle(t)
        canvas.lay(self._pillar, centred(self._pillar, self._pillar_extent, self._pillar_at), grown)
        for index, side in enumerate((-1, 1)):
            u = (t - 0.45 - 0.4 * index) / 0.6
            if u > 0:
                self._hang(canvas, index, side, angle, u)
        canvas.lay(self._beam, centred(self._beam, self._beam_extent, self._pivot, grown, angle), grown)

    def _hang(self, canvas: Canvas, index: int, side: int, angle: float, u: float) -> None:
        piece, extent, half = self._pans[index]
        x = self._pivot[0] + side * self._arm * math.cos(angle)
        y = self._pivot[1] + side * self._arm * math.sin(angle)
        fallen = (1 - overshoot(u)) * 0.1 * self._drop
        gain = min(1.0, 1.8 * u)
        canvas.lay(piece, centred(piece, extent, (x, y + half - fallen)), gain)
        label, pad, (width, _) = self._labels[index]
        left, top = x - width / 2 - pad + label.x, y + 2 * half + 0.10 * self._drop - pad + label.y
        canvas.lay(label, np.array([[1, 0, left], [0, 1, top]], np.float32), min(1.0, max(0.0, 1.8 * u - 0.6)))

    def angle(self, t: float) -> float:
        """The beam's angle at *t*: towards the heavier side where numbers decide, else to and fro."""
        since = t - _LOADED_S
        if since <= 0:
            return 0.0
        if self._lean:
            settled = 1 - math.exp(-1.1 * since) * math.cos(2.7 * since)
            return _TIP * self._lean * settled + 0.008 * math.sin(1.3 * since)
        rest = 0.30 + 0.70 * math.exp(-0.30 * since)
        return self._lead * _SWAY * rest * math.sin(1.45 * since)


def _ball(size: int) -> F32:
    """A weight, for what no picture stands for."""
    mask = np.zeros((size, size), np.uint8)
    cv2.circle(mask, (size // 2, size // 2), round(0.36 * size), 255, -1, cv2.LINE_AA)
    cv2.rectangle(mask, (round(0.42 * size), round(0.06 * size)), (round(0.58 * size), round(0.2 * size)), 255, -1)
    return as_cover(mask)


def _foot_of(mark: F32) -> float:
    """The lowest row of a mark that has ink, counted from its padded top."""
    rows = np.flatnonzero(mark.max(1) > 0.3)
    return float(rows[-1]) + 3 if rows.size else float(mark.shape[0])


def _lit(desk: Desk, mask: F32, colour: Colour, bulge: float) -> F32:
    key = mix(desk.pale, "#ffffff", 0.4)
    toward: Point = (0.6 * desk.side, -0.8)
    return lit_body(mask.astype(np.float32), colour, toward=toward, key=key, ambient=desk.body, bulge=max(2.0, bulge))


def _made(desk: Desk, mask: F32, colour: Colour) -> tuple[Sprite, tuple[int, int]]:
    return sprite(_lit(desk, mask, colour, 0.02 * desk.unit)), (mask.shape[1], mask.shape[0])


def _pillar_mask(field: Box) -> F32:
    """A slender column on a stepped base, its cap a ball; as large as the field."""
    height, width = round(field.height), round(0.46 * field.width)
    middle, top, foot = width / 2, 0.14 * height, 0.97 * height
    profile = [
        (0.05, top),
        (0.030, 0.20 * height),
        (0.022, 0.5 * height),
        (0.030, 0.76 * height),
        (0.06, 0.83 * height),
    ]
    profile += [(0.11, 0.86 * height), (0.12, 0.90 * height), (0.24, 0.93 * height), (0.25, foot)]
    right = [(middle + share * height, y) for share, y in profile]
    left = [(middle - share * height, y) for share, y in reversed(profile)]
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [fixed(np.array(right + left, np.float32))], 255, cv2.LINE_AA, SHIFT)
    ball = (round(middle * 2**SHIFT), round(top * 2**SHIFT))
    cv2.circle(mask, ball, round(0.035 * height * 2**SHIFT), 255, -1, cv2.LINE_AA, SHIFT)
    finial = (round(middle * 2**SHIFT), round((top - 0.055 * height) * 2**SHIFT))
    cv2.circle(mask, finial, round(0.018 * height * 2**SHIFT), 255, -1, cv2.LINE_AA, SHIFT)
    return as_cover(mask)


def _beam_mask(arm: float, thick: float) -> F32:
    """A beam that tapers to both ends and curls up there."""
    width, height = math.ceil(2 * arm + 6 * thick), math.ceil(4 * thick)
    u = np.linspace(-1, 1, 81)
    x = width / 2 + arm * u
    lift = 0.35 * thick * np.cos(1.5 * math.pi * u)
    half = thick * (0.22 + 0.34 * (1 - np.abs(u)) ** 1.3)
    upper, lower = np.stack([x, height / 2 - lift - half], 1), np.stack([x, height / 2 - lift + half], 1)[::-1]
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [fixed(np.concatenate([upper, lower]).astype(np.float32))], 255, cv2.LINE_AA, SHIFT)
    for end in (-1, 0, 1):
        at = (round((width / 2 + end * arm) * 2**SHIFT), round((height / 2) * 2**SHIFT))
        cv2.circle(mask, at, round((0.62 if end else 0.9) * thick * 2**SHIFT), 255, -1, cv2.LINE_AA, SHIFT)
    return as_cover(mask)
