"""Every layout, drawn small, in several shapes of frame and scripts."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.builtin.painter.layouts.broken import mends
from astragen.builtin.painter.layouts.charts import smooth
from astragen.builtin.painter.layouts.order import dated
from astragen.builtin.painter.paint import paint
from astragen.builtin.painter.type import Label, Style, Words, fit
from astragen.model.safe_area import band_top
from astragen.model.storyboard import Tableau
from astragen.model.view import View
from astragen.model.vocabulary import Layout

FOUR = ("water the old tree", "moon", "संयुक्त राष्ट्र", "fire")


def tableau(layout: Layout) -> Tableau:
    count = 2 if layout is Layout.BALANCE else 4
    values = (3.0, -1.0, 4.5, 4.5) if layout in (Layout.BARS, Layout.CURVE) else ()
    return Tableau(layout=layout, title="What time is made of", items=FOUR[:count], values=values, unit="%")


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("size", [(256, 144), (144, 256), (160, 160), (336, 144)], ids=str)
def test_text_stays_inside_the_frame_and_above_the_captions(recipe, layout, size):
    """No label or title leaves the frame or falls into the captions' band, in any shape of frame."""
    scene = paint(recipe(setting="idea", tableau=tableau(layout)), *size)
    boxes = [layer.box for layer in scene.stage.layers if isinstance(layer, (Label, Words))]
    for x, y, width, height in boxes:
        assert x >= 0
        assert y >= 0
        assert x + width <= size[0] + 1
        assert y + height <= (band_top(*size) + 0.03) * size[1]


@pytest.mark.parametrize("layout", list(Layout))
def test_every_layout_goes_on_moving(recipe, layout):
    """After all has appeared a second still changes the picture, with the camera at rest."""
    scene = paint(recipe(setting="idea", tableau=tableau(layout)), 256, 144)
    first, later = (scene.frame(seconds, View(), 3).y.astype(int) for seconds in (7.0, 8.0))
    assert np.percentile(np.abs(first - later), 99.8) >= 3


def test_a_frame_is_the_same_whenever_it_is_painted(recipe):
    """What a layer keeps from a later frame changes no earlier one."""
    scene = paint(recipe(setting="idea", tableau=tableau(Layout.FLOW)), 256, 144)
    alone = scene.frame(1.1, View(), 3).y.copy()
    scene.frame(6.0, View(), 9)
    assert np.array_equal(alone, scene.frame(1.1, View(), 3).y)


def test_another_seed_gives_another_picture(recipe):
    """Two tableaux of one film do not look the same."""
    frames = [
        paint(recipe(setting="idea", tableau=tableau(Layout.TITLE), seed=seed), 128, 72).frame(4.0, View(), 0).y
        for seed in range(4)
    ]
    for index, one in enumerate(frames):
        for other in frames[index + 1 :]:
            assert np.abs(one.astype(int) - other.astype(int)).mean() > 3


def test_long_text_shrinks_before_it_breaks_a_word():
    """A word wider than the box is set smaller, not cut in two."""
    fitted = fit("Incomprehensibility", 40.0, 300.0, 100.0, Style())
    assert fitted.rows == ("Incomprehensibility",)
    assert fitted.size < 40


def test_a_curve_never_overshoots_its_points():
    """Between two equal values the line is level."""
    line = smooth([(0, 10), (10, 40), (20, 40), (30, 5)])
    assert line[:, 1].min() >= 5
    assert line[:, 1].max() <= 40 + 1e-3


@pytest.mark.parametrize(
    ("event", "parts"),
    [
        ("1969: Moon landing", ("1969", "Moon landing")),
        ("In 1989 the wall fell", ("1989", "the wall fell")),
        ("The wall fell", ("", "The wall fell")),
    ],
)
def test_an_event_is_its_date_and_what_happened(event, parts):
    """Dates are set apart from what they date."""
    assert dated(event) == parts


def test_a_thing_that_heals_is_put_together():
    """Words of mending turn the film of a break round."""
    assert mends(Tableau(layout=Layout.BREAK, items=("heart", "healed")))
    assert not mends(Tableau(layout=Layout.BREAK, items=("heart",), title="Broken"))
