"""The room: four walls, a window, what people live among, and the light that falls in.

By day the window is the light: a patch on the floor, shafts in the air. At night the
lamps are, and the window shows the sky. Kinds of rooms are rows of a table.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix, ramp, rgb
from astragen.builtin.painter.furniture import furnish
from astragen.builtin.painter.noise import blur, smoothstep, stable_seed, value_noise
from astragen.builtin.painter.sprite import over, premultiply
from astragen.builtin.painter.stage import Motion, Stage, Stand
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.weather import dust
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, ShotSize

_FOOT = 0.74  # of the frame: where the back wall meets the floor
_ZOOM = {
    ShotSize.EXTREME_WIDE: 0.94,
    ShotSize.WIDE: 1.0,
    ShotSize.FULL: 1.08,
    ShotSize.MEDIUM: 1.25,
    ShotSize.CLOSE: 1.5,
}
_WALL_Z, _PIECE_Z, _STAND_Z = 12.0, 8.5, 5.2


class Plan:
    """One room, seen from one place: the table's row, the light, and the frame's geometry."""

    def __init__(self, stage: Stage, recipe: Recipe) -> None:
        self.stage, self.recipe = stage, recipe
        place = np.random.default_rng(stable_seed("room", recipe.place_seed))
        shot = np.random.default_rng(stable_seed("room-shot", recipe.seed))
        table = _table()
        self.row: dict[str, Any] = table["rooms"][kind_of(recipe.setting)]
        self.shapes: dict[str, Any] = table["shapes"]
        self.is_mirrored = bool(place.random() < 0.5)
        self.zoom = _ZOOM.get(recipe.size, 1.8)
        self.shift = float(shot.uniform(-0.10, 0.10)) * (self.zoom - 0.6)
        self.wall = rgb(str(place.choice(self.row["wall"])))
        sun = stage.light
        self.dark = max(sun.dark, 1.0 if self.row["window"][4] == "none" else 0.0)
        lamp = rgb("#ffc27a")
        self.key = mix(sun.key, lamp, self.dark) * (0.5 + 0.35 * sun.strength * (1 - self.dark) + 0.28 * self.dark)
        self.ambient = mix(mix(sun.ambient, sun.fog_shade, 0.35), rgb("#4a3428"), 0.55 * self.dark) * (
            0.95 - 0.3 * self.dark
        )

    def x(self, across: float) -> float:
        """Canvas x of the room's *across* (0 left, 1 right), after mirroring and zoom."""
        across = 1 - across if self.is_mirrored else across
        return self.stage.x(0.5 + (across - 0.5) * self.zoom + self.shift)

    def y(self, down: float) -> float:
        """Canvas y of the room's *down*; the wall's foot stays where the angle puts it."""
        low = {Angle.HIGH: -0.06, Angle.AERIAL: -0.1, Angle.LOW: 0.06}.get(self.recipe.angle, 0.0)
        return self.stage.y(_FOOT + low + (down - _FOOT) * self.zoom)

    def window(self) -> tuple[float, float, float, float]:
        """Canvas box of the window: left, top, right, bottom."""
        across, down, width, height, _ = self.row["window"]
        a, b = sorted((self.x(across), self.x(across + width)))
        return a, self.y(down), b, self.y(down + height)


def _table() -> dict[str, Any]:
    return read_table("interiors.json")


