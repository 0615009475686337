"""Shaping, direction, drawing and breaking of text."""

from __future__ import annotations

import random

import numpy as np
import pytest
from bidi import get_display

from astragen.builtin.lettering import (
    _direction_runs,
    _visual_order,
    atoms,
    clean,
    letter,
    letter_part,
    measure,
    trace,
    wrap,
)
from astragen.errors import InputError

NASTY = {
    "nothing": "",
    "spaces": "  \u00a0\u2003 ",
    "controls": "a\x00b\x07\x1b[31m\x7f",
    "lone surrogate": "a\ud83db",
    "marks alone": "\u0301\u0302" * 40,
    "zalgo": "z" + "\u0300\u0323\u0489" * 60 + "algo",
    "directions": "abc \u202eשלום\u202c (123) \u2067עולם \u2066x",
    "unclosed isolates": "\u2066\u2067\u2068" * 20 + "א1",
    "joiners": "\u200d\u200c\ufe0f\u200b",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f👍🏽🇩🇪🇩1️⃣",
    "noncharacters": "\uffff\ufdd0\U0010fffe",
    "private": "\ue000\U000f1234",
    "unassigned": "\u0378\U000e0fff",
    "no font": "𐀀༄𒀀",
    "ligatures": "ﷺ ﷽ ﬃ",
    "object replacement": "\ufffc\ufffd",
    "lines": "a\nb\r\nc\u2028d\te",
    "half a conjunct": "क्",
    "long": "x" * 3000,
    "long and right to left": "שלום (abc) " * 300,
}


def width(text: str, size: float = 40, **how: object) -> float:
    return measure(text, size, **how)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_no_text_fails(text: str):
    """Whatever Unicode holds is drawn, measured and wrapped; nothing is wider than the limit or above one."""
    drawn = letter(text, 20)
    rows = wrap(text, 20, 300, max_lines=3)

    assert drawn.coverage.dtype == np.float32
    assert drawn.coverage.size == 0 or 0 <= drawn.coverage.min() <= drawn.coverage.max() <= 1
    assert drawn.coverage.shape[0] <= 5 * 20 + 1
    assert drawn.coverage.shape[1] <= 16_384
    assert all(row.strip() for row in rows)
    assert len(rows) <= 3


def test_arabic_letters_join():
    """Joined letters are narrower than the same letters apart, by a fifth at least."""
    word = "بيتنا"
    apart = sum(width(char, language="ar") for char in word)

    assert width(word, language="ar") < 0.8 * apart


def test_devanagari_forms_conjuncts():
    """Ksha is one glyph, not ka, virama and ssa: narrower than its parts, and without a gap in the headline."""
    assert width("क्ष", language="hi") < 0.75 * (width("क", language="hi") + width("ष", language="hi"))

    rows = letter("हिन्दी", 80, language="hi").coverage
    headline = rows[rows.sum(axis=1).argmax()]
    assert headline[8:-8].min() > 0.9


def test_thai_marks_stand_above_their_consonant():
    """A consonant with vowel and tone mark is as wide as the consonant, and taller."""
    bare, marked = letter("ท", 60, language="th"), letter("ที่", 60, language="th")

    assert width("ที่", language="th") == pytest.approx(width("ท", language="th"))
    assert marked.top > bare.top + 15


def test_latin_is_kerned():
    """AV is narrower than A and V."""
    assert width("AV") < width("A") + width("V") - 2


def test_joined_emoji_are_one_picture():
    """A family of three is one emoji wide, a flag as well."""
    assert width("👩‍👩‍👧") == pytest.approx(width("👩"))
    assert width("🇩🇪") == pytest.approx(width("😀"), rel=0.1)


def test_a_composed_and_a_decomposed_letter_look_alike():
    """é is drawn the same whether it is one code point or two."""
    np.testing.assert_allclose(letter("é", 40).coverage, letter("e\u0301", 40).coverage, atol=1e-3)


