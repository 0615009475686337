import numpy as np
import pytest

from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.lookout import look
from astragen.builtin.painter.rooms.mountain import compose, land_for
from astragen.builtin.painter.stage import Stage
from astragen.model.view import View
from astragen.model.vocabulary import Angle, ShotSize, TimeOfDay, Weather

SIZE = (160, 90)
LANDS = ["mountain", "green hills", "desert", "arctic"]


def stage_of(recipe, size=SIZE):
    stage = Stage(*size, light_of(recipe))
    compose(stage, recipe)
    return stage


def luma(recipe, seconds=1.0):
    return stage_of(recipe).scene(recipe.seed).frame(seconds, View(), 0).y.astype(float)


@pytest.mark.parametrize(
    ("setting", "land"),
    [
        ("snowy mountains", "arctic"),
        ("the Alps", "alps"),
        ("a peak", "alps"),
        ("rolling hills", "hills"),
        ("wheat fields", "hills"),
        ("Sahara dunes", "desert"),
        ("grand canyon", "canyon"),
        ("antarctica", "arctic"),
    ],
)
def test_words_choose_the_land(setting, land):
    """Plurals, capitals and phrases are understood; mountains are the rest."""
    assert land_for(setting) == land or (land == "arctic" and land_for(setting) == "alps")


@pytest.mark.parametrize("setting", LANDS)
def test_every_land_has_a_sky_a_middle_and_a_ground(recipe, setting):
    """Top, middle and bottom thirds differ in value, and none is empty."""
    picture = luma(recipe(setting=setting, time_of_day="golden"))
    thirds = [picture[30 * i : 30 * (i + 1)] for i in range(3)]
    assert all(third.std() > 3 for third in thirds)
    assert max(abs(a.mean() - b.mean()) for a in thirds for b in thirds) > 12


@pytest.mark.parametrize(
    ("hour", "air"),
    [
        *((hour, Weather.CLEAR) for hour in (TimeOfDay.DAWN, TimeOfDay.DUSK, TimeOfDay.NIGHT)),
        *((TimeOfDay.DAY, air) for air in Weather),
        (TimeOfDay.NIGHT, Weather.STORM),
    ],
    ids=str,
)
def test_every_hour_and_weather_keeps_its_values_apart(recipe, hour, air):
    """Values spread at every hour and weather; fog may be pale."""
    picture = (luma(recipe(time_of_day=hour.value, weather=air.value, setting="canyon")) - 16) / 219
    dark, light = np.percentile(picture, [5, 97])
    assert light - dark > (0.06 if air is Weather.FOG else 0.10)
    assert (picture > 0.985).mean() < 0.04
    assert 0.02 < picture.mean() < 0.9


def test_winter_whitens_the_hills(recipe):
    """The near ground is far brighter under snow than in summer."""
    summer, winter = (luma(recipe(setting="hills", season=season))[70:].mean() for season in ("summer", "winter"))
    assert winter > summer + 25


@pytest.mark.parametrize("angle", list(Angle), ids=str)
def test_the_angle_moves_the_horizon(recipe, angle):
    """Low angles have it lower in the frame than high ones, aerial ones near the top."""
    said = recipe(angle=angle.value)
    stage = Stage(*SIZE, light_of(said))
    look(stage, said, horizon=0.53)
    down = (stage.horizon - stage.oy) / stage.height
    low, high = {"low": (0.6, 0.78), "eye": (0.45, 0.6), "high": (0.3, 0.42), "aerial": (0.1, 0.25)}[angle.value]
    assert low < down < high


@pytest.mark.parametrize(
    ("size", "share"),
    [(ShotSize.EXTREME_WIDE, 0.10), (ShotSize.WIDE, 0.26), (ShotSize.MEDIUM, 1.05), (ShotSize.EXTREME_CLOSE, 3.8)],
    ids=str,
)
def test_people_are_as_tall_as_the_shot_promises(recipe, size, share):
    """A person of 1.75 m takes the shot's share of the frame, on ground that is there across the frame."""
    stage = stage_of(recipe(setting="desert", size=size.value), (96, 54))
    assert 1.75 * stage.stand.metre / stage.unit == pytest.approx(share, rel=0.01)
    assert all(stage.stand.ground(stage.x(across)) > stage.horizon for across in (0.0, 0.5, 1.0))


def test_a_longer_lens_brings_the_mountains_closer(recipe):
    """The ranges' plates stand taller with a tele lens than with a wide one."""

    def rise(lens):
        stage = stage_of(recipe(setting="mountain", lens=lens))
        pieces = [layer.piece for layer in stage.layers if hasattr(layer, "piece") and 60 < layer.z < 1e6]
        return stage.horizon - min(piece.y for piece in pieces)

    assert rise("tele") > 1.5 * rise("wide")


def test_birds_mist_and_clouds_move(recipe):
    """Half a minute of stillness is impossible: several rows change within a second."""
    said = recipe(setting="mountain")
    change = np.abs(luma(said, 0.0) - luma(said, 1.0))
    assert change.max() > 5
    assert (change.mean(1) > 0.05).sum() > 12
