from __future__ import annotations

import numpy as np

from astragen.builtin.foley.render import bus
from astragen.media.ambience import ambience_to
from astragen.media.audio import read_wav
from astragen.model.timeline import SoundEvent


def test_the_bus_is_written_as_it_is_rendered(tmp_path):
    """Stereo, as long as the film, sample for sample."""
    events = [SoundEvent(kind="page", shot="a", start=9000, samples=60_000, seed=2)]

    ambience_to(events, 96_000, tmp_path / "bus.wav")

    sound = read_wav(tmp_path / "bus.wav")
    assert sound.shape == (2, 96_000)
    assert np.array_equal(sound, bus(events, 96_000))
    assert np.abs(sound).max() > 0.01
