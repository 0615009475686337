"""The writer's word lists and tales: JSON files under `data/writer`, read once, when first asked for."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(name: str) -> Any:  # noqa: ANN401  JSON
    """The JSON document `data/writer/<name>.json`; callers must not change it."""
    path = resources.files("astragen.data").joinpath("writer", *f"{name}.json".split("/"))
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def words(name: str, key: str) -> frozenset[str]:
    """The space-separated words under *key* of table *name*; `_` in a word stands for a space."""
    return frozenset(word.replace("_", " ") for word in table(name)[key].split())
