"""Shafts of light: rays that fan out from over the frame and slowly change places."""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import U8, Colour, mix, rgb
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.stage import Moment, Stage

_REACH = 0.92  # frame heights down that rays reach


class Shafts:
    """Rays of light through the leaves, slowly changing places."""

    _DIV = 4

    def __init__(
        self, stage: Stage, seed: int, *, z: float, strength: float = 0.62, colour: Colour | None = None
    ) -> None:
        """Paint the rays; *colour* is the sun's unless given."""
        self.z = z
        self._gain = strength * stage.light.strength**1.5 * (0.5 if stage.light.is_night else 1.0)
        self._colour = mix(stage.light.key, stage.light.glow, 0.5) if colour is None else rgb(colour)
        self._rays = [_rays(stage, seed + index, self._DIV) for index in range(3)]
        self._pace = 0.16 + 0.10 * np.random.default_rng(seed).random(3)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Mix three sets of rays at a quarter of the size and add them."""
        _, tx, ty = stage.project(self.z, moment.view)
        shares = 0.5 + 0.5 * np.sin(2 * np.pi * self._pace * moment.seconds + np.array([0.0, 2.1, 4.2]))
        both = cv2.addWeighted(self._rays[0], float(shares[0]), self._rays[1], float(shares[1]), 0)
        both = cv2.addWeighted(both, 1.0, self._rays[2], float(shares[2]), 0)
        place = np.array([[self._DIV, 0, tx + 1.5], [0, self._DIV, ty + 1.5]], np.float32)
        low = min(canvas.height, round((_REACH + 0.13) * canvas.height))  # below it no ray is left
        size = (canvas.width, low)
        mask = cv2.warpAffine(both, place, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        canvas.shine(np.asarray(mask, np.uint8), self._colour, gain=self._gain)


def _rays(stage: Stage, seed: int, div: int) -> U8:
    """Beams that fan out from over the frame: (h / div, w / div) uint8."""
    height, width = -(-stage.canvas_height // div), -(-stage.canvas_width // div)
    y, x = (grid.astype(np.float32) * div for grid in np.mgrid[0:height, 0:width])
    source_x, source_y = stage.sun[0] + stage.light.side * 0.12 * stage.width, stage.y(-0.55)
    angle = np.arctan2(x - source_x, y - source_y)
    random = np.random.default_rng(seed)
    knots = smoothstep(0.52, 0.95, random.random(150))
    beam = np.interp(angle, np.linspace(-1.3, 1.3, 150), knots)
    soft = np.interp(angle, np.linspace(-1.3, 1.3, 40), 0.4 + 0.6 * random.random(40))
    fall = smoothstep(_REACH, 0.20, (y - stage.oy) / stage.height) * smoothstep(
        -0.02, 0.16, (y - stage.oy) / stage.height
    )
    near = np.exp(-(((x - stage.sun[0]) / (0.55 * stage.width)) ** 2))
    rays = cv2.GaussianBlur((beam * soft * fall * near).astype(np.float32), (0, 0), 5 * stage.scale)
    return np.asarray(np.clip(rays * 150, 0, 255), np.uint8)
