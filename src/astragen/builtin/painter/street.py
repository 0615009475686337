"""The street: houses left and right with shops below, seen from the middle of the road.

Every row is a plate at its own distance and the road is one picture under the camera's
homography, so all of it parts truly when the camera moves. Start reading at `hang_street`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.colour import F32, U8, mix, rgb
from astragen.builtin.painter.facades import daylight, table
from astragen.builtin.painter.motorcars import Traffic
from astragen.builtin.painter.noise import blur, smoothstep, stable_seed, value_noise
from astragen.builtin.painter.plot import Ground
from astragen.builtin.painter.signs import sign
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import Motion, Stage, Stand, air_at
from astragen.builtin.painter.streetside import (
    Canvas8,
    Furniture,
    House,
    bake_sign,
    framing_post,
    paint_house,
    window_of,
)
from astragen.builtin.painter.traffic import ROAD, ROWS, STAND, StreetView, WetStreet, Z
from astragen.builtin.painter.weather import mist
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, ShotSize, Weather

_NEAREST = 9.4  # m; the last row of houses ends here
_KERB = ROAD * 0.62
_CROSSING = (13.2, 17.6)  # m; people cross where they stand
_FLICKERING = 4  # signs that are plates of their own


class _Air(NamedTuple):
    """What the street's air does: its colour by canvas x, and the part it covers at a depth in m."""

    stage: Stage
    glow: F32
    share: float

    def at(self, x: F32) -> F32:
        """Colour of the air at canvas *x*, shape of x + (3,)."""
        return mix(air_at(self.stage, x), self.glow, np.full(np.shape(x), self.share, np.float32))

    def fade(self, depth: float | F32) -> F32:
        """How much of a colour the air has replaced at *depth* m."""
        return np.asarray(1 - np.exp(-np.asarray(depth, np.float32) * self.stage.light.haze / 300), np.float32)


def hang_street(stage: Stage, recipe: Recipe, *, neon: float) -> None:
    """Hang sky, road, houses and what lives between them; set the stand. *neon*: 0 none to 1, of signs when dark."""
    view = StreetView(stage, recipe)
    hang_sky(stage, recipe)
    place = np.random.default_rng(stable_seed("street", recipe.place_seed))
    neon = neon * float(smoothstep(0.3, 0.7, stage.light.dark))
    tint = rgb(str(place.choice(table()["neon"])))
    air = _Air(stage, np.asarray(tint * 0.55, np.float32), 0.45 * neon)
    is_wet = recipe.weather in (Weather.RAIN, Weather.STORM)
    _hang_ground(stage, view, recipe, air, neon=neon, is_wet=is_wet)
    dry = _hang_rows(stage, view, recipe, air, place, neon=neon)
    _hang_air(stage, recipe)
    _hang_frame(stage, view, recipe)
    if neon > 0:
        _hang_neon_haze(stage, view, tint * neon)
    if is_wet or stage.light.dark > 0.4:
        stage.add(WetStreet(stage, view.horizon, 0.80 if is_wet else 0.34, dry))
    middle = air.at(np.array([view.middle], np.float32))[0]
    stage.add(Traffic(stage, view, middle, recipe.seed, is_wet=is_wet))
    if stage.light.dark < 0.4 and recipe.weather not in (Weather.RAIN, Weather.STORM):
        stage.add(Birds(stage, recipe.seed, z=30.0, down=0.2))
    stage.stand = Stand(
        ground=lambda _: view.y(0, STAND),
        z=STAND * Z,
        metre=view.focal / STAND,
        is_water=False,
        sky=(stage.y(0.08), stage.y(0.4)),
        shade=float(air.fade(STAND)),
        air=middle,
    )


