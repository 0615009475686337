"""Printed comics: black outlines, poster colours, a screen of dots in the half tones."""

from __future__ import annotations

import numpy as np

from astragen.builtin.painter.colour import U8
from astragen.builtin.painter.treatment.flatten import Flatten, detail_table, detailed
from astragen.builtin.painter.treatment.lines import Outline
from astragen.builtin.painter.treatment.paper import clouds, dots, signed
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.tones import (
    curve,
    evened,
    halved,
    mapped,
    saturated,
    shifted,
    stairs,
    table,
    weakened,
)


class Comic:
    """Ink outlines over flat colours."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        radius: float = 10.0,
        line: float = 4.0,
        levels: int = 5,
        softness: float = 0.3,
        pitch: float = 11.0,
        screen: float = 26.0,
        colour: float = 1.7,
        even: float = 0.35,
    ) -> None:
        """*line*: width of outlines; *pitch*: of the dots, px at 1080p. *screen*: contrast of the dots, 0 for none."""
        self._flatten = Flatten(sheet, radius)
        self._detail = detail_table(34, 84)
        self._outline = Outline(sheet, line, 3.0, 8.0, colours=0.5)
        self._pressure = signed(clouds(sheet, 14, "pressure", octaves=2), 3)
        step = stairs(levels, softness)
        self._tone = curve(lambda t: 0.10 + 0.88 * step(np.clip(1.06 * t**0.92, 0, 1)))
        self._even = even
        self._dots = signed(2 * dots(sheet, pitch, 45) - 1, screen) if screen > 0 else None
        self._ink = table(lambda code: 128 + 127 * code / 255)
        self._colour = saturated(colour, reach=96.0)

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Print the frame."""
        lit = evened(y, self._even, 132)
        flat, blue, red = self._flatten(halved(lit), u, v)
        tone = detailed(lit, flat, self._detail)
        if self._dots is not None:
            tone = shifted(tone, self._dots)
        inked = weakened(
            mapped(tone, self._tone), mapped(self._outline(flat, y, (blue, red), self._pressure), self._ink)
        )
        np.copyto(y, np.clip(inked, 16, 235))
        for plane, new in ((u, blue), (v, red)):
            np.copyto(plane, mapped(new, self._colour))
