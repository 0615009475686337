"""The street: rows of buildings left and right, seen from the middle of the road.

Every row is one plate at its own distance, so the camera's move parts them truly.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np

from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.facades import facade, in_perspective
from astragen.builtin.painter.noise import blur, smoothstep, stable_seed, value_noise
from astragen.builtin.painter.signs import sign
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import Motion, Stage, Stand, air_at
from astragen.builtin.painter.traffic import ROAD, ROWS, STAND, StreetView, Traffic, WetStreet, Z
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Weather

_NEON = ("#ff2f7d", "#21e6ff", "#ff9d2e", "#a45bff", "#3dffb0", "#ff4d4d", "#4d8dff")


def hang_street(stage: Stage, recipe: Recipe) -> None:
    """Hang the sky, the road, the rows of buildings and what lives between them; set the stand."""
    view = StreetView(stage, recipe)
    hang_sky(stage, recipe)
    place = np.random.default_rng(stable_seed("street", recipe.place_seed))
    is_wet = recipe.weather in (Weather.RAIN, Weather.STORM)
    is_dark = stage.light.dark > 0.4
    _ground(stage, view, is_wet)
    for row, depth in enumerate(ROWS):
        _hang_row(stage, view, row, depth, place)
        if is_dark:
            _hang_signs(stage, view, depth, place, recipe)
        if row in (1, 3, 5):
            _hang_haze(stage, view, depth, row, recipe)
    if is_wet or is_dark:
        stage.add(WetStreet(stage, view.horizon, 0.55 if is_wet else 0.28))
    stage.add(Traffic(stage, view, recipe.seed, is_dark=is_dark))
    if not is_dark:
        stage.add(Birds(stage, recipe.seed, z=30.0, down=0.2))
    depth = STAND
    stage.stand = Stand(
        ground=lambda _: view.y(0, depth),
        z=depth * Z,
        metre=view.focal / depth,
        is_water=False,
        sky=(stage.y(0.08), stage.y(0.4)),
        shade=_fog(stage, depth),
        air=air_at(stage, np.array([view.middle], np.float32))[0],
    )


def _fog(stage: Stage, depth: float) -> float:
    return 1 - math.exp(-depth * stage.light.haze / 300)


def _ground(stage: Stage, view: StreetView, is_wet: bool) -> None:
    """Road and pavements, in strips of depth so that the camera's move shears them truly."""
    y, x = stage.grid()
    depth = view.eye * view.focal / np.maximum(y - view.horizon, 0.5)
    metres = (x - view.middle) * depth / view.focal
    grain = value_noise(stage.canvas_height, stage.canvas_width, 90, seed=3, octaves=3, squash=0.35)
    asphalt, stone = (rgb("#2c2e35"), rgb("#4c4a4a")) if is_wet else (rgb("#4b4c52"), rgb("#8b857e"))
    soft = depth / view.focal
    pavement = smoothstep(-1, 1, (np.abs(metres) - ROAD * 0.62) / np.maximum(soft * 2, 0.02))
    slabs = 1 - 0.16 * pavement * ((np.abs(metres) * 0.9 % 1 < 0.05) | (depth * 0.55 % 1 < 0.05))
    colour = mix(asphalt, stone, pavement) * (0.82 + 0.36 * grain)[..., None] * slabs[..., None]
    kerb = np.exp(-(((np.abs(metres) - ROAD * 0.62) / 0.09) ** 2))
    dashes = np.exp(-((metres / 0.09) ** 2)) * (depth % 7 < 3.2)
    sun = stage.light
    lit = sun.ambient * 1.3 + sun.key * 0.62 * sun.strength
    colour = colour * lit * 1.15 + (kerb * 0.10 + dashes * 0.34)[..., None] * lit
    crossing = ((np.abs(metres) < ROAD * 0.58) & (depth > 9.0) & (depth < 12.5) & (metres % 1.3 < 0.65)) * 0.32
    colour = colour + blur(crossing.astype(np.float32), 0.8)[..., None] * lit
    fog = (1 - np.exp(-depth * sun.haze / 300))[..., None]
    colour = np.clip(colour * (1 - fog) + air_at(stage, x) * fog, 0, 1)
    edges = (1e6, *ROWS, 9.0, 5.5, 0.5)
    for far, near in pairwise(edges):
        top, bottom = view.y(0, far) - 2, view.y(0, near) + 0.03 * stage.height
        first, last = int(max(0, top)), int(min(stage.canvas_height, bottom))
        if last <= first:
            continue
        strip = colour[first:last]
        alpha = np.clip((y[first:last] - view.y(0, far) + 1.5) / 2, 0, 1)
        stage.plate(
            premultiply(strip, np.asarray(alpha, np.float32)), max(1.2, math.sqrt(min(far, 900) * near) * Z), y=first
        )


