"""Valleys: ground with a bed in it, for whatever winds through them toward the viewer.

`Valley` is a relief with a winding bed cut into it; `hang_valley` paints it, hangs it as a
level plane, sets the stand on a bank, and returns where the bed's surface is seen, so that
water or lava can be laid there (`current.Course`).
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.landform import Relief
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.lookout import Lookout, stand_at
from astragen.builtin.painter.materials import Material
from astragen.builtin.painter.noise import blur, padded, sample_padded, smoothstep, spectral
from astragen.builtin.painter.sprite import sprite
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.terrain import Cut, Line, Range, march, outline_of, paint_range
from astragen.builtin.painter.tones import put_level

_STEPS = 900  # of the table of distances along the bed
_FAREST = 900.0  # m


class Bend(NamedTuple):
    """How a bed winds. Lengths in m; z is away from the camera.

    wide: across. deep: from the banks down to the surface. sway: how far it swings to the
    sides, as a part of the distance. turns: bends for each doubling of the distance. phase:
    radians. beside: how far beside the camera it passes; it comes back before the camera
    farther away. rough: of its edges.
    """

    wide: float
    deep: float
    sway: float
    turns: float
    phase: float
    beside: float
    rough: float = 0.12


class Valley(Relief):
    """A relief with a bed: its surface lies at height 0, the banks above it."""

    def __init__(
        self, shape: F32, bend: Bend, *, tile_m: float, height_m: float, light: Light, seed: int, rise: float = 0.05
    ) -> None:
        """As `Relief`; *seed* of the bed's edges; *rise*: how steeply the valley's sides climb, m for each m aside."""
        super().__init__(shape, tile_m=tile_m, height_m=height_m, light=light)
        self.bend, self.rise = bend, rise
        self._bed_edges = padded(spectral(128, 128, seed=seed, slope=2.2, low=3))
        z = np.linspace(0.0, 1.0, _STEPS) ** 2 * _FAREST + 0.5
        self._bed_z = z.astype(np.float32)
        self._bed_x = self._winding(self._bed_z)
        slope = np.gradient(self._bed_x, self._bed_z)
        run = np.sqrt(1 + slope * slope)
        self._bed_run = run.astype(np.float32)
        self._bed_length = np.concatenate([[0.0], np.cumsum(0.5 * (run[1:] + run[:-1]) * np.diff(z))]).astype(
            np.float32
        )

    def _winding(self, z: F32) -> F32:
        bend = self.bend
        turn = bend.turns * np.log2(1 + z / 6.0) * np.pi + bend.phase
        swing = bend.sway * np.sin(turn) * (1 - np.exp(-z / 9.0))
        return np.asarray(z * swing + bend.beside * np.exp(-z / 34.0), np.float32)

    def along(self, x: F32, z: F32) -> tuple[F32, F32, F32]:
        """(m along the bed from the camera, m athwart, m outside its edge: negative inside), in camera coordinates."""
        middle = np.interp(z, self._bed_z, self._bed_x).astype(np.float32)
        run = np.interp(z, self._bed_z, self._bed_run).astype(np.float32)
        length = np.interp(z, self._bed_z, self._bed_length).astype(np.float32)
        across = (x - middle) / run
        rough = sample_padded(self._bed_edges, x * np.float32(5.3), z * np.float32(5.3))
        out = np.abs(across) - self.bend.wide / 2 * (1 + self.bend.rough * rough)
        return length, np.asarray(across, np.float32), np.asarray(out, np.float32)

    def height(self, x: F32, z: F32, texels: float, rough: float = 0.0) -> F32:
        """Ground over the bed's surface, m."""
        _, _, out = self.along(x, z)
        deep = self.bend.deep
        bank = deep * (smoothstep(-0.35, 0.9 + 0.5 * deep, out) - 0.06) - 0.35 * smoothstep(0, -1.2, out)
        knolls = super().height(x, z, texels, rough) - 0.5 * self.height_m
        side = self.rise * np.maximum(out - 7, 0) ** 1.15
        return np.asarray(bank + knolls * smoothstep(0.0, 6.0, out) + side, np.float32)

    def surface(self, x: F32, z: F32, texels: F32, rough: float = 0.0) -> F32:
        """As `Relief.surface`; the banks are steep, and darker at the surface."""
        whole = super().surface(x, z, texels, rough)
        _, _, out = self.along(x, z)
        face = smoothstep(-0.6, 0.1, out) * smoothstep(1.1 + 0.5 * self.bend.deep, 0.15, out)
        whole[..., 2] -= 0.45 * face * min(1.0, self.bend.deep)
        whole[..., 1] *= 1 - 0.35 * smoothstep(0.8, -0.3, out)
        return whole