@pytest.mark.parametrize(
    ("text", "language", "runs"),
    [
        ("abc אבג 12", "en", [(0, 4, False), (8, 10, False), (4, 8, True)]),
        ("אב 12 גד", "he", [(5, 8, True), (3, 5, False), (0, 3, True)]),
        ("مرحبا AstraGen", "ar", [(6, 14, False), (0, 6, True)]),
        ("AstraGen مرحبا", "ar", [(8, 14, True), (0, 8, False)]),
        ("Hello.", "ar", [(0, 6, False)]),
    ],
    ids=["left to right", "right to left", "ends in Latin", "begins with Latin", "all Latin"],
)
def test_runs_follow_the_bidirectional_algorithm(text: str, language: str, runs: list[tuple[int, int, bool]]):
    """Numbers and Latin keep their direction in right-to-left text; the language decides where a mixed row begins."""
    assert _direction_runs(text, language) == runs


def test_visual_order_is_that_of_the_reference_implementation():
    """On 600 random mixed rows our permutation gives exactly the reference's display text, brackets included."""
    pick = random.Random(7)
    alphabet = "abcאבגدهم0123 .,:+-%$()[]!/\u0301\u200e\u200f\u0661\u0662"
    for _ in range(200):
        text = "".join(pick.choice(alphabet) for _ in range(pick.randint(1, 16)))
        for base in (None, "L", "R"):
            order = _visual_order(text, base)
            assert "".join(text[place] for place in order) == get_display(text, base_dir=base), (text, base)


def test_brackets_are_mirrored_in_right_to_left_text():
    """The bracket that opens a Hebrew aside looks like the one that closes an English one."""
    hebrew = letter("(א", 60, language="he").coverage
    columns = letter(")", 60).coverage.shape[1]

    np.testing.assert_allclose(hebrew[:, -columns:].sum(), letter(")", 60).coverage.sum(), rtol=0.1)
    assert width("א(ב)", language="he") == pytest.approx(width("אב()", language="he"), rel=0.05)


def test_a_row_has_its_baseline_and_size():
    """An x sits on the baseline and is Inter's x-height (0.546 em) tall; the crop is tight."""
    drawn = letter("x", 100, weight=400)

    assert drawn.top == pytest.approx(54.6, abs=1)
    assert drawn.coverage.shape[0] - drawn.top <= 1
    assert drawn.coverage.any(axis=0).all()
    assert drawn.coverage.any(axis=1).all()


def test_measure_scales_with_size_and_is_positive():
    """Twice the size is twice the width, ascent and descent."""
    small, large = measure("Storm", 20), measure("Storm", 40)

    assert large == pytest.approx([2 * value for value in small])
    assert min(small) > 0


def test_a_shift_moves_the_ink_by_parts_of_a_pixel():
    """Shifted by a quarter pixel, the centre of the ink moves by a quarter pixel."""

    def centre(shift: float) -> float:
        drawn = letter("lighthouse", 30, shift=shift)
        weights = drawn.coverage.sum(axis=0)
        return float((weights * np.arange(len(weights))).sum() / weights.sum() + drawn.left)

    assert centre(0.25) - centre(0.0) == pytest.approx(0.25, abs=0.01)


def test_weight_thickens_and_families_differ():
    """Bold has more ink than thin; serif and display are other shapes than sans."""
    ink = {weight: letter("Storm", 60, weight=weight).coverage.sum() for weight in (200, 500, 800)}

    assert ink[200] < 0.8 * ink[500] < 0.8 * 0.9 * ink[800]
    assert len({round(width("Storm", family=family), 3) for family in ("sans", "serif", "display")}) == 3


def test_trace_is_what_letter_fills():
    """The outline in em has the extent of the drawn row."""
    edges, drawn = trace("Storm") * 50, letter("Storm", 50)

    assert drawn.coverage.shape[1] == np.ceil(edges[:, ::2].max()) - np.floor(edges[:, ::2].min())


