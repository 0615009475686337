"""A plot that reaches far: castles, bridges and roads are seen from a hundred metres, over clearer air.

`Vista` is a `Plot` whose camera climbs for high angles and whose lens keeps large things
in the frame; `WideLighting` is its light, with a coarser shadow map. `hang_pieces` draws
faces with it. Coordinates stay metres.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Sequence
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.houses import Thing
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.lighting import Lighting
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.plot import Plot, Real
from astragen.builtin.painter.raster import picture_of
from astragen.builtin.painter.solids import Face
from astragen.builtin.painter.stage import Stage
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, ShotSize

_CLIMB = {Angle.HIGH: 2.2, Angle.AERIAL: 4.5}  # times a plot's camera height
SLICES = (8.0, 14.0, 26.0, 50.0, 110.0, 260.0)
"""Distances in m at which what runs into depth is cut, so that each slice passes truly."""
# How much of a closer shot's longer lens is taken back: the subject nears, the monument stays whole.
_TAMED = {ShotSize.FULL: 0.80, ShotSize.MEDIUM: 0.62, ShotSize.CLOSE: 0.52, ShotSize.EXTREME_CLOSE: 0.46}


class Vista(Plot):
    """A plot seen over hundreds of metres."""

    def __init__(
        self,
        stage: Stage,
        recipe: Recipe,
        *,
        turn: float,
        roam: float,
        swing: float = 0.0,
        clear_m: float = 620.0,
        climb: float = 1.0,
    ) -> None:
        """*swing*: radians that shots turn apart, at most. *clear_m*: m at which air hides two thirds.

        climb: times as high as people's eyes that the camera is at every angle.
        """
        super().__init__(stage, recipe, turn=turn, roam=roam)
        shot = np.random.default_rng(stable_seed("vista", recipe.seed))
        self.turn += float(shot.uniform(-swing, swing))
        self._cos, self._sin = math.cos(self.turn), math.sin(self.turn)
        self._clear_m = clear_m
        self.metre /= _CLIMB.get(recipe.angle, 1.0) * climb
        self.eye = (self.feet - self.horizon) / self.metre
        self.focal *= _TAMED.get(recipe.size, 1.0)
        self.away = self.focal / self.metre

    def fade(self, depth: Real | np.floating[Any]) -> F32:
        """How much of a colour the air has replaced at *depth* m."""
        return np.asarray(1 - np.exp(-depth * self.stage.light.haze / self._clear_m), np.float32)


class WideLighting(Lighting):
    """The light over a vista: its shadow map has *coarse* times the usual pixels a metre, so it reaches farther."""

    def __init__(self, plot: Plot, light: Light, *, is_white: bool, coarse: float = 0.3) -> None:
        super().__init__(plot, light, is_white=is_white)
        self._coarse = np.float32(coarse)

    def _flat(self, world: F32) -> F32:
        return np.asarray(super()._flat(world) * self._coarse, np.float32)


def hang_pieces(plot: Plot, things: Sequence[Thing], lighting: Lighting, *, depth: float | None = None) -> None:
    """Draw each thing and hang it at its own distance, or all at *depth* m."""
    for thing in things:
        piece = picture_of(plot, thing.faces, thing.brush, lighting)
        if piece is not None:
            plot.stage.plate(piece.picture, plot.z(depth or piece.depth), x=piece.x, y=piece.y)


def sliced(plot: Plot, faces: Sequence[Face]) -> list[list[Face]]:
    """*faces* in slices by their distance, far ones first, left and right apart: small pictures are quickly lit."""
    parts: dict[tuple[int, bool], list[Face]] = {}
    for made in faces:
        middle = plot.world(made.corners).mean(0)
        is_right = float(plot.canvas(middle)[0]) > plot.stage.vanishing_x
        parts.setdefault((-bisect(SLICES, float(middle[2])), is_right), []).append(made)
    return [parts[key] for key in sorted(parts)]
