"""Every kind of sound: level, cleanliness, chance, pan and fades."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.builtin import dsp
from astragen.builtin.foley.render import FAMILIES, MOST_PEAK, bus, render
from astragen.builtin.foley.tables import sounds
from astragen.model.time import SAMPLE_RATE
from astragen.model.timeline import SoundEvent

BRIEF_FAMILIES = {"step": 0.5, "page": 1.5, "thunder": 6.0}  # effects and how long they are, in seconds
LONG = [kind for kind, row in sounds().items() if row["family"] not in BRIEF_FAMILIES]
BEATING = {"clock", "machines", "train", "space"}  # what repeats because it should: strokes, joints, steady tones


def event(kind: str, seconds: float | None = None, **fields) -> SoundEvent:
    seconds = seconds or BRIEF_FAMILIES.get(sounds()[kind]["family"], 8.0)
    said = {"shot": "a", "start": 0, "samples": int(seconds * SAMPLE_RATE), "seed": 3, **fields}
    return SoundEvent(kind=kind, **said)


def lufs(sound) -> float:
    """Integrated loudness; what is shorter than a block of BS.1770 is followed by silence up to one."""
    return dsp.integrated_lufs(np.pad(sound, ((0, 0), (0, max(0, 2 * SAMPLE_RATE // 5 - sound.shape[1])))))


def side_db(sound) -> float:
    """How much louder the right ear is, in dB."""
    left, right = (float((channel**2).mean()) for channel in sound)
    return 10 * np.log10(right / left)


def test_every_row_has_a_family_and_every_family_a_row():
    """A row that nobody makes, or code that no row uses, is an error of the table."""
    assert {row["family"] for row in sounds().values()} == set(FAMILIES)


@pytest.mark.parametrize("kind", sounds())
def test_a_sound_is_clean_and_as_loud_as_its_row_says(kind):
    """Finite, within 1 LU of the row, no peak near full scale, no DC, nothing at the ends."""
    sound = render(event(kind))

    assert sound.dtype == np.float32
    assert np.isfinite(sound).all()
    assert lufs(sound) == pytest.approx(sounds()[kind]["lufs"], abs=1.0)
    assert np.abs(sound).max() < MOST_PEAK
    assert np.abs(sound.mean(1)).max() < 0.03 * float(sound.std())
    assert np.abs(sound[:, [0, -1]]).max() == 0


@pytest.mark.parametrize("kind", sounds())
def test_a_sound_has_no_click_at_its_ends(kind):
    """In the first and last millisecond no sample jumps farther than the sound does anywhere else."""
    sound = render(event(kind, fade_in=0, fade_out=0))

    jumps = np.abs(np.diff(sound, axis=1)).max(0)
    assert max(jumps[:48].max(), jumps[-48:].max()) <= jumps[48:-48].max()


@pytest.mark.parametrize(
    "kind", ["sea", "wind", "gale", "waterfall", "traffic", "leaves", "underwater", "crowd", "space"]
)
def test_what_only_rushes_has_no_clicks(kind):
    """No difference between samples is beyond eight deviations of those within a tenth of a second about it."""
    jumps = np.diff(render(event(kind))[0, SAMPLE_RATE:-SAMPLE_RATE])

    windows = jumps[: len(jumps) // 4800 * 4800].reshape(-1, 4800)
    assert (np.abs(windows).max(1) / windows.std(1)).max() < 8


@pytest.mark.parametrize("kind", sounds())
def test_equal_events_are_equal_sounds_and_seeds_differ(kind):
    """The seed is the only chance there is."""
    first, again, other = (render(event(kind, 2.0, seed=seed)) for seed in (5, 5, 6))

    assert np.array_equal(first, again)
    assert not np.allclose(first, other, atol=1e-4)


@pytest.mark.parametrize("kind", [kind for kind in LONG if kind not in BEATING])
def test_nothing_comes_back(kind):
    """Over 20 s no stretch of 0.3 s is one that was heard 0.5 s or more before: correlations stay under 0.9."""
    sound = render(event(kind, 20.0)).mean(0)
    size = 3 * SAMPLE_RATE // 10
    spectrum = np.fft.rfft(sound, 1 << 20)
    energy = np.concatenate([[0.0], np.cumsum(sound.astype(float) ** 2)])
    energies = energy[size:] - energy[:-size]
    loud = energies > np.quantile(energies, 0.5)
    for start in range(2 * SAMPLE_RATE, 18 * SAMPLE_RATE, 2 * SAMPLE_RATE):
        piece = sound[start : start + size]
        match = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, 1 << 20)))[: len(energies)]
        likeness = np.abs(match) / np.sqrt(np.maximum(energies * energies[start], 1e-20))
        likeness[max(0, start - SAMPLE_RATE // 2) : start + SAMPLE_RATE // 2] = 0
        if loud[start]:
            assert likeness[loud].max() < 0.9


@pytest.mark.parametrize("kind", ["sea", "rain", "step_wood", "thunder", "crowd"])
def test_pan_turns_the_sound_and_keeps_its_loudness(kind):
    """To the left, to the right, or from one to the other; energy stays within half a dB."""
    middle, left, right = (render(event(kind, pan=pan, pan_end=pan)) for pan in (0.0, -0.9, 0.9))
    assert side_db(left) < -12 + side_db(middle)
    assert side_db(right) > 12 + side_db(middle)
    assert lufs(left) == pytest.approx(lufs(middle), abs=1.0)

    moving = render(event(kind, pan=-0.9, pan_end=0.9))
    third = moving.shape[1] // 3
    if kind in ("sea", "rain", "crowd"):
        assert side_db(moving[:, :third]) < -4
        assert side_db(moving[:, -third:]) > 4


def test_fades_and_gain_are_the_event_s():
    """A second of fade is a second of growth; 6 dB is twice as much."""
    plain = render(event("river"))
    faded = render(event("river", fade_in=SAMPLE_RATE, fade_out=SAMPLE_RATE, gain_db=6.0))

    middle = slice(2 * SAMPLE_RATE, 6 * SAMPLE_RATE)
    assert faded[:, middle] == pytest.approx(plain[:, middle] * dsp.linear(6.0), abs=1e-6)
    assert faded[:, 4800:9600].std() < 0.4 * faded[:, middle].std()
    assert faded[:, -9600:-4800].std() < 0.4 * faded[:, middle].std()


@pytest.mark.parametrize("seconds", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("kind", ["surf", "birds", "drips", "fire", "traffic", "crickets", "thunder", "page", "clock"])
def test_a_scrap_of_a_sound_is_a_sound(kind, seconds):
    """However short an event is, it is finite and not above its peak."""
    sound = render(event(kind, seconds))

    assert sound.shape == (2, int(seconds * SAMPLE_RATE))
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= MOST_PEAK + 1e-6


def test_the_bus_adds_events_up_and_ends_with_the_film():
    """Events lie where they start; what passes the film's end is cut."""
    first, second = event("river", 2.0), event("page", 1.5, start=SAMPLE_RATE)

    whole = bus([first, second], 2 * SAMPLE_RATE)

    assert whole.shape == (2, 2 * SAMPLE_RATE)
    assert whole[:, :SAMPLE_RATE] == pytest.approx(render(first)[:, :SAMPLE_RATE])
    assert whole[:, SAMPLE_RATE:] == pytest.approx(
        render(first)[:, SAMPLE_RATE:] + render(second)[:, :SAMPLE_RATE], abs=1e-7
    )
