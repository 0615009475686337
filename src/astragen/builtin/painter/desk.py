"""The desk: what every layout of a tableau works with.

The mood's colours, the look that the seed chose (badges, side, entrance), the free part of
the frame, and the few verbs of a diagram: title, pop, label, line. Start reading at `Desk`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from astragen.builtin.painter.badges import SHAPES, Enamel, Path, Pop, badge, mark_of, pill, spark
from astragen.builtin.painter.colour import F32, Colour, luma, mix, rgb, to_oklab
from astragen.builtin.painter.layouts.box import Box, Point
from astragen.builtin.painter.layouts.entrances import ENTRANCES
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.sprite import Sprite
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.type import LEADING, Fit, Inks, Label, Style, Words, fit, is_rtl, one_size
from astragen.model.recipe import Recipe
from astragen.model.safe_area import band_top
from astragen.model.storyboard import Tableau

_EDGE = 0.055  # of the frame's smaller side, left free
_NAMES = ("deep", "body", "spot", "accent", "second", "third", "ink")
_PALETTE_SHARE = 0.35  # of the film's own colours in the accent


class Desk:
    """What a layout works with."""

    def __init__(self, stage: Stage, recipe: Recipe, tableau: Tableau) -> None:
        self.stage, self.recipe, self.tableau = stage, recipe, tableau
        self.random = np.random.default_rng(stable_seed("tableau", recipe.place_seed, recipe.seed))
        rows = read_table("tableau.json")["palettes"][recipe.mood.value]
        colours = {name: rgb(colour) for name, colour in rows[int(self.random.integers(len(rows)))].items()}
        if recipe.palette:
            colours["accent"] = mix(colours["accent"], recipe.palette[0], _PALETTE_SHARE)
        self.deep, self.body, self.spot, self.accent, self.second, self.third, self.ink = (
            colours[name] for name in _NAMES
        )
        self.is_light = bool(luma(self.body) > 0.55)
        turn = int(self.random.integers(3))
        hues = (self.accent, self.second, self.third)
        self.hues = (*hues[turn:], *hues[:turn])
        self.side = -1 if self.random.random() < 0.5 else 1
        """Where the light comes from, and what leans that way: -1 left, 1 right."""
        self.shape = SHAPES[int(self.random.integers(len(SHAPES)))]
        self.is_solid = self.is_light or bool(self.random.random() < 0.55)
        self.entrance = tuple(ENTRANCES)[int(self.random.integers(len(ENTRANCES)))]
        self.is_tall = stage.height > 1.15 * stage.width
        self.unit = stage.unit
        self.step = 0.35 if len(tableau.items) > 5 else 0.45
        """Seconds between reveals."""
        edge = _EDGE * min(stage.width, stage.height)
        across = max(edge, 0.04 * stage.width)
        bottom = band_top(stage.width, stage.height) * stage.height
        self.safe = Box(across, edge, stage.width - 2 * across, bottom - edge)
        self.area = self.safe
        """What is left of the frame for the diagram."""

    # --- colours --------------------------------------------------------------

    @property
    def dark(self) -> F32:
        """The darkest colour of the palette."""
        return self.ink if self.is_light else self.deep

    @property
    def pale(self) -> F32:
        """The palest."""
        return self.spot if self.is_light else self.ink

    def hue(self, index: int) -> F32:
        """The colour of the thing at *index*."""
        return self.hues[index % 3]

    def on(self, fill: Colour) -> F32:
        """The colour of letters on *fill*."""
        return mix(self.dark, "#000000", 0.15) if luma(rgb(fill)) > 0.5 else mix(self.pale, "#ffffff", 0.5)

    def inks(self, colour: Colour | None = None) -> Inks:
        """Colours of text on the backdrop."""
        shade = self.body if self.is_light else mix(self.deep, "#000000", 0.55)
        return Inks(self.ink if colour is None else colour, self.emphasis, shade)

    @property
    def emphasis(self) -> F32:
        """Of the palette's hues the one that differs most from the ink."""
        ink = to_oklab(self.ink)
        return max(self.hues, key=lambda hue: float(np.hypot(*(to_oklab(hue) - ink)[1:])))

    def enamel(self, index: int) -> Enamel:
        """Colours of the badge at *index*."""
        hue = self.hue(index)
        if self.is_solid:
            return Enamel(mix(hue, "#ffffff", 0.16), mix(hue, self.dark, 0.30), mix(hue, "#ffffff", 0.6), self.on(hue))
        inner, outer = mix(self.body, hue, 0.20), mix(self.body, self.deep, 0.75)
        return Enamel(inner, outer, hue, mix(self.ink, hue, 0.12))

    # --- verbs ----------------------------------------------------------------

    def style(self, weight: int = 600, family: str = "sans") -> Style:
        """Type in the film's language."""
        return Style(family, weight, self.recipe.language)

    def title(self, text: str | None = None, *, size: float = 0.066, share: float = 0.24) -> None:
        """Set the title (or *text*) over the diagram; what is left below it is the new `area`."""
        text = self.tableau.title if text is None else text
        if not text.strip():
            return
        style = self.style(650, "serif")
        area = self.area
        fitted = fit(text, size * self.unit, area.width, share * area.height, style)
        align = self.align
        anchor = (area.x + align * area.width, area.y + fitted.height / 2)
        words = Words(
            fitted,
            anchor,
            self.inks(),
            0.15,
            style=style,
            emphasis=self.tableau.emphasis,
            entrance=self.entrance,
            align=align,
        )
        self.stage.add(words)
        self._rule(words, align)
        used = fitted.height + 0.045 * self.unit
        self.area = Box(area.x, area.y + used, area.width, area.height - used)

    @property
    def align(self) -> float:
        """Titles of diagrams stand in the middle, or begin where the language begins to read."""
        if self.is_tall or self.side < 0:
            return 0.5
        return 1.0 if is_rtl(self.recipe.language) else 0.0

    def _rule(self, words: Words, align: float) -> None:
        """A short line that draws itself under the title."""
        x, y, width, height = words.box
        half = min(0.5 * width, 0.09 * self.stage.width)
        middle = x + width / 2 if align == 0.5 else x + half if align == 0.0 else x + width - half
        below = y + height + 0.018 * self.unit
        first, last = (middle - half, below), (middle + half, below)
        self.line(_points(first, last), 0.5, width=3.0, has_head=False, strength=0.85)

    def pop(
        self,
        noun: str,
        size: float,
        spot: Point,
        start: float,
        *,
        index: int = 0,
        fallback: str = "",
        z: float = 3.0,
        breath: float = 0.0,
        came: Point | None = None,
    ) -> None:
        """Let the badge of *noun* jump in at *spot* (frame px), *size* px wide, in the colours of *index*."""
        size = max(12.0, size)
        mark = mark_of(noun, round(size * 0.56), self.recipe.language, fallback)
        picture = badge(mark, round(size), self.shape, self.enamel(index), self.side)
        bob = min(4 * self.stage.scale, 0.02 * size)
        self.stage.add(Pop(picture, spot, start, z=z, bob=bob, phase=1.7 * index, breath=breath, came=came))

    def label(
        self,
        text: str,
        box: Box,
        start: float,
        *,
        size: float = 0.036,
        weight: int = 600,
        colour: Colour | None = None,
        family: str = "sans",
        align: float = 0.5,
        down: float = 0.5,
    ) -> Fit:
        """Set *text* inside *box*: wrapped, and shrunk where it must be. *align*, *down*: where it lies in the box."""
        style = self.style(weight, family)
        fitted = fit(capital(text), size * self.unit, box.width, box.height, style)
        anchor = (box.x + align * box.width, box.y + fitted.height / 2 + down * max(0.0, box.height - fitted.height))
        self.stage.add(Label(fitted, anchor, self.inks(colour), start, style=style, align=align))
        return fitted

    def size_for(self, texts: Sequence[str], box: Box, size: float = 0.036, weight: int = 600) -> float:
        """The one size, in frame units, at which each of *texts* fits a box as large as *box*."""
        found = one_size([capital(text) for text in texts], size * self.unit, box.width, box.height, self.style(weight))
        return found / self.unit

    def rows_height(self, size: float, rows: int = 1) -> float:
        """Height of *rows* of text of *size* frame units, px."""
        return LEADING * size * self.unit * rows

    def number(self, text: str, spot: Point, start: float, *, size: float = 0.030, index: int = 1) -> None:
        """Let a small pill with *text* jump in at *spot*."""
        fill = self.hue(index)
        picture = pill(text, size * self.unit, fill=fill, ink=self.on(fill), language=self.recipe.language)
        self.stage.add(Pop(picture, spot, start, z=2.0))

    def dot(self, index: int = 0, radius: float = 5.0) -> Sprite:
        """A glowing dot, *radius* px at 1080p."""
        return spark(self.hue(index), radius * self.stage.scale, is_light=not self.is_light)

    def line(
        self,
        points: F32,
        start: float,
        *,
        width: float = 4.0,
        index: int = 0,
        has_head: bool = True,
        dots: int = 0,
        strength: float = 0.6,
        seconds: float = 0.8,
        pace: float = 0.35,
        z: float = 3.5,
    ) -> None:
        """Let a line draw itself along *points*; *width* in px at 1080p."""
        self.stage.add(
            Path(
                points,
                self.hue(index),
                width * self.stage.scale,
                start,
                dot=self.dot(index, 1.35 * width) if dots else None,
                dots=dots,
                has_head=has_head,
                seconds=seconds,
                strength=strength,
                pace=pace,
                z=z,
            )
        )


def capital(text: str) -> str:
    """*text* with a capital first."""
    text = text.strip()
    return text[:1].upper() + text[1:]


def _points(first: Point, last: Point) -> F32:
    u = np.linspace(0, 1, 24, dtype=np.float32)[:, None]
    return np.asarray(np.array(first, np.float32) * (1 - u) + np.array(last, np.float32) * u, np.float32)
