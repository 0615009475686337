"""Text into sentences and clauses."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.sentences import clauses, sentences, split_long


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Dr. Weiss came. He left at 5 p.m. sharp!", ["Dr. Weiss came.", "He left at 5 p.m. sharp!"]),
        ("en", "It cost 3.50 euros. No. It was free.", ["It cost 3.50 euros.", "No.", "It was free."]),
        ("en", "“You are late,” he said. “Sit.”", ["“You are late,” he said.", "“Sit.”"]),
        ("en", "Wait... what? Yes.", ["Wait... what?", "Yes."]),
        ("de", "Er kommt z.B. heute. Gut.", ["Er kommt z.B. heute.", "Gut."]),
        ("es", "¿Quién es? ¡Nadie!", ["¿Quién es?", "¡Nadie!"]),
        ("zh", "灯塔黑了。“你来晚了。”他说！", ["灯塔黑了。", "“你来晚了。”", "他说！"]),
        ("ja", "灯台は暗い。誰？", ["灯台は暗い。", "誰？"]),
        ("ar", "من هنا؟ لا أحد.", ["من هنا؟", "لا أحد."]),
        ("hi", "रात थी। सब सो रहे थे।", ["रात थी।", "सब सो रहे थे।"]),
        ("el", "Ποιος είναι; Κανείς.", ["Ποιος είναι;", "Κανείς."]),
        ("th", "ประภาคารมืดมานาน เธอพายเรือออกไป", ["ประภาคารมืดมานาน", "เธอพายเรือออกไป"]),
    ],
)
def test_sentences_end_where_their_language_ends_them(language, text, expected):
    """Each script's own marks end a sentence; abbreviations and decimals do not."""
    assert sentences(text, language) == expected


def test_marks_without_a_letter_stay_with_the_sentence_before():
    """A stray row of dots is no sentence."""
    assert sentences("He left. ... She stayed.", "en") == ["He left. ...", "She stayed."]


def test_clauses_join_back_to_the_text():
    """Cutting at clauses loses nothing."""
    text = "She rowed, alone; the tide was out: nobody saw – nobody asked."

    assert " ".join(clauses(text)) == text


def test_split_long_keeps_every_character():
    """A sentence longer than the limit is cut between words, and nothing is lost."""
    text = "word " * 500

    pieces = split_long(text.strip(), 200)

    assert all(len(piece) <= 200 for piece in pieces)
    assert " ".join(pieces) == text.strip()
