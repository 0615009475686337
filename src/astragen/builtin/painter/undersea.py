"""Under the surface: light from above, blue distance, a sea floor with kelp and coral, fish.

The light of the hour comes through the water: colours are pulled to blue and green, and
the air of the other rooms is water here, so everything fades into it sooner.
"""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.birds import School
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, mix, ramp, rgb
from astragen.builtin.painter.landform import Relief, heights
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.lookout import Lookout, look, stand_at
from astragen.builtin.painter.materials import material
from astragen.builtin.painter.noise import blur, padded, sample_padded, smoothstep, spectral, stable_seed
from astragen.builtin.painter.plants import Swaying, broadleaf, in_air, kelp, stand
from astragen.builtin.painter.shafts import Shafts
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import INFINITE, Moment, Stage, air_at
from astragen.builtin.painter.terrain import Cut, Range, hang_ranges
from astragen.builtin.painter.weather import bubbles, dust
from astragen.model.recipe import Recipe

_KELP = ("#0e2a1c", "#2c5a34", "#7f9a48")
_CORALS = (
    ("#5a1c34", "#b0485c", "#f09a8c"),
    ("#5a3414", "#c07a34", "#f4c878"),
    ("#3a2458", "#7a52a0", "#c8a0dc"),
    ("#16424a", "#3a8a8a", "#a0dcc8"),
)


def hang_undersea(stage: Stage, recipe: Recipe) -> None:
    """Hang the world under the surface and let subjects float in it."""
    stage.light = _wet(stage.light)
    camera = look(stage, recipe, horizon=0.56)
    stage.plate(_water(stage), INFINITE)
    stage.add(_Surface(stage, stable_seed(recipe.place_seed, "surface")))
    outlines = hang_ranges(stage, camera, _floor(stage, recipe, camera))
    random = np.random.default_rng(stable_seed(recipe.place_seed, "undersea"))
    dark, pale = mix(stage.light.fog_shade, "#031420", 0.45), mix(stage.light.fog_sun, stage.light.fog_shade, 0.5)
    stage.add(School(stage, recipe.place_seed, count=46, z=34.0, down=0.36, length=15, colour=mix(pale, dark, 0.4)))
    stage.add(Shafts(stage, stable_seed(recipe.place_seed, "shafts"), z=20.0, strength=0.75, colour="#b8f0f0"))
    _hang_reef(stage, recipe, camera, outlines[-1], random)
    stage.add(School(stage, recipe.place_seed + 1, count=14, z=9.0, down=0.62, length=34, colour=dark))
    _hang_kelp(stage, camera, random)
    dust(stage, recipe.seed, 1.4, "#a8d8e0")
    bubbles(stage, recipe.seed, 0.8)
    middle = camera._replace(feet=stage.y(0.64), metre=camera.metre * 0.5)
    floating = stand_at(stage, middle, is_water=True, shade=0.12)
    stage.stand = floating._replace(sky=(stage.y(0.15), stage.y(0.70)))


def _wet(light: Light) -> Light:
    """*light* after some metres of water."""
    day = 1 - 0.75 * light.dark
    return light._replace(
        zenith=mix(light.low, "#bdf2ec", 0.65) * day,
        middle=rgb("#2a9ab4") * day,
        low=rgb("#0f5c84") * day,
        horizon=rgb("#0b4468") * day,
        fog_shade=mix("#0a3c5e", light.ambient, 0.12) * day,
        fog_sun=rgb("#1f7f9e") * day,
        glow=mix(light.glow, "#d8fff4", 0.6),
        key=mix(light.key, "#9ff0e0", 0.55),
        ambient=mix(light.ambient, "#0e5074", 0.6) * day,
        sun_y=0.6,
        haze=1.0,
        strength=max(0.5, light.strength),
    )


def _water(stage: Stage) -> F32:
    """The blue from the bright surface down into the dark."""
    height, width = stage.canvas_height // 2, stage.canvas_width // 2
    y, x = (grid.astype(np.float32) * 2 for grid in np.mgrid[0:height, 0:width])
    light = stage.light
    stops = ((0.0, light.zenith), (0.16, light.middle), (0.5, light.low), (1.0, mix(light.horizon, "#02121f", 0.5)))
    colour = ramp(stops, y / stage.canvas_height)
    far = np.hypot((x - stage.sun[0]) * 0.8, y + 0.05 * stage.height) / stage.height
    glow = np.exp(far * -3.2)[..., None]
    colour = colour + (light.glow - colour) * glow * 0.85
    size = (stage.canvas_width, stage.canvas_height)
    full = np.asarray(cv2.resize(np.clip(colour, 0, 1), size, interpolation=cv2.INTER_LINEAR), np.float32)
    return premultiply(full, np.ones(full.shape[:2], np.float32))


