import pytest

from astragen.builtin.painter.finish import Grade
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.treatment import grade_for, style_for, treatment_for
from astragen.builtin.painter.treatment.styles import KINDS


@pytest.mark.parametrize(
    ("words", "style", "is_known"),
    [
        pytest.param("watercolour", "watercolour", True, id="name"),
        pytest.param("Watercolor", "watercolour", True, id="synonym"),
        pytest.param("  Black-and-White ", "noir", True, id="hyphens and case"),
        pytest.param("teal and orange", "teal_orange", True, id="synonym of three words"),
        pytest.param("soft watercolour painting", "watercolour", False, id="name inside"),
        pytest.param("a moody film noir look", "noir", False, id="the longest name wins over film"),
        pytest.param("vintage film with dust", "vintage", False, id="not the plain film either"),
        pytest.param("watercolur", "watercolour", False, id="spelling"),
        pytest.param("an old blue print", "blueprint", False, id="synonym inside"),
        pytest.param("", "cinematic", False, id="nothing said"),
        pytest.param("zzzqqq", "cinematic", False, id="unknown"),
    ],
)
def test_words_find_their_style(words, style, is_known):
    """A name, a synonym, a name inside the words, a near spelling; else the plain style."""
    assert style_for(words) == (style, is_known)


def test_no_name_stands_for_two_styles():
    """A synonym in two rows would make the later row win by accident."""
    names = [name.casefold() for style, row in read_table("styles.json").items() for name in (style, *row["words"])]
    assert len(names) == len(set(names))


def test_every_row_has_a_grade_and_a_known_kind():
    """A misspelt field or kind in the table is found here, not in a film."""
    for style, row in read_table("styles.json").items():
        assert grade_for(style) == Grade(**row["grade"])
        assert row.get("treatment", {"kind": "ink"})["kind"] in KINDS


def test_unknown_words_are_developed_plainly():
    """Nothing said of the style is the plain grade and no treatment."""
    assert grade_for("zzzqqq") == Grade()
    assert treatment_for("zzzqqq", 320, 180, 1) is None
