"""Water: waves in perspective, lit by the sky above them.

`Water` maps a tile of waves (`swell.Swell`) to the frame at reduced size, row by row at the
sharpness the eye can resolve, and shades it: reflection of whatever the canvas already
shows above the horizon, body colour, glitter toward the sun, foam. Hang far things before
it and they mirror in it.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, YCC, YCC_OFFSET, Colour, mix, ramp, rgb
from astragen.builtin.painter.noise import padded, sample_padded, smoothstep, spectral
from astragen.builtin.painter.stage import INFINITE, Moment, Stage
from astragen.builtin.painter.swell import Swell, mip_gains, mips

Real = NDArray[np.floating[Any]]


_RIPPLE_M = 23.7  # ripples are the swell again on a tile this wide: no whole part of it, so no common period

_DOME = 1.0  # frame heights of sky above the horizon that reflections can reach


class WaterStyle(NamedTuple):
    """How a water looks.

    deep, crest: colours of troughs and of light through crests. height_m: standard
    deviation of the surface. wind: m/s, sets the longest waves. tile_m: width of the tile.
    ripple: strength of small waves. foam: 0 none, 1 storm. clarity: 0 reflects a blurred
    sky, 1 a sharp picture. haze_m: distance at which the air covers two thirds of it.
    """

    deep: Colour
    crest: Colour
    height_m: float
    wind: float
    tile_m: float = 130.0
    ripple: float = 1.0
    foam: float = 0.0
    clarity: float = 0.0
    haze_m: float = 2600.0


class Shore(NamedTuple):
    """Where water ends toward the viewer: canvas y of its mean edge for each canvas column, px it runs up, distance."""

    line: F32
    reach: float
    z: float


class _Sight(NamedTuple):
    """What a frame shows of the water. down, bearing: tangents below the horizon (rows, 1) and aside (1, columns)."""

    top: int
    rows: int
    columns: int
    down: F32
    bearing: F32
    horizon: float
    middle: float
    focal: float
    eye: float
    x: float
    z: float


class Water:
    """The water of a room, from the horizon to the frame's lower edge or to a shore."""

    def __init__(
        self,
        stage: Stage,
        style: WaterStyle,
        *,
        z: float,
        focal: float,
        eye_m: float,
        metres: float,
        seed: int,
        shore: Shore | None = None,
    ) -> None:
        """Prepare the waves.

        Args:
            stage: its light and horizon must be set.
            style: how the water looks.
            z: only orders the layers; the water spans all distances.
            focal: px of one radian.
            eye_m: height of the camera over the water.
            metres: metres in one stage unit of distance.
            seed: of the waves.
            shore: where the water ends; None fills the frame.
        """
        self.z = z
        self._style, self._focal, self._eye, self._metres, self._shore = style, focal, eye_m, metres, shore
        away = math.pi / 2 + stage.light.side * 0.9  # the wind comes from the sun's side, obliquely at the viewer
        self._swell = Swell(
            tile_m=style.tile_m, wind=style.wind, height_m=style.height_m, seed=seed, toward=away + math.pi
        )
        self._div = max(2, round(stage.height / 400))  # waves are soft: a third of the size at 1080p
        lace = 0.55 - 0.8 * np.abs(spectral(256, 256, seed=seed + 1, slope=1.6, low=5))
        self._lace = padded(np.asarray(lace, np.float32))
        self._mirror = _Mirror(stage, style.clarity, self._div)
        self._deep, self._crest = (_ycc(colour) for colour in (style.deep, style.crest))
        self._sunlight = _ycc(mix(stage.light.key, stage.light.glow, 0.5))
        self._air = _ycc(
            mix(stage.light.fog_shade, stage.light.horizon, 0.35) * 0.94
        )  # far sea is a little darker than sky
        self._origin = 500 * np.random.default_rng(seed).random(2)
        self._gains = mip_gains(self._swell.at(0.0))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Shade the water at reduced size and blend it below the horizon."""
        sight = self._look(stage, moment, canvas.height, canvas.width)
        if sight is None:
            return
        run = self._run(stage, moment, sight)
        colours = self._shade(canvas, stage, sight, moment.seconds, run)
        top, below, across = sight.top, canvas.height - sight.top, canvas.width
        full = (sight.columns * self._div, sight.rows * self._div)
        small = [_bytes(plane, offset) for plane, offset in zip(colours, YCC_OFFSET, strict=True)]
        small[0] = np.asarray(cv2.GaussianBlur(small[0], (3, 3), 0.62), np.uint8)  # crests without steps
        y = np.ascontiguousarray(cv2.resize(small[0], full)[:below, :across], np.uint8)
        u, v = (self._half(plane, below // 2, across // 2) for plane in small[1:])
        edge = np.clip(np.arange(4, dtype=np.float32) + (sight.top + 1 - sight.horizon), 0, 1)
        mask = np.full((4, across), 255, np.uint8)
        if run is not None:
            film = smoothstep(0, 34, run) * 0.5 + smoothstep(-1, 5, run) * 0.25 + smoothstep(-80, -10, run) * 0.25
            grown = np.asarray(cv2.resize((film * 255).astype(np.uint8), full)[:below, :across], np.uint8)
            wet = int(np.flatnonzero(grown.max(1) > 0).max(initial=3)) // 2 * 2 + 2  # the rest is dry sand
            mask = np.ascontiguousarray(grown[:wet])
        mask[:4] = (mask[:4] * edge[:, None]).astype(np.uint8)
        last = mask.shape[0]
        canvas.blend((y[:last], u[: last // 2], v[: last // 2]), mask, 0, top)
        if run is None:
            canvas.blend((y[4:], u[2:], v[2:]), None, 0, top + 4)

    def _half(self, plane: U8, rows: int, columns: int) -> U8:
        """*plane* grown to half of the frame's size, as left-sited chroma."""
        scale = 2 / self._div
        matrix = np.array([[scale, 0, 0.5 / self._div - 0.5], [0, scale, 0.5 * scale - 0.5]], np.float32)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        grown = cv2.warpAffine(plane, matrix, (columns, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(grown, np.uint8)

    def _look(self, stage: Stage, moment: Moment, height: int, width: int) -> _Sight | None:
        view = moment.view
        k, tx, ty = stage.project(INFINITE, view)
        horizon, middle, focal = stage.horizon * k + ty, stage.vanishing_x * k + tx, self._focal * k
        top = max(0, math.floor(horizon) // 2 * 2)  # chroma rows come in pairs
        if top >= height - 3:
            return None
        rows, columns = -(-(height - top) // self._div), -(-width // self._div)
        y = top + (np.arange(rows, dtype=np.float32) + 0.5) * self._div
        x = (np.arange(columns, dtype=np.float32) + 0.5) * self._div
        down = np.maximum(y - horizon, 0.4 * self._div) / focal
        metre = stage.height * self._metres / self._focal  # of one frame height at distance 1
        return _Sight(
            top=top,
            rows=rows,
            columns=columns,
            down=down[:, None].astype(np.float32),
            bearing=((x - middle) / focal)[None].astype(np.float32),
            horizon=horizon,
            middle=middle,
            focal=focal,
            eye=max(0.5, self._eye - view.pedestal * metre),
            x=float(self._origin[0]) + view.truck * metre,
            z=float(self._origin[1]) + view.dolly * self._metres,
        )

    def _shade(self, canvas: Canvas, stage: Stage, sight: _Sight, seconds: float, run: F32 | None) -> list[F32]:
        """Y, Cb, Cr without their offsets, each (rows, columns)."""
        style = self._style
        levels = self._levels(seconds)
        far = self._relief(levels[0], sight)
        x, z = sight.x + sight.bearing * far, sight.z + far
        waves = self._sample(levels, sight, x, z, style.tile_m)
        slope_x, slope_z = waves[..., 1], waves[..., 2]
        near = max(0, int(np.searchsorted(-sight.eye / sight.down[:, 0], -320.0)))  # rows where ripples show
        if style.ripple > 0 and near < sight.rows:
            drift = np.float32(0.4 * seconds)
            rippled = sight._replace(down=sight.down[near:], rows=sight.rows - near)
            small = self._sample(
                levels, rippled, z[near:] + drift, x[near:] + drift, min(_RIPPLE_M, style.tile_m / 5.3)
            )  # turned a quarter, so that the two tiles never line up
            fade = style.ripple / (1 + (far[near:] / 90) ** 2)
            slope_x[near:] += small[..., 2] * fade
            slope_z[near:] += small[..., 1] * fade
        colours = self._lit(canvas, stage, sight, (slope_x, slope_z), waves[..., 0], far)
        foam = self._foam(waves[..., 3], x, z, far, run, seconds)
        if foam is not None:
            white = 0.55 * float(self._air[0]) + 0.45 * float(self._sunlight[0]) * max(0.35, stage.light.strength)
            froth = (min(208.0, white + 26), 0.5 * self._air[1], 0.5 * self._air[2])
            colours = [plane + (value - plane) * foam for plane, value in zip(colours, froth, strict=True)]
        thin = cv2.exp(far * np.float32(-1 / style.haze_m))
        return [value + (plane - value) * thin for plane, value in zip(colours, self._air, strict=True)]

    def _levels(self, seconds: float) -> list[F32]:
        """The waves, then the same ever coarser away from the viewer, as far rows see them; slopes kept lively."""
        levels = mips(self._swell.at(seconds))
        for level, gain in zip(levels, self._gains, strict=True):
            level[..., 1:3] *= gain
        return [padded(level) for level in levels]

    def _relief(self, waves: F32, sight: _Sight) -> F32:
        """Distance in m of the first water each ray meets, (rows, columns): crests hide what lies behind them."""
        flat = sight.eye / sight.down
        if self._style.height_m < 0.15:
            return np.repeat(flat, sight.columns, 1)
        height = np.ascontiguousarray(waves[..., 0])
        scale = Swell.SIZE / self._style.tile_m

        def step(far: F32, down: F32, bearing: F32) -> F32:
            crest = sample_padded(height, (sight.x + bearing * far) * scale, (sight.z + far) * scale)
            hit = np.maximum(sight.eye - crest * np.exp(far * (-1 / 700)), 0.3) / down
            return np.asarray(far * 0.4 + hit * 0.6, np.float32)

        # Search at half the size, refine once.
        far = np.repeat(flat[::2], -(-sight.columns // 2), 1)
        for _ in range(3):
            far = step(far, sight.down[::2], sight.bearing[:, ::2])
        grown = cv2.resize(far, (sight.columns, sight.rows), interpolation=cv2.INTER_LINEAR)
        return step(np.asarray(grown, np.float32), sight.down, sight.bearing)

    def _sample(self, levels: list[F32], sight: _Sight, x: F32, z: F32, tile_m: float) -> F32:
        """The waves at world (x, z) m: each band of rows from the level as fine as its rows are apart."""
        flat = sight.eye / sight.down[:, 0]
        apart = flat * flat * self._div / (sight.eye * sight.focal) * (Swell.SIZE / tile_m)
        wanted = np.clip(np.floor(np.log2(np.maximum(apart, 1)) + 0.3), 0, len(levels) - 1).astype(np.int64)
        result = np.empty((sight.rows, sight.columns, 4), np.float32)
        for index in np.unique(wanted):
            band = np.flatnonzero(wanted == index)
            rows = slice(int(band[0]), int(band[-1]) + 1)
            level = levels[index]
            tall, wide = level.shape[0] - 1, level.shape[1] - 1
            result[rows] = sample_padded(level, x[rows] * (wide / tile_m) - 0.5, z[rows] * (tall / tile_m) - 0.5)
        return result

    def _lit(
        self, canvas: Canvas, stage: Stage, sight: _Sight, slopes: tuple[F32, F32], height: F32, far: F32
    ) -> list[F32]:
        """Reflected sky, body colour and glitter on a surface of these *slopes*."""
        slope_x, slope_z = slopes
        inverse = np.float32(1) / np.sqrt(slope_x * slope_x + slope_z * slope_z + np.float32(1))
        view = 1 / np.sqrt(1 + sight.bearing**2 + sight.down**2)
        facing = (slope_x * sight.bearing + sight.down + slope_z) * inverse * view
        facing = np.maximum(facing, 0.02)
        grazing = 1 - facing
        fresnel = 0.02 + 0.98 * grazing * (grazing * grazing) ** 2  # Schlick 1994, water's 2 % head on
        twice = 2 * facing * inverse
        up = np.maximum(twice - sight.down * view, 0.02)
        ahead = 1 / np.maximum(view - twice * slope_z, 0.15)
        aside = (sight.bearing * view - twice * slope_x) * ahead
        up = up * ahead
        seen_x, seen_y = sight.middle + aside * sight.focal, sight.horizon - up * sight.focal
        sky = self._mirror.sample(canvas, stage, sight.horizon, seen_x, seen_y)
        height = height / max(self._style.height_m, 0.05)
        glow = np.clip(0.30 + 0.22 * height, 0, 1.2)
        shade = 0.62 + 0.38 * np.clip(0.5 + stage.light.side * 0.9 * slope_x - 0.6 * slope_z, 0, 1.4)
        glow *= glow
        glitter = self._glitter(stage, sight, aside, up, far)
        planes = []
        for channel, seen in enumerate(sky):
            body = (self._deep[channel] + (self._crest[channel] - self._deep[channel]) * glow) * shade
            planes.append(body + (seen - body) * fresnel + self._sunlight[channel] * glitter)
        return planes

    def _glitter(self, stage: Stage, sight: _Sight, aside: F32, up: F32, far: F32) -> F32:
        """Brightness of the sun's mirror image: where the reflected ray meets the sun."""
        light = stage.light
        sun_x, sun_y = stage.sun
        to_sun_x, to_sun_y = (sun_x - stage.vanishing_x) / self._focal, (stage.horizon - sun_y) / self._focal
        # Far rows average many waves: wider there, and fainter by as much.
        wide = 1 + far / 500
        high = 0.75 / (1 + (to_sun_y / 0.09) ** 2) + 0.12  # a high sun's path is long: the waves reach up to it
        off_x, off_y = (aside - to_sun_x) ** 2 * 2.6, (up - max(to_sun_y, 0.03)) ** 2 * high
        level = min(1.0, 0.3 + 0.7 * self._style.ripple) * (0.85 if light.is_night else 0.62 - 0.9 * to_sun_y)
        glitter = cv2.exp((off_x + off_y) * (-44 / wide)) / np.sqrt(wide)
        return np.asarray(level * light.strength ** (1 if light.is_night else 2) * glitter, np.float32)

    def _foam(self, crest: F32, x: F32, z: F32, far: F32, run: F32 | None, seconds: float) -> F32 | None:
        """Cover of foam, (rows, columns): on breaking crests, and along a shore."""
        if self._style.foam <= 0 and run is None:
            return None
        lace = 0.6 * sample_padded(self._lace, x * 9, z * 9) + 0.5 * sample_padded(self._lace, x * 37, z * 37)
        foam: Real = np.zeros_like(far)
        if self._style.foam > 0:
            foam = (crest - (2.6 - 1.5 * self._style.foam)) * 0.55 + lace * 0.7
            foam = np.clip(foam * 1.3, 0, 0.92) / (1 + far / 420)
        if run is not None:
            lines = np.exp(-(((run - 5) / 7) ** 2)) + 0.7 * np.exp(-(((run - 46 - 12 * lace) / 16) ** 2))
            lines += 0.45 * np.exp(-(((run - 118 - 20 * lace) / 22) ** 2)) * (0.5 + 0.5 * math.sin(0.7 * seconds))
            foam = np.maximum(foam, np.clip(lines * (0.45 + 1.1 * np.clip(lace + 0.25, 0, 1)), 0, 0.95))
        return np.asarray(foam, np.float32)

    def _run(self, stage: Stage, moment: Moment, sight: _Sight) -> F32 | None:
        """Px at 1080p between each point of the water and its edge on the shore; negative is dry."""
        if self._shore is None:
            return None
        k, tx, ty = stage.project(self._shore.z, moment.view)
        x = (np.arange(sight.columns, dtype=np.float32) + 0.5) * self._div
        canvas_x = np.clip((x - tx) / k, 0, stage.canvas_width - 1)
        edge = np.interp(canvas_x, np.arange(self._shore.line.size), self._shore.line) * k + ty
        along, seconds = canvas_x / stage.height, moment.seconds
        swash = np.sin(0.85 * seconds + 2.3 * along) + 0.45 * np.sin(1.37 * seconds - 5.1 * along + 1)
        swash += 0.16 * np.sin(9.7 * along + 0.5 * seconds) + 0.08 * np.sin(23 * along - 0.8 * seconds)
        edge = edge + self._shore.reach * k * swash
        y = sight.top + (np.arange(sight.rows, dtype=np.float32) + 0.5) * self._div
        return np.asarray((edge[None] - y[:, None]) / (stage.scale * k), np.float32)


class _Mirror:
    """The sky that water reflects: the canvas above the horizon, continued upward by the hour's gradient."""

    def __init__(self, stage: Stage, clarity: float, div: int) -> None:
        self._div = div if clarity > 0 else 8
        self._soft = (1 - clarity) * 1.6
        self._columns = -(-stage.width // self._div)
        self._rows = math.ceil(_DOME * stage.height / self._div)
        light = stage.light
        up = 1 - (np.arange(self._rows, dtype=np.float32) + 0.5) / self._rows * _DOME
        stops = (
            (0.0, light.horizon),
            (0.13, light.low),
            (0.40, light.middle),
            (0.72, light.zenith),
            (1.0, light.zenith),
        )
        across = np.broadcast_to(ramp(stops, up.astype(np.float32))[:, None], (self._rows, self._columns, 3))
        packed = np.clip(across @ YCC.T + YCC_OFFSET, 0, 255).astype(np.uint8)
        self._planes = [np.ascontiguousarray(packed[..., i]) for i in range(3)]

    def sample(self, canvas: Canvas, stage: Stage, horizon: float, x: F32, y: F32) -> list[F32]:
        """Y, Cb, Cr without offsets at frame positions (x, y) above *horizon*."""
        div, rows = self._div, self._rows
        visible = min(rows, max(0, math.floor(horizon / div)))
        foot = round(horizon)
        parts = []
        for plane, dome, step in zip(canvas.planes, self._planes, (1, 2, 2), strict=True):
            part = dome.copy()
            if visible > 0:
                cut = plane[max(0, foot - visible * div) // step : max(1, foot // step)]
                part[rows - visible :] = cv2.resize(cut, (self._columns, visible), interpolation=cv2.INTER_AREA)
            parts.append(part)
        picture = cv2.merge([*parts, parts[0]])  # four channels: OpenCV's fast path
        if self._soft > 0.3:
            picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), self._soft), np.uint8)
        map_x = np.clip(x * (1 / div) - 0.5, -1, self._columns).astype(np.float32)
        map_y = np.clip((y - horizon) * (1 / div) + (rows - 0.5), -1, rows).astype(np.float32)
        seen = cv2.remap(picture, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return [plane - offset for plane, offset in zip(cv2.split(seen)[:3], YCC_OFFSET, strict=True)]


def _bytes(plane: F32, offset: float) -> U8:
    return np.asarray(np.clip(plane + np.float32(offset + 0.5), 0, 255), np.uint8)


def _ycc(colour: Colour) -> F32:
    return np.asarray(rgb(colour) @ YCC.T, np.float32)
