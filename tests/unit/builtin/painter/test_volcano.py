import numpy as np
import pytest

from astragen.builtin.painter.finish import as_rgb
from astragen.builtin.painter.lava import RIM, cone
from astragen.builtin.painter.paint import paint, room_for
from astragen.builtin.painter.rooms.volcano import power_of
from astragen.model.view import View

SIZE = (160, 90)


def rgb(recipe, seconds=1.0):
    return as_rgb(paint(recipe, *SIZE).frame(seconds, View(), 0))


def fire(picture):
    """Part of the picture that glows red."""
    return ((picture[..., 0] > 0.55) & (picture[..., 0] - picture[..., 2] > 0.35)).mean()


@pytest.mark.parametrize(
    ("fields", "power"),
    [
        ({"setting": "volcano", "mood": "epic"}, 1.0),
        ({"setting": "volcano", "mood": "hopeful"}, 0.65),
        ({"setting": "volcano", "mood": "calm"}, 0.0),
        ({"setting": "crater lake", "mood": "epic"}, 0.0),
        ({"setting": "sea of lava", "mood": "calm"}, 1.0),
        ({"setting": "volcano", "weather": "snow"}, 0.0),
    ],
    ids=str,
)
def test_words_mood_and_snow_choose_how_wild_it_is(recipe, fields, power):
    """Lava is lava in any mood; snow and calm let it sleep."""
    said = recipe(**fields)
    assert room_for(said.setting) == "volcano"
    assert power_of(said) == power


def test_the_cone_is_high_in_the_middle_with_a_dip_and_flat_at_the_edges():
    """The rim is the highest ring; the crater lies under it; the edges meet the plain."""
    height = cone(256, seed=3)
    y, x = (np.mgrid[0:256, 0:256] + 0.5) / 128 - 1
    radius = np.hypot(x, y)
    ring = height[np.abs(radius - 1.2 * RIM) < 0.02].mean()
    assert height[radius < 0.3 * RIM].mean() < ring
    assert height[np.abs(radius - 0.5) < 0.05].mean() < 0.5 * ring
    assert max(height[0].max(), height[:, 0].max()) < 0.01


@pytest.mark.parametrize("hour", ["day", "dusk", "night"])
def test_lava_glows_at_every_hour_and_only_when_awake(recipe, hour):
    """The erupting mountain has fire in it, the sleeping one none."""
    wild, calm = (rgb(recipe(setting="volcano", mood=mood, time_of_day=hour)) for mood in ("epic", "calm"))
    assert fire(wild) > 0.02
    assert fire(calm) < 0.01 or hour == "dusk"
    assert wild.mean() > 0.05


def test_smoke_and_lava_move(recipe):
    """Within a second both the sky over the crater and the ground before the viewer change."""
    scene = paint(recipe(setting="volcano", mood="epic"), *SIZE)
    first, later = (scene.frame(seconds, View(), 0).y.astype(float) for seconds in (1.0, 2.0))
    change = np.abs(first - later)
    assert np.percentile(change[:25], 99) > 4
    assert np.percentile(change[60:], 99) > 8
