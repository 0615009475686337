"""The land behind a vista: ranges of `data/painter/lands.json`, through a plot's camera."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from astragen.builtin.painter.landform import Relief, heights, rugged, texels
from astragen.builtin.painter.lookout import Lookout
from astragen.builtin.painter.materials import in_season, material
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.terrain import Cut, Range, hang_ranges
from astragen.builtin.painter.weather import mist
from astragen.model.recipe import Recipe

_BEHIND = 260.0  # stage units: nothing of a vista is farther
_NEARER = 1.3  # times the plot's focal length: far land is seen larger than the eye would


def hang_backland(plot: Plot, recipe: Recipe, land: str, chosen: Sequence[int], *, grown: float = 1.0) -> None:
    """Hang the ranges *chosen* (indices, far ones first) of *land*, *grown* times as high, with mist between."""
    stage = plot.stage
    random = np.random.default_rng(stable_seed(recipe.place_seed, "backland"))
    camera = Lookout(focal=_NEARER * plot.focal, eye=1, aside=0, magnify=1, feet=plot.feet, metre=plot.metre, z=1)
    rows: list[dict[str, Any]] = read_table("lands.json")[land]["ranges"]
    ranges = []
    for row in rows:
        at = random.random(2) * row["tile"]
        shape = rugged(row["map"], row["fine"], row["amount"], texels(stage)) if "fine" in row else heights(row["map"])
        cut = Cut(
            near=row["near"],
            far=row["far"],
            eye=row["eye"],
            x=float(at[0]) + plot.aside + plot.turn * row["near"],
            z=float(at[1]),
            stage_z=_BEHIND + 8 * row["stage_z"],
            peak=row["peak"] * (grown if row["peak"] > 0 else 1.0) * (0.85 + 0.3 * random.random()),
            haze=1 - (1 - row["haze"]) ** stage.light.haze,
            mist=min(0.95, row.get("mist", 0.0) * (0.7 + 0.3 * stage.light.haze)),
            carve=row.get("carve", 0.0),
            taper=row.get("taper", 0.3),
        )
        if rows.index(row) in chosen:
            relief = Relief(shape, tile_m=row["tile"], height_m=row["height"], light=stage.light)
            ranges.append(Range(relief, in_season(material(row["material"]), recipe), cut))
    hang_ranges(stage, camera, ranges, floor=stage.horizon + 0.10 * stage.height)
    for index, part in enumerate(ranges):
        seed = stable_seed(recipe.place_seed, "backland-mist", index)
        cover = min(0.85, (0.46 - 0.06 * index) * stage.light.haze**0.5)
        speed = (6 + 3 * index) * (1 if index % 2 else -1)
        mist(
            stage, seed, z=part.cut.stage_z * 0.98, below=0.004 + 0.012 * index, height=0.034, cover=cover, speed=speed
        )
