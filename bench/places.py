"""The places every painter benchmark films: one recipe a setting, from places.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from astragen.builtin.painter.nearest import resolve
from astragen.model.recipe import Recipe

DEFAULTS: dict[str, Any] = {
    "weather": "clear",
    "season": "summer",
    "mood": "calm",
    "time_of_day": "day",
    "size": "wide",
    "move": "push_in",
    "place_seed": 11,
    "seed": 7,
}


def places() -> dict[str, Recipe]:
    """Name of each setting -> the recipe it is shown by."""
    rows = json.loads(Path(__file__).with_name("places.json").read_text(encoding="utf-8"))
    return {row["name"]: recipe(row) for row in rows}


def recipe(row: dict[str, Any]) -> Recipe:
    """A row of places.json as the camera films it; what it leaves out is in DEFAULTS."""
    said = {**DEFAULTS, **row}
    del said["name"]
    said["subjects"] = [{"noun": noun} for noun in said.get("subjects", [])]
    return resolve(Recipe(**said))[0]
