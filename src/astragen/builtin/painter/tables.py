"""The painter's tables: JSON under data/painter, read once."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def read_table(name: str) -> dict[str, Any]:
    """The table `data/painter/<name>`; shared, so do not change it."""
    text = (resources.files("astragen") / "data" / "painter" / name).read_text(encoding="utf-8")
    rows: dict[str, Any] = json.loads(text)
    return rows
