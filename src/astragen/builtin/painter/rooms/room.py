"""The room: a shell in metres, a window, what people live among, and the light that falls in.

By day the windows are the light: patches on the floor, shafts in the air. At night the
lamps are, and the windows show the dark. Kinds of rooms, and the pieces that stand in
them, are rows of `data/painter/interiors.json`; the place's seed picks walls, mirror and
one of a room's ways to be furnished, the shot's seed where in it the camera stands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, luma, mix, rgb
from astragen.builtin.painter.indoors.chamber import NEAREST, Chamber, Plane
from astragen.builtin.painter.indoors.glow import IndoorLight
from astragen.builtin.painter.indoors.outside import Box, hang_outside
from astragen.builtin.painter.indoors.painting import hang_pieces
from astragen.builtin.painter.indoors.pieces import Bulb, furnish
from astragen.builtin.painter.indoors.shell import Shell, Window, hang_shell, openings_of, walls_of, windows_of
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import blur, smoothstep, stable_seed, value_noise
from astragen.builtin.painter.plants import Swaying, broad_leaves, table
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import Motion, Stage, Stand
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.weather import dust
from astragen.model.recipe import Recipe

Row = dict[str, Any]

_GLOWS = 7  # lamps whose halo is drawn; the rest only light


class _Scene(NamedTuple):
    """What one room is made of, chosen."""

    row: Row
    planes: dict[str, Plane]
    windows: list[Window]
    shell: Shell
    seed: int


def kind_of(setting: str) -> str:
    """The kind of room that the words of *setting* name, the longest phrase first; a living room by default."""
    words: dict[str, str] = read_table("interiors.json")["words"]
    said = setting.lower().replace("-", " ").split()
    for count in range(min(3, len(said)), 0, -1):
        for start in range(len(said) - count, -1, -1):
            phrase = " ".join(said[start : start + count])
            for form in (phrase, phrase.removesuffix("s")):
                if form in words:
                    return words[form]
    return "living"


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang what is outside, the shell, the pieces, light and dust; set the stand on the floor."""
    rows = read_table("interiors.json")
    row: Row = rows["rooms"][kind_of(recipe.setting)]
    wide, tall, deep = row["size"]
    chamber = Chamber(stage, recipe, size=(wide, tall, deep), turn=row["turn"], close=row.get("close", 1.0))
    scene = _choose(chamber, recipe, row)
    pieces, lamps, bulbs = furnish(rows["shapes"], _rows(recipe, row), scene.seed)
    outdoors = stage.light
    light = IndoorLight(
        outdoors,
        openings=openings_of(scene.windows, scene.planes),
        lamps=lamps,
        size=chamber.size,
        wall=scene.shell.stuff["back"][0],
        sealed=row["sealed"],
    )
    box = _seen_through(chamber, scene)
    if box is not None:
        hang_outside(stage, outdoors, box, view=row["view"], weather=recipe.weather, seed=scene.seed)
    hang_shell(chamber, light, scene.planes, scene.windows, scene.shell, pieces, scene.seed)
    hang_pieces(chamber, light, pieces)
    _hang_air(chamber, recipe, light, scene, bulbs)
    if row.get("close", 1.0) <= 1.0:
        _hang_frame(chamber, recipe, light)
    _place_people(chamber, light, outdoors, bulbs)


def _choose(chamber: Chamber, recipe: Recipe, row: Row) -> _Scene:
    """Walls and windows of this place."""
    place = np.random.default_rng(stable_seed("room", recipe.place_seed))
    planes = walls_of(chamber.size, -chamber.away - 0.6)
    colours, finish = row["walls"]
    wall = np.asarray(np.clip(rgb(str(place.choice(colours))) * place.uniform(0.74, 1.12), 0, 1), np.float32)
    other = mix(wall, "#e8dcc4", 0.25)
    stuff = {
        "back": (wall, finish),
        "left": (other if place.random() < 0.4 else wall, finish),
        "right": (wall, finish),
        "floor": (rgb(row["floor"][0]), str(row["floor"][1])),
        "ceiling": (rgb(row["ceiling"][0]), str(row["ceiling"][1])),
    }
    shell = Shell(stuff, rgb(row["trim"]), row["skirting"], row["panelled"])
    return _Scene(row, planes, windows_of(row["windows"], planes), shell, stable_seed("pieces", recipe.place_seed))


def _rows(recipe: Recipe, row: Row) -> Sequence[Sequence[Any]]:
    """The room's own pieces and one of its choices."""
    choices = row["choices"] or [[]]
    place = np.random.default_rng(stable_seed("choice", recipe.place_seed))
    return [*row["pieces"], *choices[int(place.integers(len(choices)))]]


