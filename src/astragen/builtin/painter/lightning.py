"""Lightning: strikes in the sky and what they light, never two within three seconds."""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import U8
from astragen.builtin.painter.noise import smoothstep, stable_seed, value_noise
from astragen.builtin.painter.stage import INFINITE, Moment, Stage
from astragen.model.lightning import SLOT_S, strike_in


def lightning(stage: Stage, seed: int) -> None:
    """Add strikes in the sky and their flash over the frame: one each 3.1 to 5.3 s, with a soft decay.

    *seed*: the shot's own, so that thunder can follow (`model/lightning.py`).
    """
    stage.add(_Bolts(stage, seed))
    stage.add(_Flash(seed))


def strike(seconds: float, seed: int) -> tuple[int, float]:
    """(which strike, brightness 0 to 1) of the lightning of *seed* at *seconds*."""
    slot = math.floor(seconds / SLOT_S)
    best = (slot, 0.0)
    for index in (slot - 1, slot):
        _, start, power = strike_in(index, seed)
        since = seconds - start
        if since < 0:
            continue
        attack = float(smoothstep(0, 0.05, since))
        glow = power * attack * (0.75 * math.exp(-since / 0.16) + 0.45 * math.exp(-(((since - 0.30) / 0.11) ** 2)))
        if glow > best[1]:
            best = (index, glow)
    return best


class _Bolts:
    """Lightning in the sky: a lit cloud about it and a branching bolt."""

    _KINDS = 3

    def __init__(self, stage: Stage, seed: int) -> None:
        self.z = INFINITE * 0.5
        self._seed = seed
        self._glows: list[U8] = []
        self._bolts: list[U8] = []
        sky = max(16, round(stage.horizon))
        for index in range(self._KINDS):
            random = np.random.default_rng(stable_seed(seed, "bolt", index))
            x = stage.x(0.5 - stage.light.side * (0.12 + 0.28 * random.random()))
            self._glows.append(_lit_cloud(sky, stage.canvas_width, x, stable_seed(seed, "lit", index)))
            self._bolts.append(_bolt(sky, stage.canvas_width, x, stage.scale, random))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Add glow and bolt at the strike's brightness."""
        which, power = strike(moment.seconds, self._seed)
        if power < 0.02:
            return
        _, tx, ty = stage.project(self.z, moment.view)
        place = (round(tx), round(ty))
        canvas.shine(self._glows[which % self._KINDS], "#a9b8ff", *place, gain=0.75 * power)
        canvas.shine(self._bolts[which % self._KINDS], "#e8ecff", *place, gain=min(1.0, 1.5 * power**1.5))


class _Flash:
    """What a strike adds to everything: a faint cold lift."""

    z = 0.6

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lift luma in proportion to what is there, shift chroma a little to blue."""
        _, power = strike(moment.seconds, self._seed)
        if power < 0.02:
            return
        canvas.lift(1 + 0.28 * power, luma=3 * power, blue=3 * power)


def _lit_cloud(height: int, width: int, x: float, seed: int) -> U8:
    down, across = np.mgrid[0 : height // 4, 0 : width // 4].astype(np.float32) * 4
    near = np.exp(-(((across - x) / (0.42 * height)) ** 2) - ((down - 0.42 * height) / (0.36 * height)) ** 2)
    noise = value_noise(height // 4, width // 4, 5, seed=seed, octaves=5, squash=1.6)
    lit = near * smoothstep(0.28, 0.85, noise) * 255
    return np.asarray(cv2.resize(lit, (width, height)), np.uint8)


def _bolt(height: int, width: int, x: float, scale: float, random: np.random.Generator) -> U8:
    """A branching bolt from the clouds to the horizon, with a halo: (height, width) uint8."""
    mask = np.zeros((height, width), np.uint8)
    foot = x + (random.random() - 0.5) * 0.4 * height
    paths = [(np.array([x, 0.30 * height]), np.array([foot, float(height)]), 2.6, 0)]
    while paths:
        start, end, thickness, depth = paths.pop()
        steps = (22, 9, 5)[depth]
        way = np.linspace(0, 1, steps + 1)[:, None]
        jitter = random.standard_normal((steps + 1, 2)) * [[0.020 * height, 0.006 * height]] * (1, 0.6, 0.5)[depth]
        points = start + (end - start) * way + jitter * (way > 0)
        drawn = [np.round(points * 16).astype(np.int32)]
        cv2.polylines(mask, drawn, False, (255, 140, 90)[depth], max(1, round(thickness * scale)), cv2.LINE_AA, 4)
        if depth == 2:
            continue
        for point in points[2 : steps - 3][random.random(steps - 5) < 0.28]:
            reach = np.array([random.choice([-1, 1]) * (0.05 + 0.09 * random.random()), 0.06 + 0.08 * random.random()])
            paths.append((point, point + reach * height, thickness * 0.5, depth + 1))
    core = mask.astype(np.float32)
    halo = cv2.GaussianBlur(core, (0, 0), 5 * scale) * 1.4 + cv2.GaussianBlur(core, (0, 0), 1.2 * scale)
    return np.minimum(core + halo, 255).astype(np.uint8)
