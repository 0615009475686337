import numpy as np
import pytest

from astragen.builtin.painter.finish import as_rgb
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.sky import Aurora, hang_sky
from astragen.builtin.painter.stage import Stage
from astragen.model.view import View
from astragen.model.vocabulary import TimeOfDay, Weather

SIZE = (240, 136)


def scene_of(recipe, **options):
    stage = Stage(*SIZE, light_of(recipe))
    stage.horizon = stage.y(0.9)
    hang_sky(stage, recipe, **options)
    return stage.scene(1)


def luma(recipe, seconds=1.0, **options):
    return scene_of(recipe, **options).frame(seconds, View(), 0).y.astype(int)


@pytest.mark.parametrize(
    ("hour", "air"),
    [
        *((hour, Weather.CLEAR) for hour in TimeOfDay),
        *((TimeOfDay.DAY, air) for air in Weather),
        (TimeOfDay.NIGHT, Weather.STORM),
    ],
    ids=str,
)
def test_every_hour_and_weather_gives_a_sky(recipe, hour, air):
    """No sky is flat, black or burnt out."""
    picture = luma(recipe(time_of_day=hour.value, weather=air.value))[:110]
    assert picture.std() > 2
    assert 18 < picture.mean() < 228
    assert (picture >= 234).mean() < 0.06


def test_the_sun_stands_where_the_light_says(recipe):
    """The brightest place of a clear golden sky is at the sun."""
    said = recipe(time_of_day="golden")
    scene = scene_of(said, clouds=False)
    picture = scene.frame(0.0, View(), 0).y.astype(float)
    x, y = scene.stage.sun
    column, row = round(x - scene.stage.ox), round(y - scene.stage.oy)
    assert picture[row - 3 : row + 4, column - 3 : column + 4].mean() > np.percentile(picture, 99)


def test_clouds_drift(recipe):
    """Eight seconds later the clouds stand elsewhere; without clouds nothing has moved."""
    said = recipe(weather="cloudy")
    assert np.abs(luma(said, 0.0) - luma(said, 8.0)).mean() > 1
    assert np.array_equal(luma(said, 0.0, clouds=False), luma(said, 8.0, clouds=False))


def test_stars_twinkle_only_at_night(recipe):
    """Without clouds a night sky still changes from moment to moment; a day's does not."""
    night, day = recipe(time_of_day="night"), recipe(time_of_day="day")
    assert (luma(night, 0.0, clouds=False) != luma(night, 0.6, clouds=False)).any()
    assert np.array_equal(luma(day, 0.0, clouds=False), luma(day, 0.6, clouds=False))


def test_cloudy_covers_more_than_clear(recipe):
    """More of the sky differs from the bare gradient when it is cloudy."""
    covers = {"clear": 0.0, "cloudy": 0.0}
    for air in covers:
        for seed in (1, 2, 3):
            said = recipe(weather=air, time_of_day="dawn", seed=seed)
            covers[air] += (np.abs(luma(said) - luma(said, clouds=False)) > 6).mean()
    assert covers["cloudy"] > 1.2 * covers["clear"]


def test_dusk_is_warm_at_the_horizon_and_dark_above(recipe):
    """The gradient runs from violet overhead to orange low down."""
    picture = as_rgb(scene_of(recipe(time_of_day="dusk"), clouds=False).frame(0.0, View(), 0))
    top, low = picture[:15].mean((0, 1)), picture[105:116].mean((0, 1))
    assert low.sum() > 2 * top.sum()
    assert low[0] > low[2]
    assert top[2] > top[1]


def test_clouds_move_on_from_shot_to_shot(recipe):
    """The same shot has the same sky; another shot of the place, and another place, have other clouds."""
    here, again, later, elsewhere = (
        luma(recipe(weather="cloudy", **seeds)) for seeds in ({"seed": 1}, {"seed": 1}, {"seed": 2}, {"place_seed": 3})
    )
    assert np.array_equal(here, again)
    assert np.abs(here - later).mean() > 1
    assert np.abs(here - elsewhere).mean() > 1


def test_northern_lights_are_green_and_wander(recipe):
    """Curtains add green to a night sky, elsewhere after ten seconds."""
    said = recipe(time_of_day="night")
    pictures = {}
    for name, seconds in (("bare", 0.0), ("first", 0.0), ("later", 10.0)):
        stage = Stage(*SIZE, light_of(said))
        stage.horizon = stage.y(0.8)
        hang_sky(stage, said, clouds=False)
        if name != "bare":
            stage.add(Aurora(stage, 4))
        pictures[name] = as_rgb(stage.scene(1).frame(seconds, View(), 0))[:90]
    added = (pictures["first"] - pictures["bare"]).mean((0, 1))
    assert added[1] > 0.01
    assert added[1] > added[0]
    assert np.abs(pictures["later"] - pictures["first"]).mean() > 0.005
