import numpy as np
import pytest

from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.swell import Swell
from astragen.builtin.painter.water import Shore, Water, WaterStyle
from astragen.model.view import View

STYLE = WaterStyle(deep="#0b2030", crest="#2f6a70", height_m=0.4, wind=7.5)


def swell(**fields):
    return Swell(**{"tile_m": 130.0, "wind": 8.0, "height_m": 0.5, "seed": 3, "toward": 2.5, **fields})


def scene_of(recipe, style=STYLE, shore=None, eye=6.0):
    stage = Stage(320, 180, light_of(recipe))
    stage.horizon = stage.y(0.5)
    hang_sky(stage, recipe)
    stage.add(Water(stage, style, z=40, focal=300, eye_m=eye, metres=6, seed=1, shore=shore))
    return stage.scene(1)


def luma(scene, seconds=1.0, view=None):
    return scene.frame(seconds, view or View(), 0).y.astype(int)


def test_waves_have_the_height_asked_for_at_any_time():
    """The surface's deviation is height_m, within a fifth, at second 0, at 77 and before the start."""
    for seconds in (0.0, 77.0, -5.0):
        assert swell(height_m=0.8).at(seconds)[..., 0].std() == pytest.approx(0.8, rel=0.3)


def test_slopes_are_those_of_the_height():
    """The slope fields agree with differences of the height field (before its crests are sharpened)."""
    waves = swell(height_m=0.01).at(2.0)
    cell = 130.0 / Swell.SIZE
    across = (np.roll(waves[..., 0], -1, 1) - np.roll(waves[..., 0], 1, 1)) / (2 * cell)
    assert np.corrcoef(across.ravel(), waves[..., 1].ravel())[0, 1] > 0.95


def test_waves_travel_and_never_come_back():
    """Neighbouring moments are alike, minutes apart they are not."""
    still = swell()
    first, soon, late = (still.at(seconds)[..., 0].ravel() for seconds in (1.0, 1.05, 240.0))
    assert np.corrcoef(first, soon)[0, 1] > 0.97
    assert abs(np.corrcoef(first, late)[0, 1]) < 0.3


def test_water_covers_everything_below_the_horizon_and_nothing_above(recipe):
    """Rows under the horizon change with the waves, rows over it only with the clouds."""
    said = recipe(time_of_day="dusk")
    stage = scene_of(said).stage
    stage.layers = [layer for layer in stage.layers if layer.z in (40, 1e7)]
    scene = stage.scene(1)
    change = np.abs(luma(scene, 0.0) - luma(scene, 3.0))
    assert change[:86].mean() < 0.05  # bloom spills a level here and there
    assert (change[100:].mean(1) > 0.5).all()


def test_the_sun_glitters_on_the_water_below_it(recipe):
    """The columns under a low sun are the brightest part of the sea."""
    said = recipe(time_of_day="golden")
    scene = scene_of(said)
    picture = luma(scene)[100:140].mean(0)
    column = round(scene.stage.sun[0] - scene.stage.ox)
    away = 320 - column
    assert picture[column - 15 : column + 15].mean() > picture[away - 15 : away + 15].mean() + 15


def test_a_storm_has_foam_and_a_calm_has_none(recipe):
    """Foam brightens a few percent of a dark sea, by a lot."""
    said = recipe(weather="storm")
    storm = luma(scene_of(said, STYLE._replace(height_m=1.5, wind=14, foam=1.0)))[130:]
    plain = luma(scene_of(said, STYLE._replace(height_m=1.5, wind=14, foam=0.0)))[130:]
    assert 0.005 < ((storm - plain) > 12).mean() < 0.4


def test_still_water_mirrors_the_sky(recipe):
    """With clarity and hardly a wave, a row below the horizon resembles its mirror row above."""
    said = recipe(time_of_day="dusk", weather="cloudy")
    glass = STYLE._replace(height_m=0.002, ripple=0.0, clarity=1.0, haze_m=1e6)
    picture = luma(scene_of(said, glass))
    above, below = picture[90 - 12 : 90 - 4].mean(0), picture[90 + 4 : 90 + 12].mean(0)
    assert np.corrcoef(above, below)[0, 1] > 0.8


def test_a_shore_ends_the_water(recipe):
    """Below the shore's line what lies under the water stays as it is."""
    said = recipe()
    bare = Stage(320, 180, light_of(said))
    line = np.full(bare.canvas_width, bare.y(0.75), np.float32)
    stage = scene_of(said, shore=Shore(line, 2.0, 6.0)).stage
    scene = stage.scene(1)
    change = np.abs(luma(scene, 0.0) - luma(scene, 2.0)).mean(1)
    assert change[100:125].mean() > 1
    assert change[165:].max() < 0.5


def test_frames_do_not_depend_on_each_other(recipe):
    """The same second is the same picture, whatever was drawn in between."""
    scene = scene_of(recipe())
    first = luma(scene, 1.0)
    luma(scene, 9.0, View(truck=0.1, dolly=0.2, tilt=0.05))
    assert np.array_equal(first, luma(scene, 1.0))