def _seen_through(chamber: Chamber, scene: _Scene) -> Box | None:
    """Canvas box of all clear windows, with room for the camera's moves."""
    stage = chamber.stage
    spots = []
    for window, opening in zip(scene.windows, openings_of(scene.windows, scene.planes), strict=True):
        plane = opening.plane
        corners = [plane.corner, plane.corner + plane.across, plane.corner + plane.down,
                   plane.corner + plane.across + plane.down]  # fmt: skip
        seen = chamber.seen(np.stack(corners))
        if window.style != "stained" and float(seen[:, 2].max()) > NEAREST:
            seen[:, 2] = np.maximum(seen[:, 2], NEAREST)
            spots.append(chamber.canvas(seen))
    if not spots:
        return None
    every, spare = np.concatenate(spots), 0.14 * stage.height
    low = np.clip(every.min(0) - spare, 0, None).astype(int)
    high = np.minimum(every.max(0) + spare, (stage.canvas_width, stage.canvas_height)).astype(int)
    if (high - low < 4).any():
        return None
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def _hang_air(chamber: Chamber, recipe: Recipe, light: IndoorLight, scene: _Scene, bulbs: Sequence[Bulb]) -> None:
    """Shafts of sun, halos of lamps, dust."""
    stage = chamber.stage
    if float(luma(light.sun_colour)) > 0.12:
        _hang_shafts(chamber, light, scene, recipe)
    nearest = sorted(bulbs, key=lambda bulb: float(chamber.seen(bulb.place)[2]))
    for index, bulb in enumerate(nearest[:_GLOWS]):
        _hang_halo(chamber, light, bulb, index)
    if kind_of(recipe.setting) == "stage":
        _hang_spot(chamber)
    dust(stage, recipe.seed, strength=0.6, colour=mix(light.sun_colour + 0.4, "#ffffff", 0.3))