def _hang_row(stage: Stage, view: StreetView, row: int, depth: float, place: np.random.Generator) -> None:
    """One building on each side, each a plate of its own."""
    for side in (-1, 1):
        tall = float(place.uniform(20, 46)) * (1.5 if row < 3 else 1.0)
        inner = ROAD + float(place.uniform(0, 1.0))
        seeds = np.random.default_rng(int(place.integers(1 << 30)))
        _hang_building(stage, view, row, side, inner, tall, seeds)


def _hang_building(
    stage: Stage, view: StreetView, row: int, side: int, inner: float, tall: float, random: np.random.Generator
) -> None:
    """The wall along the street and the front behind its corner, under the air of their distance."""
    depth = ROWS[row]
    deep = depth - (depth - (ROWS[row + 1] if row + 1 < len(ROWS) else 9.5)) * 0.97
    walls = (
        (_quad(view, side * inner, depth, side * (inner + 26), depth, tall), 9, 0.35),
        (
            _quad(view, side * inner, depth, side * inner, deep, tall),
            max(3, int((depth - deep) / 2.6)),
            0.85 if side != stage.light.side else 0.2,
        ),
    )
    corners = np.concatenate([quad for quad, _, _ in walls])
    pixels = view.focal / depth
    x0, x1 = max(0, int(corners[:, 0].min()) - 2), min(stage.canvas_width, int(corners[:, 0].max()) + 3)
    top = int(corners[:, 1].min() - 8 * pixels)
    y0, y1 = max(0, top), min(stage.canvas_height, int(corners[:, 1].max()) + 2)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    matter, glow = np.zeros((y1 - y0, x1 - x0, 4), np.float32), np.zeros((y1 - y0, x1 - x0, 3), np.float32)
    floors = int(tall / 3.4)
    for quad, bays, sunlit in walls:
        wide = int(np.clip(np.ptp(quad[:, 0]), 16, 620))
        high = int(np.clip(np.ptp(quad[:, 1]), 32, 900))
        wall = facade(wide, high, floors, bays, stage.light, random, facing=sunlit)
        shining = np.maximum(wall.glow, _shopfront(wall.glow, floors, stage, random))
        flat = np.dstack([wall.matter, np.ones(wall.matter.shape[:2], np.float32)])
        warped = in_perspective(flat, quad - (x0, y0), (x1 - x0, y1 - y0))
        lamps = in_perspective(shining, quad - (x0, y0), (x1 - x0, y1 - y0))
        cover = warped[..., 3:]
        matter, glow = warped + matter * (1 - cover), lamps + glow * (1 - cover)
    mast = view.x(side * (inner + float(random.uniform(2, 8))), depth) - x0
    _mast(matter, mast, view.y(tall, depth) - y0, pixels, random)
    down = np.arange(y0, y1, dtype=np.float32)[:, None, None] / stage.canvas_height * 1.25
    fade = np.float32(_fog(stage, depth)) * np.clip(0.45 + 0.55 * down, 0, 1)
    alpha = matter[..., 3:]
    air = air_at(stage, np.arange(x0, x1, dtype=np.float32)[None])
    colour = matter[..., :3] * (1 - fade) + air * fade * alpha
    picture = np.concatenate([np.clip(colour + glow * (1 - 0.7 * fade), 0, 1) * (alpha > 0), alpha], -1)
    stage.plate(picture.astype(np.float32), depth * Z, x=x0, y=y0)


def _quad(view: StreetView, near_x: float, near: float, far_x: float, far: float, tall: float) -> np.ndarray:
    """Canvas corners of an upright wall from (near_x, near) to (far_x, far), in metres and depths."""
    return np.array(
        [
            [view.x(near_x, near), view.y(tall, near)],
            [view.x(far_x, far), view.y(tall, far)],
            [view.x(far_x, far), view.y(0, far)],
            [view.x(near_x, near), view.y(0, near)],
        ]
    )


