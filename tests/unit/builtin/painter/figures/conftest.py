"""A small stage with a sky, a ground and a stand, for figures to stand on."""

from collections.abc import Callable

import numpy as np
import pytest

from astragen.builtin.painter.colour import mix
from astragen.builtin.painter.figures.place import place
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import INFINITE, PaintedScene, Stage, Stand
from astragen.model.recipe import Recipe


@pytest.fixture
def stage() -> Callable[..., Stage]:
    """An empty stage lit for a recipe, with a level stand at 0.8 of the frame."""

    def build(recipe: Recipe, width: int = 320, height: int = 180, *, is_water: bool = False) -> Stage:
        light = light_of(recipe)
        made = Stage(width, height, light)
        made.stand = Stand(
            ground=lambda _: made.y(0.8),
            z=4.0,
            metre=0.1 * height,
            is_water=is_water,
            sky=(made.y(0.08), made.y(0.5)),
            shade=0.08,
            air=mix(light.fog_shade, light.fog_sun, 0.4),
        )
        return made

    return build


@pytest.fixture
def played(stage: Callable[..., Stage]) -> Callable[..., PaintedScene]:
    """A scene of nothing but the subjects of a recipe before a plain backdrop."""

    def build(recipe: Recipe, width: int = 320, height: int = 180, *, is_water: bool = False) -> PaintedScene:
        made = stage(recipe, width, height, is_water=is_water)
        size = (made.canvas_height, made.canvas_width)
        made.plate(premultiply(made.light.low, np.ones(size, np.float32)), INFINITE)
        place(made, recipe)
        return made.scene(recipe.seed)

    return build
