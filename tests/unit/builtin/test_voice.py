"""The built-in voice: what it says, when, how loud, and what happens when the engine dies."""

from __future__ import annotations

import subprocess
import sys

import anyio
import numpy as np
import pytest

from astragen.builtin import dsp
from astragen.builtin._espeak import VoiceEntry, choose, list_voices, open_engine
from astragen.builtin.voice import (
    ESPEAK,
    HEAD,
    LONGEST_TEXT,
    SPEECH_LUFS,
    TAIL,
    BuiltinVoice,
    manner,
    speakable,
    tags,
    word_times,
)
from astragen.errors import Unavailable
from astragen.model.requests import LineRequest
from astragen.model.vocabulary import Mood

TEXT = "The old keeper climbed the stairs. Below him, the sea was breathing."


def speak(text=TEXT, language="en", *, mood=Mood.HOPEFUL, rate=1.0, **voice):
    request = LineRequest(shot="s1", text=text, language=language, mood=mood, rate=rate)
    return anyio.run(BuiltinVoice(**voice).speak, request)


@pytest.fixture(scope="module")
def speech():
    return speak()


def test_a_line_is_spoken_at_a_human_pace(speech):
    """Twelve words take three to six seconds of mono float sound."""
    assert speech.samples.ndim == 1
    assert speech.samples.dtype == np.float32
    assert 3 * 48_000 < len(speech.samples) < 6 * 48_000
    assert speech.voice == "eSpeak NG gmw/en-US"


def test_words_spell_the_line_in_order(speech):
    """Every word with its punctuation, each ending where the next begins, the last where sound ends."""
    starts = [word.start for word in speech.words]

    assert [word.text for word in speech.words] == TEXT.split()
    assert starts == sorted(starts)
    assert [word.end for word in speech.words[:-1]] == starts[1:]
    assert speech.words[-1].end == pytest.approx(len(speech.samples) - TAIL, abs=48)


def test_words_are_where_the_sound_is(speech):
    """The first word begins with the sound; the pause before "Below" lies at the end of "stairs."."""
    loud = np.flatnonzero(np.abs(speech.samples) > 0.02)
    pause = next(word for word in speech.words if word.text == "stairs.")

    assert speech.words[0].start == pytest.approx(loud[0], abs=48 * 40)
    assert np.abs(speech.samples[pause.end - 4800 : pause.end - 960]).max() < 0.02


def test_a_line_is_levelled_and_does_not_click(speech):
    """-18 LUFS, no clipping, no DC, silence faded into and out of."""
    x = speech.samples

    assert dsp.integrated_lufs(x) == pytest.approx(SPEECH_LUFS, abs=0.7)
    assert np.abs(x).max() < 0.96
    assert abs(x.mean()) < 1e-4
    assert x[[0, -1]] == pytest.approx(0, abs=1e-6)
    assert np.abs(x[: HEAD // 2]).max() < 0.02
    assert np.abs(x[-TAIL // 2 :]).max() < 0.02


def test_the_same_line_is_the_same_sound(speech):
    """A fresh process each time: sample for sample."""
    assert np.array_equal(speak().samples, speech.samples)


def test_a_sad_line_is_slower_than_a_joyful_one():
    """Moods change the pace."""
    assert len(speak(mood=Mood.SAD).samples) > 1.08 * len(speak(mood=Mood.JOYFUL).samples)


def test_twice_the_rate_is_about_half_the_time(speech):
    """The request's rate is against the voice's normal."""
    assert len(speak(rate=2.0).samples) == pytest.approx(len(speech.samples) * 0.55, rel=0.15)


@pytest.mark.parametrize("mood", list(Mood))
def test_every_mood_has_its_manner_within_the_engines_limits(mood):
    """Also at the slowest and fastest rates."""
    for rate in (0.5, 1.0, 2.0):
        settings = manner(LineRequest(shot="s1", text="a", language="en", mood=mood, rate=rate))

        assert 80 <= settings["rate"] <= 450
        assert 0 <= settings["pitch"] <= 99
        assert 0 <= settings["range"] <= 99


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("今天天气很好。", "zh-Hans", 5),
        ("오늘 날씨가 좋다.", "ko", 3),
        ("नमस्ते दुनिया।", "hi", 2),
        ("مرحبا بالعالم", "ar", 2),
        ("Das Fußballspiel beginnt.", "de-AT", 3),
        ("สวัสดีครับ วันนี้อากาศดี", "th", 3),
        ("Hi", "en-AU", 1),
    ],
    ids=["chinese", "korean", "hindi", "arabic", "german", "thai", "one word"],
)
def test_other_scripts_have_words_too(text, language, words):
    """The words, without spaces, spell the line."""
    spoken = speak(text, language).words

    assert len(spoken) == words
    assert "".join(word.text for word in spoken) == "".join(text.split())


def test_emoji_and_marks_are_silent_but_stay_in_the_words():
    """The caption keeps them; the sound is that of the words alone."""
    plain, decorated = speak("Hello big world"), speak("Hello 🎉 big\u200d world ✨")

    assert [word.text for word in decorated.words] == ["Hello 🎉", "big\u200d", "world ✨"]
    assert len(decorated.samples) == pytest.approx(len(plain.samples), abs=960)


def test_phoneme_and_speech_markup_is_text():
    """`[[...]]` and tags are read out, never obeyed: the engine gets neither flag."""
    assert len(speak("[[h@loU]]").words) == 1
    assert len(speak('<prosody rate="9">slow words</prosody>').samples) > 2 * len(speak("slow words").samples)


@pytest.mark.parametrize("text", ["🎉🎉", "...", "—"])
def test_a_line_without_a_letter_is_a_short_silence(text):
    """No words, no sound, no error."""
    speech = speak(text)

    assert speech.words == ()
    assert not speech.samples.any()


def test_cleaning_moves_no_character():
    """Word positions must keep pointing at the line; a too long line ends at a word."""
    assert speakable("a\x07b\u202ec 👩\u200d🚀 25 °C") == "a b c     25 °C"
    assert speakable("क्\u200dष می\u200cخواهم") == "क्\u200dष می\u200cخواهم"
    assert len(speakable("word " * 1000)) == LONGEST_TEXT - 1
    assert len(speakable("x" * 5000)) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", ["en-us", "en"]),
        ("en-GB", ["en-gb", "en-us", "en"]),
        ("de-AT", ["de-at", "de"]),
        ("zh-Hant-HK", ["zh-hant-hk", "yue", "zh-hant", "zh"]),
        ("nn", ["nb", "nn"]),
    ],
)
def test_a_language_is_tried_from_the_exact_to_the_broad(language, wanted):
    """Aliases come first where the engine knows the language by another tag."""
    assert tags(language) == wanted


