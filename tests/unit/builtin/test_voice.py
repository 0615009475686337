"""The built-in voice: what it says, when, how loud, and what happens when the engine dies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import anyio
import espeakng_loader
import numpy as np
import pytest

from astragen.builtin import dsp
from astragen.builtin._espeak import choose, list_voices, open_engine
from astragen.builtin.finishing import HEAD, SPEECH_LUFS, TAIL
from astragen.builtin.voice import ESPEAK, LONGEST_TEXT, BuiltinVoice, casting, manner, pauses, tags
from astragen.errors import Unavailable
from astragen.model.requests import LineRequest
from astragen.model.vocabulary import Mood

TEXT = "The old keeper climbed the stairs. Below him, the sea was breathing."


def line(text=TEXT, language="en", **fields):
    return LineRequest(shot="s1", text=text, language=language, **fields)


def speak(text=TEXT, language="en", *, command=ESPEAK, timeout_s=20.0, **fields):
    return anyio.run(BuiltinVoice(command=command, timeout_s=timeout_s).speak, line(text, language, **fields))


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


def test_a_line_has_a_narrators_balance(speech):
    """Brighter than people who talk (Byrne et al. 1994: 2 kHz lies 12 dB under 500 Hz, 4 kHz 16), but falling."""
    power = np.abs(np.fft.rfft(speech.samples)) ** 2
    hertz = np.fft.rfftfreq(len(speech.samples), 1 / 48_000)
    octave = {
        centre: 10 * np.log10(power[(hertz >= centre / 2**0.5) & (hertz < centre * 2**0.5)].sum())
        for centre in (250, 500, 2000, 4000)
    }

    assert -6 < octave[2000] - octave[500] < -0.5
    assert -11 < octave[4000] - octave[500] < -3
    assert octave[250] < octave[500] + 3


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
        settings = manner(line(mood=mood, rate=rate))

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
        ("きょうは てんきが いい", "ja", 3),
        ("שָׁלוֹם עוֹלָם", "he", 2),
        ("Сегодня хорошая погода.", "ru", 3),
        ("Σήμερα έχει ήλιο.", "el", 3),
        ("இன்று வானிலை நன்று", "ta", 3),
        ("আজ আবহাওয়া ভালো", "bn", 3),
        ("Hôm nay trời đẹp", "vi", 4),
        ("دیروز هوا خوب بود", "fa", 4),
        ("آج موسم اچھا ہے", "ur", 4),
        ("დღეს კარგი ამინდია", "ka", 3),
        ("Այսօր եղանակը լավ է", "hy", 4),
        ("Hi", "en-AU", 1),
    ],
    ids=[
        "chinese",
        "korean",
        "hindi",
        "arabic",
        "german",
        "kana",
        "pointed_hebrew",
        "russian",
        "greek",
        "tamil",
        "bengali",
        "vietnamese",
        "persian",
        "urdu",
        "georgian",
        "armenian",
        "one_word",
    ],
)
def test_other_scripts_have_words_too(text, language, words):
    """The words, without spaces, spell the line."""
    speech = speak(text, language)
    spoken = speech.words

    assert len(spoken) == words
    assert np.abs(speech.samples).max() > 0.1
    assert "".join(word.text for word in spoken) == "".join(text.split())


def test_emoji_and_marks_are_silent_but_stay_in_the_words():
    """The caption keeps them; the sound is that of the words alone."""
    plain, decorated = speak("Hello big world"), speak("Hello 🎉 big\u200d world ✨")

    assert [word.text for word in decorated.words] == ["Hello 🎉", "big\u200d", "world ✨"]
    assert len(decorated.samples) == pytest.approx(len(plain.samples), abs=960)


def test_markup_and_directions_are_not_said():
    """Neither the engine's own markup nor ours: the sound is that of the words alone."""
    plain = len(speak("slow words").samples)

    assert len(speak('<prosody rate="9">slow words</prosody>').samples) == plain
    assert len(speak("[sighs] **slow** words").samples) == plain
    assert speak("[[h@loU]]").words == ()


