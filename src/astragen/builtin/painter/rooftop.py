"""The roof under the subjects: a dark parapet that frames the view, or a whole roof with its furniture."""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.facades import daylight
from astragen.builtin.painter.noise import blur, smoothstep, stable_seed, value_noise
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import Motion, Stage
from astragen.model.recipe import Recipe


def hang_rooftop(stage: Stage, recipe: Recipe, *, is_furnished: bool) -> None:
    """Hang the roof's floor and edge; *is_furnished*: with a water tank, vents and a rail."""
    edge = stage.y(0.80 if is_furnished else 0.90)
    _hang_floor(stage, edge)
    if is_furnished:
        _hang_tank(stage, edge, recipe)
        if stage.light.dark > 0.3:
            _hang_bulbs(stage, edge)


def _hang_floor(stage: Stage, edge: float) -> None:
    top = int(edge) - 4
    y, x = np.mgrid[top : stage.canvas_height, 0 : stage.canvas_width].astype(np.float32)
    down = (y - edge) / stage.height
    wall = np.clip(y - edge + 0.5, 0, 1)
    noise = value_noise(y.shape[0], y.shape[1], 40, seed=11, octaves=3, squash=0.5)
    light = stage.light
    sky, key = daylight(light)
    lit = sky * 0.75 + key * 0.40
    cap = smoothstep(0.016, 0.012, down)
    face = smoothstep(0.060, 0.056, down) * (1 - cap)
    floor = 1 - cap - face
    across = (x - stage.vanishing_x) / (0.30 + np.maximum(down, 0) * 4) / stage.height
    deep = 1 / (0.12 + np.maximum(down, 0))
    joint = np.minimum(np.abs(across * 2.2 % 1 - 0.5) / 0.02, np.abs(deep * 1.5 % 1 - 0.5) / 0.05)
    under = 0.42 + 0.58 * smoothstep(0.058, 0.11, down)  # the wall's shade on the floor
    tone = 1.35 * cap + 0.50 * face + floor * under * (0.80 - 0.14 * np.exp(-(joint**2)))
    colour = rgb("#a89c8c") * lit * (tone * (0.82 + 0.36 * noise))[..., None]
    rim = np.exp(-(((y - edge - 1.5 * stage.scale) / (2.0 * stage.scale)) ** 2))
    colour = colour + light.key * (rim * 0.30 * light.strength)[..., None]
    stage.plate(premultiply(np.clip(colour, 0, 1).astype(np.float32), wall.astype(np.float32)), 6.0, y=top)


def _hang_tank(stage: Stage, edge: float, recipe: Recipe) -> None:
    """A wooden water tank on legs at the darker side, dark against the city."""
    unit, side = stage.unit, stage.light.side
    wide, tall = int(0.20 * unit), int(0.46 * unit)
    shift = float(np.random.default_rng(stable_seed("tank", recipe.seed)).uniform(-0.04, 0.04))
    left = stage.x(0.5 - side * (0.39 + shift)) - wide / 2
    y, x = np.mgrid[0:tall, 0:wide].astype(np.float32) + 0.5
    across, down = (x / wide - 0.5) * 2, y / tall
    roof = _inside(np.abs(across) - 5.2 * np.maximum(down - 0.01, 0), wide / 2) * (down < 0.19)
    barrel = _inside(np.abs(across) - 0.88, wide / 2) * (down >= 0.17) * (down < 0.62)
    legs = _inside(np.abs(np.abs(across) - 0.62 - 0.10 * (down - 0.6)) - 0.05, wide / 2) * (down >= 0.60)
    brace = (
        _inside(np.abs(np.abs(across) - 0.62 + (down - 0.62) * 3.0) - 0.03, wide / 2) * (down > 0.64) * (down < 0.96)
    )
    cover = np.clip(np.maximum.reduce([roof, barrel, legs, brace]), 0, 1)
    staves = 1 - 0.16 * (np.abs((np.arcsin(np.clip(across / 0.9, -1, 1)) * 5) % 1 - 0.5) < 0.06)
    hoops = 1 - 0.35 * (np.abs((down - 0.2) * 11 % 1 - 0.5) < 0.05) * (barrel > 0)
    light = stage.light
    round_ = np.clip(0.45 + 0.55 * across * side, 0, 1) ** 1.4
    albedo = mix("#5b3f2c", "#3a3230", (roof > barrel).astype(np.float32)) * (staves * hoops)[..., None]
    lit = light.ambient * 0.75 + 0.06 * (1 - light.dark) + light.key * (0.75 * light.strength * round_)[..., None]
    stage.plate(
        premultiply(np.clip(albedo * lit, 0, 1).astype(np.float32), cover.astype(np.float32)),
        5.9,
        x=left,
        y=edge - tall + 0.05 * unit,
    )


def _hang_bulbs(stage: Stage, edge: float) -> None:
    """A string of lamps over the roof, swaying a little."""
    unit, wide, high = stage.unit, stage.canvas_width, int(0.16 * stage.unit)
    at = np.linspace(0, 1, 23)
    spots = np.stack([at * wide, (0.15 + 0.55 * np.abs(np.sin(at * 2 * math.pi))) * high], -1)
    picture = np.zeros((high, wide, 3), np.float32)
    for x, y in spots:
        cv2.circle(
            picture, (round(x * 16), round(y * 16)), round(0.0045 * unit * 16), (1.0, 0.86, 0.6), -1, cv2.LINE_AA, 4
        )
    glow = blur(picture, 0.012 * unit) * 3.0 * np.array([1.0, 0.72, 0.4], np.float32)
    stage.plate(
        np.clip((picture + glow) * stage.light.dark, 0, 1).astype(np.float32),
        5.6,
        y=edge - 0.42 * unit,
        motion=lambda t: Motion(dx=2.5 * math.sin(0.8 * t) * stage.scale, dy=1.5 * math.sin(1.3 * t) * stage.scale),
        is_light=True,
    )


def _inside(beyond: F32, px: float) -> F32:
    """Coverage of where *beyond* is negative, *px* pixels to one of its units."""
    return np.asarray(np.clip(0.5 - beyond * px, 0, 1), np.float32)
