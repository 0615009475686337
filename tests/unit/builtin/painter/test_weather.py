import numpy as np
import pytest

from astragen.builtin.painter import weather as air
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.lightning import strike
from astragen.builtin.painter.stage import Moment, Stage
from astragen.model.lightning import strikes
from astragen.model.view import View
from astragen.model.vocabulary import Weather

KINDS = [air.rain, air.snow, air.dust, air.fireflies, air.embers, air.bubbles, air.petals, air.fog_sheets]


def drawn(stage, seconds, view=None):
    """What the stage's layers leave on a mid-grey canvas, as luma."""
    canvas = stage.scene(1)._canvas
    canvas.y[:], canvas.u[:], canvas.v[:] = 90, 128, 128
    for layer in stage.layers:
        layer.draw(canvas, stage, Moment(seconds, 0, view or View()))
    return canvas.y.copy()


@pytest.fixture
def stage(recipe):
    return Stage(320, 180, light_of(recipe(time_of_day="dusk")))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_particles_show_move_and_depend_on_time_alone(stage, kind):
    """Each kind marks the canvas, differs a second later, and gives the same picture for the same second."""
    kind(stage, 5, 1.0)

    first, again, later = drawn(stage, 1.0), drawn(stage, 1.0), drawn(stage, 2.0)

    assert np.array_equal(first, again)
    assert (first != 90).any()
    assert (first != later).mean() > 0.0005


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_particles_exist_before_zero_and_late_in_a_film(stage, kind):
    """Handles reach before second 0, and nothing runs out after ten minutes."""
    kind(stage, 5, 1.0)

    for seconds in (-3.0, 600.0):
        assert (drawn(stage, seconds) != 90).any()


def test_another_seed_scatters_the_rain_elsewhere(recipe):
    """Two seeds give two rains."""
    pictures = []
    for seed in (1, 2):
        stage = Stage(320, 180, light_of(recipe()))
        air.rain(stage, seed, 0.8)
        pictures.append(drawn(stage, 1.0))
    assert (pictures[0] != pictures[1]).any()


def test_heavy_rain_covers_more_than_drizzle(recipe):
    """Strength is visible."""
    light = []
    for strength in (0.2, 1.0):
        stage = Stage(320, 180, light_of(recipe()))
        air.rain(stage, 3, strength)
        light.append(float(drawn(stage, 1.0).astype(int).sum()))
    assert light[1] > light[0]


def test_rain_does_not_repeat_when_its_tile_comes_round(stage):
    """One fall of the nearest tile later, the streaks stand elsewhere."""
    air.rain(stage, 5, 1.0)
    sheet = min(stage.layers, key=lambda layer: layer.z)
    once = sheet._rows / sheet._speed
    stage.layers = [sheet]
    assert (drawn(stage, 1.0) != drawn(stage, 1.0 + once)).mean() > 0.01


def test_lightning_strikes_no_oftener_than_every_three_seconds():
    """Onsets over four minutes are at least 3.0 s apart, and there are strikes."""
    seconds = np.arange(0, 240, 0.05)
    power = np.array([strike(float(at), 11)[1] for at in seconds])
    which = np.array([strike(float(at), 11)[0] for at in seconds])
    onsets = [
        seconds[(which == one) & (power > 0.2)][0] for one in np.unique(which) if (power[which == one] > 0.2).any()
    ]
    assert len(onsets) > 40
    assert np.diff(onsets).min() >= 2.95


def test_lightning_decays_softly():
    """Once past its peaks no step of a 24th of a second loses more than a third of full brightness."""
    power = np.array([strike(float(at), 4)[1] for at in np.arange(0, 30, 1 / 24)])
    assert power.max() > 0.4
    assert np.diff(power).min() > -0.34


@pytest.mark.parametrize(
    ("asked", "falls"), [(Weather.CLEAR, False), (Weather.CLOUDY, False), (Weather.RAIN, True), (Weather.SNOW, True)]
)
def test_weather_adds_only_what_is_asked_for(recipe, asked, falls):
    """Clear and cloudy add nothing; rain and snow add layers at several distances."""
    said = recipe(weather=asked.value)
    stage = Stage(320, 180, light_of(said))
    air.weather(stage, said)
    assert bool(stage.layers) is falls
    assert len({layer.z for layer in stage.layers}) == len(stage.layers)


def test_a_storm_flashes(recipe):
    """Some frame of ten seconds is much brighter than the median."""
    said = recipe(weather="storm", time_of_day="night")
    stage = Stage(160, 90, light_of(said))
    stage.horizon = stage.y(0.56)
    air.weather(stage, said)
    means = [drawn(stage, float(at)).mean() for at in np.arange(0, 10, 0.1)]
    assert max(means) > np.median(means) + 6


def test_fog_sheets_lie_about_the_horizon(stage):
    """Fog covers the horizon's row more than the top of the frame."""
    stage.horizon = stage.y(0.6)
    air.fog_sheets(stage, 2, 1.0)
    change = np.abs(drawn(stage, 1.0).astype(int) - 90).mean(1)
    assert change[100:116].mean() > 4 * change[:20].mean() + 1


@pytest.mark.parametrize("seed", [1, 4, 99])
def test_the_flash_is_where_the_rule_says(seed):
    """Dark just before each strike of model/lightning.py, bright within a tenth of a second of it."""
    for one in strikes(seed, 30):
        assert strike(one.seconds - 0.02, seed)[1] < 0.05
        assert strike(one.seconds + 0.08, seed)[1] > 0.25


def test_a_storm_s_picture_is_brightest_when_its_shot_s_seed_strikes(recipe):
    """What thunder is timed by is what is seen."""
    said = recipe(weather="storm", seed=21)
    stage = Stage(320, 180, light_of(said))
    air.weather(stage, said)
    first = strikes(21, 10)[0]

    before, during = (drawn(stage, first.seconds + after).mean() for after in (-0.05, 0.07))

    assert during > before + 1
