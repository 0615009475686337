"""Icons: the right sense or none."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pytest

from astragen.builtin.fonts import icon_typeface
from astragen.builtin.icons import EMOJI_PREFIX, FONT_PREFIX, find_icon, icon
from astragen.errors import InputError

TABLE = json.loads((resources.files("astragen.data") / "icons.json").read_text("utf-8"))


def test_every_curated_picture_exists():
    """Each of the table's names is a glyph of the icon font, each emoji one that the emoji font draws."""
    pictures = {noun: find_icon(noun) for noun in TABLE["icons"]}
    glyph = icon_typeface().font.get_glyph_from_name

    assert len(pictures) > 1000
    for noun, name in pictures.items():
        assert name is not None, noun
        if name.startswith(FONT_PREFIX):
            assert glyph(name.removeprefix(FONT_PREFIX)), noun
        else:
            drawn = icon(name, 16)
            assert drawn is not None, noun
            assert drawn.sum() > 10, noun


def test_synonyms_lead_to_curated_nouns():
    """No synonym hangs in the air, and none hides a noun of its own."""
    assert set(TABLE["synonyms"].values()) <= set(TABLE["icons"])
    assert not set(TABLE["synonyms"]) & set(TABLE["icons"])


def test_names_never_to_match_are_not_curated_and_exist():
    """The list of wrong senses holds names of the icon font that the table does not give a right sense."""
    glyph = icon_typeface().font.get_glyph_from_name

    assert not set(TABLE["never"]) & (set(TABLE["icons"]) | set(TABLE["synonyms"]))
    assert all(glyph(name) for name in TABLE["never"])


@pytest.mark.parametrize(
    ("noun", "name"),
    [
        ("dog", "mdi:dog"),
        ("Labrador", "mdi:dog"),
        ("dogs", "mdi:dog"),
        ("puppies", "mdi:dog-side"),
        ("hot dog", "mdi:food-hot-dog"),
        ("apple", "mdi:food-apple"),
        ("mouse", "mdi:rodent"),
        ("computer mouse", "mdi:mouse"),
        ("table", "mdi:table-furniture"),
        ("bat", "mdi:bat"),
        ("kid", "mdi:human-child"),
        ("wolves", "emoji:🐺"),
        ("seal", "emoji:🦭"),
        ("nurse", "mdi:doctor"),
        ("fire trucks", "mdi:fire-truck"),
        ("Space  Station", "mdi:space-station"),
    ],
)
def test_a_noun_gets_the_picture_of_its_sense(noun: str, name: str):
    """Also in the plural, in capitals, and by a synonym; what an icon's name means elsewhere does not matter."""
    assert find_icon(noun) == name


@pytest.mark.parametrize("noun", ["matrix", "opera", "react", "gondola", "needle", "qwxyz", "", " "])
def test_a_noun_without_a_right_picture_gets_none(noun: str):
    """Logos, controls and other senses are no icon for a noun; neither is nothing."""
    assert find_icon(noun) is None
    assert icon(noun, 24) is None


def test_mastodon_is_an_animal():
    """The icon font's mastodon is the logo of a network."""
    assert find_icon("mastodon") == find_icon("mammoth") != f"{FONT_PREFIX}mastodon"


@pytest.mark.parametrize("name", ["heart", "wolf", "mdi:heart", f"{EMOJI_PREFIX}🐺"])
def test_an_icon_fills_its_square_evenly(name: str):
    """A noun and an icon's name both draw; the picture is centred and keeps clear of the edges."""
    drawn = icon(name, 96)
    assert drawn is not None
    columns, rows = drawn.any(axis=0).nonzero()[0], drawn.any(axis=1).nonzero()[0]

    assert drawn.shape == (96, 96)
    assert drawn.dtype == np.float32
    assert 0 <= drawn.min() < drawn.max() == 1
    assert max(columns[-1] - columns[0], rows[-1] - rows[0]) == pytest.approx(96 * 20 / 24, abs=6)
    assert columns[0] + columns[-1] == pytest.approx(95, abs=2)


def test_a_heart_is_solid_and_symmetric():
    """Icons are filled shapes: the heart has no hole, and its halves mirror each other."""
    heart = icon("heart", 64)
    assert heart is not None

    assert heart[24:36, 24:40].min() == pytest.approx(1)
    np.testing.assert_allclose(heart, heart[:, ::-1], atol=0.02)


@pytest.mark.parametrize("size", [0, -1, 5000])
def test_an_icon_size_out_of_range_is_refused(size: int):
    """The message names the size and the limit."""
    with pytest.raises(InputError, match="from 1 to 4096 px"):
        icon("dog", size)
