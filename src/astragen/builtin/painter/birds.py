"""Birds and fish: a small flock that crosses the sky, a school that turns in the water."""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, Colour, mix, rgb
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.stage import Moment, Stage


class Birds:
    """A loose flock on a slow, bowed path; it leaves the frame and comes back on the other side."""

    def __init__(
        self,
        stage: Stage,
        seed: int,
        *,
        count: int = 9,
        z: float = 40.0,
        across: float | None = None,
        down: float = 0.28,
        span: float = 15.0,
        colour: Colour | None = None,
    ) -> None:
        """Gather the flock.

        Args:
            stage: its light must be set.
            seed: of places and wing beats.
            count: birds.
            z: distance.
            across: where the flock is at second 0, parts of the frame; None: away from the sun.
            down: height of the flock, parts of the frame.
            span: wing span in px at 1080p.
            colour: None: dark, a little of the air's.
        """
        self.z = z
        light = stage.light
        self._colour = mix(light.ambient, light.fog_shade, 0.25) * 0.8 if colour is None else rgb(colour)
        random = np.random.default_rng(stable_seed(seed, "birds"))
        spread = np.array([0.16 * stage.width, 0.055 * stage.height])
        self._home = random.standard_normal((count, 2)) * spread
        start = 0.5 - 0.10 * light.side if across is None else across
        self._centre = np.array([stage.x(start), stage.y(down)])
        self._span = span * stage.scale * (0.65 + 0.6 * random.random(count))
        self._beat = 1.9 + 1.2 * random.random(count)
        self._phase = random.random((3, count)) * 2 * np.pi
        self._speed = -light.side * 26 * stage.scale
        self._round = 1.5 * stage.canvas_width

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw all wings as polygons on one mask."""
        outlines = self._wings(stage, moment.seconds)
        k, tx, ty = stage.project(self.z, moment.view)
        placed = np.round((outlines * k + [tx, ty]) * 16).astype(np.int32)
        low, high = placed.min((0, 1)) // 16 - 2, placed.max((0, 1)) // 16 + 3
        left, top = max(0, int(low[0])), max(0, int(low[1]))
        right, bottom = min(canvas.width, int(high[0])), min(canvas.height, int(high[1]))
        if right <= left or bottom <= top:
            return
        mask = np.zeros((bottom - top, right - left), np.uint8)
        for outline in placed - np.array([left, top], np.int32) * 16:
            cv2.fillConvexPoly(mask, outline, 235, cv2.LINE_AA, 4)
        canvas.tint(mask, self._colour, left, top)

    def _wings(self, stage: Stage, seconds: float) -> F32:
        """Outlines in canvas px: (4 * count, 4, 2), two parts a wing."""
        drift = np.sin(0.31 * seconds + self._phase[0]), np.cos(0.43 * seconds + self._phase[1])
        x = self._centre[0] + self._home[:, 0] + self._speed * seconds + drift[0] * 16 * stage.scale
        y = (
            self._centre[1]
            + self._home[:, 1]
            + drift[1] * 9 * stage.scale
            - 0.02 * stage.height * math.sin(0.2 * seconds)
        )
        x = (x + 0.25 * stage.canvas_width) % self._round - 0.25 * stage.canvas_width
        glide = np.clip(0.55 + 0.9 * np.sin(0.5 * seconds + self._phase[2]), 0.12, 1)
        beat = np.sin(2 * np.pi * self._beat * seconds / 1.6 + self._phase[1]) * glide
        half = self._span / 2
        parts = []
        for side in (-1, 1):
            elbow = np.stack([x + side * half * 0.45, y - half * (0.16 + 0.34 * beat)], -1)
            tip = np.stack([x + side * half, y - half * (0.02 + 0.62 * beat * 0.8 - 0.12)], -1)
            body = np.stack([x, y], -1)
            thick = np.stack([np.zeros_like(half), half * 0.15], -1)
            parts.append(np.stack([body - thick * 0.3, elbow - thick * 0.4, elbow + thick * 0.5, body + thick], 1))
            parts.append(np.stack([elbow - thick * 0.4, tip, tip, elbow + thick * 0.5], 1))
        return np.concatenate(parts).astype(np.float32)


class School:
    """Small fish that swim together on a bowed path, each waving its tail."""

    def __init__(
        self, stage: Stage, seed: int, *, count: int, z: float, down: float, length: float, colour: Colour
    ) -> None:
        """Gather the school: *down* in frame heights, *length* of a fish in px at 1080p."""
        self.z = z
        self._colour = rgb(colour)
        random = np.random.default_rng(stable_seed(seed, "school"))
        self._home = random.standard_normal((count, 2)) * [0.11 * stage.width, 0.045 * stage.height]
        self._centre = np.array([stage.x(0.2 + 0.6 * random.random()), stage.y(down)])
        self._length = length * stage.scale * (0.7 + 0.6 * random.random(count))
        self._phase = random.random((2, count)) * 2 * np.pi
        self._way = 1.0 if random.random() < 0.5 else -1.0
        self._speed = 34 * stage.scale * self._way
        self._round = 1.6 * stage.canvas_width

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw bodies and tails as polygons on one mask."""
        seconds = moment.seconds
        x = self._centre[0] + self._home[:, 0] * (1 + 0.1 * math.sin(0.4 * seconds)) + self._speed * seconds
        x = (x + 0.3 * stage.canvas_width) % self._round - 0.3 * stage.canvas_width
        y = self._centre[1] + self._home[:, 1] + 0.02 * stage.height * np.sin(0.5 * seconds + 0.3 * self._phase[0])
        wave = np.sin(7 * seconds + self._phase[1]) * 0.16
        half = self._length / 2
        front, back = self._way * half, -self._way * half
        flat = half * 0.34
        body = [(front, 0 * half), (0.1 * front, -flat), (0.8 * back, wave * half), (0.1 * front, flat)]
        tail = [(0.7 * back, wave * half), (1.25 * back, (wave - 0.3) * half), (1.25 * back, (wave + 0.3) * half)]
        k, tx, ty = stage.project(self.z, moment.view)
        parts = [
            np.stack([np.stack([(x + dx) * k + tx, (y + dy) * k + ty], -1) for dx, dy in part], 1)
            for part in (body, tail)
        ]
        every = np.concatenate([part.reshape(-1, 2) for part in parts])
        left, top = (max(0, int(value) - 2) for value in np.floor(every.min(0)))
        right = min(canvas.width, int(every[:, 0].max()) + 3)
        bottom = min(canvas.height, int(every[:, 1].max()) + 3)
        if right <= left or bottom <= top:
            return
        mask = np.zeros((bottom - top, right - left), np.uint8)
        for part in parts:
            for outline in np.round((part - [left, top]) * 16).astype(np.int32):
                cv2.fillConvexPoly(mask, outline, 225, cv2.LINE_AA, 4)
        canvas.tint(mask, self._colour, left, top)