def _hang_ground(stage: Stage, view: StreetView, recipe: Recipe, air: _Air, *, neon: float, is_wet: bool) -> None:
    """Road and pavements as one picture; painted at half size, for it is soft and mostly seen at a slant."""
    top = max(0, int(view.horizon) - 1)
    rows, columns = -(-(stage.canvas_height - top) // 2), -(-stage.canvas_width // 2)
    y, x = (part.astype(np.float32) * 2 + 1 for part in np.mgrid[0:rows, 0:columns])
    depth = np.minimum(view.eye * view.focal / np.maximum(y + top - view.horizon, 0.5), 900)
    metres = (x - view.middle) * depth / view.focal
    is_white = recipe.season is Season.WINTER or recipe.weather is Weather.SNOW
    albedo = _paving(metres, depth, view, is_wet=is_wet, is_white=is_white)
    sky, key = daylight(stage.light)
    beam = _sunbeams(stage, metres, depth)
    colour = albedo * (sky * 1.05 + key * beam[..., None])
    colour = colour + _spill(stage, metres, depth, neon)[..., :3]
    fade = air.fade(depth)[..., None]
    colour = colour + (air.at(x[0])[None] - colour) * fade
    colour = np.repeat(np.repeat(np.clip(colour, 0, 1), 2, 0), 2, 1)[: stage.canvas_height - top, : stage.canvas_width]
    colour = blur(np.ascontiguousarray(colour, np.float32), 0.7)
    alpha = smoothstep(
        900, 320, view.eye * view.focal / np.maximum(np.arange(colour.shape[0]) + top - view.horizon, 0.5)
    )
    cover = np.broadcast_to(alpha[:, None], colour.shape[:2]).astype(np.float32)
    stage.add(Ground(view, premultiply(colour, cover), top, metre_z=Z, z=ROWS[0] * Z * 1.02))


def _paving(metres: F32, depth: F32, view: StreetView, *, is_wet: bool, is_white: bool) -> F32:
    """Albedo of asphalt with its marks, kerbs and slabs."""
    aside = np.abs(metres)
    soft = np.maximum(depth / view.focal * 2, 0.02)
    rows, columns = metres.shape
    grain = value_noise(rows, columns, 90, seed=3, octaves=3, squash=0.35)
    wide = value_noise(rows, columns, 7, seed=4, octaves=3, squash=2.5)
    asphalt, stone = (rgb("#2c2e35"), rgb("#4c4a4a")) if is_wet else (rgb("#55565a"), rgb("#9a9389"))
    pavement = smoothstep(-1, 1, (aside - _KERB) / soft)
    slab = np.minimum(np.abs(aside * 0.9 % 1 - 0.5), np.abs(depth * 0.62 % 1 - 0.5))
    joint = 0.18 * pavement * smoothstep(0.08, 0.02, slab) * np.clip(0.04 / soft, 0, 1)
    colour = mix(asphalt, stone, pavement) * ((0.80 + 0.28 * grain + 0.14 * wide) * (1 - joint))[..., None]
    kerb = np.exp(-(((aside - _KERB) / np.maximum(0.10, soft)) ** 2))
    gutter = np.exp(-(((aside - _KERB + 0.3) / 0.22) ** 2)) * 0.25
    dashes = smoothstep(0.085 + 0.5 * soft, 0.06, aside) * (depth % 7 < 3.2) * (depth > _CROSSING[1] + 1)
    inside = (depth > _CROSSING[0]) & (depth < _CROSSING[1]) & (aside < _KERB * 0.93)
    zebra = inside * np.clip((0.30 - np.abs(metres / 1.05 % 1 - 0.5)) / 0.05, 0, 1)
    worn = 0.75 + 0.5 * (wide - 0.5)
    marks = np.maximum(dashes * 0.8, zebra * 0.85) * worn
    colour = colour * (1 - gutter)[..., None] + (kerb * 0.10)[..., None]
    colour = colour + (rgb("#d4d2ca") * (0.5 if is_wet else 0.92) - colour) * marks[..., None]
    if is_white:
        lies = smoothstep(0.05, 0.4, wide + 0.35 * pavement)
        tracks = np.exp(-(((np.abs(aside - 2.3) - 0.75) / 0.3) ** 2))
        colour = colour + (rgb("#cfd8e6") - colour) * (lies * (1 - 0.75 * tracks))[..., None]
    return np.asarray(colour, np.float32)


def _sunbeams(stage: Stage, metres: F32, depth: F32) -> F32:
    """Where the sun reaches the road between the houses: slanting beams from its side."""
    slant = (depth - 1.5 * stage.light.side * metres) / 15.0
    beams = smoothstep(0.30, 0.48, np.abs(slant % 1 - 0.5) + 0.05 * np.sin(slant * 2.1))
    return np.asarray(0.20 + 0.75 * beams, np.float32)


def _spill(stage: Stage, metres: F32, depth: F32, neon: float) -> F32:
    """Light of shops and lamps on pavement and road when it is dark: warm, or coloured by the signs."""
    dark = stage.light.dark
    if dark < 0.2:
        return np.zeros((*metres.shape, 3), np.float32)
    names = table()["neon"]
    cell = np.floor(depth / 6.5)
    pick = (np.abs(np.sin(cell * 12.9898 + np.sign(metres) * 4.1)) * 43758.5 % len(names)).astype(int)
    hues = np.stack([rgb(name) for name in names])[pick]
    hue = mix("#ffca88", hues, np.full(metres.shape, 0.75 * neon, np.float32))
    near = np.exp(-(((ROAD - np.abs(metres)) / 3.4) ** 2)) * (
        0.55 + 0.45 * np.cos((depth / 6.5 % 1 - 0.5) * 2 * math.pi)
    )
    pools = np.exp(-(((np.abs(metres) - _KERB + 1.0) / 2.6) ** 2)) * np.exp(-((((depth / 9) % 1 - 0.5) * 9 / 2.6) ** 2))
    warm = rgb("#ffb96a") * (0.26 * pools)[..., None]
    return np.asarray((hue * (0.34 * near)[..., None] + warm) * dark, np.float32)


def _hang_rows(
    stage: Stage, view: StreetView, recipe: Recipe, air: _Air, place: np.random.Generator, *, neon: float
) -> U8:
    """One house on each side of every row, with what stands before it; each a plate of its own.

    Returns what they cover of the canvas, at a quarter of its size.
    """
    dry: U8 = np.zeros((stage.canvas_height // 4 + 1, stage.canvas_width // 4 + 1), np.uint8)
    furniture = Furniture(view, recipe, stage.light, stage.scale)
    flickering = 0
    for house in _houses(view, place):
        into = window_of(view, house, (stage.canvas_width, stage.canvas_height))
        if into is None:
            continue
        paint_house(view, house, stage.light, into, neon=neon)
        if neon > 0.3:
            flickering += _signs(stage, view, house, into, is_still=flickering >= _FLICKERING or house.far > 80)
        furniture.furnish(into, house.side, house.near, house.far)
        stage.plate(_aired(stage, air, into, house.far, house.near), house.far * Z, x=into.x, y=into.y)
        small = into.pixels[::4, ::4, 3]
        part = dry[into.y // 4 :, into.x // 4 :][: small.shape[0], : small.shape[1]]
        np.maximum(part, small[: part.shape[0], : part.shape[1]], out=part)
    return cv2.GaussianBlur(dry, (0, 0), 1.0).astype(np.uint8)


def _houses(view: StreetView, place: np.random.Generator) -> list[House]:
    """The houses, far ones first; each knows how much of its front its nearer neighbour hides."""
    houses: list[House] = []
    styles = len(table()["walls"])
    for row, far in enumerate(ROWS):
        near = ROWS[row + 1] if row + 1 < len(ROWS) else _NEAREST
        for side in (-1, 1):
            tall = float(place.uniform(18, 40)) * (1.0 + 0.9 * float(place.random()) ** 2 if row < 5 else 1.0)
            style, seed = int(place.integers(styles)), int(place.integers(1 << 30))
            inner = ROAD + float(place.uniform(0, 0.5))
            houses.append(House(side, inner, near * 1.004, far, tall, style, seed, 0.6))
    return [
        one._replace(front=14.0 if _overtops(view, one, houses[index + 2]) else 0.6) if index + 2 < len(houses) else one
        for index, one in enumerate(houses)
    ]


def _overtops(view: StreetView, house: House, nearer: House) -> bool:
    """Whether *house* is seen over the roof of its *nearer* neighbour."""
    return house.tall > nearer.tall and view.y(nearer.tall, house.near) > 0


def _aired(stage: Stage, air: _Air, into: Canvas8, far: float, near: float) -> F32:
    """The house under the air of its distance, thinner high up and over lamps."""
    matter = into.pixels.astype(np.float32) * np.float32(1 / 255)
    alpha = matter[..., 3:]
    down = np.arange(into.y, into.y + matter.shape[0], dtype=np.float32)[:, None, None] / stage.canvas_height * 1.25
    bright = smoothstep(0.35, 0.9, matter[..., :3].max(-1, keepdims=True))
    fade = float(air.fade(math.sqrt(far * near))) * np.clip(0.50 + 0.50 * down, 0, 1)
    fade = fade * (1 - 0.6 * stage.light.dark * bright)
    across = air.at(np.arange(into.x, into.x + matter.shape[1], dtype=np.float32))[None]
    matter[..., :3] += (across * alpha - matter[..., :3]) * fade
    return np.asarray(matter, np.float32)


def _signs(stage: Stage, view: StreetView, house: House, into: Canvas8, *, is_still: bool) -> int:
    """Two signs over the pavement; the number of those that were hung as plates that flicker or breathe."""
    random = np.random.default_rng((house.seed, 5))
    hung = 0
    for _ in range(2):
        depth = float(random.uniform(house.near * 1.05, house.far * 0.95))
        pixels = view.focal / depth
        wide = int(random.uniform(1.0, 1.7) * pixels)
        high = int(wide * random.uniform(1.9, 3.4))
        level, colour = float(random.uniform(4.6, 12)), str(random.choice(table()["neon"]))
        phase, is_tired = float(random.uniform(0, 6.28)), bool(random.random() < 0.3)
        if wide < 4 or wide > stage.width * 0.13:
            continue
        x = view.x(house.side * (house.inner - 0.2), depth) - (wide if house.side > 0 else 0)
        y = view.y(level, depth) - high
        seed = int(random.integers(1 << 30))
        if is_still or hung or not is_tired:
            bake_sign(into, (x, y, wide, high), colour, seed, 0.95)
            continue
        tube, glow, pad = sign(wide, high, colour, seed)
        stage.plate(
            (tube + glow) * 0.9, house.far * Z * 0.99, x=x - pad, y=y - pad, motion=_flicker(phase), is_light=True
        )
        hung += 1
    return hung


def _hang_frame(stage: Stage, view: StreetView, recipe: Recipe) -> None:
    """A lamp post close to the camera, with a basket of flowers: dark, it frames the side away from the sun."""
    if recipe.size in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE):
        return
    side = -stage.light.side
    x, width, height = stage.x(0.5 + side * 0.47), int(0.30 * stage.unit), stage.canvas_height
    post = framing_post(width, height, stage.unit, stage.light, recipe, out=-side)
    stage.plate(post, 2.3, x=x - width / 2, y=0)
    if stage.light.dark > 0.3:
        y, u = np.mgrid[-60:61, -60:61].astype(np.float32) / 60
        far = np.hypot(u, y)
        halo = np.exp(-far * 5.5) * smoothstep(1.0, 0.5, far) * 0.8 * stage.light.dark
        size = int(0.42 * stage.unit)
        glow = cv2.resize((rgb("#ffd9a0") * halo[..., None]).astype(np.float32), (size, size))
        lamp_x, lamp_y = x - side * 0.085 * stage.unit, stage.y(0.15)
        stage.plate(np.asarray(glow, np.float32), 2.29, x=lamp_x - size / 2, y=lamp_y - size / 2, is_light=True)


def _hang_neon_haze(stage: Stage, view: StreetView, colour: F32) -> None:
    """The signs' light in the air, brightest where the street ends."""
    half_x, half_y = int(0.42 * stage.height), int(0.40 * stage.height)
    y, x = np.mgrid[-half_y:half_y, -half_x:half_x].astype(np.float32)
    far = np.hypot(x / half_x, (y + 0.12 * half_y) / half_y)
    glow = np.exp(-((far / 0.42) ** 2)) * smoothstep(1.0, 0.55, far)
    stage.plate(
        np.asarray(colour * (0.42 * glow)[..., None], np.float32),
        ROWS[1] * Z,
        x=view.middle - half_x,
        y=view.horizon - half_y,
        motion=lambda t: Motion(gain=0.9 + 0.1 * math.sin(0.9 * t)),
        is_light=True,
    )


def _flicker(phase: float) -> Callable[[float], Motion]:
    return lambda t: Motion(gain=1.0 if math.sin(7 * t + phase) + math.sin(17.3 * t + 2 * phase) > -1.1 else 0.25)


def _hang_air(stage: Stage, recipe: Recipe) -> None:
    """Air between the rows: drifting sheets, thick at street level."""
    for index, (z, height) in enumerate(((60.0, 0.05), (22.0, 0.07))):
        mist(
            stage,
            stable_seed("haze", recipe.place_seed, index),
            z=z,
            below=-0.01,
            height=height,
            cover=min(0.8, 0.24 * stage.light.haze),
            speed=9.0 * (1 if index else -1),
        )
