"""The mix: loudness, peaks, room for the voice, stems, joints."""

from __future__ import annotations

import anyio
import numpy as np
import pyloudnorm
import pytest

from astragen.builtin import dsp
from astragen.builtin.composer.compose import compose
from astragen.builtin.voice import BuiltinVoice
from astragen.media.loudness import a_weighting, true_peak_db
from astragen.media.mix import CLEARING, CLEARING_DB, Bus, Spoken, mix_film
from astragen.model.requests import LineRequest
from astragen.model.timeline import ScoreRequest
from astragen.model.vocabulary import Mood
from astragen.plan.mix import GainPoint

RATE = 48_000
BUSES = ("speech", "music", "ambience")


def mixed(narration, score, seconds, ambience=None, **options):
    """Lines and score as a film of so many seconds, speech wherever lines are."""
    lines = [Spoken(start, sound) for start, sound in narration]
    spans = [(line.start, min(line.start + len(line.sound), seconds * RATE)) for line in lines]
    spans = [span for span in spans if span[0] < span[1]]
    return mix_film(lines, score, ambience, seconds * RATE, spans=spans, **options)[:2]


def a_levels(x, hop=RATE // 20):
    """A-weighted levels of 400 ms windows of (2, n), by a filter."""
    sums = np.concatenate([[0], (dsp.shaped(x, a_weighting).astype(float) ** 2).sum(0).cumsum()])
    starts = np.arange(0, x.shape[1] - 8 * hop, hop)
    return starts, 10 * np.log10((sums[starts + 8 * hop] - sums[starts]) / (8 * hop) + 1e-12)


def stems_of(mix):
    return {name: np.concatenate(list(mix.stem(name)), 1) for name in BUSES}


@pytest.fixture(scope="module")
def music():
    """Ten seconds of the built-in composer's."""
    return compose(ScoreRequest(mood=Mood.EPIC, samples=10 * RATE, seed=1))


@pytest.fixture(scope="module")
def line():
    """About two seconds of the built-in voice."""
    request = LineRequest(shot="s1", text="The sea was breathing like an animal.", language="en")
    return anyio.run(BuiltinVoice().speak, request).samples


@pytest.mark.parametrize("heard", ["both", "music", "speech", "one word"])
def test_the_mix_meets_its_loudness_and_peak(music, line, heard):
    """-14 LUFS within 0.5 by another meter, true peak at most -1.5 dBTP, whatever is in it."""
    spoken = {"both": [(RATE, line), (5 * RATE, line)], "speech": [(2 * RATE, line)], "music": []}
    narration = spoken.get(heard, [(8 * RATE, line[: RATE // 2])])

    film, loudness = mixed(narration, music if heard in ("both", "music") else None, 10)

    assert film.shape == (2, 10 * RATE)
    assert film.dtype == np.float32
    assert loudness is not None
    assert pyloudnorm.Meter(RATE).integrated_loudness(film.T.astype(float)) == pytest.approx(-14, abs=0.5)
    assert loudness.integrated_lufs == pytest.approx(-14, abs=0.1)
    assert loudness.true_peak_dbtp == true_peak_db(film) <= -1.5


@pytest.mark.parametrize("score", [None, np.zeros((2, 5 * RATE), np.float32)], ids=["none", "silent"])
def test_a_film_without_sound_is_digital_silence(score):
    """Zeros, and no loudness to report."""
    film, loudness = mixed([], score, 5)

    assert not film.any()
    assert loudness is None


def test_the_film_begins_and_ends_at_nothing(music):
    """No click on the first or the last sample."""
    film, _ = mixed([], music + 0.1, 10)

    assert film[:, [0, -1]] == pytest.approx(0, abs=1e-6)


def test_speech_is_in_the_centre(line):
    """Both channels alike."""
    film, _ = mixed([(RATE, line)], None, 4)

    assert np.array_equal(film[0], film[1])


def test_voices_of_any_level_are_equally_loud(music, line):
    """A vendor's line that comes 20 dB too soft stands over the score like any other."""
    soft, _ = mixed([(RATE, line * np.float32(0.1))], music, 10)
    loud, _ = mixed([(RATE, line)], music, 10)

    assert np.abs(soft - loud).max() < 1e-3


def test_sound_past_the_end_is_cut(music, line):
    """A line that starts near or beyond the end does no harm."""
    film, _ = mixed([(9 * RATE, line), (11 * RATE, line)], music, 10)

    assert film.shape == (2, 10 * RATE)


def test_a_single_click_is_not_crushed_up_to_speech_level():
    """A film of one click stays quiet rather than distorted: the limiter takes 14 dB at most."""
    click = np.zeros((2, 5 * RATE), np.float32)
    click[:, 2 * RATE : 2 * RATE + 2] = [0.5, -0.5]

    film, loudness = mixed([], click, 5)

    assert loudness is not None
    assert loudness.integrated_lufs < -14.5
    assert loudness.true_peak_dbtp <= -1.5
    assert np.isfinite(film).all()


@pytest.mark.parametrize("target", [-14, -16, -23])
def test_each_loudness_can_be_had(music, line, target):
    """Within 0.1 LU, by another meter within 0.5, the true peak under its limit."""
    film, loudness = mixed([(RATE, line)], music, 10, target_lufs=target)

    assert loudness.integrated_lufs == pytest.approx(target, abs=0.1)
    assert pyloudnorm.Meter(RATE).integrated_loudness(film.T.astype(float)) == pytest.approx(target, abs=0.5)
    assert true_peak_db(film) <= -1.5


@pytest.fixture(scope="module")
def lines():
    """Three lines of the built-in voice, each with its samples and its words."""
    texts = (
        "Every winter, when the ice came, the old keeper lit the lamp and waited.",
        "Why? Nobody knew. Not even he.",
        "And then, far out, something sang.",
    )
    voice = BuiltinVoice()
    return [anyio.run(voice.speak, LineRequest(shot="s", text=text, language="en")) for text in texts]


@pytest.fixture(scope="module", params=[Mood.EPIC, Mood.TENSE], ids=lambda mood: mood.value)
def loud_film(request, lines):
    """The lines over a score and 20 s of rain that are much too loud: where each was heard, and the mix."""
    samples = 20 * RATE
    starts = (RATE // 4, 7 * RATE, 14 * RATE)
    score = compose(ScoreRequest(mood=request.param, samples=samples, seed=3))
    rain = np.random.default_rng(9).standard_normal((2, samples)).astype(np.float32) * 0.3
    spoken = [Spoken(start, line.samples, "v") for start, line in zip(starts, lines, strict=True)]
    spans = [
        (start + line.words[0].start, start + line.words[-1].end) for start, line in zip(starts, lines, strict=True)
    ]
    return spans, mix_film(spoken, score, rain, samples, spans=spans)


def test_the_voice_stands_twelve_decibels_over_all_else(loud_film):
    """In each 400 ms of each line in which somebody speaks, A-weighted: over the music, and over both together."""
    spans, mix = loud_film
    stems = stems_of(mix)
    starts, speech = a_levels(stems["speech"])
    _, others = a_levels(stems["music"] + stems["ambience"])

    for start, end in spans:
        inside = (starts >= start) & (starts + 0.4 * RATE <= end)
        spoken = inside & (speech >= speech[inside].max() - 10)
        assert spoken.sum() >= 5
        assert (speech - others)[spoken].min() >= 12


def test_no_bed_moves_while_somebody_speaks(loud_film):
    """Nothing pumps: one gain from the first word to the last; elsewhere no slope over 60 dB/s down and 20 dB/s up."""
    spans, mix = loud_film

    for name in ("music", "ambience"):
        points = mix.buses[name].gain
        at, gains = [point.sample for point in points], [point.gain_db for point in points]
        curve = np.interp(np.arange(0, 20 * RATE, 480), at, gains)
        slopes = np.diff(curve) * 100
        assert slopes.max() <= 20.05  # a slope ends on a whole sample
        assert slopes.min() >= -60.05
        for start, end in spans:
            assert np.ptp(np.interp(np.arange(start, end), at, gains)) < 1e-9


def test_the_score_leaves_the_voice_the_band_that_words_are_told_apart_by(loud_film):
    """Under each line 1 to 4 kHz lie 10 dB lower against the bass than they were written: 6 and 4 of bass."""
    spans, mix = loud_film
    music = stems_of(mix)["music"]

    def band(x, low, high):
        power = (np.abs(np.fft.rfft(x)) ** 2).sum(0)
        hertz = np.fft.rfftfreq(x.shape[1], 1 / RATE)
        return 10 * np.log10(power[(hertz >= low) & (hertz < high)].sum())

    for start, end in spans:
        written, heard = (x[:, start + RATE // 10 : end - RATE // 10] for x in (mix.buses["music"].sound, music))
        dips = [band(written, *edges) - band(heard, *edges) for edges in ((40, 80), (1000, 4000))]
        assert dips[1] - dips[0] == pytest.approx(10, abs=1)


def test_clearing_comes_and_goes_no_faster_than_a_gain(loud_film):
    """All of it is there while somebody speaks; outside it moves at 60 dB/s down and 20 dB/s up at most."""
    spans, mix = loud_film
    points = mix.buses["music"].clearing
    at, depths = [point.sample for point in points], [point.gain_db for point in points]

    slopes = np.diff(np.interp(np.arange(0, 20 * RATE, 480), at, depths)) * 100
    assert slopes.max() <= 20.5  # points lie on whole samples
    assert slopes.min() >= -61
    assert [np.interp(span, at, depths).tolist() for span in spans] == [pytest.approx([CLEARING_DB] * 2)] * 3
    assert mix.buses["ambience"].clearing == (GainPoint(0, 0.0),)


def test_clearing_a_bus_leaves_no_seams():
    """Cleared second by second, a bus is what one filter over the whole of it gives: within -80 dB."""
    noise = np.random.default_rng(1).standard_normal((2, 4 * RATE)).astype(np.float32) * 0.1
    bus = Bus(noise, np.zeros((2, 1), np.float32), 1.0, (GainPoint(0, 0.0),), (GainPoint(0, CLEARING_DB),))

    heard = np.concatenate(list(bus.pieces(4 * RATE)), 1)

    inside = slice(RATE // 2, -RATE // 2)
    assert dsp.decibels(np.abs(heard - dsp.shaped(noise, CLEARING))[:, inside].max()) < -80


def test_the_stems_add_up_to_the_mix(music, line):
    """Before its limiter, which at -23 LUFS has nothing to do: within -60 dB of full scale."""
    sea = np.random.default_rng(2).standard_normal((2, 10 * RATE)).astype(np.float32) * 0.05
    mix = mix_film([Spoken(RATE, line)], music, sea, 10 * RATE, spans=[(RATE, 3 * RATE)], target_lufs=-23)

    stems = stems_of(mix)

    assert {name: stem.shape for name, stem in stems.items()} == dict.fromkeys(BUSES, (2, 10 * RATE))
    assert dsp.decibels(np.abs(sum(stems.values()) - mix.sound).max()) < -60
    assert all(np.abs(stem).max() > 0.01 for stem in stems.values())


def test_a_bus_that_is_not_there_has_a_silent_stem(line):
    """As long as the film."""
    mix = mix_film([Spoken(0, line)], None, None, 5 * RATE, spans=[])

    assert not stems_of(mix)["music"].any()
    assert stems_of(mix)["music"].shape == (2, 5 * RATE)


def test_no_joint_clicks():
    """Lines that begin and end in the middle of a wave, and a score that ends before the film, do so without a jump."""
    hum = (0.3 * np.cos(2 * np.pi * 110 * np.arange(2 * RATE) / RATE)).astype(np.float32)

    film, _ = mixed([(RATE, hum), (4 * RATE, hum)], np.stack([hum, hum]), 8)

    assert np.abs(np.diff(film)).max() < 1.2 * 2 * np.pi * 110 / RATE * np.abs(film).max()


def test_what_is_constant_is_removed(line):
    """A line and a score that lie 0.2 beside nothing are centred."""
    score = np.random.default_rng(3).standard_normal((2, 6 * RATE)).astype(np.float32) * 0.05

    film, _ = mixed([(RATE, line + np.float32(0.2))], score + np.float32([[0.2], [-0.1]]), 6)

    assert np.abs(film.mean(1)) == pytest.approx(0, abs=1e-3)


def test_each_voice_is_as_loud_as_the_other(line):
    """Two voices 20 dB apart are heard alike."""
    mix = mix_film([Spoken(0, line, "loud"), Spoken(4 * RATE, line * np.float32(0.1), "soft")], None, None, 8 * RATE)

    assert np.abs(mix.sound[:, : 2 * RATE] - mix.sound[:, 4 * RATE : 6 * RATE])[:, 100:].max() < 1e-3


def test_a_soft_ambience_stays_soft():
    """It is lowered when it is too loud, never lifted."""
    rain = np.random.default_rng(4).standard_normal((2, 5 * RATE)).astype(np.float32)

    levels = {
        loud: mix_film([], None, rain * np.float32(loud), 5 * RATE).buses["ambience"].level for loud in (1, 0.001)
    }

    assert levels[1] < 0.1
    assert levels[0.001] == 1.0
