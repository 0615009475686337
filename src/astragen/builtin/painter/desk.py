"""The desk: what every layout of a tableau works with.

One backdrop (a gradient with one light, bokeh, waves of cut paper), the mood's
colours, and the sizes of labels and titles.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from astragen.builtin.painter.badges import Path, Point, Pop, badge
from astragen.builtin.painter.colour import F32, mix, ramp, rgb
from astragen.builtin.painter.noise import smoothstep, stable_seed, value_noise
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import INFINITE, Motion, Stage
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.type import Words
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Tableau


class Desk:
    """What a layout works with: the stage, the words, the colours of the mood."""

    def __init__(self, stage: Stage, recipe: Recipe, tableau: Tableau) -> None:
        self.stage, self.recipe, self.tableau = stage, recipe, tableau
        colours = dict(_colours()[recipe.mood.value])
        if recipe.palette:
            colours["accent"] = mix(colours["accent"], recipe.palette[0], 0.35)
        self.deep, self.body, self.spot, self.accent, self.second, self.ink = (
            rgb(colours[name]) for name in ("deep", "body", "spot", "accent", "second", "ink")
        )
        self.is_tall = stage.height > 1.15 * stage.width
        self.unit = stage.unit

    def at(self, across: float, down: float) -> tuple[float, float]:
        """Frame px of fractions of the frame."""
        return across * self.stage.width, down * self.stage.height

    def pop(
        self,
        noun: str,
        size: float,
        spot: Point,
        start: float,
        *,
        is_hero: bool = False,
        phase: float = 0,
        z: float = 3.0,
    ) -> None:
        """Let the badge of *noun* jump in at *spot* (frame px), *size* px wide."""
        tone = self.spot if is_hero else self.body
        picture = badge(
            noun,
            round(size),
            inner=mix(tone, self.ink, 0.12),
            outer=mix(tone, self.deep, 0.55),
            ring=self.accent,
            ink=self.ink,
            language=self.recipe.language,
        )
        self.stage.add(Pop(picture, spot, start, z=z, bob=4 * self.stage.scale, phase=phase))

    def line(
        self,
        points: F32,
        start: float,
        *,
        width: float = 4.0,
        has_head: bool = True,
        dots: int = 1,
        faint: bool = False,
    ) -> None:
        """Let a line draw itself along *points*; *width* in px at 1080p."""
        strength = 0.4 if faint else 0.6
        path = Path(
            points, self.accent, width * self.stage.scale, start, has_head=has_head, dots=dots, strength=strength
        )
        self.stage.add(path)

    def label(self, text: str, spot: Point, start: float, *, size: float = 0.036, width: float = 0.2) -> None:
        """Name what stands at *spot* (frame px, the label's middle): small, at most two rows."""
        self.stage.add(
            Words(
                self.stage,
                text[:1].upper() + text[1:],
                across=spot[0] / self.stage.width,
                down=spot[1] / self.stage.height,
                size=size * self.unit,
                ink=self.ink,
                start=start,
                width=width,
                weight=600,
                language=self.recipe.language,
                max_lines=2,
            )
        )

    def title(self, down: float, *, size: float = 0.072, width: float = 0.86, family: str = "serif") -> None:
        """The tableau's title with its emphasised words in the accent colour."""
        if not self.tableau.title:
            return
        size *= 1.0 if len(self.tableau.title) <= 44 else 0.8
        self.stage.add(
            Words(
                self.stage,
                self.tableau.title,
                across=0.5,
                down=down,
                size=size * self.unit,
                ink=self.ink,
                start=0.15,
                width=width,
                family=family,
                weight=650,
                language=self.recipe.language,
                accent=self.accent,
                emphasis=self.tableau.emphasis,
                max_lines=4,
            )
        )


def _colours() -> dict[str, Any]:
    return read_table("tableau.json")


def hang_backdrop(desk: Desk) -> None:
    """A deep gradient with one light, soft folds of colour, waves of paper in front."""
    stage, recipe = desk.stage, desk.recipe
    y, x = stage.grid()
    height, width = y.shape
    random = np.random.default_rng(stable_seed("tableau", recipe.place_seed, recipe.seed))
    spot_x, spot_y = random.uniform(0.35, 0.65), random.uniform(0.32, 0.5)
    reach = np.hypot((x / width - spot_x) * 1.25, (y / height - spot_y) * 1.1)
    level = np.exp(-reach / 0.42)
    fold = value_noise(height, width, 2.4, seed=stable_seed("fold", recipe.seed), octaves=4, squash=1.4) - 0.5
    tint = mix(desk.body, desk.spot, 0.45)
    colour = ramp(
        [(0, desk.deep), (0.45, mix(desk.deep, desk.body, 0.75)), (0.8, desk.body), (1, tint)], level + 0.16 * fold
    )
    paper = value_noise(height, width, width / (5 * stage.scale + 1), seed=3, octaves=2) - 0.5
    colour = colour * (1 + 0.05 * paper)[..., None]
    stage.plate(premultiply(np.clip(colour, 0, 1), np.ones((height, width), np.float32)), INFINITE)
    glow = np.exp(-reach / 0.16)[..., None] * mix(desk.spot, desk.accent, 0.4) * 0.20
    stage.plate(
        glow.astype(np.float32), 80.0, is_light=True, motion=lambda t: Motion(gain=0.85 + 0.15 * math.sin(0.8 * t))
    )
    _bokeh(desk, random)
    for index in range(3):
        _wave(desk, index, float(random.uniform(0, 6.28)))


def _bokeh(desk: Desk, random: np.random.Generator) -> None:
    """Large soft discs of light at several distances."""
    stage = desk.stage
    for index in range(9):
        radius = float(random.uniform(24, 90)) * stage.scale
        size = int(radius * 1.1) + 2
        y, x = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32)
        reach = np.hypot(x, y) / radius
        level = smoothstep(1.02, 0.9, reach) * (0.55 + 0.45 * reach) * float(random.uniform(0.03, 0.09))
        colour = (desk.accent, desk.second, desk.spot)[index % 3]
        at_x, at_y = stage.x(float(random.uniform(-0.05, 1.05))), stage.y(float(random.uniform(0.0, 0.75)))
        speed, phase = float(random.uniform(-9, 9)) * stage.scale, float(random.uniform(0, 6.28))
        disc = (colour * level[..., None]).astype(np.float32)
        z = float(random.uniform(8, 40))
        stage.plate(disc, z, x=at_x - size, y=at_y - size, is_light=True, motion=_drift(speed, phase, 4 * stage.scale))


