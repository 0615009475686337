"""What holds for the built city: streets, skylines, roofs, a stadium; on small frames."""

import numpy as np
import pytest

from astragen.builtin.painter.blocks import PITCH, CityView, Plan, ShadowMap
from astragen.builtin.painter.facades import facade, table
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.motorcars import car
from astragen.builtin.painter.rooms.city import compose, kind_of
from astragen.builtin.painter.stage import Moment, Stage
from astragen.model.view import View

SIZE = (160, 90)
KINDS = {
    "street": {"setting": "city"},
    "skyline": {"setting": "city", "size": "extreme_wide"},
    "aerial": {"setting": "city", "angle": "aerial"},
    "roof": {"setting": "rooftop"},
    "stadium": {"setting": "stadium"},
}
EXTREMES = [
    View(pan=-0.06, tilt=-0.06, truck=-0.1, pedestal=-0.06, dolly=-0.1),
    View(pan=0.06, tilt=0.06, truck=0.1, pedestal=0.06, dolly=0.22, zoom=1.12),
]


def painted(said, size=SIZE):
    """The room's scene, without going through the words of settings."""
    stage = Stage(*size, light_of(said))
    compose(stage, said)
    return stage.scene(said.seed)


def luma(scene, seconds=1.0, view=None):
    return (scene.frame(seconds, view or View(), 3).y.astype(float) - 16) / 219


@pytest.mark.parametrize("name", list(KINDS))
def test_every_kind_has_shade_and_light_and_moves(recipe, name):
    """Dark and bright parts are both there, and a second later something moved."""
    scene = painted(recipe(**KINDS[name]))
    first = luma(scene)
    dark, bright = np.percentile(first, [5, 95])
    assert dark < 0.35
    assert bright > 0.5
    assert np.abs(first - luma(scene, 2.0)).max() > 0.03


@pytest.mark.parametrize("name", list(KINDS))
def test_every_kind_is_covered_at_the_largest_moves(recipe, name):
    """What was on the canvas before never shows: the room's layers fill the frame."""
    scene = painted(recipe(**KINDS[name]))
    for view in EXTREMES:
        corners = []
        for ground in (16, 235):
            scene.frame(1.0, view, 0)
            scene._canvas.y[:] = ground
            for layer in scene.stage.layers:
                layer.draw(scene._canvas, scene.stage, Moment(1.0, 0, view))
            corners.append(scene._canvas.y[[0, 0, -1, -1], [0, -1, 0, -1]].astype(int))
        assert np.abs(corners[0] - corners[1]).max() <= 2


@pytest.mark.parametrize("name", ["street", "aerial"])
def test_night_is_darker_than_day_and_still_has_lamps(recipe, name):
    """A city at night is lit by people: its brightest parts stay bright."""
    day, night = (luma(painted(recipe(**KINDS[name], time_of_day=time))) for time in ("day", "night"))
    assert np.median(night) < 0.7 * np.median(day)
    assert np.percentile(night, 99.5) > 0.45


def test_words_and_framing_choose_the_kind(recipe):
    """A roof is named, a skyline is named or seen from afar, all else is a street."""
    assert kind_of(recipe(setting="a rooftop in the rain")) == "roof"
    assert kind_of(recipe(setting="city", size="extreme_wide")) == "skyline"
    assert kind_of(recipe(setting="city", angle="aerial")) == "skyline"
    assert kind_of(recipe(setting="football stadium")) == "stadium"
    assert kind_of(recipe(setting="neon city")) == "street"


def test_an_aerial_shot_looks_down_into_streets(recipe):
    """The horizon is near the upper edge, so roofs and streets fill the frame."""
    stage = Stage(*SIZE, light_of(recipe(angle="aerial")))
    compose(stage, recipe(angle="aerial"))
    assert stage.horizon < stage.y(0.15)


def test_a_place_is_the_same_plan_and_another_place_another():
    """The place's seed alone decides what stands where."""
    first, again, other = (Plan(seed, styles=10, tallest=200) for seed in (4, 4, 5))
    assert np.array_equal(first.boxes.top, again.boxes.top)
    assert first.boxes.top.size != other.boxes.top.size or not np.array_equal(first.boxes.top, other.boxes.top)


def test_no_building_stands_in_a_street_or_the_river():
    """Every box keeps to its block, and blocks in the water are empty."""
    plan = Plan(3, styles=10, tallest=200)
    u, v = plan.boxes.middle
    off = np.abs((plan.boxes.u0 / PITCH + 0.5) % 1 * PITCH - PITCH / 2)
    assert off.max() < PITCH / 2 - 8
    assert plan.from_river(u, v).min() > -PITCH / 2


def test_shadows_fall_away_from_the_sun():
    """With the sun at +u, ground at -u of a tower is in shade and ground at +u is lit."""
    plan = Plan(3, styles=10, tallest=200)
    tower = plan.boxes.picked(np.argsort(plan.boxes.top)[-1:])
    alone = tower._replace(base=np.zeros(1, np.float32))
    u, v = (float(part[0]) for part in alone.middle)
    shadows = ShadowMap(alone, (u, v), np.array([0.8, 0.6, 0.0], np.float32))
    at = np.array([u - 60, u + 60], np.float32)
    seen = shadows.seen(at, np.full(2, v, np.float32), 0.0)
    assert seen[0] < 0.1
    assert seen[1] > 0.9


def test_ground_and_canvas_are_inverse():
    """A point of the ground is found again from its place on the canvas."""
    view = CityView((30.0, -500.0, 80.0), 0.4, 400.0, 120.0, 200.0)
    u, v = np.array([140.0], np.float32), np.array([310.0], np.float32)
    spot = view.canvas(u, np.zeros(1, np.float32), v)[0]
    back_u, back_v, _ = view.on_ground(spot[:1], spot[1:])
    assert back_u[0] == pytest.approx(140, abs=0.5)
    assert back_v[0] == pytest.approx(310, abs=0.5)


@pytest.mark.parametrize("index", range(len(table()["walls"])))
def test_every_wall_has_matter_and_glass(recipe, index):
    """Each row of walls paints windows that shine and walls that do not."""
    light = light_of(recipe(time_of_day="night"))
    made = facade((120, 160), 8, 6, table()["walls"][index], light, np.random.default_rng(1))
    assert made.body.max() > 0.15
    assert made.shine.max() > 0.3
    assert (made.shine.max(-1) < 0.02).mean() > 0.03


def test_a_cars_side_turns_toward_the_middle_of_the_road(recipe):
    """Beside the camera a car shows the side that faces it, so its picture is wider than its face."""
    light = light_of(recipe())
    aside, ahead = (car(40, x, 20, "#b03a30", light, is_coming=False).pixels for x in (4.0, 0.0))
    assert aside.shape[1] > ahead.shape[1]