def test_words_are_those_of_the_line_while_their_long_forms_are_said():
    """A year, a unit and a sum keep their place in the caption, and their time in the sound."""
    written = speak("Dr. Lee paid $5.50 in 1969 for 5 km.")
    said = speak("Doctor Lee paid 5 dollars and 50 cents in nineteen sixty-nine for 5 kilometers.")

    assert [word.text for word in written.words] == ["Dr.", "Lee", "paid", "$5.50", "in", "1969", "for", "5", "km."]
    assert np.array_equal(written.samples, said.samples)
    starts = {word.text: word.start for word in reversed(said.words)}
    for short, long in (("1969", "nineteen"), ("km.", "kilometers."), ("Dr.", "Doctor"), ("$5.50", "5"), ("in", "in")):
        assert next(word.start for word in written.words if word.text == short) == pytest.approx(starts[long], abs=2)


@pytest.mark.parametrize("text", ["🎉🎉", "...", "—"])
def test_a_line_without_a_letter_is_a_short_silence(text):
    """No words, no sound, no error."""
    speech = speak(text)

    assert speech.words == ()
    assert not speech.samples.any()


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
        ("fr-BE", ((5, "fr-be"), (8, "fr"))),
        ("fr", ((5, "fr-fr"), (5, "fr"))),
        ("chr", ((5, "chr-us-qaaa-x-west"),)),
    ]

    assert choose(voices, ["fr-be", "fr"]) == ("fr-BE", "fr-be")
    assert choose(voices, ["fr-ca", "fr"]) == ("fr", "fr")
    assert choose(voices, ["chr"]) == ("chr", "chr")
    assert choose(voices, ["xx"]) is None


def test_the_capability_lists_what_the_engine_speaks():
    """The table's languages are the installed engine's, less its test language and what it garbles."""
    engine, _ = open_engine(espeakng_loader.get_library_path(), espeakng_loader.get_data_path())
    spoken = {tag.split("-")[0] for _, languages in list_voices(engine) for _, tag in languages}

    capability = BuiltinVoice().capability

    assert set(capability.languages) == spoken - {"xex", "th", "my"}
    assert (capability.name, capability.trade) == ("builtin", "voice")


@pytest.mark.parametrize(
    ("text", "language", "says"),
    [
        ("Hi", "fil", '"fil": eSpeak NG has no such language'),
        ("今日は天気がいい", "ja", '"ja" written in Chinese characters'),
        ("きょうの天気はとてもよくてみんなよろこんでいます", "ja", "2 of 24 letters"),
        ("天气很好", "en", '"en" written in Chinese characters'),
        ("สวัสดีครับ", "th", "consonants for some of its vowels"),
        ("ယနေ့ ရာသီဥတု", "my", "consonants for some of its vowels"),
        ("שלום עולם", "he", "without vowel points"),
        ("ថ្ងៃនេះ", "km", '"km": eSpeak NG has no such language'),
        ("نن هوا ښه ده", "ps", '"ps"'),
        ("word " * 3000, "en", "14,999 characters; the built-in voice reads 12,000"),
    ],
    ids=["nobody", "kanji", "one_kanji", "chinese", "thai", "burmese", "hebrew", "khmer", "pashto", "endless"],
)
def test_a_language_the_engine_cannot_speak_is_named(text, language, says):
    """Unavailable, so that the film goes on without the line."""
    with pytest.raises(Unavailable, match=says):
        speak(text, language)


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        ("a", True),
        ("я", True),
        ("1", True),
        ("a\u202eb\u200bc", True),
        ("Hello привет مرحبا 你好 สวัสดี", True),
        ("x" * 3000, True),
        ("\x00\x01\x7f", False),
        ("😀" * 500, False),
        ("?", False),
        ("\n\t", False),
    ],
    ids=[
        "latin",
        "cyrillic",
        "digit",
        "format",
        "mixed",
        "one_word",
        "controls",
        "emoji",
        "mark",
        "space",
    ],
)
def test_odd_text_is_spoken_or_silent(text, is_heard):
    """Whatever comes is a finite sound, and silence when there is nothing to say."""
    speech = speak(text)

    assert np.isfinite(speech.samples).all()
    assert len(speech.samples) >= HEAD + TAIL
    assert (np.abs(speech.samples).max() > 0.05) == is_heard