class Bed(NamedTuple):
    """Where the bed's surface is seen, at reduced size: (rows, columns) from canvas y *top*, *div* px a pixel.

    seen: 0 to 1. along, across, out: as `Valley.along`. far: m, (rows, 1). eye: m of the camera
    over the surface. focal: px. reach: see `tones.level_homography`. stage_z: stage units for each m.
    crest: canvas y of the ground's outline by canvas column.
    """

    top: int
    div: float
    seen: F32
    along: F32
    across: F32
    out: F32
    far: F32
    eye: float
    focal: float
    reach: float
    stage_z: float
    crest: F32

    def y(self, stage: Stage, far: float, high: float = 0.0) -> float:
        """Canvas y of a spot *far* m away and *high* m over the surface."""
        return stage.horizon + (self.eye - high) * self.focal / far

    def x(self, stage: Stage, aside: float, far: float) -> float:
        """Canvas x of a spot *aside* m from the middle and *far* m away."""
        return stage.vanishing_x + aside * self.focal / far


def hang_valley(
    stage: Stage,
    camera: Lookout,
    valley: Valley,
    stuff: Material,
    *,
    far: float,
    step: float,
    haze: float,
    fine: float = 1.2,
) -> Bed:
    """Paint the valley's ground from the camera to *far* m and hang it.

    step: m that the camera stands to the side in this shot. haze: of the air at the middle distance.
    """
    eye = max(0.6, (camera.feet - stage.horizon) / camera.metre)
    feet = camera.focal / camera.metre
    over = eye + 0.9 * valley.bend.deep
    under = max(stage.canvas_height - stage.horizon, 0.2 * stage.height)
    near = max(0.4, 0.8 * camera.focal * eye / under)
    cut = Cut(
        near=near,
        far=far,
        eye=over,
        x=step,
        z=0.0,
        stage_z=1.0,
        haze=min(0.8, haze * stage.light.haze),
        taper=0.0,
        steps=460,
        fine=fine,
    )
    part = Range(valley, stuff, cut)
    line = march(stage, camera, part)
    picture, top = paint_range(stage, camera, part, line, stage.canvas_height)
    reach = camera.z / feet * over * camera.focal
    if picture is not None:
        stage.add(_Level(stage, picture, top, reach, 4.2 * camera.z))
    ground = camera.feet
    stage.stand = stand_at(stage, camera, shade=0.05)._replace(ground=lambda _: ground)
    return _bed(stage, camera, part, line, over, reach, feet)


def _bed(stage: Stage, camera: Lookout, part: Range, line: Line, eye: float, reach: float, feet: float) -> Bed:
    """Where nothing nearer hides the bed's surface."""
    valley, cut = part.relief, part.cut
    assert isinstance(valley, Valley)
    div = max(1.5, stage.height / 320)
    crest = outline_of(stage, line)
    top = max(0, int(max(stage.horizon + 1, crest.min()) - 2))
    rows, columns = max(2, round((stage.canvas_height - top) / div)), round(stage.canvas_width / div)
    y = top + (np.arange(rows, dtype=np.float32)[:, None] + 0.5) * np.float32(div)
    x = (np.arange(columns, dtype=np.float32)[None] + 0.5) * np.float32(div)
    far = np.asarray(eye * camera.focal / np.maximum(y - stage.horizon, 0.5), np.float32)
    aside = (x - stage.vanishing_x) / camera.focal * far + np.float32(cut.x)
    along, across, out = valley.along(np.asarray(aside, np.float32), np.repeat(far, columns, 1))
    step = np.clip(np.searchsorted(line.far, far[:, 0]), 0, line.far.size - 1)
    fine = line.width / stage.canvas_width
    column = np.clip((x[0] * fine).astype(np.int64), 0, line.width - 1)
    hidden = line.seen[np.maximum(step - 1, 0)][:, column] / fine  # the highest ground nearer than the surface there
    seen = np.clip((hidden - y) / div + 1.0, 0, 1) * (far < cut.far)
    soft = cv2.GaussianBlur(seen.astype(np.float32), (0, 0), 0.8)
    return Bed(
        top=top, div=div, seen=np.asarray(soft, np.float32), along=along, across=across, out=out, far=far, eye=eye,
        focal=camera.focal, reach=reach, stage_z=camera.z / feet, crest=crest,
    )  # fmt: skip


class _Level:
    """Ground as a level plane under a moving camera."""

    def __init__(self, stage: Stage, picture: F32, top: int, reach: float, z: float) -> None:
        self.z, self._reach = z, reach
        sigma = stage.blur_at(z)
        self._piece = sprite(blur(picture, sigma) if sigma > 0.5 else picture, 0, top, seed=7)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Warp by the camera's homography and lay over."""
        piece = self._piece
        put_level(canvas, stage, moment, piece.pixels, x=piece.x, y=piece.y, div=1.0, reach=self._reach)
