"""The ambience bus of a film: its sounds rendered, added up, and written as one WAV file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from astragen.builtin.foley.render import bus
from astragen.media.audio import write_wav
from astragen.model.timeline import SoundEvent


def ambience_to(events: Sequence[SoundEvent], samples: int, path: Path) -> None:
    """Write *events* of a film of *samples* to *path*: stereo, float32, 48 kHz, at the levels of sounds.json."""
    write_wav(path, bus(events, samples))
