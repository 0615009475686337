"""Graded looks: shadows and lights pulled to two colours, as a film laboratory tones a print."""

from __future__ import annotations

import numpy as np

from astragen.builtin.painter.colour import F32, U8, ycc
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.tones import halved, mapped, shifted, tones


class Toned:
    """Split toning; light is left as it is."""

    def __init__(self, sheet: Sheet, *, shadows: str, lights: str, strength: float = 0.3) -> None:
        """*shadows*, *lights*: colours to go to. *strength*: how far, 0 to 1."""
        dark, light = ycc(shadows), ycc(lights)
        self._changes = tuple(_swing(dark[i] - 128, light[i] - 128, strength) for i in (1, 2))

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Tone the frame."""
        small = halved(y)
        for plane, change in zip((u, v), self._changes, strict=True):
            np.copyto(plane, shifted(plane, mapped(small, change)))


def _swing(dark: float, light: float, strength: float) -> U8:
    """Table luma code -> signed chroma change: none in black and white, the two colours between."""
    tone: F32 = tones()
    share = smoothstep(0.25, 0.7, tone)
    weight = smoothstep(0.0, 0.16, tone) * smoothstep(1.0, 0.9, tone)
    change = strength * weight * (dark * (1 - share) + light * share)
    return np.clip(np.round(128 + change), 0, 255).astype(np.uint8)
