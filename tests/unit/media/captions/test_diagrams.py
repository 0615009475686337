"""Captions never cover a diagram's labels: painted layouts under set captions."""

from __future__ import annotations

import pytest

from astragen.builtin.painter.paint import paint
from astragen.builtin.painter.type import Label, Words
from astragen.media.captions.burn import TYPES
from astragen.media.captions.typeset import Screen, typeset
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Tableau
from astragen.model.vocabulary import Layout

ITEMS = ("water the old tree", "moon", "संयुक्त राष्ट्र", "fire")
CAPTIONS = ("Time.", "What time is made of: water and a moon,\nunited nations, fire, and an old tree.")


def recipe(layout: Layout) -> Recipe:
    count = 2 if layout is Layout.BALANCE else 4
    values = (3.0, -1.0, 4.5, 4.5) if layout in (Layout.BARS, Layout.CURVE) else ()
    board = Tableau(layout=layout, title="What time is made of", items=ITEMS[:count], values=values, unit="%")
    return Recipe.model_validate(
        {
            "setting": "idea",
            "time_of_day": "day",
            "weather": "clear",
            "season": "summer",
            "mood": "hopeful",
            "tableau": board,
        }
        | {"place_seed": 1, "seed": 1}
    )


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("size", [(320, 180), (180, 320)], ids=str)
def test_no_caption_covers_a_label(layout: Layout, size: tuple[int, int]):
    """The plate of every style begins below the lowest ink of titles and labels, in wide and tall frames."""
    scene = paint(recipe(layout), *size)
    boxes = [layer.box for layer in scene.stage.layers if isinstance(layer, (Label, Words))]
    lowest = max(y + height for _, y, _, height in boxes)
    for text in CAPTIONS:
        for kind in set(TYPES.values()):
            block = typeset(text, kind, Screen(*size, place="band"))
            assert block is not None
            assert block.top >= lowest
