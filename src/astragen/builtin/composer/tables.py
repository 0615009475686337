"""The composer's tables: `data/composer/moods.json` and `instruments.json`."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from astragen.model.vocabulary import Mood


@cache
def instruments() -> dict[str, Any]:
    """Recipes of sounds by family (`sustained`, `struck`, `drum`), and the `target` spectrum."""
    return _load("instruments.json")


@cache
def mood_table(mood: Mood) -> dict[str, Any]:
    """How a score of *mood* is made."""
    table: dict[str, Any] = _load("moods.json")[mood.value]
    return table


def _load(name: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((files("astragen.data") / "composer" / name).read_text("utf-8"))
    return table
