"""Crystals that glow in the dark, and the timber and lanterns of mines: what furnishes a cave."""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, Colour, mix, rgb
from astragen.builtin.painter.ground import BEHIND
from astragen.builtin.painter.hollow import Cave
from astragen.builtin.painter.lava import flicker, glow
from astragen.builtin.painter.lookout import Lookout
from astragen.builtin.painter.noise import smoothstep, stable_seed
from astragen.builtin.painter.plants import stand, table, trunk
from astragen.builtin.painter.stage import Motion, Stage
from astragen.builtin.painter.tables import read_table
from astragen.model.recipe import Recipe

LANTERN = "#ffae58"


def crystal(width: int, height: int, colour: Colour, *, seed: int) -> F32:
    """A cluster of crystals, (height, width, 4) premultiplied, its foot at the middle of the lower edge; it glows."""
    random = np.random.default_rng(seed)
    pixels = np.zeros((height, width, 4), np.uint8)
    base, white = rgb(colour), np.ones(3, np.float32)
    for _ in range(9):
        lean = 0.75 * (2 * random.random() - 1)
        long = height * (0.35 + 0.6 * random.random()) * (1 - 0.45 * abs(lean))
        thick = long * (0.10 + 0.08 * random.random())
        foot = np.array([width * (0.5 + 0.16 * lean + 0.05 * random.standard_normal()), height * 0.99])
        way = np.array([math.sin(lean), -math.cos(lean)])
        side = np.array([-way[1], way[0]]) * thick
        shoulder, tip = foot + way * long * 0.80, foot + way * long
        ridge = side * (0.25 * random.standard_normal())
        faces = (
            (foot - side, shoulder - side, tip, shoulder + ridge, foot + ridge),
            (foot + ridge, shoulder + ridge, tip, shoulder + side, foot + side),
        )
        for face, tone in zip(faces, (0.55 + 0.2 * random.random(), 0.95), strict=True):
            shade = np.clip(base * tone + white * max(0.0, tone - 0.8), 0, 1) * 255
            points = np.round(np.array(face) * 16).astype(np.int32)
            cv2.fillConvexPoly(pixels, points, (*shade.tolist(), 255.0), cv2.LINE_AA, 4)
        edge = tuple(int(v) for v in np.round((shoulder + ridge) * 16)), tuple(int(v) for v in np.round(tip * 16))
        bright = np.clip(base * 0.6 + 0.55, 0, 1) * 255
        cv2.line(pixels, edge[0], edge[1], (*bright.tolist(), 255.0), 1, cv2.LINE_AA, 4)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    picture = pixels.astype(np.float32) / 255
    picture[..., :3] *= 1 - 0.62 * smoothstep(0.35, 1.0, down)
    return np.asarray(picture * smoothstep(1.0, 0.93, down), np.float32)


def hang_crystals(stage: Stage, recipe: Recipe, camera: Lookout, cave: Cave) -> None:
    """Clusters on the floor and the walls, each in its own glow."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "crystals"))
    reach = camera.z * (camera.feet - stage.horizon)
    colours = read_table("caves.json")["crystal_colours"]
    second = colours[(recipe.place_seed + 1) % len(colours)]  # its neighbour in the table
    for index in range(13):
        down = (cave.floor - stage.horizon) * (1.02 + 2.4 * random.random())
        across = (2 * random.random() - 1) * stage.width * 0.3
        across += np.sign(across) * (0.10 * stage.width + 0.7 * (down - (cave.floor - stage.horizon)))
        x, y = cave.source.x + across, stage.horizon + down
        if index < 3:
            x, y = cave.source.x + (index - 1) * 0.09 * stage.height * cave.scale, cave.floor + 0.012 * stage.height
        tall = round(
            (0.10 + 0.16 * random.random())
            * stage.height
            * cave.scale
            * (0.75 + 0.25 * min(2.0, (y - stage.horizon) / (cave.floor - stage.horizon)))
            * 0.8
        )
        if y > stage.y(1.05):
            continue
        colour = mix(cave.source.colour, rgb(second), 0.6 * random.random() ** 1.5)
        made = crystal(round(1.3 * tall), tall, colour, seed=int(random.integers(1 << 30)))
        z = min(reach / max(1.0, y - stage.horizon), BEHIND * camera.z - 0.2)
        stage.plate(made, z, x=round(x - made.shape[1] / 2), y=round(y - 0.94 * tall))
        radius = 1.5 * tall
        pace, phase = 0.5 + 0.5 * random.random(), 6.3 * random.random()

        def pulse(seconds: float, pace: float = pace, phase: float = phase) -> Motion:
            return Motion(gain=0.75 + 0.25 * float(np.sin(pace * seconds + phase)))

        stage.plate(
            glow(stage, radius, colour) * 0.55,
            z - 0.01,
            x=round(x - radius),
            y=round(y - 0.5 * tall - radius),
            motion=pulse,
            is_light=True,
        )


def hang_timber(stage: Stage, recipe: Recipe, camera: Lookout, cave: Cave) -> None:
    """Frames of posts and beams along the gallery, a lantern on every other one."""
    reach = camera.z * (camera.feet - stage.horizon)
    tall_m, half_m = 3.5, 2.3
    for index, z in enumerate((3.2, 2.2, 1.55, 1.12)):
        far = z * camera.z
        foot = stage.horizon + reach / far
        metre = (foot - stage.horizon) / max(0.6, (camera.feet - stage.horizon) / camera.metre)
        tall, half, thick = tall_m * metre, half_m * metre, max(3, round(0.24 * metre))
        middle = stage.vanishing_x + (cave.source.x - stage.vanishing_x) * (0.9, 0.6, 0.35, 0.2)[index]
        _hang_frame(stage, recipe, cave, far, (middle, foot, tall, half), thick, index)
        lamp_x, lamp_y = middle + (0.4 * half if index % 2 else -0.2 * half), foot - 0.76 * tall
        radius = 1.1 * tall
        stage.plate(
            glow(stage, radius, LANTERN) * (0.42 if index else 0.6),
            far - 0.02,
            x=round(lamp_x - radius),
            y=round(lamp_y - radius),
            motion=flicker,
            is_light=True,
        )
        size = max(2.0, 0.10 * metre)
        stage.plate(
            glow(stage, 2.2 * size, "#fff2cc") * 1.6,
            far - 0.03,
            x=round(lamp_x - 2.2 * size),
            y=round(lamp_y - 2.2 * size),
            is_light=True,
        )


def _hang_frame(
    stage: Stage,
    recipe: Recipe,
    cave: Cave,
    far: float,
    box: tuple[float, float, float, float],
    thick: int,
    index: int,
) -> None:
    middle, foot, tall, half = box
    bark = table()["bark"]["brown"]
    picture = np.zeros((round(1.1 * tall) + 2, round(2.4 * half) + 2 * thick, 4), np.float32)
    centre, bottom = picture.shape[1] / 2, picture.shape[0] - 1
    seed = stable_seed(recipe.place_seed, "frame", index)
    for side in (-1, 1):
        post = trunk(thick, max(8, round(tall)), seed=seed + side, light=stage.light, shades=bark)
        stand(picture, post, centre + side * half, bottom)
    beam = np.ascontiguousarray(
        np.swapaxes(trunk(thick, max(8, round(2.25 * half)), seed=seed + 5, light=stage.light, shades=bark), 0, 1)
    )
    stand(picture, beam, centre, bottom - tall + thick * 0.6)
    stage.plate(picture, far, x=round(middle - centre), y=round(foot - bottom))
