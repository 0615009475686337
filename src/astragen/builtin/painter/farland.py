"""Far land: ranges cut by the rows of a table, for rooms whose own business is nearer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.landform import Relief, rugged, texels
from astragen.builtin.painter.lookout import Lookout
from astragen.builtin.painter.materials import in_season, material
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.terrain import Cut, Range, hang_ranges
from astragen.builtin.painter.weather import mist
from astragen.model.recipe import Recipe

_STEP_ASIDE_M = 300.0  # how far the camera walks between two shots of a place


def hang_far_land(
    stage: Stage,
    recipe: Recipe,
    camera: Lookout,
    rows: Sequence[dict[str, Any]],
    *,
    behind: float,
    rise: float = 1.0,
    floor: float | None = None,
) -> list[F32]:
    """Hang the ranges of *rows* (as in lands.json), the nearest at *behind* on the stage; return their outlines.

    rise: factor on the rows' peaks. floor: canvas y below which nothing of them is seen.
    """
    random = np.random.default_rng(stable_seed(recipe.place_seed, "far-land"))
    nearest = min(float(row["stage_z"]) for row in rows)
    ranges = []
    for row in rows:
        at = random.random(2) * row["tile"]
        shape = rugged(row["map"], row.get("fine", row["map"]), row.get("amount", 0.0), texels(stage))
        relief = Relief(shape, tile_m=row["tile"], height_m=row["height"], light=stage.light)
        grown = rise * (0.85 + 0.3 * random.random()) if row["peak"] > 0 else 1.0
        cut = Cut(
            near=row["near"],
            far=row["far"],
            eye=row["eye"] * (1 + 0.35 * (camera.eye - 1)),
            x=float(at[0]) + camera.aside * _STEP_ASIDE_M * row["near"] / (row["near"] + 3000),
            z=float(at[1]),
            stage_z=behind + float(row["stage_z"]) - nearest,
            peak=row["peak"] * grown,
            haze=1 - (1 - row["haze"]) ** stage.light.haze,
            mist=min(0.95, row.get("mist", 0.0) * (0.7 + 0.3 * stage.light.haze)),
            carve=row.get("carve", 0.0),
            taper=row.get("taper", 0.3),
        )
        ranges.append(Range(relief, in_season(material(row["material"]), recipe), cut))
    for index, row in enumerate(rows[1:]):
        mist(
            stage,
            stable_seed(recipe.place_seed, "mist", index),
            z=behind + float(row["stage_z"]) - nearest + 4,
            below=0.0,
            height=0.045 + 0.01 * index,
            cover=min(0.85, (0.45 - 0.08 * index) * stage.light.haze**0.5),
            speed=(9 + 5 * index) * (1 if index % 2 else -1),
        )
    return hang_ranges(stage, camera, ranges, floor=floor)