def _hang_shafts(chamber: Chamber, light: IndoorLight, scene: _Scene, recipe: Recipe) -> None:
    """Light in the air between each window and its patch, breathing."""
    stage = chamber.stage
    div = 4
    mask = np.zeros((stage.canvas_height // div, stage.canvas_width // div), np.float32)
    for opening in light.openings:
        plane, sun = opening.plane, light.sun_side(opening.plane)
        if -float(sun @ plane.normal) < 0.08:
            continue
        top = np.stack([plane.corner, plane.corner + plane.across, plane.corner + plane.across + plane.down,
                        plane.corner + plane.down])  # fmt: skip
        low = top - sun * (top[:, 1:2] / sun[1])
        seen = chamber.seen(np.concatenate([top, low]))
        seen[:, 2] = np.maximum(seen[:, 2], NEAREST)
        hull = cv2.convexHull((chamber.canvas(seen) / div).astype(np.float32))
        one = np.zeros(mask.shape, np.uint8)
        cv2.fillConvexPoly(one, np.round(hull[:, 0] * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        mask = np.maximum(mask, one / np.float32(255))
    if not mask.any():
        return
    smoke = value_noise(*mask.shape, 5, seed=stable_seed("smoke", recipe.seed), octaves=4)
    soft = blur(mask, 12 * stage.scale) * (0.30 + 0.9 * smoke) * 0.17
    picture = np.asarray(cv2.resize(soft, (stage.canvas_width, stage.canvas_height)), np.float32)
    rows, columns = np.flatnonzero(picture.max(1) > 0.004), np.flatnonzero(picture.max(0) > 0.004)
    if rows.size == 0 or columns.size == 0:
        return
    part = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    z = chamber.z(chamber.away) * 1.05
    breath = 0.6 + 0.4 * float(luma(light.sun_colour))
    stage.plate(
        (light.sun_colour * part[..., None]).astype(np.float32), z, x=int(columns[0]), y=int(rows[0]), is_light=True,
        motion=lambda t: Motion(gain=breath * (0.88 + 0.12 * math.sin(0.9 * t))),
    )  # fmt: skip


def _hang_halo(chamber: Chamber, light: IndoorLight, bulb: Bulb, index: int) -> None:
    """The glow about a lamp; flames flicker, lamps breathe."""
    seen = chamber.seen(bulb.place)
    power = 0.16 + 0.84 * light.dark
    if float(seen[2]) < 1.0 or bulb.radius < 0.05:
        return
    centre = chamber.canvas(seen)
    radius = int(bulb.radius * chamber.focal / float(seen[2]))
    radius = min(radius, round(0.6 * chamber.stage.unit))
    v, u = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float32) / max(1, radius)
    away = np.hypot(u, v)
    fall = np.exp(-4.0 * away) * smoothstep(1.0, 0.5, away) * 0.40 * power
    beat = (0.10, 7.3) if bulb.is_flame else (0.02, 1.1)

    def flicker(t: float) -> Motion:
        wave = math.sin(beat[1] * t + 2 * index) * math.sin(0.37 * beat[1] * t + index)
        return Motion(gain=1 - beat[0] + beat[0] * wave)

    chamber.stage.plate(
        (bulb.colour * fall[..., None]).astype(np.float32), chamber.z(float(seen[2])) * 0.98,
        x=float(centre[0]) - radius, y=float(centre[1]) - radius, is_light=True, motion=flicker,
    )  # fmt: skip


def _hang_spot(chamber: Chamber) -> None:
    """A stage light from above: a cone in the air and a pool on the boards."""
    stage = chamber.stage
    middle, floor = stage.x(0.5), min(chamber.feet, stage.y(1.1))
    y, x = stage.grid()
    y, x = y[: round(floor + 0.1 * stage.unit)], x[: round(floor + 0.1 * stage.unit)]
    down = np.clip((y - stage.y(-0.1)) / (floor - stage.y(-0.1)), 0, 1)
    cone = (
        smoothstep(1.0, 0.55, np.abs(x - middle) / ((0.05 + 0.30 * down) * stage.unit)) * (y < floor) * (1 - 0.5 * down)
    )
    pool = smoothstep(1.0, 0.5, np.hypot((x - middle) / (0.36 * stage.unit), (y - floor) / (0.07 * stage.unit)))
    light: F32 = (rgb("#ffe2b0") * (cone * 0.20 + pool * 0.42)[..., None]).astype(np.float32)
    stage.plate(
        light, chamber.z(chamber.away) * 1.02, is_light=True,
        motion=lambda t: Motion(gain=0.93 + 0.07 * math.sin(1.3 * t)),
    )  # fmt: skip


def _hang_frame(chamber: Chamber, recipe: Recipe, light: IndoorLight) -> None:
    """What the room is seen past: the jamb of a door, or leaves in a corner; dark and out of focus."""
    stage = chamber.stage
    shot = np.random.default_rng(stable_seed("frame", recipe.place_seed, recipe.seed))
    side, kind, into = float(shot.choice([-1.0, 1.0])), float(shot.random()), float(shot.uniform(0.6, 1.4))
    dark = light.ambient * 0.16
    if kind < 0.45:
        wide = round((0.07 + 0.05 * into) * stage.unit) + stage.ox
        rows = np.linspace(0, 1, stage.canvas_height, dtype=np.float32)[:, None]
        away = np.arange(wide, dtype=np.float32)[None] / stage.unit
        cover = smoothstep(0.0, 0.006, np.broadcast_to(away, (stage.canvas_height, wide)))
        edge = np.exp(-away / 0.016) * (0.35 + 0.4 * rows)
        colour = dark + rgb("#8a7258") * light.ambient * 0.55 * edge[..., None]
        picture = premultiply(np.asarray(colour, np.float32), cover)
        picture = np.ascontiguousarray(picture[:, ::-1] if side < 0 else picture)
        x = (
            stage.x(0.0) - stage.ox - 0.02 * stage.unit
            if side < 0
            else stage.x(1.0) + stage.ox - wide + 0.02 * stage.unit
        )
        stage.plate(blur(picture, 2.5 * stage.scale), 1.7, x=x)
    elif kind < 0.85:
        tall = round(0.42 * into * stage.unit)
        leaves = broad_leaves(tall, seed=stable_seed(recipe.place_seed, "near"), light=stage.light,
                              shades=table()["leaves"]["summer"][0])  # fmt: skip
        shade = float(np.clip(1.5 * light.level, 0.2, 0.5))
        plant = blur(leaves * np.array([shade, shade, shade, 1], np.float32), 3 * stage.scale)
        x, y = stage.x(0.5 + 0.49 * side) - plant.shape[1] / 2, stage.y(1.08) - plant.shape[0]
        stage.add(Swaying(stage, plant, 1.7, x=x, y=y, seed=recipe.seed, reach=0.012 * tall, pace=0.5))


def _place_people(chamber: Chamber, light: IndoorLight, outdoors: Light, bulbs: Sequence[Bulb]) -> None:
    """Let people stand on the floor, lit by the room: the stage's light becomes the room's."""
    stage = chamber.stage
    middle = np.array([[[0.0, 1.2, 0.0]]], np.float32)
    front = light.at(middle, np.array([0, 0.2, -1], np.float32))[0, 0]
    source = _brightest(chamber, light, bulbs)
    away = (source - stage.ox) / stage.width
    stage.light = outdoors._replace(
        key=mix(np.clip(front * 1.5, 0.1, 1), "#ffe6c0", 0.35 + 0.3 * light.dark),
        ambient=np.clip(0.35 * light.ambient + 0.45 * front, 0.06, 1).astype(np.float32),
        strength=0.75,
        sun_x=float(np.clip(away, 0.05, 0.95)),
        sun_y=0.3,
        dark=0.55 * light.dark,
        haze=0.4,
        side=1 if away > 0.5 else -1,
    )
    top, low = stage.y(0.12), max(stage.y(0.3), chamber.horizon)
    stage.stand = Stand(
        ground=lambda _: chamber.feet,
        z=chamber.z(chamber.away),
        metre=chamber.metre,
        is_water=False,
        sky=(top, low),
        shade=0.03,
        air=light.ambient,
    )


def _brightest(chamber: Chamber, light: IndoorLight, bulbs: Sequence[Bulb]) -> float:
    """Canvas x of what lights the room most: its first window by day, else its first lamp."""
    if light.openings and light.dark < 0.7:
        plane = light.openings[0].plane
        spot = np.asarray(plane.corner + (plane.across + plane.down) / 2, np.float32)
    elif bulbs:
        spot = bulbs[0].place
    else:
        return chamber.stage.x(0.3)
    seen = chamber.seen(spot)
    seen[2] = max(float(seen[2]), 0.8)
    return float(chamber.canvas(seen)[0])
