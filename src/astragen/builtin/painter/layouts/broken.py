"""Something whole that breaks, or something broken that is made whole.

A silhouette (an icon, else the word itself) becomes a lit body; cracks run through it from
one point; its shards fly apart and hang in the air. Mending runs the other way, and the
seams stay golden.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.badges import Sparks, centred, silhouette
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, mix, rgb
from astragen.builtin.painter.desk import Desk, capital
from astragen.builtin.painter.layouts.box import Box, Point
from astragen.builtin.painter.layouts.entrances import ease_both, ease_out, overshoot
from astragen.builtin.painter.layouts.parts import Halo
from astragen.builtin.painter.noise import blur, value_noise
from astragen.builtin.painter.relief import lit_body, rim
from astragen.builtin.painter.sprite import Sprite, sprite
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.type import fit, letters
from astragen.model.storyboard import Tableau

_SHARDS = 11
_CRACK_S, _BURST_S = 1.0, 1.75  # when cracks begin to run, when the shards part
_JOIN_S, _JOINED_S = 1.0, 2.7  # when shards begin to come together, when they touch
_GOLD = "#ffd76a"


def breaking(desk: Desk) -> None:
    """Hang the thing, its cracks and its shards; the title below."""
    noun = desk.tableau.items[0]
    if desk.tableau.title:
        area = desk.area
        low = area.part(0.0, 0.80, 1.0, 1.0)
        desk.area = low
        desk.title(size=0.066, share=1.0)
        desk.area = area.part(0.0, 0.0, 1.0, 0.78)
    area = desk.area
    size = 0.74 * min(area.height, 0.9 * area.width)
    mask = _silhouette(desk, noun, size, area)
    is_mending = mends(desk.tableau)
    glow = np.pad(mask, round(0.2 * size))
    desk.stage.add(Halo(desk, blur(glow, 0.10 * size), area.centre, start=_JOINED_S - 0.3 if is_mending else 0.2))
    desk.stage.add(_Broken(desk, mask, noun, area.centre, size, is_mending=is_mending))
    desk.stage.add(Sparks(desk.dot(0, 3.4), _burst(desk, area.centre, size, is_mending=is_mending), z=2.0))


def mends(tableau: Tableau) -> bool:
    """Whether a tableau's words speak of making whole rather than of breaking."""
    known = set(read_table("tableau.json")["mending"].split())
    said = " ".join((tableau.title, *tableau.items[1:], *tableau.messages)).casefold()
    return not known.isdisjoint(re.findall(r"[^\W\d_]+", said))


def _silhouette(desk: Desk, noun: str, size: float, area: Box) -> F32:
    found = silhouette(noun, round(1.18 * size))
    if found is not None:
        return np.asarray(found, np.float32)
    style = desk.style(900)
    fitted = fit(capital(noun), 0.55 * size, 0.84 * area.width, 0.7 * area.height, style, 0.2)
    return letters(fitted.rows, fitted.size, style)[0]


class _Shard(NamedTuple):
    piece: Sprite
    extent: tuple[int, int]
    middle: Point  # of its picture, px from the thing's middle
    way: Point  # where it flies, px
    turn: float  # radians


