"""How a line is said by voices that can be told: faster or slower, and in what spirit.

`data/providers/voice_manner.json` has a row for each mood: a factor on the speed, which is
the one that the built-in voice has, and an instruction in words. Start at `manner_of`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from astragen.model.requests import LineRequest


class Manner(NamedTuple):
    """*speed* against the voice's normal; *instruction* in English, for voices that understand one."""

    speed: float
    instruction: str

    def within(self, least: float, most: float) -> float | None:
        """The speed within limits of a voice, to a hundredth; None where it is the normal one, and need not be sent."""
        speed = round(min(max(self.speed, least), most), 2)
        return None if speed == 1.0 else speed


def manner_of(request: LineRequest) -> Manner:
    """How *request* is to be said."""
    row = _rows()[request.mood.value]
    return Manner(request.rate * float(row["speed"]), str(row["instruction"]))


@cache
def _rows() -> Mapping[str, Any]:
    text = (resources.files("astragen") / "data" / "providers" / "voice_manner.json").read_text(encoding="utf-8")
    rows: Mapping[str, Any] = json.loads(text)["moods"]
    return rows
