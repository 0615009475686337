"""The table of sounds, `data/foley/sounds.json`: a row a kind, shared by every family."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

Row = Mapping[str, Any]


@cache
def sounds() -> Mapping[str, Row]:
    """All rows by kind; callers must not change them."""
    text = (resources.files("astragen") / "data" / "foley" / "sounds.json").read_text(encoding="utf-8")
    rows: Mapping[str, Row] = json.loads(text)["sounds"]
    return rows
