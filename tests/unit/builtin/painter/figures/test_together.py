"""Several figures in a row are one."""

import pytest

from astragen.builtin.painter.figures.company import figures_for
from astragen.builtin.painter.figures.ink import bounds
from astragen.builtin.painter.figures.together import side_by_side
from astragen.model.storyboard import Subject


def test_a_row_is_as_high_as_its_highest_and_as_long_as_all():
    """A cake, a balloon and a gift do not stand in each other."""
    figures = [figures_for(Subject(noun=noun))[0] for noun in ("cake", "balloon", "gift")]
    row = side_by_side(figures)
    box = bounds(row.draw(0.0, 1.0))

    assert row.height == max(figure.height for figure in figures)
    assert row.length > 0.8 * sum(figure.length for figure in figures)
    assert box.right - box.left == pytest.approx(row.length, rel=0.35)
    assert len(row.draw(0.0, 1.0)) == sum(len(figure.draw(0.0, 1.0)) for figure in figures)


def test_the_lower_ones_are_in_front():
    """What is drawn last hides what was drawn before."""
    stag, rabbit = (figures_for(Subject(noun=noun))[0] for noun in ("stag", "rabbit"))

    last = side_by_side([rabbit, stag]).draw(0.0, 1.0)[-1]

    assert bounds([last]).top < stag.height / 2


def test_a_row_keeps_the_lights_of_its_members():
    """A lantern beside a book still glows, at its place."""
    lantern, book = (figures_for(Subject(noun=noun))[0] for noun in ("lantern", "book"))
    row = side_by_side([book, lantern])

    assert row.glows is not None
    assert row.glows(0.0)[0].x > 0
    assert side_by_side([book, book]).glows is None


def test_collective_nouns_are_shown_together():
    """A party is one figure of several things; wildlife is several animals."""
    assert [len(figures_for(Subject(noun=noun))) for noun in ("party", "wildlife", "food chain")] == [1, 1, 1]
