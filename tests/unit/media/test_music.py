"""Music files: what is read, what is refused and in which words, and joints that nobody hears."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from astragen.builtin.dsp import integrated_lufs
from astragen.errors import InputError
from astragen.media import music as module
from astragen.media.audio import read_wav
from astragen.media.music import LEVEL_LUFS, laid, listened
from astragen.model.base import content_hash
from astragen.model.music import Music, MusicPiece, OwnMusic
from astragen.model.take import Artifact
from astragen.plan.music import fitted
from clips import grey, write_clip
from songs import RATE, song, write_music

ARTIFACT = Artifact(hash=content_hash("x"), media_type="audio/*", bytes=1)
SONG = song(112, 32)


def heard(path) -> Music:
    found = listened(path, path.name)._asdict()
    return Music(
        name=path.name,
        artifact=ARTIFACT,
        **{k: v for k, v in found.items() if k != "pulse"},
        **found["pulse"]._asdict(),
    )


def laid_under(path, seconds: float, tmp_path) -> tuple[OwnMusic, np.ndarray]:
    own = fitted(heard(path), round(seconds * RATE))
    laid(path, own, round(seconds * RATE), tmp_path / "out.wav")
    return own, read_wav(tmp_path / "out.wav")


def level(sound: np.ndarray) -> float:
    return 10 * np.log10(np.mean(sound.astype(float) ** 2) + 1e-12)


def spectrum(sound: np.ndarray) -> np.ndarray:
    """Levels of 12 octave-wide bands in dB."""
    power = np.abs(np.fft.rfft(sound.mean(0) * np.hanning(sound.shape[1]))) ** 2
    edges = np.geomspace(60, 12_000, 13) * sound.shape[1] / RATE
    return 10 * np.log10([power[int(a) : int(b) + 1].mean() + 1e-9 for a, b in pairwise(edges)])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.wav", {}),
        ("a.wav", {"codec": "pcm_s24le", "rate": 96_000}),
        ("a.flac", {"codec": "flac", "rate": 44_100}),
        ("a.mp3", {"codec": "libmp3lame", "rate": 44_100}),
        ("a.m4a", {"codec": "aac", "layout": "stereo"}),
        ("a.ogg", {"codec": "libopus", "layout": "stereo"}),
        ("a.wav", {"codec": "pcm_s16le", "rate": 22_050}),
        ("a.mka", {"codec": "pcm_f32le", "layout": "5.1"}),
        ("a.wav", {"codec": "pcm_u8", "rate": 8_000}),
    ],
    ids=["16 bit", "24 bit 96 kHz", "flac", "mp3", "aac", "opus", "22 kHz", "5.1 float", "8 bit 8 kHz"],
)
def test_any_rate_layout_and_codec_has_the_same_tempo_and_level(tmp_path, name, options):
    """Conformed to 48 kHz stereo and levelled; the tempo is heard through all of them."""
    sound = song(112, 8).sound
    rate = options.get("rate", RATE)
    resampled = np.interp(np.arange(0, len(sound) - 1, RATE / rate), np.arange(len(sound)), sound)
    channels = {"stereo": 2, "5.1": 6}.get(options.get("layout", "mono"), 1)
    path = write_music(tmp_path / name, np.repeat(resampled[None], channels, 0), **options)

    _, score = laid_under(path, 8, tmp_path)

    assert heard(path).tempo_bpm == pytest.approx(112, abs=0.3)
    assert score.shape == (2, 8 * RATE)
    assert integrated_lufs(score) == pytest.approx(LEVEL_LUFS, abs=0.3)  # or as loud as its peaks allow
    assert level(score[0]) == pytest.approx(level(score[1]), abs=0.5)


@pytest.mark.parametrize("seconds", [20, 45, 100, 200], ids=lambda seconds: f"{seconds} s")
def test_nobody_hears_a_joint(tmp_path, seconds):
    """Left out or played again: no click, and level and spectrum about each joint are as about any beat."""
    path = write_music(tmp_path / "a.wav", SONG.sound)

    own, score = laid_under(path, seconds, tmp_path)

    steps, beat = np.abs(np.diff(score.astype(float))).max(0), round(RATE * 60 / 112)
    at = np.cumsum([piece.end - piece.start for piece in own.pieces])[:-1]
    at = at[at < score.shape[1] - 4 * beat]
    assert len(at)
    elsewhere = np.ones(len(steps), bool)
    for joint in at:
        elsewhere[joint - beat : joint + beat] = False
    for joint in at:
        about = score[:, joint - beat // 2 : joint + beat // 2]
        bar_before = score[:, joint - beat // 2 - 4 * beat : joint + beat // 2 - 4 * beat]
        bar_after = score[:, joint - beat // 2 + 4 * beat : joint + beat // 2 + 4 * beat]
        assert steps[joint - beat : joint + beat].max() <= 1.05 * steps[elsewhere].max()
        assert min(abs(level(about) - level(one)) for one in (bar_before, bar_after)) < 1.5
        away = [np.abs(spectrum(about) - spectrum(one)).mean() for one in (bar_before, bar_after)]
        assert min(away) < 2 + np.abs(spectrum(bar_before) - spectrum(bar_after)).mean()


def test_waves_that_agree_cross_at_their_own_level(tmp_path):
    """A steady tone that goes over into itself, a whole number of waves later, does not swell nor sink."""
    tone = (0.3 * np.sin(2 * np.pi * 240 * np.arange(10 * RATE) / RATE)).astype(np.float32)
    own = OwnMusic(
        artifact=ARTIFACT,
        pieces=(MusicPiece(start=0, end=3 * RATE), MusicPiece(start=5 * RATE + 77, end=8 * RATE)),
        crossfade=RATE // 5,
    )

    score = module.joined(tone[None], own, 5 * RATE)

    levels = [level(part) for part in np.split(score[0], 600)]
    assert max(levels) - min(levels) < 0.2
    assert np.abs(np.diff(score[0].astype(float), 2)).max() < 1.1 * np.abs(np.diff(tone.astype(float), 2)).max()


def test_a_file_that_is_a_loop_goes_round_without_a_gap(tmp_path):
    """Four bars that end as they are cut: two milliseconds go over into each other, and no bar is lost."""
    loop = song(100, 4, opening_s=0, ending_s=0).sound
    path = write_music(tmp_path / "a.wav", loop)

    own, score = laid_under(path, 30, tmp_path)

    assert len(own.pieces) == 4
    assert own.pieces[1].end == len(loop)
    quiet = [level(score[:, start : start + 480]) for start in range(0, 20 * RATE, 480)]
    lone = [level(loop[None, start : start + 480]) for start in range(0, len(loop) - 480, 480)]
    assert min(quiet) - max(quiet) > min(lone) - max(lone) - 3


def test_the_film_s_last_sample_is_silent(tmp_path):
    """Whatever the ending: own, of a phrase, or faded out."""
    path = write_music(tmp_path / "a.wav", SONG.sound)

    made = [laid_under(path, seconds, tmp_path) for seconds in (20, 30, 31.3, 69)]

    assert {"own", "phrase"} <= {own.ending for own, _ in made}
    assert max(float(np.abs(score[:, -1]).max()) for _, score in made) < 1e-3


def refusal(path) -> InputError:
    with pytest.raises(InputError) as told:
        listened(path, path.name)
    assert told.value.hint
    assert f'"{path.name}"' in told.value.message
    return told.value


def test_what_is_no_music_is_refused_by_what_it_is(tmp_path):
    """Text, noise of bytes, a video without sound, silence, a blink, and a codec nobody knows."""
    (tmp_path / "text.mp3").write_text("This is not music.\n" * 100)
    (tmp_path / "bytes.mp3").write_bytes(np.random.default_rng(1).bytes(20_000).replace(b"\xff", b"\x00"))
    write_clip(tmp_path / "mute.mp4", [grey(90)] * 5)
    write_music(tmp_path / "silent.wav", np.zeros(3 * RATE))
    write_music(tmp_path / "blink.wav", SONG.sound[RATE : RATE + 9_000])
    known = write_music(tmp_path / "known.mka", SONG.sound[: 3 * RATE], codec="flac").read_bytes()
    (tmp_path / "unknown.mka").write_bytes(known.replace(b"A_FLAC", b"A_QLAC"))

    told = {
        name: refusal(tmp_path / name).message
        for name in ("text.mp3", "bytes.mp3", "mute.mp4", "silent.wav", "blink.wav", "unknown.mka")
    }

    assert "pictures and no sound" in told["mute.mp4"]
    assert "is silent" in told["silent.wav"]
    assert "lasts 0.1" in told["blink.wav"]
    assert all(word not in " ".join(told.values()) for word in ("Traceback", "Errno", "NoneType"))


def test_music_of_more_than_half_an_hour_is_refused_by_its_length(tmp_path):
    """What its container states is enough: nothing is decoded for that."""
    path = write_music(tmp_path / "long.wav", np.zeros(31 * 60 * 8_000), codec="pcm_u8", rate=8_000)

    assert "lasts 31 minutes; up to 30 are possible" in refusal(path).message


def test_damaged_music_is_used_as_far_as_it_decodes(tmp_path):
    """Cut off in the middle, and with rubbish inside; what is wrong is told."""
    whole = write_music(tmp_path / "a.flac", song(112, 8).sound, codec="flac").read_bytes()
    (tmp_path / "cut.flac").write_bytes(whole[: len(whole) // 2])
    middle = len(whole) // 2
    (tmp_path / "holes.flac").write_bytes(whole[:middle] + bytes(30_000) + whole[middle + 30_000 :])

    cut, holes = (listened(tmp_path / name, name) for name in ("cut.flac", "holes.flac"))

    assert 5 * RATE < cut.last < 12 * RATE
    assert holes.last > cut.last
    assert "19.4 s are stated" in cut.damage
    assert "are stated" in holes.damage


def test_samples_that_are_no_numbers_do_no_harm(tmp_path):
    """NaN, infinities and 1e30 in a file of floats become silence or full scale."""
    sound = SONG.sound[: 10 * RATE].copy()
    sound[[RATE, 2 * RATE, 3 * RATE]] = (np.nan, np.inf, 1e30)
    path = write_music(tmp_path / "a.wav", sound, codec="pcm_f32le")

    _, score = laid_under(path, 6, tmp_path)

    assert np.isfinite(score).all()
    assert np.abs(score).max() <= 1
