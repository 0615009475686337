"""Word times: from characters, from words, and laid over pauses; measured on real speech."""

from __future__ import annotations

import anyio
import numpy as np
import pytest

from astragen.builtin.voice import BuiltinVoice
from astragen.media.speech import phrases
from astragen.model.requests import LineRequest
from astragen.model.speech import TimedText
from astragen.model.take import SpokenWord
from astragen.model.time import SAMPLE_RATE
from astragen.plan.alignment import native_words, spread_words, warped_words

LONG = "For forty years the keeper had lit the lamp alone, and nobody asked why. Then, one winter night, a whale came."


def told(text: str, step: float = 0.1, start: float = 0.0) -> list[TimedText]:
    """Every character of *text*, one after the other."""
    return [TimedText(one, start + n * step, start + (n + 1) * step) for n, one in enumerate(text)]


def spans_to(seconds: float) -> list[tuple[int, int]]:
    return [(0, round(seconds * SAMPLE_RATE))]


def words_of(found) -> list[tuple[str, float, float]]:
    return [(one.text, one.start / SAMPLE_RATE, one.end / SAMPLE_RATE) for one in found]


def test_characters_become_words_between_spaces():
    """With their punctuation; times from the first letter to the last."""
    found = native_words("Oh, “ship” ahoy!", told("Oh, “ship” ahoy!"), shift=0, spans=spans_to(1.6))

    assert words_of(found) == [
        ("Oh,", 0.0, pytest.approx(0.2)),
        ("“ship”", pytest.approx(0.5), pytest.approx(0.9)),
        ("ahoy!", pytest.approx(1.1), pytest.approx(1.5)),
    ]


def test_words_that_are_told_whole_do_as_well():
    """As edge-tts tells them: without punctuation, with a space after each."""
    pieces = [TimedText("Oh ", 0.1, 0.3), TimedText("ship ", 0.5, 0.9), TimedText("ahoy ", 1.1, 1.5)]

    assert words_of(native_words("Oh, “ship” ahoy!", pieces, shift=0, spans=spans_to(1.5)))[1][1:] == (0.5, 0.9)


def test_the_trimmed_silence_is_taken_off():
    """A voice counts from the beginning of its own sound."""
    found = native_words("Oh ship", told("Oh ship", start=1.0), shift=SAMPLE_RATE, spans=spans_to(0.7))

    assert words_of(found)[0][1] == pytest.approx(0.0)


def test_a_number_that_was_told_in_words_lies_between_its_neighbours():
    """Normalised text: "142" is three words there, and one here."""
    spelled = "The one hundred forty two ships sail"

    found = native_words("The 142 ships sail", told(spelled), shift=0, spans=spans_to(3.6))

    assert [one.text for one in found] == ["The", "142", "ships", "sail"]
    assert words_of(found)[1][1:] == (pytest.approx(0.4), pytest.approx(2.5))
    assert words_of(found)[2][1] == pytest.approx(2.6)


def test_a_word_that_was_not_told_is_put_between():
    """And at the front and the end, too."""
    found = native_words("a bb cc dd e", told("bb cc dd"), shift=0, spans=spans_to(0.8))

    times = words_of(found)
    assert [text for text, _, _ in times] == ["a", "bb", "cc", "dd", "e"]
    assert all(start <= end for _, start, end in times)
    assert [start for _, start, _ in times] == sorted(start for _, start, _ in times)


@pytest.mark.parametrize(
    ("pieces", "spans"),
    [
        ([], spans_to(1)),
        (told("quite other words here"), spans_to(2.2)),
        (told("Oh ship", step=0.01), spans_to(2.0)),
        (told("Oh ship"), []),
    ],
    ids=["nothing told", "another text", "another clock", "silence"],
)
def test_times_that_cannot_be_meant_are_not_used(pieces, spans):
    """The caller estimates them instead."""
    assert native_words("Oh ship", pieces, shift=0, spans=spans) is None


def test_times_out_of_order_are_put_in_order():
    """And none is outside of the sound; characters without length have their place."""
    pieces = [TimedText("Oh ", 0.5, 0.2), TimedText("ship ", 0.4, 0.4), TimedText("ahoy", 0.9, 1.4)]

    found = native_words("Oh ship ahoy", pieces, shift=0, spans=spans_to(1.2))

    assert [one.start for one in found] == sorted(one.start for one in found)
    assert all(0 <= one.start <= one.end <= 1.2 * SAMPLE_RATE for one in found)


