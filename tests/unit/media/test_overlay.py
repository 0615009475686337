"""Tests of media/overlay.py: weather and titles over pictures that the painter did not make."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.media.overlay import OverlaidFrames, overlaid, titled
from astragen.model.planes import Planes
from astragen.model.recipe import Recipe
from astragen.model.segment import Profile

PROFILE = Profile(width=320, height=180, fps=24)


class Grey:
    """A `FrameSource` of one grey."""

    def __init__(self, luma: int = 90) -> None:
        self._planes = Planes(
            np.full((180, 320), luma, np.uint8), np.full((90, 160), 128, np.uint8), np.full((90, 160), 128, np.uint8)
        )

    def frame(self, n: int) -> Planes:
        """The same whatever *n*."""
        return self._planes


def recipe(**changes: object) -> Recipe:
    """A clear day on a mountain."""
    shot = {"setting": "mountain", "time_of_day": "day", "weather": "clear", "season": "summer", "mood": "calm"}
    return Recipe.model_validate({**shot, "seed": 3, **changes})


def lumas(numbers: range = range(20, 50, 10), *, luma: int = 90, **changes: object) -> list[np.ndarray]:
    """What is shown of a grey still, as differences from it."""
    source = overlaid(Grey(luma), recipe(**changes), PROFILE, first=0, clip_frames=72)
    return [source.frame(n).y.astype(int) - luma for n in numbers]


@pytest.mark.parametrize(
    ("weather", "setting", "most"),
    [("rain", "mountain", 6), ("storm", "coast", 9), ("snow", "village", 8), ("fog", "forest", 40)],
)
def test_weather_is_seen_and_moves_and_stays_subtle(weather, setting, most):
    """Every frame has some of it, no two the same, and on average it changes the picture by a few levels."""
    shown = lumas(weather=weather, setting=setting)

    for one in shown:
        assert np.abs(one).max() >= 8
        assert 0.05 < np.abs(one).mean() < most
    assert np.abs(shown[0] - shown[1]).max() >= 4


@pytest.mark.parametrize(("setting", "is_seen"), [("library", True), ("volcano", True), ("space", False), ("x", False)])
def test_the_air_of_a_place_is_seen_on_a_clear_day(setting, is_seen):
    """Motes indoors, sparks at a volcano; nothing where nobody knows what the air does."""
    assert (
        isinstance(overlaid(Grey(), recipe(setting=setting), PROFILE, first=0, clip_frames=72), OverlaidFrames)
        == is_seen
    )


@pytest.mark.parametrize(("setting", "weather"), [("underwater", "rain"), ("x", "snow"), ("space", "fog")])
def test_it_rains_and_snows_in_the_open_only(setting, weather):
    """The sea floor stays dry of rain."""
    source = Grey()

    assert overlaid(source, recipe(setting=setting, weather=weather), PROFILE, first=0, clip_frames=72) is source


def test_a_hurried_film_goes_without_weather():
    """Weather costs half as much as the still itself; titles stay."""
    source = Grey()
    plain = recipe(weather="rain", is_plain=True)

    assert overlaid(source, plain, PROFILE, first=0, clip_frames=72) is source
    title = plain.model_copy(update={"title": "Hello"})
    assert overlaid(source, title, PROFILE, first=0, clip_frames=72) is not source


def test_a_clip_gets_a_title_but_no_weather():
    """A clip's weather moves by itself."""
    source = Grey()

    assert titled(source, recipe(weather="rain"), PROFILE, clip_frames=72) is source
    assert titled(source, recipe(title="Hello"), PROFILE, clip_frames=72).frame(60).y.max() > 180


def test_the_picture_under_it_is_not_written_into():
    """The source's own planes are as before: the next frame starts from them again."""
    source = Grey()

    overlaid(source, recipe(weather="snow", title="Snow"), PROFILE, first=0, clip_frames=72).frame(40)

    assert (source.frame(0).y == 90).all()


def test_equal_recipes_give_equal_frames_and_the_range_is_legal():
    """On white, with everything over it, nothing leaves 16 to 235."""
    changes = {"weather": "snow", "title": "White on white"}
    one, other = (lumas(luma=235, **changes) for _ in range(2))

    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert max(frame.max() for frame in one) <= 0


def test_a_take_without_a_recipe_is_left_alone():
    """There is nothing to go by."""
    source = Grey()

    assert overlaid(source, None, PROFILE, first=0, clip_frames=72) is source
    assert titled(source, None, PROFILE, clip_frames=72) is source
