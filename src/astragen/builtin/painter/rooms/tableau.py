"""The tableau: an idea without a place, as type, emblems and diagrams."""

from __future__ import annotations

from astragen.builtin.painter.desk import Desk, hang_backdrop
from astragen.builtin.painter.layouts import LAYOUTS
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.weather import dust
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Tableau
from astragen.model.vocabulary import Layout


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang the backdrop and the layout that the tableau asks for."""
    tableau = recipe.tableau or _from_subjects(recipe)
    desk = Desk(stage, recipe, tableau)
    hang_backdrop(desk)
    LAYOUTS[tableau.layout](desk)
    dust(stage, recipe.seed, strength=0.8, colour=desk.accent)
    stage.grade = stage.grade.model_copy(update={"contrast": 1.03, "bloom_threshold": 0.78})


def _from_subjects(recipe: Recipe) -> Tableau:
    """A place nobody can paint becomes an emblem of what is there, under the place's name."""
    nouns = tuple(subject.noun for subject in recipe.subjects) or (recipe.setting,)
    layout = Layout.CONSTELLATION if len(nouns) > 2 else Layout.EMBLEM
    return Tableau(layout=layout, items=nouns[:8])