def kind_of(setting: str) -> str:
    """The kind of room that the words of *setting* name; a living room when they name none."""
    words: dict[str, str] = _table()["words"]
    return next((words[word] for word in reversed(setting.lower().split()) if word in words), "living")


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang sky, walls, floor, furniture, light and dust; set the stand on the floor."""
    stage.horizon = stage.y(0.52)
    plan = Plan(stage, recipe)
    has_window = plan.row["window"][4] != "none"
    if has_window:
        _hang_outside(plan)
    _hang_wall(plan)
    _hang_floor(plan)
    _hang_sides(plan)
    for index, (name, across, down, height, colour) in enumerate(plan.row["pieces"]):
        _hang_piece(plan, name, across, down, height, colour, index)
    if has_window and plan.dark < 0.8:
        _hang_shafts(plan)
    if not has_window:
        _hang_spot(plan)
    dust(stage, recipe.seed, strength=0.7, colour=mix(plan.key, "#ffffff", 0.3))
    foot = plan.y(0.93) if plan.zoom < 1.2 else stage.y(0.97)
    stage.stand = Stand(
        ground=lambda _: foot,
        z=_STAND_Z,
        metre=0.30 * stage.unit * plan.zoom,
        is_water=False,
        sky=(plan.y(0.2), plan.y(0.45)),
        shade=0.04,
        air=plan.ambient,
    )


def _hang_outside(plan: Plan) -> None:
    """What the window shows: sky, far hills, drifting cloud."""
    stage, sun = plan.stage, plan.stage.light
    left, top, right, bottom = plan.window()
    margin = 0.12 * stage.height
    rows, columns = int(bottom - top + 2 * margin), int(right - left + 2 * margin)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    v = y / rows
    sky = ramp([(0, sun.middle), (0.5, sun.low), (0.78, sun.horizon), (1, sun.fog_sun)], v)
    cloud = smoothstep(0.5, 0.75, value_noise(rows, columns, 3, seed=stable_seed("pane", plan.recipe.seed), squash=2))
    sky = mix(sky, mix(sun.horizon, "#ffffff", 0.5 * (1 - plan.dark)), (cloud * 0.5 * (1 - v)).astype(np.float32))
    hill = rows * (0.72 + 0.05 * np.sin(x[0] / columns * 5 + 1) + 0.02 * np.sin(x[0] / columns * 13))
    land = np.clip(y - hill[None], 0, 1)[..., None]
    sky = sky * (1 - land) + mix(sun.fog_shade, sun.ambient, 0.45) * land
    if sun.dark > 0.8:
        moon = np.clip(0.06 * rows - np.hypot(x - 0.62 * columns, y - 0.3 * rows) + 0.5, 0, 1)[..., None]
        sky = sky * (1 - moon) + rgb("#eef2ff") * moon
    bright = 1.12 if sun.dark < 0.5 else 0.9
    picture = premultiply(np.clip(sky * bright, 0, 1).astype(np.float32), np.ones((rows, columns), np.float32))
    stage.plate(picture, 200.0, x=left - margin, y=top - margin, motion=lambda t: Motion(dx=2.0 * t * stage.scale))


def _hang_wall(plan: Plan) -> None:
    """The back wall with the window cut out of it, its frame, the skirting."""
    stage = plan.stage
    y, x = stage.grid()
    height, width = y.shape
    foot = plan.y(_FOOT)
    noise = value_noise(height, width, 14, seed=5, octaves=4)
    stripe = 0.03 * np.cos((x - plan.x(0.5)) / (0.045 * stage.unit * plan.zoom) * 2 * math.pi)
    left, top, right, bottom = plan.window()
    near = np.exp(-np.hypot(x - (left + right) / 2, (y - (top + bottom) / 2) * 1.2) / (0.42 * stage.height))
    glow = near * (0.28 if plan.dark < 0.8 else 0.05)
    fall = 0.62 + 0.38 * smoothstep(stage.y(-0.15), stage.y(0.5), y)
    colour: F32 = plan.wall * (plan.ambient * 1.25 + plan.key * (0.30 + glow)[..., None])
    colour = colour * ((0.92 + 0.16 * noise + stripe) * fall)[..., None]
    colour = colour + plan.stage.light.key * (glow * 0.18)[..., None]
    trim = rgb(plan.row["trim"]) * (plan.ambient * 1.2 + plan.key * 0.5)
    board = ((y > foot - 0.022 * stage.unit * plan.zoom) & (y < foot)).astype(np.float32)[..., None]
    colour = colour * (1 - board) + trim * board
    wall = np.clip(foot - y + 0.5, 0, 1)
    corner = 1 - 0.35 * np.exp(-np.abs(y - foot) / (0.05 * stage.height))
    picture = premultiply(np.clip(colour * corner[..., None], 0, 1).astype(np.float32), wall.astype(np.float32))
    if plan.row["window"][4] != "none":
        picture = _cut_window(plan, picture, trim)
    stage.plate(picture, _WALL_Z)


def _cut_window(plan: Plan, picture: F32, trim: F32) -> F32:
    """Take the panes out of the wall and put frame and bars in."""
    left, top, right, bottom = (round(value) for value in plan.window())
    style = plan.row["window"][4]
    opening = np.zeros(picture.shape[:2], np.uint8)
    if style == "arch":
        radius = (right - left) // 2
        cv2.rectangle(opening, (left, top + radius), (right, bottom), 255, -1)
        cv2.ellipse(opening, ((left + right) // 2, top + radius), (radius, radius), 0, 180, 360, 255, -1, cv2.LINE_AA)
    else:
        cv2.rectangle(opening, (left, top), (right, bottom), 255, -1)
    thick = max(2, round(0.016 * plan.stage.unit * plan.zoom))
    grown = cv2.dilate(opening, np.ones((2 * thick + 1, 2 * thick + 1), np.uint8))
    bars = np.zeros_like(opening)
    across, down = {"sash": (2, 2), "grid": (3, 3), "arch": (2, 4)}[style]
    for index in range(1, across):
        x = round(left + (right - left) * index / across)
        cv2.rectangle(bars, (x - thick // 3, top), (x + thick // 3, bottom), 255, -1)
    for index in range(1, down):
        y = round(top + (bottom - top) * index / down)
        cv2.rectangle(bars, (left, y - thick // 3), (right, y + thick // 3), 255, -1)
    hole = opening.astype(np.float32) / 255
    frame = np.maximum(grown.astype(np.float32) / 255 - hole, bars.astype(np.float32) / 255 * hole)
    picture = np.asarray(picture * (1 - hole)[..., None], np.float32)
    tone = 1.0 if plan.dark > 0.8 else 0.82
    return over(premultiply(np.clip(trim * tone, 0, 1).astype(np.float32), blur(frame, 0.6)), picture)


def _hang_floor(plan: Plan) -> None:
    """Boards running away from the camera, a rug, the window's patch of light."""
    stage = plan.stage
    y, x = stage.grid()
    foot = plan.y(_FOOT)
    depth = (stage.canvas_height - foot) / np.maximum(y - foot + 0.16 * stage.height, 1)
    board = (x - stage.vanishing_x) * depth / (0.16 * stage.unit)
    seam = np.clip(np.abs(board % 1 - 0.5) * 2, 0, 1)
    tone = 0.85 + 0.25 * np.sin(np.floor(board) * 12.9898) ** 2
    grain = value_noise(y.shape[0], y.shape[1], 60, seed=8, octaves=3, squash=0.3)
    wood = rgb(plan.row["floor"]) * (tone * (0.85 + 0.3 * grain) * (1 - 0.35 * smoothstep(0.94, 1.0, seam)))[..., None]
    colour = np.asarray(wood * (plan.ambient * 1.2 + plan.key * 0.42), np.float32)
    if plan.row["rug"]:
        u = (x - plan.x(0.5)) / (0.36 * stage.unit * plan.zoom)
        v = (y - plan.y(0.90)) / (0.085 * stage.unit * plan.zoom)
        reach = np.hypot(u, v)
        rings = 0.85 + 0.25 * np.sin(reach * 22)
        rug = rgb(plan.row["rug"]) * rings[..., None] * (plan.ambient * 1.2 + plan.key * 0.42)
        colour = np.asarray(_blend(colour, rug, smoothstep(1.02, 0.99, reach)), np.float32)
    if plan.row["window"][4] != "none" and plan.dark < 0.8:
        colour = colour + plan.stage.light.key * (_patch(plan) * 0.45 * plan.stage.light.strength)[..., None] * (
            wood + 0.15
        )
    fade = 0.75 + 0.25 * smoothstep(stage.canvas_height, foot, y)
    first = max(0, int(foot) - 2)
    alpha = np.clip(y - foot + 1.5, 0, 1)  # over the wall's own soft edge
    picture = premultiply(
        np.clip(colour * fade[..., None], 0, 1).astype(np.float32)[first:], alpha[first:].astype(np.float32)
    )
    stage.plate(picture, _WALL_Z * 0.86, y=first)


