"""A recipe becomes a scene: choose the room, let it compose, put the subjects in.

`data/painter/settings.json` maps the words people use for places to rooms, each a
module of `rooms`; the shot's tableau, if it has one, goes before its place.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.places import room_for
from astragen.builtin.painter.stage import PaintedScene, Stage
from astragen.builtin.painter.treatment import grade_for, style_for, treatment_for
from astragen.builtin.painter.type import hang_title
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import ShotSize

Compose = Callable[[Stage, Recipe], None]

_ROOMS = "astragen.builtin.painter.rooms"  # a module for each value of settings.json, and the tableau
_DEFOCUS = {ShotSize.MEDIUM: 2.5, ShotSize.CLOSE: 6.0, ShotSize.EXTREME_CLOSE: 9.0}  # px at 1080p


def paint(recipe: Recipe, width: int, height: int) -> PaintedScene:
    """Paint *recipe* for frames of *width* x *height* px: slow once, then a frame at a time."""
    stage = Stage(width, height, light_of(recipe), defocus=_DEFOCUS.get(recipe.size, 0.0))
    style, _ = style_for(recipe.style)
    stage.grade = grade_for(style)
    name = "tableau" if recipe.tableau is not None else room_for(recipe.setting) or "tableau"
    compose: Compose = import_module(f"{_ROOMS}.{name}").compose
    compose(stage, recipe)
    if stage.stand is not None:
        place: Compose = import_module("astragen.builtin.painter.figures.place").place
        place(stage, recipe)
    if recipe.title:
        hang_title(stage, recipe)
    if recipe.is_plain:
        stage.grade = stage.grade.model_copy(update={"bloom": 0.0, "grain": 0.0})
    return stage.scene(recipe.seed, treatment_for(style, width, height, recipe.place_seed))
