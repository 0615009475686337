"""A sound of the place, rendered: its family makes it, then it is brought to level, panned and faded.

The same event is the same sound on every machine; another seed is another sound of the same
kind. Start reading at `render`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.builtin.foley.birds import birds, calls
from astragen.builtin.foley.city import passing, tick, train
from astragen.builtin.foley.crowd import crowd
from astragen.builtin.foley.fire import fire
from astragen.builtin.foley.insects import insects
from astragen.builtin.foley.level import loudness
from astragen.builtin.foley.noise import noise
from astragen.builtin.foley.paper import page
from astragen.builtin.foley.rain import rain
from astragen.builtin.foley.space import drone
from astragen.builtin.foley.steps import step
from astragen.builtin.foley.tables import Row, sounds
from astragen.builtin.foley.thunder import thunder
from astragen.builtin.foley.water import drips, stream, waves
from astragen.model.timeline import SoundEvent

SHORTEST_FADE = 240  # samples: 5 ms, so that nothing begins or ends with a click
MOST_PEAK = 0.7  # of full scale, at the row's own level

Family = Callable[[Row, int, np.random.Generator], F32]

FAMILIES: Mapping[str, Family] = {
    "birds": birds,
    "calls": calls,
    "crowd": crowd,
    "drips": drips,
    "drone": drone,
    "fire": fire,
    "insects": insects,
    "noise": noise,
    "page": page,
    "passing": passing,
    "rain": rain,
    "step": step,
    "stream": stream,
    "thunder": thunder,
    "tick": tick,
    "train": train,
    "waves": waves,
}


def render(event: SoundEvent) -> F32:
    """The sound of *event*: (2, samples) float32, its row's loudness before pan and fades."""
    row = sounds()[event.kind]
    sound = FAMILIES[row["family"]](row, event.samples, np.random.Generator(np.random.SFC64(event.seed)))
    _level(sound, float(row["lufs"]))
    sound *= np.float32(dsp.linear(event.gain_db))
    _pan(sound, event.pan, event.pan_end)
    dsp.fade(sound, max(event.fade_in, SHORTEST_FADE), max(event.fade_out, SHORTEST_FADE))
    return sound


def bus(events: Sequence[SoundEvent], samples: int) -> F32:
    """All *events* of a film of *samples*: (2, samples) float32; what passes its end is cut."""
    whole = np.zeros((2, samples), np.float32)
    for event in events:
        if event.start < samples:
            sound = render(event)[:, : samples - event.start]
            whole[:, event.start : event.start + sound.shape[1]] += sound
    return whole


def _level(sound: F32, lufs: float) -> None:
    """Bring *sound* to *lufs* in place, unless its peak would pass MOST_PEAK; silence stays silent."""
    measured = loudness(sound)
    if not np.isfinite(measured):  # under the gate of BS.1770, or nothing at all: a scrap of an event
        measured = 10 * np.log10(max(float((sound**2).sum(0).mean()), 1e-20)) - 0.691
    peak = max(float(sound.max()), -float(sound.min()), 1e-9)
    sound *= np.float32(min(dsp.linear(lufs - measured), MOST_PEAK / peak))


def _pan(sound: F32, start: float, end: float) -> None:
    """Turn *sound* from *start* to *end* in place: equal power, nothing changes at 0."""
    if start == end == 0:
        return
    angle = (np.linspace(start, end, sound.shape[1], dtype=np.float32) + 1) * np.float32(np.pi / 4)
    sound[0] *= np.float32(2**0.5) * np.cos(angle)
    sound[1] *= np.float32(2**0.5) * np.sin(angle)
