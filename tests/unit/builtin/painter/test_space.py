"""What holds for deep space and for the surfaces of other worlds, on small frames."""

import json
from importlib import resources

import numpy as np
import pytest

from astragen.builtin.painter.cosmos import WORLDS, Globe
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.paint import room_for
from astragen.builtin.painter.regolith import craters
from astragen.builtin.painter.rooms import planet, space
from astragen.builtin.painter.stage import Moment, Stage
from astragen.model.view import View

SIZE = (160, 90)
SURFACES = ["moon", "mars", "alien planet", "asteroid"]
EXTREMES = [
    View(pan=-0.06, tilt=-0.06, truck=-0.1, pedestal=-0.06, dolly=-0.1),
    View(pan=0.06, tilt=0.06, truck=0.1, pedestal=0.06, dolly=0.22, zoom=1.12),
]


def painted(compose, said):
    """The room's scene, without going through the words of settings."""
    stage = Stage(*SIZE, light_of(said))
    compose(stage, said)
    return stage.scene(said.seed)


def luma(scene, seconds=1.0, view=None):
    return (scene.frame(seconds, view or View(), 3).y.astype(float) - 16) / 219


@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_has_shade_and_light_moves_and_fills_the_frame(recipe, name):
    """Dark and bright, something that moves, and no edge of the canvas at the largest moves."""
    scene = painted(planet.compose, recipe(setting=name, place_seed=3))
    first = luma(scene)
    assert np.percentile(first, 5) < 0.36
    assert np.percentile(first, 98) > 0.35
    assert np.abs(first - luma(scene, 3.0)).max() > 0.03
    for view in EXTREMES:
        corners = []
        for ground in (16, 235):
            scene.frame(1.0, view, 0)
            scene._canvas.y[:] = ground
            for layer in scene.stage.layers:
                layer.draw(scene._canvas, scene.stage, Moment(1.0, 0, view))
            corners.append(scene._canvas.y[[0, 0, -1, -1], [0, -1, 0, -1]].astype(int))
        assert np.abs(corners[0] - corners[1]).max() <= 2


@pytest.mark.parametrize("time", ["dawn", "day", "dusk", "night"])
def test_the_sky_of_an_airless_world_is_black_at_every_hour(recipe, time):
    """Without air there is no blue, whatever the sun does; the ground is still seen."""
    picture = luma(painted(planet.compose, recipe(setting="moon", time_of_day=time)))
    assert np.median(picture[:20]) < 0.06
    assert np.percentile(picture[-30:], 90) > 0.10


def test_mars_is_red_and_dark_at_night(recipe):
    """The day's air is warm: more red than blue; the night keeps the hue at a fraction of the light."""
    day, night = (
        painted(planet.compose, recipe(setting="mars", time_of_day=time)).frame(1.0, View(), 0)
        for time in ("day", "night")
    )
    assert day.v.mean() > 132 > 124 > day.u.mean()
    assert night.y.mean() < 0.6 * day.y.mean()


@pytest.mark.parametrize(
    ("said", "world"),
    [
        ("the moon", "moon"),
        ("a lunar crater", "moon"),
        ("Mars", "mars"),
        ("the red planet", "mars"),
        ("alien planet", "alien"),
        ("distant planet", "alien"),
        ("asteroid", "asteroid"),
    ],
)
def test_words_choose_the_world(said, world):
    """Each world answers to its own names."""
    assert planet.world_for(said) == world
    assert room_for(said) == "planet"


def test_every_word_of_a_world_leads_to_some_room():
    """A word in planets.json is in the index too."""
    text = (resources.files("astragen") / "data" / "painter" / "planets.json").read_text("utf-8")
    assert [word for row in json.loads(text).values() for word in row["words"] if room_for(word) is None] == []


@pytest.mark.parametrize("setting", ["space", "comet", "asteroid belt", "galaxy"])
def test_space_has_depth_and_moves(recipe, setting):
    """Near things pass before far ones, and something moves while the camera rests."""
    scene = painted(space.compose, recipe(setting=setting))
    assert np.abs(luma(scene) - luma(scene, 3.0)).max() > 0.03
    moved = luma(scene, 1.0, View(truck=0.1))
    assert np.abs(luma(scene) - moved).max() > 0.1


@pytest.mark.parametrize("kind", list(WORLDS))
def test_a_world_is_lit_from_the_suns_side_and_turns(recipe, kind):
    """The half toward the sun is brighter, and its surface has moved half a minute later."""
    stage = Stage(*SIZE, light_of(recipe()))
    stage.add(Globe(stage, kind, (stage.x(0.5), stage.y(0.5)), 30.0, 20.0, 5))
    scene = stage.scene(1)
    picture = luma(scene)
    left, right = picture[30:60, 54:78].mean(), picture[30:60, 82:106].mean()
    assert (right - left) * stage.light.side > 0.05
    assert np.abs(picture - luma(scene, 31.0)).max() > 0.03


def test_craters_tile_and_have_rims():
    """Opposite edges of the tile meet, and more of it lies above the floor of its pits than at it."""
    ground = craters(3, 1.0, 256)
    step = np.abs(np.diff(ground, axis=0)).max()
    assert np.abs(ground[0] - ground[-1]).max() <= step * 1.5
    assert np.median(ground) > 0.5
