"""Room for words, and the language they are in."""

import pytest

from astragen.plan.narration import language_name, room_in_words, words_for, wrong_language

ENGLISH = "Every evening the keeper climbs the stairs and lights the lamp for the ships that are out at sea."
GERMAN = "Jeden Abend steigt der Wärter die Treppe hinauf und zündet die Lampe für die Schiffe auf dem Meer an."
DANISH = "Hver aften går vogteren op ad trappen og tænder lampen for de skibe, der er ude på havet i den mørke nat."
AFRIKAANS = "Die wagter klim elke aand die trappe op en steek die lamp aan vir die skepe wat op die see is in die nag."
SERBIAN = "Svake večeri čuvar se penje uz stepenice i pali lampu za brodove koji su na moru."
JAPANESE = "毎晩、灯台守は階段をのぼり、海に出ている船のためにランプをともします。"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"), (ENGLISH, "en-GB"), (GERMAN, "de-AT"), (SERBIAN, "sr"), (JAPANESE, "ja"), (DANISH, "da"),
        (AFRIKAANS, "af"),
        (GERMAN, "xx"), ("Смотритель зажигает лампу для кораблей", "sr"), ("灯塔看守人每天晚上爬上楼梯点灯", "zh"),
        ("", "ru"), ("Pip!", "ru"),
    ],
)  # fmt: skip
def test_a_text_in_its_language_passes(text, language):
    """Dialects, languages of two alphabets, unknown tags, and texts too short to tell."""
    assert wrong_language(text, language) == ""


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [
        (ENGLISH, "ru", "is written in Latin letters; write it in Russian (ru)"),
        (ENGLISH, "ja", "is written in Latin letters; write it in Japanese (ja)"),
        (JAPANESE, "en", "letters; write it in English (en)"),
        (ENGLISH, "de", "reads as English (en); write it in German (de)"),
        (GERMAN, "en", "reads as German (de); write it in English (en)"),
        (ENGLISH, "fi", "reads as English (en); write it in Finnish (fi)"),
    ],
)
def test_a_text_in_another_language_is_told(text, language, why):
    """By its letters, or by its small words."""
    assert why in wrong_language(text, language)


@pytest.mark.parametrize(
    ("language", "room"),
    [("en", "61 words"), ("de", "50 words"), ("fi", "40 words"), ("zh", "123 characters"), ("th", "307 characters")],
)
def test_room_is_told_as_writers_of_the_language_count(language, room):
    """30 s hold 61 English words, fewer long ones, and twice as many signs."""
    assert room_in_words(words_for(30), language) == room


def test_a_language_is_named_with_its_tag():
    """Unknown ones by the tag alone."""
    assert (language_name("de-AT"), language_name("xx")) == ("German (de-AT)", "xx")
