"""The sound of a film, from a timeline to what goes into the file, in a real run."""

from __future__ import annotations

import struct
from typing import NamedTuple

import anyio
import numpy as np
import pytest

from astragen.builtin.dsp import decibels
from astragen.media.audio import read_wav, wav_bytes
from astragen.media.coded import coded_true_peak_db, decoded_pieces
from astragen.model.film import Loudness
from astragen.model.take import SpokenLine
from astragen.model.time import frames_to_samples
from astragen.model.timeline import Gap, SoundClip, Timeline
from astragen.pipeline.asked import CodeRequest, MixRequest, stem_path
from astragen.pipeline.crew import builtin_crew
from astragen.pipeline.jobs import PEAK_MAX_DBTP, code_to, mix_to
from astragen.pipeline.sound import film_sound
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore
from astragen.store.memo import Memo

RATE = 48_000
WAV = "audio/wav"


def hum(seconds=2.0, rate=RATE, hertz=220.0):
    return (0.2 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def pcm16(sound, rate):
    """A vendor's WAV: (channels, n) in 16 bits at *rate*, its size not filled in."""
    channels = len(sound)
    body = (sound.T * 32767).astype("<i2").tobytes()
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * 2 * channels, 2 * channels, 16)
    return b"RIFF\xff\xff\xff\xffWAVE" + form + struct.pack("<4sI", b"data", 0xFFFFFFFF) + body


class Sounded(NamedTuple):
    """The film's sound decoded, what the report says of it, its stems, and what fell back."""

    sound: np.ndarray
    loudness: Loudness | None
    stems: dict[str, np.ndarray]
    fallbacks: tuple[str, ...]


def sounded(tmp_path, *lines: bytes, **fields) -> Sounded:
    """A film of 6 s in which *lines*, files of voices, begin after 0.5 s, 3.5 s, ..."""

    async def main() -> Sounded:
        store = ArtifactStore(tmp_path / "artifacts")
        async with InlineRun(tmp_path / "scratch", store=store, memo=Memo(tmp_path / "memo"), workers=1) as run:
            narration = tuple(
                SoundClip(
                    line=SpokenLine(
                        shot=f"s{number}", text="Hm.", artifact=store.put_bytes(line, WAV), samples=2 * RATE
                    ),
                    start=RATE // 2 + number * 3 * RATE,
                )
                for number, line in enumerate(lines)
            )
            timeline = Timeline(
                title="T",
                fps=24,
                width=640,
                height=360,
                language="en",
                video=(Gap(frames=144),),
                narration=narration,
                **fields,
            )
            made = await film_sound(timeline, builtin_crew(), run)
            told = tuple(f"{one.subject}: {one.reason} {one.instead}" for one in run.report.fallbacks)
            stems = {name: read_wav(store.path(stem)) for name, stem in made.stems.items()}
            whole = np.concatenate(list(decoded_pieces(store.path(made.artifact))), 1) if made.artifact else None
            return Sounded(whole, made.loudness, stems, told)

    return anyio.run(main)


def test_a_film_in_which_nothing_sounds_has_no_sound(tmp_path):
    """No artifact, no loudness, no stems."""
    assert sounded(tmp_path, stems=True) == (None, None, {}, ())


@pytest.mark.parametrize("target", [-14, -16, -23])
def test_the_report_says_how_loud_the_film_is(tmp_path, target):
    """Integrated loudness as asked, its range, and the true peak of what is decoded."""
    made = sounded(tmp_path, wav_bytes(hum()), wav_bytes(hum()), loudness=target)

    assert made.loudness is not None
    assert made.loudness.integrated_lufs == pytest.approx(target, abs=0.2)
    assert made.loudness.range_lu is not None
    assert made.loudness.coded_true_peak_dbtp is not None
    assert made.loudness.coded_true_peak_dbtp <= -1.0
    assert abs(decibels(np.abs(made.sound).max()) - made.loudness.coded_true_peak_dbtp) < 1.0


def test_lines_of_any_rate_and_channels_are_heard(tmp_path):
    """24 kHz mono with no size in its head, and 44.1 kHz with six channels: nothing is told.

    The second, in the centre alone, is 3 dB softer (BS.775).
    """
    six = np.zeros((6, 88_200), np.float32)
    six[2] = hum(rate=44_100)

    made = sounded(tmp_path, pcm16(hum(rate=24_000)[None], 24_000), pcm16(six, 44_100))

    assert made.fallbacks == ()
    first, second = (made.sound[:, start + 9600 : start + 86_400] for start in (RATE // 2, RATE // 2 + 3 * RATE))
    assert decibels(first.std()) - decibels(second.std()) == pytest.approx(3, abs=0.2)
    for heard in (first, second):
        spectrum = np.abs(np.fft.rfft(heard[0] * np.hanning(heard.shape[1])))
        assert np.fft.rfftfreq(heard.shape[1], 1 / RATE)[spectrum.argmax()] == pytest.approx(220, abs=2)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param(b"", "is no WAV file", id="no bytes"),
        pytest.param(b'{"error": "quota"}', "is no WAV file", id="an error as sound"),
        pytest.param(wav_bytes(np.zeros(0, np.float32)), "holds no sound", id="no samples"),
        pytest.param(wav_bytes(hum())[:30], "without a format", id="cut in its head"),
        pytest.param(wav_bytes(np.full(9, np.nan, np.float32)), "no numbers", id="no numbers"),
    ],
)
def test_a_line_that_cannot_be_heard_is_told_and_the_film_goes_on(tmp_path, line, says):
    """The other line is as loud as ever, and no score makes room for what is not there."""
    made = sounded(tmp_path, line, wav_bytes(hum()))

    (told,) = made.fallbacks
    assert told.startswith("s0: the line's sound: ")
    assert says in told
    assert told.endswith("the line is silent")
    assert made.loudness is not None
    assert made.loudness.integrated_lufs == pytest.approx(-14, abs=0.2)


