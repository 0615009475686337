"""What moves and shines at street level: cars, and the wet road as a mirror."""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import U8
from astragen.builtin.painter.noise import smoothstep, stable_seed, value_noise
from astragen.builtin.painter.stage import Moment, Stage
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, Lens

EYE = 2.1  # m; camera height in the street
STAND = 15.5  # m; where subjects stand
ROAD = 8.0  # m from the middle of the road to the house fronts
ROWS = (240.0, 150.0, 96.0, 64.0, 43.0, 30.0, 21.0, 14.5)  # m; where a row of buildings begins
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

    def __init__(self, stage: Stage, horizon: float, strength: float) -> None:
        self._horizon, self._strength = horizon, strength
        self._ripple = value_noise(256, 512, 26, seed=5, octaves=3, squash=2.2) - 0.5
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
        drift = int(moment.seconds * 9) % 256
        wave = cv2.resize(np.roll(self._ripple, drift, 0), (columns, rows), interpolation=cv2.INTER_LINEAR)
        reach = y / rows
        source_x = 2 * x + wave * (4 + 50 * reach) * stage.scale
        source_y = np.clip(line - 2 * y - 4 - wave * 40 * reach * stage.scale, 0, line - 1)
        mask = self._cover(rows, columns)
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

    def _cover(self, rows: int, columns: int) -> U8:
        if self._mask is None or self._mask.shape != (rows, columns):
            puddle = cv2.resize(self._puddles, (columns, rows))
            down = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
            cover = self._strength * (0.55 + 0.45 * smoothstep(0.42, 0.6, puddle)) * smoothstep(0.0, 0.06, down)
            self._mask = (255 * cover * (1 - 0.35 * down)).astype(np.uint8)
        return self._mask


class Traffic:
    """Cars as pairs of lamps: white ones come, red ones go."""

    z = 6.0

    def __init__(self, stage: Stage, view: StreetView, seed: int, *, is_dark: bool) -> None:
        random = np.random.default_rng(stable_seed("traffic", seed))
        self._view = view
        self._gain = 1.0 if is_dark else 0.5
        self._cars = [
            (float(random.uniform(0, 1)), float(random.uniform(0.09, 0.14)), side) for side in (-1, 1) for _ in range(3)
        ]
        radius = 64
        y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float32) / radius
        reach = np.hypot(x, y)
        self._halo: U8 = np.clip(
            (np.exp(-reach * reach * 60) + 0.35 * np.exp(-reach * 7)) * 255 * (reach < 1), 0, 255
        ).astype(np.uint8)
        self._body: U8 = np.zeros((48, 96), np.uint8)
        shape = np.array([[4, 46], [2, 26], [16, 22], [28, 5], [68, 5], [80, 22], [94, 26], [92, 46]])
        cv2.fillPoly(self._body, [shape * 16], 255, cv2.LINE_AA, 4)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Move every car along its lane and shine its lamps."""
        for start, speed, side in self._cars:
            along = (start + speed * moment.seconds * (1 if side > 0 else -1)) % 1
            depth = 19.0 * (170 / 19.0) ** along
            fade = min(1.0, along * 8, (1 - along) * 5) * self._gain
            if fade <= 0.02:
                continue
            k, tx, ty = stage.project(depth * Z, moment.view)
            pixels = self._view.focal / depth * k
            centre = self._view.x(side * 2.3, depth) * k + tx
            road = self._view.y(0, depth) * k + ty
            wide, high = max(2, round(1.9 * pixels)), max(2, round(1.35 * pixels))
            body = cv2.resize(self._body, (wide, high), interpolation=cv2.INTER_AREA)
            shown = cv2.convertScaleAbs(body, alpha=min(1.0, along * 8, (1 - along) * 5))
            canvas.tint(np.asarray(shown, np.uint8), "#14151c", round(centre - wide / 2), round(road - high))
            size = max(5, round((2.6 if side < 0 else 1.7) * pixels))
            halo = np.asarray(cv2.resize(self._halo, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
            colour = "#ffe9c4" if side < 0 else "#ff2a1a"
            for lamp in (-0.62, 0.62):
                x, y = centre + lamp * pixels, road - 0.62 * pixels
                canvas.shine(halo, colour, round(x - size / 2), round(y - size / 2), fade)
