"""The figures' tables: JSON under data/painter, read once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(name: str) -> Mapping[str, Any]:
    """The table `data/painter/<name>`."""
    text = (resources.files("astragen") / "data" / "painter" / name).read_text(encoding="utf-8")
    rows: dict[str, Any] = json.loads(text)
    return rows