def _drift(speed: float, phase: float, sway: float) -> Callable[[float], Motion]:
    """Sideways for ever, up and down a little, breathing."""
    return lambda t: Motion(
        dx=speed * t, dy=sway * math.sin(0.6 * t + phase), gain=0.8 + 0.2 * math.sin(0.9 * t + phase)
    )


def _wave(desk: Desk, index: int, phase: float) -> None:
    """A sheet of cut paper along the bottom, drifting."""
    stage = desk.stage
    y, x = stage.grid()
    column = x[0] / stage.canvas_width
    edge = stage.y(0.84 + 0.055 * index) + stage.height * (
        0.026 * np.sin(column * (4 + 1.7 * index) + phase) + 0.012 * np.sin(column * 11 + 2 * phase)
    )
    alpha = np.clip(y - edge[None] + 0.5, 0, 1)
    light = np.exp(-(y - edge[None]) / (22 * stage.scale)) * alpha
    colour = mix(desk.body, desk.deep, 0.35 + 0.25 * index) + 0.05 * light[..., None]
    first = max(0, int(edge.min()) - 2)
    stage.plate(
        premultiply(np.clip(colour, 0, 1).astype(np.float32)[first:], alpha[first:].astype(np.float32)),
        12.0 - 3 * index,
        y=first,
        motion=lambda t: Motion(dx=10 * math.sin(0.5 * t + index) * stage.scale),
    )