class _Broken:
    """The thing: whole, cracking, in pieces, or the other way round."""

    z = 2.6

    def __init__(self, desk: Desk, mask: F32, noun: str, centre: Point, size: float, *, is_mending: bool) -> None:
        self._centre, self._size, self._is_mending = centre, size, is_mending
        pad = round(0.03 * size) + 2
        mask = np.pad(mask, pad)
        colour = read_table("tableau.json")["things"].get(noun.casefold().split()[-1])
        hue = rgb(colour) if colour else desk.hue(0)
        key = mix(desk.pale, "#ffffff", 0.5)
        toward = (0.6 * desk.side, -0.8)
        body = lit_body(mask, hue, toward=toward, key=key, ambient=mix(desk.body, desk.pale, 0.4), bulge=0.055 * size)
        self._body = sprite(body)
        self._extent = (mask.shape[1], mask.shape[0])
        impact = self._impact(mask, desk.random)
        owner = _shattered(mask, impact, desk.random)
        self._shards = _cut(body, mask, owner, impact, toward, size, desk)
        self._seams, self._reach = _seams(mask, owner, impact, size)
        self._crack, self._gold = mix(hue, "#000000", 0.82), rgb(_GOLD)

    @staticmethod
    def _impact(mask: F32, random: np.random.Generator) -> Point:
        rows, columns = np.nonzero(mask > 0.5)
        x = np.quantile(columns, 0.5 + 0.14 * float(random.uniform(-1, 1)))
        y = np.quantile(rows, 0.42 + 0.10 * float(random.uniform(-1, 1)))
        return float(x), float(y)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the thing as its moment says."""
        t = moment.seconds
        if self._is_mending:
            self._mend(canvas, t)
        elif t < _BURST_S:
            self._whole(canvas, t, max(0.02, overshoot((t - 0.2) / 0.6)), min(1.0, 3 * max(0.0, t - 0.2)))
            self._draw_seams(canvas, ease_out((t - _CRACK_S) / 0.7) if t > _CRACK_S else 0.0, self._crack)
        else:
            since = t - _BURST_S
            far = ease_out(since / 1.5)
            self._pieces(canvas, t, far + 0.10 * (1 - math.exp(-since / 5)), 1.0, 0.16 * (1 - math.exp(-since / 3.5)))

    def _whole(self, canvas: Canvas, t: float, scale: float, gain: float) -> None:
        shake = 0.0
        if not self._is_mending and t > _CRACK_S:
            shake = 0.005 * self._size * math.sin(46 * t) * min(1.0, (t - _CRACK_S) / 0.7)
        x, y = self._centre
        canvas.lay(self._body, centred(self._body, self._extent, (x + shake, y), scale), gain)

    def _mend(self, canvas: Canvas, t: float) -> None:
        u = ease_both((t - _JOIN_S) / (_JOINED_S - _JOIN_S))
        if t < _JOINED_S:
            self._pieces(canvas, t, 1 - u, min(1.0, max(0.0, 2.5 * t)), 0.05 * (1 - u))
            return
        beat = 1 + 0.018 * math.exp(-0.6 * (t - _JOINED_S)) * math.sin(5 * (t - _JOINED_S))
        self._whole(canvas, t, beat, 1.0)
        shimmer = 0.72 + 0.28 * math.sin(2.1 * (t - _JOINED_S))
        self._draw_seams(canvas, ease_out((t - _JOINED_S) / 0.9), self._gold, shimmer)

    def _draw_seams(self, canvas: Canvas, u: float, colour: F32, shimmer: float | None = None) -> None:
        if u <= 0:
            return
        shown: U8 = np.where(self._reach <= u, self._seams, np.uint8(0))
        x, y = round(self._centre[0] - self._extent[0] / 2), round(self._centre[1] - self._extent[1] / 2)
        canvas.tint(shown, colour, x, y)
        if shimmer is not None:
            glow = cv2.GaussianBlur(shown, (0, 0), max(0.8, 0.012 * self._size))
            canvas.shine(np.asarray(glow, np.uint8), colour, x, y, 0.8 * shimmer)

    def _pieces(self, canvas: Canvas, t: float, far: float, gain: float, fallen: float) -> None:
        cx, cy = self._centre
        for index, shard in enumerate(self._shards):
            float_x = 0.006 * self._size * far * math.sin(0.9 * t + 2 * index)
            float_y = 0.010 * self._size * far * math.sin(1.1 * t + 1.3 * index)
            fall = fallen * self._size * (0.35 + 0.65 * (0.5 + shard.middle[1] / self._extent[1]))
            x = cx + shard.middle[0] + shard.way[0] * far + float_x
            y = cy + shard.middle[1] + shard.way[1] * far + float_y + fall
            turn = shard.turn * far + 0.03 * far * math.sin(0.7 * t + index)
            canvas.lay(shard.piece, centred(shard.piece, shard.extent, (x, y), 1.0, turn), gain)


def _shattered(mask: F32, impact: Point, random: np.random.Generator) -> np.ndarray:
    """Which shard each pixel belongs to: cells about points that lie closer near the impact, with ragged borders."""
    height, width = mask.shape
    rows, columns = np.nonzero(mask > 0.5)
    picks = random.choice(len(rows), size=60 * _SHARDS)
    away = np.hypot(columns[picks] - impact[0], rows[picks] - impact[1])
    chosen: list[int] = []
    least = 0.30 * math.sqrt(len(rows) / _SHARDS) * (0.6 + 1.1 * away / (away.max() + 1e-3))
    for place, pick in enumerate(picks):
        near = [math.hypot(columns[pick] - columns[one], rows[pick] - rows[one]) for one in chosen]
        if len(chosen) < _SHARDS and min(near, default=1e9) > 1.7 * least[place]:
            chosen.append(int(pick))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    seed = int(random.integers(1 << 30))
    x = x + (value_noise(height, width, 11, seed=seed, octaves=3) - 0.5) * 0.075 * width
    y = y + (value_noise(height, width, 11, seed=seed + 1, octaves=3) - 0.5) * 0.075 * width
    far = np.stack([(x - columns[one]) ** 2 + (y - rows[one]) ** 2 for one in chosen])
    return np.asarray(np.argmin(far, 0))


def _cut(
    body: F32, mask: F32, owner: np.ndarray, impact: Point, toward: Point, size: float, desk: Desk
) -> list[_Shard]:
    """The shards as sprites, lit along their broken edges."""
    height, width = mask.shape
    found = []
    for index in range(int(owner.max()) + 1):
        own = cv2.GaussianBlur((owner == index).astype(np.float32), (0, 0), 0.7)
        cover = np.asarray(own * (mask > 0.02), np.float32)
        rows, columns = np.nonzero(cover * mask > 0.05)
        if len(rows) < 12:
            continue
        top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
        part = np.pad(cover[top:bottom, left:right], 2)
        picture = np.pad(body[top:bottom, left:right], ((2, 2), (2, 2), (0, 0))) * part[..., None]
        alpha = np.asarray(picture[..., 3], np.float32)
        edge = rim(alpha, toward, max(1.2, 0.009 * size)) * 0.55
        dusk = rim(alpha, (-toward[0], -toward[1]), max(1.2, 0.014 * size)) * 0.5
        picture[..., :3] = np.clip(
            picture[..., :3] * (1 - dusk[..., None]) + edge[..., None] * 0.8, 0, alpha[..., None]
        )
        middle = ((left + right) / 2 - width / 2, (top + bottom) / 2 - height / 2)
        away = np.array([(left + right) / 2 - impact[0], (top + bottom) / 2 - impact[1]])
        length = float(np.hypot(*away)) or 1.0
        reach = 0.13 * size + 0.34 * length
        way = (float(away[0] / length * reach * 1.15), float(away[1] / length * reach * 0.62))
        turn = float(desk.random.uniform(0.10, 0.34)) * (1 if away[0] > 0 else -1)
        found.append(_Shard(sprite(picture), (picture.shape[1], picture.shape[0]), middle, way, turn))
    return found


def _seams(mask: F32, owner: np.ndarray, impact: Point, size: float) -> tuple[U8, F32]:
    """Coverage of the borders between shards, and how far from the impact each pixel is (0 to 1)."""
    labels = owner.astype(np.uint8)
    edge = (cv2.dilate(labels, np.ones((3, 3), np.uint8)) != cv2.erode(labels, np.ones((3, 3), np.uint8))).astype(
        np.float32
    )
    wide = max(0.6, 0.0026 * size)
    soft = np.clip(blur(edge, wide) * 1.6, 0, 1) * (mask > 0.5)
    y, x = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]].astype(np.float32)
    reach = np.hypot(x - impact[0], y - impact[1])
    return (soft * 255).astype(np.uint8), np.asarray(reach / reach[mask > 0.5].max(), np.float32)


def _burst(
    desk: Desk, centre: Point, size: float, *, is_mending: bool
) -> Callable[[float], list[tuple[float, float, float]]]:
    angle = desk.random.uniform(0, 2 * math.pi, 22)
    speed = desk.random.uniform(0.25, 0.75, 22) * size
    start = _JOINED_S if is_mending else _BURST_S

    def places(seconds: float) -> list[tuple[float, float, float]]:
        t = seconds - start
        if t <= 0:
            return []
        far = (1 - math.exp(-1.5 * t)) / 1.5
        twinkle = [0.5 + 0.5 * math.sin(3.1 * t + 5 * one) for one in range(len(angle))]
        fade = max(0.25, math.exp(-0.35 * t))
        return [
            (
                centre[0] + math.cos(one) * pace * far * 1.4 + 0.01 * size * math.sin(0.8 * t + one),
                centre[1] + math.sin(one) * pace * far + 0.02 * size * math.sin(0.6 * t + 2 * one),
                fade * part,
            )
            for one, pace, part in zip(angle.tolist(), speed.tolist(), twinkle, strict=True)
        ]

    return places
