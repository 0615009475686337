import pytest

from astragen.builtin.painter.colour import luma
from astragen.builtin.painter.light import light_of
from astragen.model.vocabulary import Mood, TimeOfDay, Weather


def test_night_is_darker_than_day_everywhere_in_the_sky(recipe):
    """Every colour of the sky is darker at night."""
    day, night = light_of(recipe()), light_of(recipe(time_of_day="night"))
    for name in ("zenith", "middle", "low", "horizon"):
        assert luma(getattr(night, name)) < luma(getattr(day, name))


def test_the_sun_keeps_its_side_in_all_shots_of_a_place(recipe):
    """The shot's seed does not move the sun; the place's does."""
    sides = {light_of(recipe(seed=seed)).side for seed in range(6)}
    assert len(sides) == 1
    assert light_of(recipe(place_seed=2)).side != light_of(recipe(place_seed=1)).side


def test_lamps_burn_on_a_rainy_night_though_no_star_is_seen(recipe):
    """Darkness is of the hour, stars are of the weather."""
    light = light_of(recipe(time_of_day="night", weather="rain"))
    assert light.dark == 1.0
    assert light.stars == 0.0
    assert light.is_night


@pytest.mark.parametrize("time", list(TimeOfDay))
@pytest.mark.parametrize("weather", list(Weather))
def test_every_hour_and_weather_has_a_light(recipe, time, weather):
    """All rows exist and give colours in range."""
    light = light_of(recipe(time_of_day=time, weather=weather, mood=Mood.EPIC))
    assert 0 <= light.horizon.min() <= light.horizon.max() <= 1.05
    assert 0 < light.sun_x < 1


def test_a_palette_bends_the_light_toward_its_colours(recipe):
    """Red in the palette makes the zenith redder."""
    plain, red = light_of(recipe()), light_of(recipe(palette=("#ff0000",)))
    assert red.zenith[0] > plain.zenith[0]
