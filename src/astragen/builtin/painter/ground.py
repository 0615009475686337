"""The near ground: what people stand on, from the camera's feet to a crest behind them.

`hang_ground` paints it, sets `stage.stand`, and returns a `Floor` on which rooms plant
things at true distances; `hang_grass` puts moving blades on it. The ground falls away
behind its crest, so that the land beyond shows between it and the horizon.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, Colour
from astragen.builtin.painter.landform import Relief
from astragen.builtin.painter.lookout import Lookout, stand_at
from astragen.builtin.painter.materials import Material
from astragen.builtin.painter.noise import blur, smoothstep, spectral, stable_seed
from astragen.builtin.painter.plants import Shades, Swaying, grass, in_air
from astragen.builtin.painter.sprite import sprite
from astragen.builtin.painter.stage import Moment, Stage, Stand, air_at
from astragen.builtin.painter.terrain import Cut, Range, march, outline_of, paint_range
from astragen.builtin.painter.tones import put_level
from astragen.model.recipe import Recipe

BEHIND = 4.2
"""Times a subject's distance: the near ground is hung there, land beyond it farther, subjects nearer."""


class Floor(NamedTuple):
    """The ground as rooms use it.

    eye: m of the camera over it at the feet line. feet: m to the feet line. fall: how
    steeply it drops beyond. focal, horizon: px. crest: canvas y of its outline by canvas column.
    z: distance of the feet line on the stage.
    """

    eye: float
    feet: float
    bend: float
    focal: float
    horizon: float
    crest: F32
    z: float

    def y(self, far: float) -> float:
        """Canvas y of level ground *far* m away."""
        beyond = max(0.0, far - self.feet)
        return self.horizon + (self.eye + self.bend * beyond * beyond) * self.focal / far

    def metre(self, far: float) -> float:
        """Px of one metre *far* m away."""
        return self.focal / far

    def stage_z(self, far: float) -> float:
        """Distance on the stage of things *far* m away."""
        return self.z * far / self.feet


def hang_ground(
    stage: Stage,
    recipe: Recipe,
    camera: Lookout,
    stuff: Material,
    *,
    relief: str = "knolls",
    tile_m: float = 60.0,
    height_m: float = 2.0,
    rise: float = 0.08,
    haze: float = 0.07,
    path_m: float = 0.0,
    dapple: float = 0.0,
) -> Floor:
    """Paint the near ground and let subjects stand on it.

    relief: "knolls", "rocky", "ripples" or "flat". rise: frame heights from the feet line up to the
    crest, at most. haze: of the air over it, at the feet line, in clear weather. path_m: width of
    a trodden path that winds away, 0 for none. dapple: how much leaves overhead break the sunlight.
    """
    shape = _shape(relief, stable_seed(recipe.place_seed, "ground"))
    ground = Relief(shape, tile_m=tile_m, height_m=height_m, light=stage.light)
    cut = _lay_out(stage, recipe, camera, ground, rise)
    cut = cut._replace(haze=min(0.5, haze * stage.light.haze), path=path_m, dapple=dapple)
    part = Range(ground, stuff, cut)
    sight = march(stage, camera, part)
    picture, top = paint_range(stage, camera, part, sight, stage.canvas_height)
    if picture is not None:
        reach = camera.z * max(1.0, camera.feet - stage.horizon)
        stage.add(_Level(stage, picture, top, reach, cut.stage_z))
    stage.stand = _standing(stage, camera, ground, cut)._replace(shade=min(0.6, haze * stage.light.haze))
    return Floor(
        eye=_eye_m(stage, camera),
        feet=cut.pivot,
        bend=cut.bend,
        focal=camera.focal,
        horizon=stage.horizon,
        crest=outline_of(stage, sight),
        z=camera.z,
    )


def _eye_m(stage: Stage, camera: Lookout) -> float:
    """Height of the camera over the feet line, m."""
    return max(0.4, (camera.feet - stage.horizon) / camera.metre)


def _lay_out(stage: Stage, recipe: Recipe, camera: Lookout, ground: Relief, rise: float) -> Cut:
    """Where the ground is cut out of its relief, and how it curves away: a parabola beyond the feet line."""
    eye, feet = _eye_m(stage, camera), camera.focal / camera.metre
    below = camera.feet - stage.horizon
    crest_y = max(min(camera.feet - rise * stage.height, stage.y(0.82)), stage.horizon + 0.02 * stage.height)
    # Its highest line on the screen lies 2 eye focal / (crest + feet) below the horizon: that is to be crest_y.
    crest = max(1.2, 2 * below / (crest_y - stage.horizon) - 1)
    random = np.random.default_rng(stable_seed(recipe.place_seed, "ground-at"))
    x, z = (float(value) for value in random.random(2) * ground.tile_m)
    x += 6 * camera.aside + camera.turn * feet
    level = float(ground.height(np.full((1, 1), x, np.float32), np.full((1, 1), z + feet, np.float32), 8)[0, 0])
    return Cut(
        near=max(0.3, 0.55 * feet * below / max(stage.canvas_height - stage.horizon, 1.0)),
        far=feet * crest * 4,
        eye=eye + level,
        x=x,
        z=z,
        stage_z=BEHIND * camera.z,
        taper=0.0,
        bend=eye / ((crest * crest - 1) * feet * feet),
        pivot=feet,
        roll=stable_seed(recipe.place_seed, "roll"),
        steps=420,
    )


