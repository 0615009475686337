"""Woods about a vista: many trees planted by chance, far ones painted together as a few pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from astragen.builtin.painter.grove import Planted, Row
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.plants import in_air, stand
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.stage import air_at
from astragen.model.recipe import Recipe

_BANDS = (26.0, 36.0, 50.0, 70.0, 100.0, 150.0, 1e6)  # m; trees between two of them are one picture


def _straight(_: float) -> float:
    return 0.0


def wood_rows(recipe: Recipe, woods: Sequence[Row], middle: Callable[[float], float] = _straight) -> list[Row]:
    """Rows for `grove.plant` from *woods* (kinds, count, x span, d span, height span, m kept free).

    middle: plot x, by distance, that x counts from and that is kept free.
    """
    random = np.random.default_rng(stable_seed(recipe.place_seed, "woods"))
    rows: list[Row] = []
    for kinds, count, (x0, x1), (d0, d1), (low, high), free in woods:
        for _ in range(count):
            x, d, tall = (float(random.uniform(*span)) for span in ((x0, x1), (d0, d1), (low, high)))
            kind = kinds[int(random.integers(len(kinds)))]
            if abs(x) > free:
                rows.append([kind, middle(d) + x, d, tall])
    return rows


def hang_thicket(plot: Plot, planted: Sequence[Planted]) -> list[Planted]:
    """Hang the far trees of *planted*, band by band; return the near ones, which are for `grove.hang_trees`."""
    for near, far in pairwise(_BANDS):
        band = sorted((one for one in planted if near <= one.depth < far), key=lambda one: -one.depth)
        if band:
            _hang_band(plot, [one for one in band if not one.is_behind])
    return [one for one in planted if one.depth < _BANDS[0] or one.is_behind]


def _hang_band(plot: Plot, band: Sequence[Planted]) -> None:
    stage = plot.stage
    if not band:
        return
    top = max(0, int(min(one.foot[1] - one.picture.shape[0] for one in band)) - 2)
    bottom = min(stage.canvas_height, int(max(one.foot[1] for one in band)) + 4)
    if bottom - top < 4:
        return
    picture = np.zeros((bottom - top, stage.canvas_width, 4), np.float32)
    for one in band:
        air = air_at(stage, np.asarray([one.foot[0]], np.float32))[0]
        faded = in_air(one.picture, air, float(plot.fade(np.float32(one.depth))))
        stand(picture, faded, one.foot[0], one.foot[1] - top + 0.02 * one.metre)
    stage.plate(picture, plot.z(float(np.median([one.depth for one in band]))), y=top)
