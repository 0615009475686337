"""Instruments: pitch, level, decay, seamless loops."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.builtin import dsp
from astragen.builtin.composer.instruments import (
    FAMILIES,
    LOOP,
    SUSTAINED_RMS,
    Note,
    Orchestra,
    drum,
    hertz,
    ringing,
    struck,
    sustained,
)
from astragen.builtin.composer.tables import instruments

RATE = 48_000
NAMES = [(family, name) for family in FAMILIES for name in instruments()[family]]


def note(name, *, pitch=60.0, length=RATE, bright=0.7):
    return Note(0, length, pitch, name, 1.0, 0.0, bright)


def strongest(x, frequency):
    """The frequency in Hz of the highest line of *x* within a semitone of *frequency*."""
    spectrum = np.abs(np.fft.rfft(x * np.hanning(len(x))))
    frequencies = np.fft.rfftfreq(len(x), 1 / RATE)
    near = np.abs(np.log2(np.maximum(frequencies, 1) / frequency)) < 1 / 12
    return frequencies[near][spectrum[near].argmax()]


@pytest.mark.parametrize(("family", "name"), NAMES, ids=[name for _, name in NAMES])
def test_every_instrument_sounds_clean(family, name):
    """Finite, float32, begins and ends at nothing, no DC, as loud as all the others."""
    sound = Orchestra().play(note(name, pitch=45 if name in ("sub", "drone", "upright") else 64, length=2 * RATE), 1)

    for side in (sound.left, sound.right):
        assert side.dtype == np.float32
        assert np.isfinite(side).all()
        assert abs(side[0]) < 0.12
        assert abs(side[-1]) < 1e-3
        assert abs(side.mean()) < 0.01
    padded = np.pad(np.stack([sound.left, sound.right]) * np.float32(sound.level), ((0, 0), (RATE, RATE)))
    steps = np.convolve(dsp.k_energies(padded, 4800), np.ones(4)) / (4 * 4800)
    assert 10 * np.log10(steps.max()) - 0.691 == pytest.approx(-20, abs=5)


@pytest.mark.parametrize("name", ["strings", "horns", "sub"])
@pytest.mark.parametrize("pitch", [43, 60, 67])
def test_sustained_tones_are_in_tune(name, pitch):
    """Within 15 cents, for they are smeared on purpose."""
    loop = sustained(pitch, instruments()["sustained"][name], 2, seed=1)

    assert abs(1200 * np.log2(strongest(loop, hertz(pitch)) / hertz(pitch))) < 15


@pytest.mark.parametrize("name", ["piano", "pizz", "celesta", "marimba", "upright"])
def test_struck_notes_are_in_tune(name):
    """Within 8 cents."""
    tone = struck(60, instruments()["struck"][name], 2)

    assert abs(1200 * np.log2(strongest(np.pad(tone, (0, 4 * RATE)), hertz(60)) / hertz(60))) < 8


def test_a_sustained_loop_has_no_seam():
    """The step over its end is like any other step."""
    loop = sustained(60, instruments()["sustained"]["strings"], 1, seed=1)

    steps = np.abs(np.diff(loop))
    assert len(loop) == LOOP
    assert abs(loop[0] - loop[-1]) <= steps.max()
    assert loop.std() == pytest.approx(SUSTAINED_RMS, rel=0.01)


def test_the_mode_matrix_is_the_sum_of_decaying_sines():
    """The product of small matrices equals the plain formula."""
    frequencies, levels, decays = np.array([220.0, 441.0]), np.array([1.0, 0.5]), np.array([0.8, 0.3])
    t = np.arange(30_000) / RATE

    plain = sum(
        level * np.exp(-t / decay) * np.sin(2 * np.pi * frequency * t + 1.3 * index)
        for index, (frequency, level, decay) in enumerate(zip(frequencies, levels, decays, strict=True))
    )

    assert np.abs(ringing(frequencies, levels, decays, 30_000) - plain).max() < 1e-3


def test_harder_is_brighter():
    """A struck note and a bowed one have more highs at full than at dark."""
    for family, make in (("struck", struck), ("sustained", lambda *a: sustained(*a, seed=1))):
        recipe = instruments()[family]["piano" if family == "struck" else "strings"]
        shares = []
        for shade in (0, 2):
            power = np.abs(np.fft.rfft(make(60, recipe, shade))) ** 2
            shares.append(power[len(power) // 12 :].sum() / power.sum())

        assert shares[1] > 1.5 * shares[0]


def test_a_bow_is_heard_between_the_harmonics():
    """The noise of a recipe's breath has the level that it says, in its band and nowhere else."""
    recipe = instruments()["sustained"]["strings"]
    level_db, low, high = recipe["breath"]
    dry = sustained(60, {name: recipe[name] for name in recipe if name != "breath"}, 2, seed=1)
    power = np.abs(np.fft.rfft(sustained(60, recipe, 2, seed=1))) ** 2
    hertz = np.fft.rfftfreq(LOOP, 1 / RATE)
    between = np.abs(hertz / hertz[np.abs(np.fft.rfft(dry)).argmax()] % 1 - 0.5) < 0.1

    inside = (hertz > low) & (hertz < high)
    added = 10 * np.log10(5 * power[between & inside].sum() / power.sum())
    assert added == pytest.approx(level_db, abs=3)
    assert power[between & (hertz > high + 100)].sum() < 1e-6 * power.sum()


def test_strokes_of_a_drum_differ_and_then_repeat():
    """Four variants in turn."""
    orchestra = Orchestra()
    strokes = [orchestra.play(note("shaker"), turn).left for turn in range(5)]

    assert not np.array_equal(strokes[0], strokes[1])
    assert np.array_equal(strokes[0], strokes[4])


def test_a_riser_climbs():
    """Its noise is darkest when it begins and brightest at its top, and it grows all the way there."""
    recipe = instruments()["drum"]["riser"]
    sound = drum(recipe, 0)
    quarters = np.array_split(sound[: int(recipe["noise_attack"] * RATE)], 4)

    power = [np.abs(np.fft.rfft(quarter)) ** 2 for quarter in quarters]
    middles = [(one * np.arange(len(one))).sum() / one.sum() for one in power]
    assert middles == sorted(middles)
    assert [one.sum() for one in power] == sorted(one.sum() for one in power)


def test_tones_of_different_pitch_are_different_players():
    """Neighbours on the scale do not move together, though their phases are of one table."""
    recipe = instruments()["sustained"]["strings"]
    one, other = (sustained(pitch, recipe, 2, seed=5) for pitch in (60, 72))

    assert abs(np.corrcoef(one, other)[0, 1]) < 0.2