def _standing(stage: Stage, camera: Lookout, ground: Relief, cut: Cut) -> Stand:
    """The stand along the feet line, over the ground's own bumps."""
    columns = np.arange(stage.canvas_width, dtype=np.float32)
    x = (columns - stage.vanishing_x) / camera.focal * cut.pivot + cut.x
    high = ground.height(x[None], np.full((1, columns.size), cut.z + cut.pivot, np.float32), 4)[0]
    line = stage.horizon + (cut.eye - high) * camera.focal / cut.pivot
    line = np.asarray(blur(line[None], 12 * stage.scale)[0], np.float32)
    return stand_at(stage, camera)._replace(ground=lambda across: float(np.interp(across, columns, line)))


class _Level:
    """Ground as a level plane under a moving camera: near rows pass faster than far ones.

    For a row `down` px under the horizon the distance is reach / down, so trucking shears
    the picture, going forward bends it in perspective: one homography does all moves.
    """

    def __init__(self, stage: Stage, picture: F32, top: int, reach: float, z: float) -> None:
        """*picture* lies at canvas y *top*; *reach* is distance times px under the horizon; *z* orders it."""
        self.z = z
        sigma = stage.blur_at(z)
        self.piece = sprite(blur(picture, sigma) if sigma > 0.5 else picture, 0, top, seed=7)
        self._reach = reach

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Warp by the camera's homography and lay over."""
        piece = self.piece
        put_level(canvas, stage, moment, piece.pixels, x=piece.x, y=piece.y, div=1, reach=self._reach)


def _shape(relief: str, seed: int) -> F32:
    """(256, 256) heights in [0, 1], tileable."""
    if relief == "flat":
        bumps = spectral(256, 256, seed=seed, slope=2.6, low=3)
        return np.asarray(0.5 + 0.04 * bumps, np.float32)
    if relief == "ripples":
        y, x = np.mgrid[0:256, 0:256].astype(np.float32) / 256
        bend = spectral(256, 256, seed=seed, slope=3.2, high=8)
        swell = spectral(256, 256, seed=seed + 1, slope=3.4, high=6)
        waves = np.abs(np.mod(9 * y + 2 * x + 0.5 * bend, 1.0) - 0.68)
        height = 0.5 + 0.22 * swell - 0.10 * waves
    elif relief == "rocky":
        swell = spectral(256, 256, seed=seed, slope=3.3, high=24)
        bumps = spectral(256, 256, seed=seed + 1, slope=1.6, low=9, high=60)
        patches = smoothstep(-0.2, 1.0, spectral(256, 256, seed=seed + 2, slope=2.8, low=2, high=12))
        stones = smoothstep(0.7, 1.15, bumps) * (0.4 + 0.6 * np.maximum(bumps - 0.9, 0)) * patches
        height = 0.5 + 0.17 * swell + 0.075 * stones + 0.006 * spectral(256, 256, seed=seed + 3, slope=1.4, low=20)
    else:
        height = 0.5 + 0.20 * spectral(256, 256, seed=seed, slope=3.3, high=30)
        height = height + 0.018 * spectral(256, 256, seed=seed + 1, slope=1.8, low=12)
    height = np.asarray(cv2.GaussianBlur(height.astype(np.float32), (0, 0), 0.8), np.float32)
    return np.asarray((height - height.min()) / float(height.max() - height.min()), np.float32)


def hang_grass(
    stage: Stage,
    recipe: Recipe,
    floor: Floor,
    shades: Shades,
    *,
    density: float = 1.0,
    tall_m: float = 0.34,
    flowers: Sequence[Colour] = (),
) -> None:
    """Hang rows of grass on *floor* from behind the feet line to close by; near rows sway more."""
    for index, part in enumerate((2.4, 1.7, 1.15, 0.88, 0.74, 0.63, 0.55)):
        far = floor.feet * part
        metre = floor.metre(far)
        height = round(tall_m * metre * (0.8 + 0.5 * density))
        y = floor.y(far) + 0.12 * metre
        if height < 5 or y - height > stage.canvas_height:
            continue
        seed = stable_seed(recipe.place_seed, "grass", index)
        strip = grass(
            stage.canvas_width,
            min(height, round(0.34 * stage.height)),
            seed=seed,
            light=stage.light,
            shades=shades,
            density=density * (0.75 if index < 3 else 0.5),
            flowers=flowers if index in (2, 4, 5) else (),
        )
        if index > 2:  # before the subject: darker, it frames
            strip = strip * np.array([0.85, 0.85, 0.87, 1.0], np.float32)
        columns = np.arange(stage.canvas_width, dtype=np.float32)
        strip = in_air(strip, air_at(stage, columns), min(0.4, 0.05 * stage.light.haze * part))
        fade = smoothstep(1.0, 0.62, np.linspace(0, 1, strip.shape[0]))[:, None, None]  # roots sink into the ground
        z = max(1.3, floor.stage_z(far))
        stage.add(
            Swaying(
                stage,
                np.asarray(strip * fade, np.float32),
                z,
                x=0,
                y=y - strip.shape[0],
                seed=seed,
                reach=0.16 * strip.shape[0],
            )
        )