def test_scripts_without_spaces_are_timed_by_character():
    """Chinese: each character is a word, with the mark after it."""
    found = native_words("潮水退了。", told("潮水退了。"), shift=0, spans=spans_to(0.5))

    assert [one.text for one in found] == ["潮", "水", "退", "了。"]
    assert found[2].start == pytest.approx(0.2 * SAMPLE_RATE, abs=2)


def test_words_together_spell_the_text():
    """Whatever stands between and around them."""
    text = "— Ship, 3 of 7 … & gone —"

    found = native_words(text, told(text), shift=0, spans=spans_to(2.5))

    assert "".join("".join(one.text.split()) for one in found) == "".join(text.split())


# Laid over pauses ----------------------------------------------------------------------------------------------------


def spoken(text: str, *, rate: float = 1.0, mood: str = "hopeful", language: str = "en"):
    return anyio.run(BuiltinVoice().speak, LineRequest(shot="s", text=text, rate=rate, mood=mood, language=language))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (LONG, "en"),
        ("The tide turns.", "en"),
        ("In 1984, on May 3rd, it ended; nobody knew who had won, or why the lamps were lit again.", "en"),
        ("Vierzig Jahre lang zündete er die Lampe allein an. Dann kam, in einer Winternacht, ein Wal.", "de"),
    ],
    ids=["two sentences", "three words", "numbers", "German"],
)
@pytest.mark.parametrize(("rate", "mood"), [(1.25, "joyful"), (0.8, "sad")], ids=["faster", "slower"])
def test_estimated_words_are_within_200_ms(text, language, rate, mood):
    """Against the true times of another reading: other speed, pitch and melody, and silence put in front."""
    reference, other = spoken(text, language=language), spoken(text, rate=rate, mood=mood, language=language)
    lead = SAMPLE_RATE // 3
    sound = np.pad(other.samples, (lead, 0))

    found = warped_words(reference.words, phrases(reference.samples), phrases(sound))

    off = [abs(one.start - lead - true.start) / SAMPLE_RATE for one, true in zip(found, other.words, strict=True)]
    assert [one.text for one in found] == [one.text for one in other.words]
    assert max(off) <= 0.2, [round(one, 3) for one in off]


def test_a_pause_that_only_one_of_them_makes_moves_nothing_else():
    """The voice breathes where the other does not: words before and after keep their places."""
    reference = spoken(LONG)
    cut = reference.words[6].start
    sound = np.concatenate([reference.samples[:cut], np.zeros(SAMPLE_RATE // 2, np.float32), reference.samples[cut:]])

    found = warped_words(reference.words, phrases(reference.samples), phrases(sound))

    true = [one.start + (SAMPLE_RATE // 2 if number >= 6 else 0) for number, one in enumerate(reference.words)]
    off = [abs(one.start - start) / SAMPLE_RATE for one, start in zip(found, true, strict=True)]
    assert max(off) <= 0.2, [round(one, 3) for one in off]


def test_the_same_sound_gives_the_same_times():
    """Nothing is moved by the method itself, but by a few samples."""
    reference = spoken(LONG)
    spans = phrases(reference.samples)

    found = warped_words(reference.words, spans, spans)

    assert max(abs(one.start - true.start) for one, true in zip(found, reference.words, strict=True)) <= 0.05 * 48_000


def test_nothing_is_laid_over_silence():
    """Nor taken from it."""
    word = SpokenWord(text="a", start=0, end=10)

    assert warped_words([word], [], spans_to(1)) == warped_words([word], spans_to(1), []) == ()


def test_letters_share_the_sound_when_nobody_else_can_speak_it():
    """In order, all of the text, and nothing in the pause."""
    spans = [(0, SAMPLE_RATE), (2 * SAMPLE_RATE, 3 * SAMPLE_RATE)]

    found = spread_words("ab cd ef gh", spans)

    assert [one.text for one in found] == ["ab", "cd", "ef", "gh"]
    assert [round(one.start / SAMPLE_RATE, 2) for one in found] == [0.0, 0.5, 2.0, 2.5]
    assert [round(one.end / SAMPLE_RATE, 2) for one in found] == [0.5, 1.0, 2.5, 3.0]
    assert spread_words("…", spans) == ()
