"""Roads, railways, bridges, stations and runways: their words, their ways, who drives on them."""

from bisect import bisect
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from astragen.builtin.painter.convoy import Convoy, Ride, nose
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.paint import paint, room_for
from astragen.builtin.painter.roadway import Course, frame_of_way
from astragen.builtin.painter.rooms.route import route_of
from astragen.builtin.painter.spans import HALF, arches, suspension
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.vehicles import car, train
from astragen.builtin.painter.vista import SLICES, Vista, WideLighting, sliced
from astragen.model.recipe import Recipe
from astragen.model.view import View

Make = Callable[..., Recipe]


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("road", "road"),
        ("highway", "highway"),
        ("railway", "railway"),
        ("train tracks", "railway"),
        ("train station", "station"),
        ("railway bridge", "bridge"),
        ("old stone bridge", "stone_bridge"),
        ("suspension bridge", "suspension_bridge"),
        ("airport", "runway"),
    ],
)
def test_words_choose_the_way(setting: str, kind: str) -> None:
    """The most telling word wins."""
    assert route_of(setting) == kind


@pytest.mark.parametrize("setting", ["road", "highway", "railway", "bridge", "train station", "airport"])
def test_settings_lead_to_the_room(setting: str) -> None:
    """The table of settings sends ways to this room, and a space station nowhere near a platform."""
    assert room_for(setting) == "route"
    assert room_for("space station") != "route"


def test_a_course_bends_only_beyond_its_start() -> None:
    """At the viewer's feet the way is straight; far off it is aside and heads there."""
    course = Course(aside=2.0, bend=0.001, start=20.0)
    assert float(course.x(10.0)) == pytest.approx(2.0)
    assert float(course.x(120.0)) == pytest.approx(12.0)
    assert frame_of_way(course, 10.0) == (pytest.approx(2.0), pytest.approx(0.0))
    assert frame_of_way(course, 120.0)[1] > 0.15


def test_rides_come_again_and_never_jump() -> None:
    """A car moves by its speed from frame to frame, at negative seconds as well, and stays on its stretch of way."""
    ride = Ride(car("#b3322a"), 1.7, start=100.0, speed=19.0, span=330.0, low=-20.0)
    at = np.array([nose(ride, second) for second in np.arange(-4, 4, 1 / 24)])
    assert np.allclose(np.diff(at), 19 / 24, atol=1e-6)
    assert all(-20 <= nose(ride, second) < 310 for second in range(-60, 60))


@pytest.mark.parametrize("place_seed", [1, 2], ids=["light from the right", "from the left"])
def test_bodies_show_their_outside(recipe: Make, place_seed: int) -> None:
    """Of a train that comes, the nose is seen and the rear panel is not, also on a mirrored plot."""
    said = recipe(setting="railway", place_seed=place_seed)
    stage = Stage(192, 108, light_of(said))
    plot = Vista(stage, said, turn=0.0, roam=0.0)
    body = train("#a8322c", "#efe4c8", 1)
    ride = Ride(body, 4.2, start=30.0, speed=-20.0, span=400.0, low=-60.0)
    convoy = Convoy(plot, WideLighting(plot, stage.light, is_white=False), Course(), [ride])
    shown = {number for part in convoy.parts(stage, Moment(0.0, 0, View())) for _, number in part.shapes}
    along = [float(panel.points[:, 2].mean()) for panel in body.panels]
    flat = [number for number, panel in enumerate(body.panels) if float(np.ptp(panel.points[:, 2])) < 1e-3]
    rear = min(flat, key=lambda number: along[number])
    windscreen = next(number for number, panel in enumerate(body.panels) if panel.colour == "#1c242e")
    assert windscreen in shown
    assert rear not in shown


def test_a_train_passes_and_leaves(recipe: Make) -> None:
    """The railway's picture changes a lot while the train is beside the camera."""
    scene = paint(recipe(setting="railway"), 128, 72)
    frames = [scene.frame(second, View(), 0).y.astype(np.float32) for second in np.arange(0, 9, 0.75)]
    change = [float(np.abs(a - b).mean()) for a, b in pairwise(frames)]
    assert max(change) > 4 * min(change)


def test_no_second_train_where_the_shot_brings_one(recipe: Make) -> None:
    """A train among the subjects is the only one."""
    own = paint(recipe(setting="railway", subjects=({"noun": "train"},)), 96, 54)
    other = paint(recipe(setting="railway"), 96, 54)
    count = [sum(type(layer).__name__ == "_Stretch" for layer in scene.stage.layers) for scene in (own, other)]
    assert count == [0, len(SLICES) + 1]


def test_the_main_cable_hangs_between_its_towers() -> None:
    """A suspension bridge is highest at its towers and nearly touches the deck between them."""
    faces = suspension((-60.0, 60.0), (-120.0, 120.0), tall=40.0, drop=15.0, deck=True).faces
    cable = np.concatenate(
        [made.corners for made in faces if made.colour == "steel" and made.surface == "plain" and made.is_thin]
    )
    middle = cable[(np.abs(cable[:, 2]) < 8) & (np.abs(np.abs(cable[:, 0]) - HALF) < 0.4)]
    assert float(middle[:, 1].max()) < 5
    assert float(max(made.corners[:, 1].max() for made in faces)) > 40


def test_arches_are_open() -> None:
    """A spandrel's outline leaves the opening out: its area is well under its rectangle's."""
    build = arches(3, span=19.0, drop=15.0, half=4.0, start=0.0, deck=True)
    outline = np.array(next(made.outline for made in build.faces if len(made.outline) > 8))
    x, y = outline[:, 0], outline[:, 1]
    area = 0.5 * abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()))
    assert 0.2 < area < 0.65


def test_slices_hold_every_face_once(recipe: Make) -> None:
    """Cutting by distance loses nothing and puts far slices first."""
    said = recipe(setting="bridge")
    plot = Vista(Stage(96, 54, light_of(said)), said, turn=0.0, roam=0.0)
    faces = arches(8, span=15.0, drop=9.0, half=4.0, start=0.0, deck=True).faces
    cut = sliced(plot, faces)
    assert sum(len(part) for part in cut) == len(faces)
    nearest = [min(float(plot.world(made.corners)[:, 2].mean()) for made in part) for part in cut]
    order = [bisect(SLICES, depth) for depth in nearest]
    assert order == sorted(order, reverse=True)


@pytest.mark.parametrize("setting", ["train station", "stone bridge"])
def test_night_is_dark_and_readable(recipe: Make, setting: str) -> None:
    """The night is darker than the day, and lamps stand out of it."""
    day, night = (
        paint(recipe(setting=setting, time_of_day=hour), 128, 72).frame(1.0, View(), 24).y for hour in ("day", "night")
    )
    assert float(night.mean()) < 0.7 * float(day.mean())
    assert float(night.mean()) > 24
    assert int(night.max()) > 130


def test_a_bridge_is_seen_from_beside_or_from_on_it(recipe: Make) -> None:
    """A wide shot stands on the bank, a full one on the deck: their stands lie apart and their pictures differ."""
    wide, full = (paint(recipe(setting="suspension bridge", size=size), 96, 54) for size in ("wide", "full"))
    kinds = [{type(layer).__name__ for layer in scene.stage.layers} for scene in (wide, full)]
    assert "_Mirrored" in kinds[0]
    assert "_Mirrored" not in kinds[1]
    assert "_Stretch" in kinds[1]
