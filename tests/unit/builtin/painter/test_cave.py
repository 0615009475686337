import numpy as np
import pytest

from astragen.builtin.painter.finish import as_rgb
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.paint import paint, room_for
from astragen.builtin.painter.rock import boulder, facets, lamp_of, lit_rock, stone
from astragen.builtin.painter.rooms.cave import kind_for
from astragen.model.view import View

SIZE = (160, 90)


def rgb(recipe, seconds=1.0):
    return as_rgb(paint(recipe, *SIZE).frame(seconds, View(), 0))


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("cave", "cave"),
        ("ice cave", "ice"),
        ("crystal cavern", "crystal"),
        ("grotto", "grotto"),
        ("gold mine", "mine"),
        ("a fox's den", "den"),
    ],
)
def test_words_choose_the_kind_of_cave(setting, kind):
    """Each of these leads to this room, and there to its kind."""
    assert room_for(setting) == "cave"
    assert kind_for(setting) == kind


@pytest.mark.parametrize("setting", ["cave", "grotto", "crystal cave", "ice cave", "mine", "den"])
def test_every_cave_is_dark_at_the_edges_and_lit_within(recipe, setting):
    """The frame of the picture is darker than its brightest part by far, and nothing burns out."""
    picture = rgb(recipe(setting=setting)).mean(-1)
    edge = np.concatenate([picture[:12].ravel(), picture[:, :14].ravel(), picture[:, -14:].ravel()])
    assert np.percentile(picture, 97) - np.median(edge) > 0.12
    assert (picture > 0.985).mean() < 0.02


def test_the_hour_outside_colours_the_light_inside(recipe):
    """At the mouth it is redder at dusk than by day, and darkest at night."""
    day, dusk, night = (rgb(recipe(setting="cave", time_of_day=hour)) for hour in ("day", "dusk", "night"))
    redness = [float(picture[..., 0].mean() / picture[..., 2].mean()) for picture in (day, dusk)]
    assert redness[1] > 1.15 * redness[0]
    assert night.mean() < 0.8 * day.mean()


def test_rain_stays_outside(recipe):
    """In a wet hour only the mouth of the cave has streaks: no rain layer hangs before its walls."""
    scene = paint(recipe(setting="cave", weather="rain"), *SIZE)
    walls = max(layer.z for layer in scene.stage.layers if type(layer).__name__ == "Plate" and layer.z < 100)
    rain = [layer.z for layer in scene.stage.layers if "Rain" in type(layer).__name__]
    assert rain
    assert min(rain) > min(walls, 26)


def test_dust_and_water_move(recipe):
    """A second later a grotto is not the same picture."""
    scene = paint(recipe(setting="grotto"), *SIZE)
    first, later = (scene.frame(seconds, View(), 0).y.astype(float) for seconds in (0.5, 1.5))
    assert np.percentile(np.abs(first - later), 98) > 1


def test_facets_have_planes_and_steps():
    """Broken rock is not noise: most of it is smooth, a small part is steep, and its mean is zero."""
    ground = facets(120, 160, 40, seed=3)
    slope = np.abs(np.diff(ground, axis=1))
    assert abs(float(ground.mean())) < 1e-3
    assert np.percentile(slope, 98) > 3 * np.median(slope)


def test_rock_is_lit_from_the_lights_side(recipe):
    """A dome is brighter on the side that the sun is on, and clear outside its cover."""
    light = light_of(recipe())
    y, x = np.mgrid[-1:1:64j, -1:1:64j].astype(np.float32)
    dome = np.sqrt(np.clip(1 - x * x - y * y, 0, 1)) * 30
    picture = lit_rock(dome, (x * x + y * y < 1).astype(np.float32), stone("granite"), lamp_of(light))
    left, right = picture[20:44, 4:26, :3].mean(), picture[20:44, 38:60, :3].mean()
    assert (right > left) == (light.side > 0)
    assert picture[0, 0].max() == 0


def test_snow_lies_on_top_of_a_boulder(recipe):
    """Under snow its upper half is brighter than without, its lower half nearly the same."""
    light = light_of(recipe(weather="cloudy"))
    bare, white = (
        boulder(60, 40, stone("basalt"), lamp_of(light, snow=snow), seed=2, scale=1.0)[..., :3].mean(-1)
        for snow in (0.0, 1.0)
    )
    gain = white - bare
    assert gain[:20].mean() > 2 * abs(gain[30:].mean())
    assert gain[:20].mean() > 0.02
