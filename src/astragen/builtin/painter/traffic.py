"""The street's measures and perspective, and its wet road as a mirror."""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import U8
from astragen.builtin.painter.noise import smoothstep, spectral, stable_seed, value_noise
from astragen.builtin.painter.stage import Moment, Stage
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, Lens

EYE = 2.1  # m; camera height in the street
STAND = 15.5  # m; where subjects stand
ROAD = 8.0  # m from the middle of the road to the house fronts
ROWS = (240.0, 150.0, 96.0, 64.0, 43.0, 30.0, 21.0, 14.5)  # m; where a row of buildings begins
_BESIDE = 9.0  # stage distance of what hides most of the road
Z = 1 / 3.2  # stage units a metre: people at 16 m stand at z = 5
FOCAL = {Lens.WIDE: 0.95, Lens.NORMAL: 1.15, Lens.TELE: 1.6}  # in frame heights


class StreetView:
    """The street's perspective: metres to canvas pixels."""

    def __init__(self, stage: Stage, recipe: Recipe) -> None:
        shot = np.random.default_rng(stable_seed("street-shot", recipe.seed))
        down = {Angle.LOW: 0.74, Angle.HIGH: 0.44}.get(recipe.angle, 0.62)
        self.horizon = stage.horizon = stage.y(down)
        self.middle = stage.vanishing_x = stage.x(0.5 + float(shot.uniform(-0.07, 0.07)))
        self.focal = FOCAL[recipe.lens] * stage.height
        self.eye = EYE * (2.6 if recipe.angle is Angle.HIGH else 0.55 if recipe.angle is Angle.LOW else 1.0)

    def x(self, metres: float, depth: float) -> float:
        """Canvas x of *metres* right of the road's middle."""
        return self.middle + metres * self.focal / depth

    def y(self, metres: float, depth: float) -> float:
        """Canvas y of *metres* above the road."""
        return self.horizon + (self.eye - metres) * self.focal / depth


class WetStreet:
    """The road as a dark mirror: what is above the horizon, upside down, smeared and rippling."""

    z = STAND * Z + 0.05  # just behind the subjects, over all of the road

    def __init__(self, stage: Stage, horizon: float, strength: float, dry: U8) -> None:
        """*dry*: what stands on the street and mirrors nothing, coverage of the canvas at a quarter of its size."""
        self._horizon, self._strength, self._dry = horizon, strength, dry
        self._ripple = 0.13 * spectral(256, 512, seed=5, slope=2.0, low=10, stretch=1.5)
        self._puddles = value_noise(256, 512, 7, seed=6, octaves=4, squash=2.5)
        self._mask: U8 | None = None

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Mirror the upper planes into the street at half size."""
        k, _, ty = stage.project(60.0, moment.view)
        line = (round(self._horizon * k + ty) + 2) // 2 * 2
        below = canvas.height - line
        if line < 8 or below < 8:
            return
        rows, columns = below // 2, canvas.width // 2
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        drift, part = divmod(moment.seconds * 9, 1)
        first, second = (np.roll(self._ripple, int(drift + step) % 256, 0) for step in (0, 1))
        ripple = cv2.addWeighted(first, 1 - part, second, part, 0)
        wave = cv2.resize(ripple, (columns, rows), interpolation=cv2.INTER_LINEAR)
        reach = y / rows
        source_x = 2 * x + wave * (4 + 50 * reach) * stage.scale
        source_y = np.clip(line - 2 * y - 4 - wave * 40 * reach * stage.scale, 0, line - 1)
        mask = cv2.multiply(self._cover(rows, columns), self._wet(stage, moment, (columns, rows), line), scale=1 / 255)
        wide = np.asarray(cv2.resize(mask, (canvas.width, below), interpolation=cv2.INTER_LINEAR), np.uint8)
        for plane, cover, step in zip(canvas.planes, (wide, mask, mask), (1, 2, 2), strict=True):
            at_x, at_y = source_x / step, (source_y / step).astype(np.float32)
            mirrored = cv2.remap(plane, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            smeared = cv2.blur(mirrored, (1, max(3, rows // 18 | 1)))
            if step == 1:
                smeared = cv2.resize(smeared, (canvas.width, below), interpolation=cv2.INTER_LINEAR)
            view = plane[line // step :]
            kept = cv2.multiply(view, cv2.bitwise_not(cover), scale=1 / 255)
            cv2.add(kept, cv2.multiply(smeared, cover, scale=1 / 255), dst=view)

    def _wet(self, stage: Stage, moment: Moment, size: tuple[int, int], line: int) -> U8:
        """Where nothing stands before the road, at half the frame's size, from row *line* down."""
        k, tx, ty = stage.project(_BESIDE, moment.view)
        to_half = np.array([[2 * k, 0, tx / 2], [0, 2 * k, (ty - line) / 2]], np.float32)
        return np.asarray(cv2.bitwise_not(cv2.warpAffine(self._dry, to_half, size, flags=cv2.INTER_LINEAR)), np.uint8)

    def _cover(self, rows: int, columns: int) -> U8:
        if self._mask is None or self._mask.shape != (rows, columns):
            puddle = cv2.resize(self._puddles, (columns, rows))
            down = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
            cover = self._strength * (0.55 + 0.45 * smoothstep(0.42, 0.6, puddle)) * smoothstep(0.0, 0.06, down)
            self._mask = (255 * cover * (1 - 0.35 * down)).astype(np.uint8)
        return self._mask
