"""The light of a scene: one sun or moon, one set of colours, obeyed by every layer.

Rows of `data/painter/light.json` by time of day; weather, mood and the storyboard's
palette bend them. Start reading at `light_of`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.tables import read_table
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import TimeOfDay, Weather


class Light(NamedTuple):
    """Colours are (3,) float sRGB.

    zenith, middle, low, horizon: the sky from top to bottom. glow: around the sun.
    key: what the sun adds to lit sides. ambient: what shade receives.
    fog_shade, fog_sun: the air away from and toward the sun.
    sun_x: [0, 1] across the frame. sun_y: height above the horizon, in frame heights.
    strength: of the key light, 1 is a clear day. haze: 1 is clear air; larger is thicker.
    stars: 0 to 1. clouds: cover, 0 to 1. side: +1 when the sun is right of the middle, else -1.
    """

    zenith: F32
    middle: F32
    low: F32
    horizon: F32
    glow: F32
    key: F32
    ambient: F32
    fog_shade: F32
    fog_sun: F32
    sun_x: float
    sun_y: float
    strength: float
    haze: float
    dark: float
    stars: float
    clouds: float
    side: int

    @property
    def is_night(self) -> bool:
        """The light is the moon's."""
        return self.dark > 0.8


_COLOURS = ("zenith", "middle", "low", "horizon", "glow", "key", "ambient", "fog_shade", "fog_sun")


def _rows() -> dict[str, Any]:
    return read_table("light.json")


def light_of(recipe: Recipe) -> Light:
    """The light for *recipe*; the sun's side alternates with the place, not with the shot."""
    rows = _rows()
    time = rows["time"][recipe.time_of_day.value]
    air = rows["weather"][recipe.weather.value]
    mood = rows["mood"][recipe.mood.value]
    colours = {name: rgb(time[name]) for name in _COLOURS}
    if air["grey"] > 0:
        grey = rgb(air["grey_night"] if recipe.time_of_day is TimeOfDay.NIGHT else air["grey_colour"])
        for name in ("zenith", "middle", "low", "horizon", "fog_shade", "fog_sun"):
            colours[name] = mix(colours[name], grey * _brightness(time["grey_level"], name), air["grey"])
        for name in ("glow", "key"):
            colours[name] = mix(colours[name], grey * time["grey_level"], air["grey"] * 0.6)
    for name in _COLOURS:
        colours[name] = mix(colours[name], rgb(mood["tint"]), mood["amount"])
    if recipe.palette:
        accents = [rgb(colour) for colour in recipe.palette]
        for index, name in enumerate(("zenith", "low", "fog_shade")):
            colours[name] = mix(colours[name], accents[index % len(accents)], 0.16)
    side = 1 if recipe.place_seed % 2 else -1
    return Light(
        **colours,
        sun_x=0.5 + side * float(time["sun_off_centre"]),
        sun_y=float(time["sun_y"]),
        strength=float(time["strength"]) * float(air["strength"]),
        haze=float(time["haze"]) * float(air["haze"]),
        dark=float(time["dark"]),
        stars=float(time["stars"]) * (1.0 if recipe.weather in (Weather.CLEAR, Weather.CLOUDY) else 0.0),
        clouds=float(air["clouds"]),
        side=side,
    )


def _brightness(level: float, name: str) -> float:
    """Overcast skies are brighter low down; *level* is the hour's brightness of grey."""
    return level * {"zenith": 0.72, "middle": 0.86, "low": 1.0, "horizon": 1.08}.get(name, 0.95)