def test_what_is_told_is_told_again_by_the_next_film(tmp_path):
    """A mix without one of its lines is not remembered."""
    films = [sounded(tmp_path, b"", wav_bytes(hum())) for _ in range(2)]

    assert len(films[0].fallbacks) == len(films[1].fallbacks) == 1


def test_stems_are_there_when_they_are_wanted(tmp_path):
    """Three of the film's length, those of absent buses silent; without the wish none."""
    made = sounded(tmp_path, wav_bytes(hum()), stems=True)

    assert {name: stem.shape for name, stem in made.stems.items()} == dict.fromkeys(
        ("speech", "music", "ambience"), (2, 6 * RATE)
    )
    assert made.stems["speech"].any()
    assert not made.stems["music"].any()
    assert sounded(tmp_path, wav_bytes(hum())).stems == {}


def test_ambience_sounds_and_makes_room(tmp_path):
    """Rain under one line: heard before and after it, softer while somebody speaks, and in a stem of its own."""
    store = ArtifactStore(tmp_path / "artifacts")
    rain = np.random.default_rng(1).standard_normal((2, 12 * RATE)).astype(np.float32) * 0.2
    line = SpokenLine(shot="s", text="Hm.", artifact=store.put_bytes(wav_bytes(hum()), WAV), samples=2 * RATE)
    request = MixRequest(
        narration=(SoundClip(line=line, start=5 * RATE),),
        score=None,
        ambience=store.put_bytes(wav_bytes(rain), WAV),
        samples=12 * RATE,
        stems=True,
    )

    mixed = mix_to(request, tmp_path / "artifacts", tmp_path / "mix.wav")

    stem = read_wav(stem_path(tmp_path / "mix.wav", "ambience"))
    before, during, after = (decibels(stem[:, round(at * RATE) : round((at + 1) * RATE)].std()) for at in (2, 5.5, 10))
    assert mixed.fallbacks == ()
    assert before == pytest.approx(after, abs=0.2)
    assert 3 <= before - during <= 14.1


@pytest.mark.parametrize("which", ["score", "ambience"])
def test_a_bus_that_cannot_be_read_is_told(tmp_path, which):
    """The film goes on without it."""
    store = ArtifactStore(tmp_path / "artifacts")
    broken = store.put_bytes(b"", WAV)
    request = MixRequest(narration=(), samples=RATE, **{"score": None, which: broken})

    mixed = mix_to(request, tmp_path / "artifacts", tmp_path / "mix.wav")

    assert [(one.subject, one.instead) for one in mixed.fallbacks] == [(which, f"the film has no {which}")]
    assert not read_wav(tmp_path / "mix.wav").any()


@pytest.mark.parametrize("profile", ["web", "instagram"])
def test_what_an_encoder_drives_over_the_limit_is_lowered(tmp_path, profile):
    """Clipped noise at full scale, of which AAC makes peaks of 2 dB and more: the file stays at -1 dBTP."""
    loud = np.sign(np.random.default_rng(2).standard_normal((2, 3 * RATE))).astype(np.float32)
    store = ArtifactStore(tmp_path / "artifacts")
    request = CodeRequest(sound=store.put_bytes(wav_bytes(loud), WAV), frames=72, fps=24, profile=profile)

    level = code_to(request, tmp_path / "artifacts", tmp_path / "sound.m4a")

    assert level.gain_db < -1
    assert level.true_peak_dbtp == coded_true_peak_db(tmp_path / "sound.m4a") <= PEAK_MAX_DBTP
    assert sum(piece.shape[1] for piece in decoded_pieces(tmp_path / "sound.m4a")) >= frames_to_samples(72, 24)


def test_sound_within_the_limit_is_coded_as_it_is(tmp_path):
    """Nothing is lowered."""
    store = ArtifactStore(tmp_path / "artifacts")
    soft = store.put_bytes(wav_bytes(np.stack([hum(), hum()])), WAV)

    level = code_to(
        CodeRequest(sound=soft, frames=48, fps=24, profile="web"), tmp_path / "artifacts", tmp_path / "sound.m4a"
    )

    assert level.gain_db == 0
    assert level.true_peak_dbtp == pytest.approx(decibels(0.2), abs=0.3)
