from itertools import pairwise

import numpy as np
import pytest

from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.rooms.ocean import compose, shore_for
from astragen.builtin.painter.stage import Stage
from astragen.model.view import View
from astragen.model.vocabulary import ShotSize, TimeOfDay, Weather

SIZE = (160, 90)


def scene_of(recipe, size=SIZE):
    stage = Stage(*size, light_of(recipe))
    compose(stage, recipe)
    return stage.scene(recipe.seed)


@pytest.mark.parametrize(
    ("setting", "shore"),
    [
        ("a stormy ocean", "sea"),
        ("open sea", "sea"),
        ("white beaches", "coast"),
        ("harbour at night", "coast"),
        ("mountain lake", "lake"),
        ("a river bank", "lake"),
        ("coral reef", "undersea"),
        ("deep sea", "undersea"),
    ],
)
def test_words_choose_the_water(setting, shore):
    """Plurals and phrases are understood."""
    assert shore_for(setting) == shore


@pytest.mark.parametrize(
    ("setting", "hour"),
    [
        *(("ocean", hour) for hour in TimeOfDay),
        ("beach", TimeOfDay.DAY),
        ("lake", TimeOfDay.DUSK),
        ("reef", TimeOfDay.DAY),
    ],
    ids=str,
)
def test_every_hour_has_light_and_dark(recipe, setting, hour):
    """Values spread from below a quarter to near half or above at every hour."""
    y = (scene_of(recipe(setting=setting, time_of_day=hour.value)).frame(1.0, View(), 0).y.astype(float) - 16) / 219
    dark, light = np.percentile(y, [5, 99])
    assert dark < 0.42
    assert light > (0.24 if hour is TimeOfDay.NIGHT else 0.45)
    assert light - dark > 0.12


@pytest.mark.parametrize("air", list(Weather), ids=str)
def test_every_weather_moves_without_end(recipe, air):
    """Water moves in every weather, also before second 0."""
    scene = scene_of(recipe(setting="ocean", weather=air.value))
    first, later = (scene.frame(seconds, View(), 0).y.astype(int) for seconds in (-1.0, 0.5))
    assert np.abs(first - later)[56:].mean() > 0.5


def test_subjects_float_on_the_open_sea_and_stand_on_a_beach(recipe):
    """The open sea is water to stand on; the beach is sand; a boat brings the water to the camera."""
    assert scene_of(recipe(setting="ocean")).stage.stand.is_water
    assert not scene_of(recipe(setting="beach")).stage.stand.is_water
    boat = recipe(setting="lake", subjects=[{"noun": "boat"}])
    assert scene_of(boat).stage.stand.is_water
    assert scene_of(recipe(setting="underwater")).stage.stand.is_water


@pytest.mark.parametrize("size", [ShotSize.EXTREME_WIDE, ShotSize.FULL, ShotSize.CLOSE], ids=str)
@pytest.mark.parametrize("setting", ["ocean", "beach"])
def test_the_stand_lies_below_the_horizon(recipe, setting, size):
    """Feet are under eye level and a metre has a size, for shots far and near."""
    stage = scene_of(recipe(setting=setting, size=size.value), (160, 90)).stage
    assert stage.stand.ground(stage.x(0.5)) > stage.horizon
    assert stage.stand.metre > 0
    assert stage.stand.sky[0] < stage.stand.sky[1]


def test_closer_shots_have_larger_metres(recipe):
    """From extreme wide to extreme close the metre grows at every step."""
    metres = [scene_of(recipe(setting="ocean", size=size.value), (96, 54)).stage.stand.metre for size in ShotSize]
    assert all(near > far for far, near in pairwise(metres))


def test_the_same_place_keeps_its_coast_in_another_shot(recipe):
    """Another shot's seed leaves light side and headland; another place has another one."""
    one, same, other = (
        scene_of(recipe(setting="beach", **seeds)).frame(0.0, View(), 0).y[12:44].astype(float).ravel()
        for seeds in ({"place_seed": 2, "seed": 1}, {"place_seed": 2, "seed": 9}, {"place_seed": 5, "seed": 1})
    )
    assert np.corrcoef(one, same)[0, 1] > np.corrcoef(one, other)[0, 1]
