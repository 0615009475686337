"""Which font draws what, and glyphs as outlines and coverage."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pytest

from astragen.builtin.fonts import (
    _open,
    advice,
    choose,
    clusters,
    coverage,
    families,
    fill,
    legible,
    outline,
    script_of,
    typeface,
)
from astragen.errors import InputError

INDEX = json.loads((resources.files("astragen.data") / "fonts.json").read_text("utf-8"))
REQUIRED = [name for name, entry in INDEX["fonts"].items() if entry["package"] not in INDEX["extras"]]

SQUARE = np.array([[1, 1, 3, 1], [3, 1, 3, 3], [3, 3, 1, 3], [1, 3, 1, 1]], np.float32)


def chosen(text: str, script: str, family: str = "sans", language: str = "en") -> str:
    return choose(text, script, family, 600, language).name


@pytest.mark.parametrize("name", REQUIRED)
def test_every_font_of_the_index_opens(name: str):
    """A font of a required package exists where the index says, and has letters or symbols."""
    face = typeface(name, 600, 14)

    assert face is not None
    assert face.units_per_em >= 1000
    assert 0.6 < face.ascent < 1.6


def test_every_font_that_the_index_names_is_listed():
    """Families, scripts, Han languages and the emoji font name fonts of the list."""
    named = {INDEX["emoji"]}
    for table in (INDEX["scripts"], INDEX["han"]):
        named |= {name for names in table.values() for name in names}
    named |= {name for family in INDEX["families"].values() for name in family["fonts"]}

    assert named <= set(INDEX["fonts"])


def test_a_font_whose_package_is_not_installed_is_none():
    """The Chinese, Japanese and Korean fonts are an extra: a missing package is no error."""
    assert _open("absent", {"package": "no_such_package", "file": "absent.ttf"}, {}) is None


@pytest.mark.parametrize(
    ("text", "script", "family", "name"),
    [
        ("A", "Latn", "sans", "inter"),
        ("Ж", "Cyrl", "serif", "source-serif"),
        ("A", "Latn", "display", "inter"),
        ("ع", "Arab", "sans", "noto-arabic"),
        (".", "Deva", "sans", "noto-devanagari"),
        ("😀", "Latn", "sans", "noto-emoji"),
        ("❤️", "Latn", "sans", "noto-emoji"),
        ("e\u0301", "Latn", "sans", "inter"),
        ("∮", "Latn", "sans", "stix-math"),
    ],
)
def test_a_character_is_drawn_by_the_font_of_its_script(text: str, script: str, family: str, name: str):
    """First the script's font, then the family's, then whichever has it; emoji before text symbols."""
    assert chosen(text, script, family) == name


def test_han_characters_follow_the_language():
    """The same character is drawn with the shapes of Japan, Korea, Taiwan or the mainland."""
    pytest.importorskip("justmytype_intl_cjk")

    names = [chosen("骨", "Hani", language=language) for language in ("ja", "ko", "zh-TW", "zh-Hant-HK", "zh", "en")]

    assert names == ["noto-jp", "noto-kr", "noto-tc", "noto-tc", "noto-sc", "noto-sc"]


def test_an_unknown_family_is_refused_with_those_there_are():
    """The message names the value and the choices."""
    with pytest.raises(InputError, match=r'no font family "comic".*sans, serif, display'):
        choose("a", "Latn", "comic", 400, "en")


def test_coverage_names_what_no_font_has():
    """Each missing character once, in order; spaces, joiners and controls are never missing."""
    text = "Hello नमस्ते 👩‍👩‍👧 שלום\n\u200d\u2067 ༄ 𐀀 ༄"

    assert coverage(text) == ("༄", "𐀀")


def test_advice_names_the_extra_that_would_help():
    """Japanese without its fonts is a matter of one pip command; Tibetan has none."""
    assert advice(("灯", "の")) == "pip install 'astragen[cjk]'"
    assert advice(("༄",)) == ""


def test_legible_leaves_out_what_would_be_an_empty_box():
    """Characters that no font has, and marks that the font of their letter has not; the rest stays."""
    assert legible("a 𒀀wedge") == "a wedge"
    assert legible("नमस्ते 👩‍👩‍👧 1️⃣ e\u0301") == "नमस्ते 👩‍👩‍👧 1️⃣ e\u0301"
    assert legible("𐀀𐀀") == ""


def test_families_are_the_three_of_the_index():
    """Text is set in sans, serif or display."""
    assert families() == ("sans", "serif", "display")


@pytest.mark.parametrize(("char", "script"), [("a", "Latn"), ("ع", "Arab"), ("灯", "Hani"), ("1", None), ("。", None)])
def test_script_of_a_character(char: str, script: str | None):
    """Digits and punctuation belong to no script of their own."""
    assert script_of(char) == script


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("e\u0301a", ["e\u0301", "a"]),
        ("क्षत्रिय", ["क्ष", "त्रि", "य"]),
        ("👩‍👩‍👧🇩🇪🇫🇷👍🏽1️⃣", ["👩‍👩‍👧", "🇩🇪", "🇫🇷", "👍🏽", "1️⃣"]),
        ("น้ำ", ["น้ำ"]),
        ("\u1112\u1161\u11ab글", ["\u1112\u1161\u11ab", "글"]),
    ],
    ids=["accent", "conjuncts", "emoji", "Thai", "jamo"],
)
def test_clusters_keep_what_readers_see_as_one(text: str, expected: list[str]):
    """Marks, conjuncts, joined emoji, flags and skin tones stay with their base."""
    assert clusters(text) == expected


def test_fill_covers_a_square_exactly():
    """A square on pixel edges is all ones inside and all zeros outside."""
    expected = np.zeros((4, 4), np.float32)
    expected[1:3, 1:3] = 1

    np.testing.assert_array_equal(fill(SQUARE, 4, 4), expected)


def test_fill_gives_partial_pixels_their_share():
    """A square moved by a quarter pixel right and half a pixel down covers its edges in proportion."""
    coverage_ = fill(SQUARE + np.array([0.25, 0.5, 0.25, 0.5], np.float32), 5, 5)

    np.testing.assert_allclose(coverage_[2], [0, 0.75, 1, 0.25, 0], atol=1e-6)
    np.testing.assert_allclose(coverage_[:, 2], [0, 0.5, 1, 0.5, 0], atol=1e-6)
    assert coverage_.sum() == pytest.approx(4, abs=1e-4)


def test_fill_unites_overlaps_and_keeps_holes():
    """Non-zero winding: overlapping squares have no hole, an inner square turned the other way is one."""
    overlapping = fill(np.concatenate([SQUARE, SQUARE + 1]), 6, 6)
    inner = SQUARE[:, [2, 3, 0, 1]] / 2 + 1
    ring = fill(np.concatenate([SQUARE * 2, inner + 0.5]), 8, 8)

    assert overlapping.max() == 1
    assert overlapping.sum() == pytest.approx(7, abs=1e-4)
    assert ring[2:3, 2:3] == pytest.approx(0, abs=1e-4)


def test_fill_cuts_what_is_outside():
    """A shape that reaches over all sides leaves a full picture and nothing else."""
    np.testing.assert_allclose(fill(SQUARE * 20 - 25, 5, 3), np.ones((3, 5)), atol=1e-6)


def test_the_outline_of_an_o_winds_positively_and_has_a_hole():
    """The area of an o is far less than its box: both contours are there, turned against each other."""
    face = typeface("inter", 400, 14)
    assert face is not None
    edges = outline(face, face.font.get_nominal_glyph(ord("o")))

    area = float(np.sum(edges[:, 0] * edges[:, 3] - edges[:, 2] * edges[:, 1])) / 2
    box = float(np.prod(edges[:, :2].max(axis=0) - edges[:, :2].min(axis=0)))

    assert 0.25 * box < area < 0.6 * box


def test_outlines_are_closed():
    """Every point where an edge ends is where another begins: no contour leaks."""
    for name in REQUIRED:
        face = typeface(name, 600, 14)
        assert face is not None
        edges = outline(face, 5)
        assert sorted(map(tuple, edges[:, :2].tolist())) == sorted(map(tuple, edges[:, 2:].tolist())), name
