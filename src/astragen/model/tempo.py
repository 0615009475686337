"""How fast a film's music goes: known before a note is written, so that cuts can be laid on its beats.

The mood gives the tempo and the metre (data/composer/moods.json), the seed strays a little from
it. The plan lays cuts on this tempo's beats and the composer plays in it. Start at `tempo_of`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import NamedTuple

from astragen.model.base import content_hash
from astragen.model.vocabulary import Mood

STRAY = 0.05  # of the mood's tempo, at most, either way: other seeds differ, and the mood is still itself


class Tempo(NamedTuple):
    """bpm: beats a minute. beats: in a bar. first_s: when the first bar begins, in seconds of the film."""

    bpm: float
    beats: int
    first_s: float = 0.0

    @property
    def beat_s(self) -> float:
        """Seconds of a beat."""
        return 60 / self.bpm


def tempo_of(mood: Mood, seed: int) -> Tempo:
    """The tempo of a score of *mood* with *seed*, in tenths of a beat a minute."""
    bpm, beats = _usual()[mood.value]
    stray = int(content_hash(f"tempo:{mood.value}:{seed}")[:8], 16) / 0xFFFF_FFFF * 2 - 1
    return Tempo(round(bpm * (1 + STRAY * stray), 1), beats)


@cache
def _usual() -> dict[str, tuple[float, int]]:
    """Beats a minute and beats in a bar, by mood."""
    text = (resources.files("astragen") / "data" / "composer" / "moods.json").read_text(encoding="utf-8")
    return {mood: (table["bpm"], table["beats"]) for mood, table in json.loads(text).items() if mood != "comment"}