@pytest.mark.parametrize(
    ("text", "word", "language"),
    [("the old sea", "old", "en"), ("شومر قال البحر", "قال", "ar"), ("यह दीप्ति है", "दीप्ति", "hi")],
    ids=["Latin", "Arabic", "Devanagari"],
)
def test_a_part_is_drawn_where_it_stands_in_the_row(text: str, word: str, language: str):
    """Pasted over the whole row, the parts before, of and after a word are the row again, and none is empty."""
    whole = letter(text, 40, language=language)
    start = text.index(word)
    united = np.zeros_like(whole.coverage)
    for first, last in ((0, start), (start, start + len(word)), (start + len(word), len(text))):
        part = letter_part(text, first, last, 40, language=language)
        left, top = part.left - whole.left, whole.top - part.top
        assert part.coverage.size
        united[top : top + part.coverage.shape[0], left : left + part.coverage.shape[1]] += part.coverage

    np.testing.assert_allclose(united, whole.coverage, atol=0.02)


@pytest.mark.parametrize("size", [0, -3, float("nan"), 1e9])
def test_a_size_out_of_range_is_refused(size: float):
    """The message names the size and the limit."""
    with pytest.raises(InputError, match="sizes go from 1 to 4000"):
        letter("a", size)


def test_clean_drops_controls_and_turns_white_space_into_spaces():
    """No-break spaces stay, for no row may break there."""
    assert clean("a\nb\tc\x07\ud83d\u00a0d") == "a b c\u00a0d"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two  words", ["two  ", "words"]),
        ("a\u00a0b c", ["a\u00a0b ", "c"]),
        ("well-known -5 a–b", ["well-", "known ", "-5 ", "a–", "b"]),
        ("「はい」と。", ["「は", "い」", "と。"]),
        ("きゃっと", ["きゃっ", "と"]),
        ("ソーダ々", ["ソー", "ダ々"]),
        ("GPTは5", ["GPT", "は", "5"]),
        ("한국어 자막", ["한국어 ", "자막"]),
        ("see 👍👍 now", ["see ", "👍👍 ", "now"]),
    ],
    ids=["spaces", "no-break", "hyphens", "brackets", "small kana", "marks", "mixed", "Korean", "emoji"],
)
def test_atoms_are_what_no_row_breaks(text: str, expected: list[str]):
    """Breaks come after spaces and hyphens and between wide characters, with the marks of JIS X 4051 kept in place."""
    assert atoms(text) == expected


def test_wrap_keeps_the_width_and_the_text():
    """No row is wider than asked, and the rows together are the text."""
    text = "The lighthouse keeper climbs the stairs one last time before the storm arrives at the rocks."
    rows = wrap(text, 40, 500)

    assert " ".join(rows) == text
    assert max(width(row) for row in rows) <= 500


def test_wrap_is_even():
    """Two rows differ by less than a word: the second is not left with the rest."""
    rows = wrap("The keeper climbs the stairs one last time.", 40, 600)

    assert len(rows) == 2
    assert abs(width(rows[0]) - width(rows[1])) < 120


def test_wrap_breaks_a_word_that_is_wider_than_a_row():
    """A long compound is broken inside, and nothing is lost."""
    word = "Donaudampfschifffahrtsgesellschaft"
    rows = wrap(word, 40, 200, language="de")

    assert "".join(rows) == word
    assert max(width(row, language="de") for row in rows) <= 200


def test_wrap_breaks_thai_between_syllables_that_show():
    """Thai has no spaces: a row begins with a vowel or a consonant that has one, never with a lone final consonant."""
    text = "ภาษาไทยเป็นภาษาที่สวยงาม และเขาชอบเดินเล่นริมทะเลในตอนเช้า"
    rows = wrap(text, 40, 300, language="th")

    assert "".join(rows) == text.replace(" ", "")
    assert all(row[0] in "เแโใไ" or not row[1:2].isalpha() or row[1] in "ะาำ" for row in rows)


def test_wrap_shortens_what_does_not_fit():
    """With max_lines the last row ends in an ellipsis and is no wider than the others may be."""
    rows = wrap("one two three four five six seven eight nine ten", 40, 200, max_lines=2)

    assert len(rows) == 2
    assert rows[-1].endswith("…")
    assert max(width(row) for row in rows) <= 200


def test_wrap_of_nothing_is_nothing():
    """Neither empty nor blank text makes a row."""
    assert wrap("", 40, 100) == wrap(" \n ", 40, 100) == ()