def _blend(a: F32, b: F32, t: F32) -> F32:
    """Linear blend of (h, w, 3) pictures by (h, w): for masks, where OKLab is not needed."""
    return a + (b - a) * t[..., None]


def _patch(plan: Plan) -> F32:
    """Coverage of the window's light on the floor: its panes, sheared away from the sun."""
    left, _, right, _ = plan.window()
    stage = plan.stage
    slant = -stage.light.side * 0.5 * (right - left)
    top, bottom = plan.y(_FOOT + 0.04), plan.y(0.96)
    mask = np.zeros((stage.canvas_height, stage.canvas_width), np.uint8)
    spread = 1.35
    middle = (left + right) / 2
    for column in range(2):
        for row in range(2):
            quad = []
            for u, v in ((0, 0), (1, 0), (1, 1), (0, 1)):
                across = (column + 0.06 + 0.88 * u) / 2
                down = (row + 0.06 + 0.88 * v) / 2
                wide = (right - left) * (1 + (spread - 1) * down)
                quad.append((middle + (across - 0.5) * wide + slant * (0.4 + down), top + (bottom - top) * down))
            cv2.fillPoly(mask, [np.round(np.array(quad) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return blur(np.asarray(mask / 255, np.float32), 3 * stage.scale)


def _hang_sides(plan: Plan) -> None:
    """The near ends of the side walls and the ceiling: darkness that frames the view."""
    stage = plan.stage
    y, x = stage.grid()
    across = np.abs(x - stage.canvas_width / 2) / (0.5 * stage.width)
    edge = smoothstep(0.90, 1.22, across) * 0.85
    top = smoothstep(stage.y(0.06), stage.y(-0.10), y) * 0.7
    alpha = np.clip(1 - (1 - edge) * (1 - top), 0, 1)
    stage.plate(premultiply(plan.ambient * 0.16, alpha.astype(np.float32)), 6.5)


def _hang_piece(plan: Plan, name: str, across: float, down: float, height: float, colour: str, index: int) -> None:
    """One piece of furniture, with its shadow on the floor and its own light, if it has one."""
    stage = plan.stage
    size = height * stage.unit * plan.zoom
    shape = plan.shapes[name]
    seed = stable_seed(plan.recipe.place_seed, name, index)
    side = -float(np.sign(plan.x(across) - (plan.window()[0] + plan.window()[2]) / 2)) or 1.0
    picture, middle, foot = furnish(shape, size, colour, key=plan.key, ambient=plan.ambient, side=side, seed=seed)
    x, y = plan.x(across) - middle, plan.y(down) - foot
    is_standing = down > _FOOT
    z = _PIECE_Z * (0.8 if down > 0.84 else 1.0) if is_standing else _WALL_Z * 0.97
    if is_standing:
        wide, tall = int(picture.shape[1] * 1.15), int(0.10 * size)
        v, u = np.mgrid[0:tall, 0:wide].astype(np.float32)
        cover = np.clip(1 - np.hypot((u / wide - 0.5) * 2, (v / tall - 0.5) * 2), 0, 1) ** 0.8 * 0.55
        shadow = premultiply(np.zeros(3, np.float32), cover.astype(np.float32))
        stage.plate(shadow, z * 1.01, x=plan.x(across) - wide / 2, y=plan.y(down) - 0.55 * tall)
    stage.plate(picture, z, x=x, y=y)
    if "glow" in shape and plan.dark > 0.3:
        glow_x, glow_y, reach = shape["glow"]
        radius = int(reach * size)
        v, u = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float32) / max(1, radius)
        fall = np.exp(-np.hypot(u, v) * 3.2) * smoothstep(1.0, 0.7, np.hypot(u, v)) * 0.75 * plan.dark
        centre_x = plan.x(across) + (glow_x - 0.5) * size * shape["aspect"]
        centre_y = plan.y(down) - size * (1 - glow_y)
        stage.plate(
            (rgb("#ffb765") * fall[..., None]).astype(np.float32),
            z * 0.98,
            x=centre_x - radius,
            y=centre_y - radius,
            is_light=True,
            motion=lambda t: Motion(gain=0.96 + 0.04 * math.sin(9 * t) * math.sin(2.3 * t)),
        )


def _hang_shafts(plan: Plan) -> None:
    """Light in the air between the window and its patch, moving with the dust."""
    stage = plan.stage
    left, top, right, bottom = plan.window()
    slant = -stage.light.side * 0.5 * (right - left)
    mask = np.zeros((stage.canvas_height, stage.canvas_width), np.uint8)
    for index in range(2):
        a, b = left + (right - left) * (index / 2 + 0.03), left + (right - left) * ((index + 1) / 2 - 0.03)
        low = plan.y(0.95)
        quad = np.array([(a, top), (b, top), (b + slant * 1.6, low), (a + slant * 1.6, low)])
        cv2.fillPoly(mask, [np.round(quad * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    y, _ = stage.grid()
    soft = blur(np.asarray(mask / 255, np.float32), 9 * stage.scale)
    smoke = value_noise(mask.shape[0], mask.shape[1], 5, seed=stable_seed("smoke", plan.recipe.seed), octaves=4)
    fall = smoothstep(plan.y(1.0), bottom, y) * 0.7 + 0.15
    light = plan.stage.light.key * (soft * (0.35 + 0.9 * smoke) * fall * 0.16 * stage.light.strength)[..., None]
    stage.plate(
        light.astype(np.float32),
        _STAND_Z * 1.05,
        is_light=True,
        motion=lambda t: Motion(gain=0.88 + 0.12 * math.sin(0.9 * t)),
    )


def _hang_spot(plan: Plan) -> None:
    """A stage light from above: a cone in the air and a pool on the boards."""
    stage = plan.stage
    y, x = stage.grid()
    middle, floor = stage.x(0.5), plan.y(0.90)
    down = np.clip((y - stage.y(-0.1)) / (floor - stage.y(-0.1)), 0, 1)
    cone = (
        smoothstep(1.0, 0.72, np.abs(x - middle) / ((0.04 + 0.30 * down) * stage.unit)) * (y < floor) * (1 - 0.5 * down)
    )
    pool = smoothstep(1.0, 0.6, np.hypot((x - middle) / (0.36 * stage.unit), (y - floor) / (0.07 * stage.unit)))
    light = rgb("#ffe2b0") * (cone * 0.20 + pool * 0.42)[..., None]
    stage.plate(
        light.astype(np.float32),
        _STAND_Z * 1.02,
        is_light=True,
        motion=lambda t: Motion(gain=0.93 + 0.07 * math.sin(1.3 * t)),
    )
