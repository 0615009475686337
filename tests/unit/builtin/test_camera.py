"""The built-in camera's takes: recipes in known words, with what was replaced."""

import anyio

from astragen.builtin.camera import BuiltinCamera
from astragen.model.recipe import Recipe
from astragen.model.requests import ShotRequest
from astragen.model.take import Fallback, Take


def shot(**fields: object) -> Take:
    """The take of a shot of these fields."""
    said = {"setting": "forest", "time_of_day": "day", "weather": "clear", "season": "summer", "mood": "calm", **fields}
    request = ShotRequest(
        shot="s1-3", recipe=Recipe.model_validate(said), width=640, height=360, fps=24, frames=48
    )  # fmt: skip
    return anyio.run(BuiltinCamera().shoot, request)


def test_a_take_is_its_recipe():
    """What is known is painted as asked, and nothing is reported."""
    take = shot(subjects=[{"noun": "fox"}])

    assert (take.kind, take.made_by, take.fallbacks) == ("painted", "builtin", ())
    assert take.recipe is not None
    assert take.recipe.subjects[0].noun == "fox"


def test_a_take_tells_what_was_painted_instead():
    """The report of the film takes these as they are."""
    take = shot(setting="a bog", subjects=[{"noun": "zorblax", "action": "run"}])

    assert take.fallbacks == (
        Fallback(stage="paint", subject="s1-3", reason='the painter knows no place "a bog"', instead='painted "swamp"'),
        Fallback(stage="paint", subject="s1-3", reason='the painter knows no "zorblax"', instead='painted "creature"'),
    )
    assert take.recipe is not None
    assert (take.recipe.setting, take.recipe.subjects[0].noun) == ("swamp", "creature")