def test_ten_minutes_in_one_line_are_spoken_to_the_end():
    """8,000 characters: more than nine minutes, every word timed, the last where sound ends."""
    sentence = "The old keeper climbed the lighthouse stairs one last time. "
    text = (sentence * (LONGEST_TEXT // len(sentence)))[:8_000].rsplit(" ", 1)[0]

    speech = speak(text)

    assert len(speech.samples) > 9 * 60 * 48_000
    assert len(speech.words) == len(text.split())
    assert speech.words[-1].end == pytest.approx(len(speech.samples) - TAIL, abs=48)
    assert dsp.integrated_lufs(speech.samples) == pytest.approx(SPEECH_LUFS, abs=0.7)


def test_characters_have_voices_of_their_own():
    """Always the same for a name, another than the narrator's, and ten names share few."""
    names = [f"character-{number}" for number in range(10)]
    voices = [casting(line(speaker=name)) for name in names]

    assert voices == [casting(line(speaker=name, text="Other.")) for name in names]
    assert casting(line())[0] not in {variant for variant, _ in voices}
    assert len(set(voices)) >= 7
    assert not np.array_equal(speak("Hi.", speaker="mara").samples, speak("Hi.").samples)


def test_a_named_voice_speaks():
    """The engine's variant by its name, and the report says which."""
    speech = speak("Hi.", voice="Hugo", speaker="mara")

    assert speech.voice == "eSpeak NG gmw/en-US+Hugo"
    assert np.abs(speech.samples).max() > 0.1


@pytest.mark.parametrize("name", ["nobody-such", "../f2", "f2/", "a b"])
def test_a_voice_that_is_not_there_is_named(name):
    """Before any process starts, and without leaving the folder of variants."""
    with pytest.raises(Unavailable, match="has no variant") as caught:
        speak("Hi.", voice=name)

    assert "f2" in caught.value.hint


def test_pauses_are_longer_after_sentences_and_in_calm_moods():
    """The mark before a clause's end tells; closing quotes are looked through."""
    text = "First, second.” Third"
    clauses = [(6, 100), (15, 200), (21, 300)]

    found = pauses(clauses, text, line(mood=Mood.HOPEFUL))
    calm = pauses(clauses, text, line(mood=Mood.CALM))

    assert [pause.sample for pause in found] == [100, 200]
    assert found[1].seconds > 2 * found[0].seconds > 0
    assert [pause.seconds for pause in calm] > [pause.seconds for pause in found]


def test_every_line_is_as_loud_as_every_other():
    """Ten lines of two words to thirty, in moods and voices: within one LU."""
    texts = ["Stop now.", TEXT, "She saw six ships.", "Why?", "Boom! Boom! Boom!", " ".join([TEXT] * 3), "Mmm, no."]
    found = [dsp.integrated_lufs(np.tile(speak(text).samples, 4)) for text in texts]
    found += [dsp.integrated_lufs(speak(voice=name).samples) for name in ("Hugo", "f2", "klatt4")]

    assert max(found) - min(found) <= 1.0


PYTHON = sys.executable
ENGINE = " ".join(ESPEAK)
LIBRARY = f"{espeakng_loader.get_library_path()!r}, {espeakng_loader.get_data_path()!r}"
FOLDER = str(Path(ESPEAK[-1]).parent)
SEGFAULT = f"import sys; sys.path.append({FOLDER!r}); import _espeak as e; e.open_engine({LIBRARY}); e.c.string_at(0)"


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


def test_the_engines_process_imports_next_to_nothing():
    """It must start in well under 100 ms: no packages, no json, no regular expressions."""
    code = f"import sys; sys.path.append({FOLDER!r}); import _espeak; print(*sys.modules)"
    done = subprocess.run(
        [PYTHON, "-I", "-S", "-X", "frozen_modules", "-c", code], capture_output=True, text=True, check=True
    )

    assert "ctypes" in done.stdout.split()
    assert {"numpy", "json", "re", "typing", "pydantic", "espeakng_loader"}.isdisjoint(done.stdout.split())
