"""A small picture in a style, for people to choose by: always the same view. Start at `write_example`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from astragen.builtin.painter.paint import paint
from astragen.media.colour import rgb_of
from astragen.media.frames import view_of_frame
from astragen.media.stills import save_jpeg
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Mood, Season, TimeOfDay, Weather

WIDTH, HEIGHT = 640, 360
_VIEW: Final = Recipe(
    setting="mountain",
    time_of_day=TimeOfDay.DUSK,
    weather=Weather.CLEAR,
    season=Season.AUTUMN,
    mood=Mood.CALM,
    seed=7,
)


def write_example(style: str, path: Path) -> None:
    """Write the picture in *style*, which is one of the painter's, as the JPEG *path*.

    Raises:
        RenderError: it cannot be written.
    """
    recipe = _VIEW.model_copy(update={"style": style})
    view = view_of_frame(0, recipe.move, recipe.lens, clip_frames=24, fps=24, seed=recipe.seed)
    save_jpeg(rgb_of(paint(recipe, WIDTH, HEIGHT).frame(0.0, view, 0)), path)