def test_the_best_voice_of_a_tag_is_chosen():
    """The lowest priority number wins; a bare tag finds its regions; unknown tags find nobody."""
    voices = [
        VoiceEntry("fr-BE", ((5, "fr-be"), (8, "fr"))),
        VoiceEntry("fr", ((5, "fr-fr"), (5, "fr"))),
        VoiceEntry("chr", ((5, "chr-us-qaaa-x-west"),)),
    ]

    assert choose(voices, ["fr-be", "fr"]) == ("fr-BE", "fr-be")
    assert choose(voices, ["fr-ca", "fr"]) == ("fr", "fr")
    assert choose(voices, ["chr"]) == ("chr", "chr")
    assert choose(voices, ["xx"]) is None


def test_the_capability_lists_what_the_engine_speaks():
    """The table's languages are the installed engine's, less its test language."""
    engine, _ = open_engine()
    spoken = {tag.split("-")[0] for voice in list_voices(engine) for _, tag in voice.languages}

    capability = BuiltinVoice().capability

    assert set(capability.languages) == spoken - {"xex"}
    assert (capability.name, capability.trade) == ("builtin", "voice")


@pytest.mark.parametrize(
    ("text", "language", "says"),
    [("Hi", "fil", '"fil"'), ("今日は天気がいい", "ja", '"ja" written in Chinese characters')],
    ids=["nobody", "kanji"],
)
def test_a_language_the_engine_cannot_speak_is_named(text, language, says):
    """Unavailable, so that the film goes on without the line."""
    with pytest.raises(Unavailable, match=says):
        speak(text, language)


PYTHON = sys.executable
ENGINE = f"{PYTHON} -m {ESPEAK[-1]}"
SEGFAULT = "from astragen.builtin._espeak import *; open_engine(); import ctypes; ctypes.string_at(0)"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("/bin/sh", "-c", f"{ENGINE} & kill -9 $!; wait $!"), "exit code 137"),
        ((PYTHON, "-c", SEGFAULT), "signal 11"),
        (("/bin/sh", "-c", f"{ENGINE} | head -c 5000"), "of sound came"),
        (("/bin/sh", "-c", f"{ENGINE} | tail -c 5000"), "answer begins with"),
        ((PYTHON, "-c", "raise SystemExit('no such library')"), "exit code 1: no such library"),
        (("/bin/true",), "answer begins with"),
        (("/bin/no-such-program",), "could not be started"),
    ],
    ids=["killed", "segfault", "cut short", "no header", "failed", "silent", "missing"],
)
def test_a_dying_engine_is_unavailable(command, says):
    """Real processes that really die, with and without the real engine in them."""
    with pytest.raises(Unavailable, match=says) as caught:
        speak(command=command)

    assert caught.value.retry
    assert caught.value.provider == "builtin"


def test_a_hanging_engine_is_stopped():
    """It is killed after the timeout, not waited for."""
    with pytest.raises(Unavailable, match="took longer than"):
        speak(command=("/bin/sleep", "60"), timeout_s=0.2)


def test_the_engines_process_starts_without_numpy():
    """It must start in well under 100 ms."""
    code = "import sys, astragen.builtin._espeak; print('numpy' in sys.modules, 'pydantic' in sys.modules)"
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]


def test_words_the_engine_joined_lie_between_their_neighbours():
    """Time goes with the characters; marks inside a word do not cut it."""
    words = word_times("one two, 1,234 end", [(0, 0), (9, 9000), (10, 9500), (15, 15_000)], end=18_000)

    assert [word.text for word in words] == ["one", "two,", "1,234", "end"]
    assert [word.start for word in words] == [0, 4000, 9000, 15_000]
    assert words[-1].end == 18_000
