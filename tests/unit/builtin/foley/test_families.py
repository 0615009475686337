"""What makes a sound the sound it is."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.builtin.foley.render import render
from astragen.builtin.foley.tables import sounds
from astragen.model.time import SAMPLE_RATE
from astragen.model.timeline import SoundEvent


def sound(kind: str, seconds: float = 12.0, seed: int = 3):
    return render(SoundEvent(kind=kind, shot="a", start=0, samples=int(seconds * SAMPLE_RATE), seed=seed))


def share_db(x, low: float, high: float) -> float:
    """Power of *x* between two frequencies against all of it, in dB."""
    power = (np.abs(np.fft.rfft(x)) ** 2).sum(0)
    hz = np.fft.rfftfreq(x.shape[1], 1 / SAMPLE_RATE)
    return float(10 * np.log10(power[(hz >= low) & (hz < high)].sum() / power.sum() + 1e-12))


def tenths(x):
    """Level of each tenth of a second, in dB."""
    step = SAMPLE_RATE // 10
    return 10 * np.log10((x[:, : x.shape[1] // step * step].reshape(2, -1, step) ** 2).mean((0, 2)) + 1e-12)


@pytest.mark.parametrize(
    ("kind", "low", "high", "least_db"),
    [
        ("crickets", 3500, 5500, -1),
        ("thunder_far", 20, 200, -1),
        ("underwater", 20, 900, -1),
        ("leaves", 2000, 12_000, -2),
        ("birds", 1500, 9000, -1),
        ("owl", 250, 900, -1),
        ("rain", 1500, 15_000, -4),
        ("rocket", 20, 600, -3),
        ("page", 900, 14_000, -2),
        ("crowd", 90, 2500, -1),
    ],
)
def test_its_power_is_where_such_a_sound_has_it(kind, low, high, least_db):
    """So much of the whole lies between the two frequencies."""
    assert share_db(sound(kind, 6.0), low, high) > least_db


def test_waves_come_and_go_and_a_waterfall_does_not():
    """Surf swings by more than 6 dB between its waves; a fall stays within 3."""
    surf, fall = (np.percentile(tenths(sound(kind, 24.0))[5:-5], [5, 95]) for kind in ("surf", "waterfall"))

    assert surf[1] - surf[0] > 6
    assert fall[1] - fall[0] < 3


def test_a_breaking_wave_is_dark_before_it_is_bright():
    """The crash is felt first; the hiss of what runs back lasts longer."""
    x = sound("surf", 30.0)
    frames = x.mean(0)[: 14 * 2 * SAMPLE_RATE // 20 * 20].reshape(-1, SAMPLE_RATE // 20)
    power = np.abs(np.fft.rfft(frames)) ** 2
    hz = np.fft.rfftfreq(frames.shape[1], 1 / SAMPLE_RATE)
    low, high = np.log(power[:, hz < 300].sum(1)), np.log(power[:, hz > 3000].sum(1))
    lags = range(-30, 31)
    likeness = [np.corrcoef(low[40:-40], np.roll(high, -lag)[40:-40])[0, 1] for lag in lags]

    assert lags[int(np.argmax(likeness))] >= 2  # twentieths of a second


def test_thunder_dies_away_and_grows_dark():
    """Its last third is 15 dB under its first, and its highs are gone long before."""
    x = sound("thunder", 6.0)
    levels = tenths(x)

    assert levels[:20].max() - levels[-10:].mean() > 15
    assert share_db(x[:, :SAMPLE_RATE], 1500, 9000) - share_db(x[:, 3 * SAMPLE_RATE :], 1500, 9000) > 6


def test_a_train_has_the_beat_of_its_rails_and_a_clock_that_of_its_seconds():
    """The envelope comes back after the row's own time."""
    for kind, period in (("train", sounds()["train"]["rail_s"]), ("clock", sounds()["clock"]["beat"])):
        x = np.abs(sound(kind, 20.0).mean(0))
        envelope = x[: len(x) // 480 * 480].reshape(-1, 480).max(1)
        envelope = envelope - envelope.mean()
        found = np.correlate(envelope, envelope, "full")[len(envelope) - 1 :]
        near = slice(int(period * 85), int(period * 115))
        assert found[near].max() > 2.0 * np.abs(np.median(found[20:400]))
        assert (near.start + int(found[near].argmax())) / 100 == pytest.approx(period, abs=0.06)


def test_traffic_passes_from_side_to_side():
    """The balance of the ears swings by several dB as cars go by."""
    x = sound("highway", 20.0)
    step = SAMPLE_RATE // 4
    power = (x.reshape(2, -1, step) ** 2).mean(2)
    balance = 10 * np.log10(power[1] / power[0])

    assert np.percentile(balance, 95) > 1.5
    assert np.percentile(balance, 5) < -1.5


def test_grounds_sound_unlike_each_other():
    """Stone knocks, leaves and gravel rustle, carpet thuds: their centres of power are far apart."""

    def centre(kind: str) -> float:
        x = sound(kind, 0.5).mean(0)
        power, hz = np.abs(np.fft.rfft(x)) ** 2, np.fft.rfftfreq(len(x), 1 / SAMPLE_RATE)
        return float((power * hz).sum() / power.sum())

    assert centre("step_soft") < 0.6 * centre("step_stone") < 0.6 * centre("step_leaves")
    assert centre("step_wood") < centre("step_gravel")
