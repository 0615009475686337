"""The stage's light as it falls on a figure."""

from __future__ import annotations

import numpy as np

from astragen.builtin.painter.colour import luma, mix
from astragen.builtin.painter.figures.ink import Lamp
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.stage import Stage

_AMBIENT, _KEY = 1.2, 0.76  # of the light's colours; lit white stays just below paper white
_NIGHT = 0.45  # figures are lifted in the dark, as film does, or they drown
_ASIDE = 0.22  # of the frame's height: the light comes from the side by that at least
_RIM_PX = 3.4  # at 1080p, under the 4 px above which figures look like stickers


def lamp_at(stage: Stage, x: float, y: float, *, fog: float) -> Lamp:
    """The lamp for a figure whose middle is at canvas (x, y); *fog* is the share of air before it.

    The sun is in the picture, so it stands behind: high suns reach round to the front, low ones
    leave a dark body with a lit edge. The sky fills the shade, the more the greyer the day.
    """
    light = stage.light
    sun_x, sun_y = stage.sun
    # Nobody is lit from the other side, wherever they stand: the picture has one light.
    across, up = light.side * max(light.side * (sun_x - x), _ASIDE * stage.unit), y - sun_y
    height = float(smoothstep(0.0, 0.34, light.sun_y))
    distance = max(float(np.hypot(across, up)), 0.25 * stage.unit)
    toward = np.array([across / distance, max(0.25, up / distance), -0.12 + 0.75 * height], np.float32)
    toward /= np.linalg.norm(toward)
    overcast = 1 - min(1.0, light.strength / 0.85)
    assert stage.stand is not None
    fill = mix(light.middle, light.low, 0.5) * np.float32(0.85)
    # Indoors the air tells how bright the room is.
    fill = mix(fill, np.maximum(fill, np.ravel(stage.stand.air)[:3]), 0.5)
    ambient = mix(light.ambient * np.float32(_AMBIENT), fill, 0.38 + 0.2 * overcast)
    day = float(smoothstep(0.45, 0.95, luma(light.horizon)))
    bright = 1 + _NIGHT * (1 - day)
    return Lamp(
        toward=toward.astype(np.float32),
        ambient=ambient * np.float32(bright),
        key=light.key * np.float32(bright * _KEY * light.strength * (0.72 + 0.28 * height)),
        rim=mix(light.key, light.glow, 0.5) * np.float32(0.35 + 0.65 * light.strength),
        rim_px=_RIM_PX * stage.scale,
        air=np.ravel(stage.stand.air)[:3].astype(np.float32),
        fog=fog,
        shine=1 - day,
    )
