from __future__ import annotations

import numpy as np
import pytest

from astragen.builtin import dsp
from astragen.builtin.foley.level import loudness

RATE = 48_000


@pytest.mark.parametrize("cutoff", [80.0, 1000.0, 12_000.0])
def test_it_agrees_with_bs_1770(cutoff):
    """Dark, middling and bright noise that swells: within 0.2 LU of the filter itself."""
    noise = np.random.default_rng(4).standard_normal((2, 9 * RATE)).astype(np.float32)
    swell = 0.02 + 0.2 * np.sin(np.linspace(0, 9, 9 * RATE)) ** 2
    sound = dsp.shaped(noise, dsp.low_pass(cutoff)) * swell.astype(np.float32)

    assert loudness(sound) == pytest.approx(dsp.integrated_lufs(sound), abs=0.2)


def test_what_is_shorter_than_a_block_counts_as_one():
    """A tenth of a second of noise is 6 dB below four tenths of it; silence is -inf."""
    noise = 0.1 * np.random.default_rng(5).standard_normal((2, RATE * 4 // 10)).astype(np.float32)

    assert loudness(noise) - loudness(noise[:, : RATE // 10]) == pytest.approx(6.0, abs=0.5)
    assert loudness(np.zeros((2, 100), np.float32)) == float("-inf")
