"""The tableau: an idea without a place, as type, emblems, diagrams and charts."""

from __future__ import annotations

from astragen.builtin.painter.desk import Desk
from astragen.builtin.painter.layouts.backdrop import hang_backdrop
from astragen.builtin.painter.layouts.choice import LAYOUTS, suited
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.weather import dust
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Tableau
from astragen.model.vocabulary import Layout


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang the backdrop and the layout that the tableau asks for."""
    tableau = suited(_titled(recipe.tableau, recipe.title) if recipe.tableau else _from_subjects(recipe))
    desk = Desk(stage, recipe, tableau)
    hang_backdrop(desk)
    LAYOUTS[tableau.layout](desk)
    dust(stage, recipe.seed, strength=0.8, colour=desk.accent)
    threshold = 0.94 if desk.is_light else 0.78  # pale ground must not glow
    stage.grade = stage.grade.model_copy(update={"contrast": 1.03, "bloom_threshold": threshold})


def _titled(tableau: Tableau, title: str) -> Tableau:
    """*tableau* under the shot's *title*, when it has none of its own."""
    return tableau if tableau.title else tableau.model_copy(update={"title": title})


def _from_subjects(recipe: Recipe) -> Tableau:
    """A place nobody can paint becomes an emblem of what is there, under the place's name."""
    nouns = tuple(subject.noun for subject in recipe.subjects) or (recipe.setting,)
    layout = Layout.CONSTELLATION if len(nouns) > 2 else Layout.EMBLEM
    return Tableau(layout=layout, items=nouns[:8])
