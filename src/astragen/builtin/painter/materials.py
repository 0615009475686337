"""Materials: what land is made of, in every season and light. Rows of data/painter/materials.json."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from pydantic import Field

from astragen.builtin.painter.colour import F32, luma, mix, rgb
from astragen.builtin.painter.easel import hexed, table
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.tables import read_table
from astragen.model.base import Model
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Hex
from astragen.model.vocabulary import Season, Weather


class Material(Model):
    """What a land is made of; colours are sRGB before light. Rows of data/painter/materials.json."""

    low: Hex = Field(description="Ground low down.")
    high: Hex = Field(description="Ground high up.")
    steep: Hex = Field(description="Rock where it is steep.")
    cover: Hex = Field("#2b4a2c", description="What grows on it, where it is flat enough.")
    cover_amount: float = 0.0
    cover_top: float = Field(0.6, description="Height, 0 to 1, where it stops growing.")
    cover_tall: float = Field(0.0, description="Height of what grows, in m: trees roughen the outline.")
    snow: float = 0.0
    snow_line: float = Field(0.45, description="Height, 0 to 1, where snow begins.")
    strata: float = Field(0.0, description="Strength of level bands in the rock.")
    grain: float = Field(0.5, description="Strength of the fine texture.")
    rough: float = Field(0.0, description="Strength of the land's own shapes repeated finer: 1 for rock, 0 for sand.")
    path: Hex = Field("#8f7a5c", description="A path trodden through it.")
    is_grown: bool = Field(False, description="Grass: the season colours it.")
    shine: float = Field(0.0, description="Highlight of ice and wet sand.")


@cache
def _materials() -> dict[str, Material]:
    return {name: Material(**row) for name, row in read_table("materials.json").items()}


def material(name: str) -> Material:
    """The material *name*."""
    return _materials()[name]


def is_white(recipe: Recipe) -> bool:
    """Snow lies: it is winter, or it snows."""
    return recipe.season is Season.WINTER or recipe.weather is Weather.SNOW


def in_season(stuff: Material, recipe: Recipe) -> Material:
    """*stuff* as the recipe's season colours it: grass by the season, snow over all in winter."""
    if is_white(recipe):
        return stuff.model_copy(update={"snow": max(stuff.snow, 0.9), "snow_line": min(stuff.snow_line, -0.12)})
    if not stuff.is_grown:
        return stuff
    _, body, lit = table()["grass"][recipe.season.value]
    shade, leaf, _ = table()["leaves"][recipe.season.value][0]
    high, cover = hexed(mix(body, lit, 0.45)), hexed(mix(shade, leaf, 0.6))
    return stuff.model_copy(update={"low": body, "high": high, "cover": cover})


def shade(light: Light, stuff: Material, surface: F32, grain: F32) -> F32:
    """Colour of ground in light: (..., 3) sRGB, not clipped, without air."""
    lit, open_sky, upright, height = cv2.split(surface)
    fine, relief, wave, _ = cv2.split(grain)
    rough = fine * np.float32(stuff.grain)
    lit = np.clip(lit * 1.35 + 0.16 * stuff.grain * relief * smoothstep(0.02, 0.3, lit), 0, 1.3)
    share = np.clip(height * 1.1 + rough * 0.10, 0, 1)
    cliff = smoothstep(0.86, 0.62, upright + rough * 0.05)
    layers: list[tuple[F32, F32, F32 | None]] = [(rgb(stuff.steep), cliff, None)]  # colour, cover, tone
    if stuff.cover_amount > 0:
        grows = smoothstep(0.55, 0.80, upright + rough * 0.09)
        grows *= smoothstep(stuff.cover_top + 0.12, stuff.cover_top - 0.12, height + 0.06 * rough) * stuff.cover_amount
        layers.append((rgb(stuff.cover), grows, np.asarray(1 + 0.30 * rough, np.float32)))
    bands = None
    if stuff.strata > 0:
        bands = np.sin(height * 46 + wave * 0.9) + 0.5 * np.sin(height * 117 + wave * 1.7)
        bands = 1 + stuff.strata * 0.16 * bands * (0.4 + 0.6 * cliff)
    lies = None
    if stuff.snow > 0:
        lies = smoothstep(stuff.snow_line - 0.10, stuff.snow_line + 0.10, height + 0.05 * rough)
        lies *= smoothstep(0.62, 0.82, upright + 0.07 * rough) * stuff.snow
    speckle = 1 + 0.16 * rough
    sky, sun = 0.30 + 0.70 * open_sky, lit * (light.strength * 0.66)
    shine = stuff.shine * smoothstep(0.75, 1.25, lit) * light.strength if stuff.shine > 0 else None
    ambient = _ambient(light)
    low, high, white = rgb(stuff.low), rgb(stuff.high), rgb("#b4bcd4")
    channels = []  # one at a time: on whole planes NumPy is four times as fast as on triples
    for i in range(3):
        albedo = low[i] + (high[i] - low[i]) * share
        if bands is not None:
            albedo *= bands
        for colour, cover, tone in layers:
            wanted = colour[i] if tone is None else colour[i] * tone
            albedo += (wanted - albedo) * cover
        albedo *= speckle
        if lies is not None:
            albedo += (white[i] - albedo) * lies
        albedo *= ambient[i] * sky + light.key[i] * sun
        if shine is not None:
            albedo += light.key[i] * shine
        channels.append(np.asarray(albedo, np.float32))
    return np.asarray(cv2.merge(channels), np.float32)


def _ambient(light: Light) -> F32:
    """What the whole sky sends down, (3,)."""
    gloom = 0.10 * (1 - light.strength) * (1 - light.dark)
    return np.asarray(
        0.62 * light.ambient + 0.33 * float(luma(light.ambient)) + 0.14 * (1 - 0.75 * light.dark) + gloom, np.float32
    )
