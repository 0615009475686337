"""Scripts, lists and other languages: the user's words, all of them, in order."""

from __future__ import annotations

import pytest

from astragen.model.vocabulary import Layout

SCRIPTS = {
    "en": (
        "The lamp was dark. Nobody knew why. Then one night a girl saw it blink, and she rowed out alone. "
        "“You are late,” he said."
    ),
    "de": (
        "Der Turm steht dunkel. Niemand weiß, warum. Eines Nachts sieht ein Mädchen ein Licht. "
        "Sie rudert allein hinaus aufs Meer."
    ),
    "fr": (
        "Le phare était noir. Personne ne savait pourquoi. Une nuit, une fille vit une lueur. "
        "Elle partit seule sur la mer."
    ),
    "zh": "灯塔已经黑了十一年。没有人记得是谁把它关掉的。三月的一个夜晚，一个女孩看见它闪了一下！她独自出海。",
    "ja": "灯台は十一年間暗かった。誰が消したのか、誰も覚えていない。三月の夜、少女はそれが光るのを見た。",
    "ar": "كانت المنارة مظلمة منذ سنوات. لا أحد يتذكر من أطفأها. ذات ليلة رأت فتاة ضوءا؟ جدفت وحدها في البحر.",
    "hi": "प्रकाशस्तंभ वर्षों से अंधेरा था। किसी को याद नहीं। एक रात एक लड़की ने रोशनी देखी।",
    "ru": ("Маяк не горел одиннадцать лет. Никто не помнил, кто его погасил. Однажды ночью девочка увидела вспышку."),
    "th": "ประภาคารมืดมาสิบเอ็ดปี ไม่มีใครจำได้ว่าใครปิดมัน คืนหนึ่งเด็กหญิงเห็นแสง เธอพายเรือออกไปคนเดียว",
}

ARTICLE = """# Tea

Tea is old. It began with a leaf in a pot.

## Water

Use fresh water. Never boil it twice.

## Leaves

Good leaves open slowly. Wait for them.
"""


def narration(board, glue=" "):
    return glue.join(shot.line for shot in board.shots if shot.line)


@pytest.mark.parametrize("language", sorted(SCRIPTS))
@pytest.mark.parametrize("seconds", [5, 30, 600])
def test_a_script_is_narrated_word_for_word(film, language, seconds):
    """Nothing added, nothing lost, in order, whatever the length of the film."""
    board = film(SCRIPTS[language], is_script=True, seconds=seconds)

    assert narration(board).replace(" ", "") == SCRIPTS[language].replace(" ", "")
    assert board.language == language


def test_twenty_thousand_characters_stay_whole(film):
    """A very long text that is called a script keeps its sentences and the storyboard's limits."""
    text = " ".join(f"Line {number} goes by, and the keeper counts the waves again." for number in range(330))

    assert narration(film(text, seconds=600, is_script=True)) == text


@pytest.mark.parametrize(
    "text", ["孤独的灯塔看守人和一条鲸鱼成为朋友", "Ein einsamer Leuchtturmwärter trifft einen Wal"]
)
def test_an_idea_in_another_language_adds_no_english(film, text):
    """The lines are the user's own words; the pictures come from a small dictionary."""
    board = film(text)

    assert narration(board) == text
    assert {"whale", "lighthouse"} <= {one.noun for shot in board.shots for one in shot.subjects} | {
        scene.setting for scene in board.scenes
    } | {"lighthouse"}
    assert "whale" in {one.noun for shot in board.shots for one in shot.subjects}


def test_list_items_are_spoken_in_order(film):
    """ "First, ..." leads; the words are the user's."""
    board = film("Morning routine:\n1. Drink a glass of water\n2. Stretch for two minutes\n3. Open the window")

    assert narration(
        board
    ) == "First, drink a glass of water. Then stretch for two minutes. And last, open the window." or (
        narration(board).endswith("And last, open the window.")
    )
    assert board.title == "Morning routine"
    assert any(shot.tableau and shot.tableau.layout is Layout.STEPS for shot in board.shots)


def test_headings_become_scene_titles(film):
    """An article's sections are its scenes."""
    board = film(ARTICLE)

    assert [scene.title for scene in board.scenes][1:] == ["Water", "Leaves"]
    assert board.title == "Tea"


def test_pictures_follow_the_sentences(film):
    """A sentence shows its own nouns; "she" is the one who was named."""
    board = film(
        "Maria feeds two dogs on the beach. She laughs and throws a ball. The moon rises over the sea tonight."
    )
    shown = [{one.noun for one in shot.subjects} for shot in board.shots if shot.line]

    assert {"girl", "dog"} <= shown[0]
    assert {"girl", "ball"} <= shown[1]
    assert "moon" in shown[2]
    assert board.characters[0].name == "Maria"
