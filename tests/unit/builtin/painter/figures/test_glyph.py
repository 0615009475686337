"""Icons become things of their own colour and size."""

import numpy as np
import pytest

from astragen.builtin.icons import find_icon
from astragen.builtin.painter.colour import rgb
from astragen.builtin.painter.figures.company import figures_for
from astragen.builtin.painter.figures.glyph import glyph_figure, has_size
from astragen.builtin.painter.figures.ink import bounds
from astragen.builtin.painter.tables import read_table
from astragen.model.storyboard import Subject

ROWS = read_table("figures/glyphs.json")["rows"]


def test_every_row_has_an_icon_and_is_drawn_at_its_size():
    """Marks stay within the icon, so that no figure is larger than it says."""
    odd = []
    for noun, row in ROWS.items():
        figure = glyph_figure("it", {"icon": noun}, "stand")
        box = bounds(figure.draw(0.0, 1.0))
        if find_icon(noun) is None or abs(box.top - row["height"]) > 0.08 * row["height"] or box.bottom < -0.01:
            odd.append((noun, box, row["height"]))

    assert odd == []


def test_a_thing_has_the_colour_it_has():
    """Bananas are yellow whoever asks; an icon without a row takes a plain colour."""
    colours = [glyph_figure(who, {"icon": "banana"}, "stand").draw(0, 1)[0].colour for who in ("a", "b")]
    plain = glyph_figure("a", {"icon": "anvil"}, "stand").draw(0, 1)[0].colour

    assert np.allclose(colours, rgb(ROWS["banana"]["body"]))
    assert any(np.allclose(plain, rgb(one)) for one in read_table("figures/glyphs.json")["plain"])


def test_a_colour_that_is_said_wins():
    """A green apple is green."""
    green = figures_for(Subject(noun="apple", color="#3a8a3a"))[0].draw(0, 1)[0].colour

    assert np.allclose(green, rgb("#3a8a3a"))


def test_things_have_their_size_and_plurals_too():
    """A ladder is higher than a man, a coin is not; symbols have no size."""
    ladder, coin = (figures_for(Subject(noun=noun))[0].height for noun in ("ladders", "coin"))

    assert (ladder, coin) == (pytest.approx(2.6), pytest.approx(0.04))
    assert (has_size("carrots"), has_size("freedom")) == (True, False)
