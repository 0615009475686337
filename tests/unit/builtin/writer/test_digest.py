"""Articles: more text than a film can say, told by its own sentences."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.digest import digest, is_article
from astragen.builtin.writer.language import spoken_words
from astragen.builtin.writer.parse import parse

PARTS = ("keeper", "lamp", "tower", "boat", "storm", "lens", "diary", "goat", "harbour", "museum", "radio", "winter")
VERBS = ("changed", "saved", "outlived", "carried", "followed", "needed", "remembered", "moved", "paid for", "drew")


def article(words: int) -> str:
    """An article of about *words* different words under headings, the lighthouse its subject."""
    rows = ["# The lighthouses of the north", "", "Lighthouses have stood on this coast since 1780."]
    for number in range(words // 11):
        first, second = PARTS[number % 12], PARTS[(number * 5 + number // 12 + 1) % 12]
        verb = VERBS[(number + number // 12) % 10]
        rows += ["", f"## Year {1780 + number}", ""] if number % 8 == 7 else []
        lead = "However, it" if number % 4 == 3 else f"In year {number} of the lighthouse, the {first}"
        rows.append(f"{lead} {verb} the {second}.")
    return "\n".join([*rows, "", "On clear nights the light still turns."])


ARTICLE = article(3_000)


@pytest.mark.parametrize("seconds", [30, 60, 180, 600])
def test_an_article_of_3000_words_becomes_a_film_of_the_asked_length(film, seconds):
    """Speech at 2.45 words a second and a breath after each line; its first and last sentence are there."""
    board = film(ARTICLE, seconds=seconds)
    lines = [shot.line for shot in board.shots if shot.line]
    spoken_s = sum(spoken_words(line) for line in lines) / 2.45 + 0.35 * len(lines)

    assert len(ARTICLE.split()) > 2_500
    assert 0.5 * seconds <= spoken_s <= 1.06 * seconds
    assert lines[0] == "Lighthouses have stood on this coast since 1780."
    assert lines[-1].endswith("On clear nights the light still turns.")


def test_every_word_of_the_film_is_the_articles(film):
    """Nothing is added."""
    text = " ".join(ARTICLE.split())

    assert all(shot.line in text for shot in film(ARTICLE, seconds=60).shots)


def test_a_text_that_is_called_a_script_is_said_whole(film):
    """--script wins over its length."""
    text = article(700)
    board = film(text, seconds=30, is_script=True)

    assert sum(len(shot.line.split()) for shot in board.shots) > 600


def test_a_script_of_a_few_minutes_is_no_article():
    """Under 500 words a text that was called nothing is narrated whole, and the film is longer than asked."""
    assert not is_article(parse(article(400), None), 61)
    assert is_article(parse(article(700), None), 61)
    assert not is_article(parse(article(700), None), 600)


def test_sentences_that_lean_on_others_are_left_out():
    """ "However, it ..." says nothing by itself."""
    told = digest(parse(ARTICLE, None), 120)

    assert len(told.units) > 8
    assert not any(unit.text.startswith("However") for unit in told.units)


def test_what_is_said_twice_is_told_once():
    """A refrain of an article is one sentence."""
    text = "The sea is wide. " * 300 + "The ship is small."

    assert [unit.text for unit in digest(parse(text, None), 60).units] == ["The sea is wide.", "The ship is small."]
