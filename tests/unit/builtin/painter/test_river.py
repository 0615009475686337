import numpy as np
import pytest

from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.paint import paint, room_for
from astragen.builtin.painter.rooms.river import kind_for
from astragen.builtin.painter.valley import Bend, Valley
from astragen.model.storyboard import Subject
from astragen.model.view import View

SIZE = (160, 90)
BEND = Bend(wide=4.0, deep=0.5, sway=0.2, turns=0.7, phase=1.0, beside=3.0)


def luma(recipe, seconds=1.0, size=SIZE):
    return (paint(recipe, *size).frame(seconds, View(), 0).y.astype(float) - 16) / 219


def valley(recipe):
    shape = np.full((64, 64), 0.5, np.float32)
    return Valley(shape, BEND, tile_m=60, height_m=1.0, light=light_of(recipe()), seed=3)


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("a river", "river"),
        ("meadow stream", "stream"),
        ("forest river", "forest"),
        ("river rapids", "rapids"),
        ("brook", "stream"),
    ],
)
def test_words_choose_the_kind_of_river(setting, kind):
    """Each of these leads to this room, and there to its kind."""
    assert room_for(setting) == "river"
    assert kind_for(setting) == kind


def test_the_bed_lies_under_the_banks_and_keeps_its_width(recipe):
    """Across the bed at 20 m: lower inside than outside, and about as wide as was asked."""
    x = np.linspace(-30, 30, 1201, dtype=np.float32)[None]
    z = np.full_like(x, 20.0)
    made = valley(recipe)
    _, across, out = made.along(x, z)
    inside = out[0] < 0
    assert 3.0 < np.ptp(across[0][inside]) < 5.2
    height = made.height(x, z, 1.0)[0]
    assert height[inside].max() < height[out[0] > 2].min()


def test_along_the_bed_distance_grows_faster_than_away(recipe):
    """A winding way is longer than the straight one, and never shrinks."""
    z = np.linspace(2, 80, 200, dtype=np.float32)[None]
    along, _, _ = valley(recipe).along(np.zeros_like(z), z)
    assert (np.diff(along[0]) > 0).all()
    assert along[0][-1] - along[0][0] > 79


def test_what_floats_is_on_the_water_and_who_walks_is_on_the_bank(recipe):
    """A canoe floats, a girl stands."""
    canoe, girl = (
        paint(recipe(setting="river", subjects=(Subject(noun=noun),)), *SIZE).stage.stand for noun in ("canoe", "girl")
    )
    assert canoe.is_water
    assert not girl.is_water


def test_the_water_flows_while_the_bank_rests(recipe):
    """In half a second the river's side of the lower picture changes more than the bank's."""
    said = recipe(setting="river", place_seed=1, season="winter")
    scene = paint(said, *SIZE)
    first, later = (scene.frame(seconds, View(), 0).y.astype(float) for seconds in (1.0, 1.5))
    change = np.abs(first - later)[60:85]
    left, right = change[:, 12:45].mean(), change[:, 85:148].mean()
    assert max(left, right) > 3 * min(left, right)


@pytest.mark.parametrize(
    ("hour", "weather"), [("dusk", "clear"), ("night", "clear"), ("day", "storm"), ("dawn", "fog")]
)
def test_every_hour_keeps_its_values_apart(recipe, hour, weather):
    """Dark and light stay apart, and the picture is neither black nor white."""
    picture = luma(recipe(setting="forest river", time_of_day=hour, weather=weather))
    dark, light = np.percentile(picture, [5, 97])
    assert light - dark > 0.10
    assert 0.04 < picture.mean() < 0.8