def _shopfront(glow: F32, floors: int, stage: Stage, random: np.random.Generator) -> F32:
    """The ground floor's light: shop windows, warm or coloured, when it is dark."""
    shop = np.zeros_like(glow)
    if stage.light.dark < 0.4:
        return shop
    height, width = glow.shape[:2]
    top, bottom = int(height * (1 - 1.15 / max(floors, 2))), int(height * (1 - 0.12 / max(floors, 2)))
    if bottom <= top:
        return shop
    count = max(1, int(random.integers(2, 6)))
    for index in range(count):
        left, right = int(width * (index + 0.07) / count), int(width * (index + 0.93) / count)
        colour = mix("#ffd9a0", str(random.choice(_NEON)), float(random.random() * 0.7))
        across = np.linspace(-1, 1, max(1, right - left), dtype=np.float32)[None, :, None]
        down = np.linspace(0, 1, bottom - top, dtype=np.float32)[:, None, None]
        mullion = 1 - 0.75 * (np.abs((across * 2.5) % 1 - 0.5) < 0.06)
        goods = 1 - 0.6 * (down > 0.55) * (np.sin(across * random.uniform(9, 17) + index) > 0.1)
        falloff = np.exp(-(across**2)) * (1.1 - 0.6 * np.abs(down - 0.3)) * (down > 0.08)
        shop[top:bottom, left:right] = colour * falloff * mullion * goods * float(random.uniform(0.3, 0.75))
    return shop


def _mast(matter: F32, x: float, foot: float, pixels: float, random: np.random.Generator) -> None:
    """A mast on the roof against the sky, sometimes; *pixels* to a metre."""
    if random.random() > 0.7 or not 0 <= x < matter.shape[1] or foot <= 0:
        return
    top = max(0, round(foot - float(random.uniform(3, 7)) * pixels))
    thick = max(1, round(0.16 * pixels))
    cv2.line(matter, (round(x), round(foot) + 1), (round(x), top), (0.06, 0.06, 0.09, 1.0), thick, cv2.LINE_AA)


def _hang_signs(stage: Stage, view: StreetView, depth: float, place: np.random.Generator, recipe: Recipe) -> None:
    """Neon over the pavement: some steady, some with a tired tube."""
    pixels = view.focal / depth
    for side in (-1, 1):
        for _ in range(2):
            wide = float(place.uniform(1.1, 1.9)) * pixels
            high = wide * float(place.uniform(1.8, 3.6))
            level = float(place.uniform(4.5, 14))
            colour, seed = str(place.choice(_NEON)), int(place.integers(1 << 30))
            phase, is_tired = float(place.uniform(0, 6.28)), bool(place.random() < 0.25)
            if wide < 5 or wide > stage.width * 0.16:
                continue
            x = view.x(side * (ROAD - 0.4), depth) - (wide if side > 0 else 0)
            y = view.y(level, depth) - high
            tube, glow, pad = sign(int(wide), int(high), colour, seed)
            fade = 1 - 0.5 * _fog(stage, depth)
            back = premultiply(rgb("#0c0b14"), np.pad(np.full((int(high), int(wide)), 0.85, np.float32), 1))
            stage.plate(back, depth * Z * 0.995, x=x - 1, y=y - 1)
            motion = _flicker(phase) if is_tired else _steady(phase)
            stage.plate((tube + glow) * fade, depth * Z * 0.99, x=x - pad, y=y - pad, motion=motion, is_light=True)


def _steady(phase: float) -> Callable[[float], Motion]:
    return lambda t: Motion(gain=0.94 + 0.06 * math.sin(2.1 * t + phase))


def _flicker(phase: float) -> Callable[[float], Motion]:
    return lambda t: Motion(gain=1.0 if math.sin(7 * t + phase) + math.sin(17.3 * t + 2 * phase) > -1.1 else 0.25)


def _hang_haze(stage: Stage, view: StreetView, depth: float, row: int, recipe: Recipe) -> None:
    """Air between the rows: a drifting sheet, thick at street level."""
    height, width = stage.canvas_height, stage.canvas_width
    y, x = stage.grid()
    cloud = value_noise(height, width, 4, seed=stable_seed("haze", recipe.place_seed, row), octaves=5, squash=1.8)
    band = np.exp(-(((y - view.horizon) / (0.22 * stage.height)) ** 2))
    alpha = np.clip(band * (0.15 + 0.8 * cloud) * 0.34 * min(1.8, stage.light.haze), 0, 1)
    stage.plate(
        premultiply(air_at(stage, x), alpha.astype(np.float32)),
        depth * Z * 0.98,
        motion=lambda t: Motion(dx=10 * math.sin(0.4 * t + row) * stage.scale),
    )