def _floor(stage: Stage, recipe: Recipe, camera: Lookout) -> list[Range]:
    random = np.random.default_rng(stable_seed(recipe.place_seed, "sea-floor"))
    specs = (
        ("alps_b", 1500, 260, "headland", 420.0, 800.0, 60.0, 0.03, 0.84, 60.0),
        ("alps_c", 900, 160, "headland", 160.0, 380.0, 44.0, -0.04, 0.62, 30.0),
        ("mesas", 420, 60, "sand", 48.0, 150.0, 26.0, -0.13, 0.34, 14.0),
        ("hills", 120, 14, "sand", 6.0, 52.0, 7.5, -0.20, 0.12, 7.0),
    )
    ranges = []
    for name, tile, height, stuff, near, far, eye, peak, haze, z in specs:
        at = random.random(2) * tile
        relief = Relief(heights(name), tile_m=tile, height_m=height, light=stage.light, elevation=0.9)
        taper = 0.0 if near < 10 else 0.25
        cut = Cut(
            near=near,
            far=far,
            eye=eye,
            x=float(at[0]) + 3 * camera.aside + camera.turn * float(np.sqrt(near * far)),
            z=float(at[1]),
            stage_z=max(z, 1.1 * camera.z),
            peak=peak,
            haze=haze,
            mist=0.3,
            carve=0.3,
            taper=taper,
        )
        ranges.append(Range(relief, material(stuff), cut))
    return ranges


def _hang_reef(stage: Stage, recipe: Recipe, camera: Lookout, outline: F32, random: np.random.Generator) -> None:
    """Corals along the nearest crest: branched like small trees, in clusters."""
    picture = np.zeros((stage.canvas_height, stage.canvas_width, 4), np.float32)
    for _ in range(26):
        across = float(random.choice([0.12, 0.3, 0.72, 0.9]) + 0.07 * random.standard_normal())
        across = (across + camera.shift(stage)) % 1.0
        tall = round(stage.unit * (0.04 + 0.10 * random.random() ** 1.5) * camera.magnify**0.5)
        shades = _CORALS[int(random.integers(len(_CORALS)))]
        seed = int(random.integers(1 << 30))
        bush = broadleaf(
            tall, seed=seed, light=stage.light, shades=shades, bark=shades, crown=0.92, spread=1.0, fullness=0.0
        )
        x = across * stage.canvas_width
        y = float(outline[int(np.clip(x, 0, stage.canvas_width - 1))]) + (0.02 + 0.10 * random.random()) * stage.height
        stand(picture, np.repeat(bush, 1, 0), x, y)
    air = air_at(stage, np.arange(stage.canvas_width, dtype=np.float32))
    stage.plate(in_air(picture, air, 0.25), max(6.5, 1.05 * camera.z))


def _hang_kelp(stage: Stage, camera: Lookout, random: np.random.Generator) -> None:
    """Long weeds in front, dark, waving slowly."""
    side = stage.light.side * camera.frames
    for across, size in (
        (0.5 - (0.47 - 0.05 * camera.into) * side, 0.50 + 0.24 * camera.into),
        (0.5 + 0.47 * side, 0.40),
    ):
        tall, seed = round(size * stage.unit), int(random.integers(1 << 30))
        weeds = kelp(tall, seed=seed, light=stage.light, shades=_KELP) * np.array([0.32, 0.38, 0.40, 1], np.float32)
        weeds = blur(weeds, 1.5 * stage.scale)
        x, y = stage.x(across) - weeds.shape[1] / 2, stage.y(1.08) - tall
        stage.add(Swaying(stage, weeds, 2.2, x=x, y=y, seed=seed, reach=0.05 * tall, pace=0.55))


class _Surface:
    """The surface seen from below: a moving net of light overhead."""

    _DIV = 4

    def __init__(self, stage: Stage, seed: int) -> None:
        self.z = INFINITE * 0.9
        net = 1 - np.abs(spectral(256, 256, seed=seed, slope=1.9, low=5))
        other = 1 - np.abs(spectral(256, 256, seed=seed + 1, slope=1.9, low=5))
        self._nets = (padded(np.asarray(net, np.float32)), padded(np.asarray(other, np.float32)))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Sample the net on a ceiling in perspective and add it."""
        k, tx, ty = stage.project(self.z, moment.view)
        bottom = min(canvas.height, round(stage.y(0.34) * k + ty))
        if bottom < 8:
            return
        rows, columns = -(-bottom // self._DIV), -(-canvas.width // self._DIV)
        y = ((np.arange(rows, dtype=np.float32) + 0.5) * self._DIV - ty) / k
        x = ((np.arange(columns, dtype=np.float32) + 0.5) * self._DIV - tx) / k
        up = np.maximum((stage.y(0.40) - y) / stage.height, 0.02)
        depth = 1 / up
        map_x = np.outer(depth, (x - stage.vanishing_x) / stage.height * 26).astype(np.float32)
        map_y = np.repeat((depth * 34)[:, None], columns, 1).astype(np.float32)
        seconds = np.float32(moment.seconds)
        first = sample_padded(self._nets[0], map_x + 9 * seconds, map_y + 4 * seconds)
        second = sample_padded(self._nets[1], map_x * 1.3 - 7 * seconds, map_y * 1.3 + 5 * seconds)
        near = np.exp(-(((x - stage.sun[0]) / (0.5 * stage.width)) ** 2))
        bright = smoothstep(0.25, 1.6, first + second) * np.outer(smoothstep(0.03, 0.34, up), 0.25 + 0.75 * near)
        size = (columns * self._DIV, rows * self._DIV)
        mask = cv2.resize((bright * 200).astype(np.uint8), size)[:bottom, : canvas.width]
        canvas.shine(np.ascontiguousarray(mask, np.uint8), stage.light.glow, gain=0.7 * stage.light.strength)
