"""Rooms in metres: their table, their order from behind to before, their light, their planes under a moving camera."""

import numpy as np
import pytest

from astragen.builtin.painter.indoors.chamber import Chamber, Plane, Sheet, patch_of
from astragen.builtin.painter.indoors.finishes import finish_of, finishes
from astragen.builtin.painter.indoors.glow import IndoorLight
from astragen.builtin.painter.indoors.pieces import furnish, in_order
from astragen.builtin.painter.indoors.shell import inside_of, openings_of, walls_of, windows_of
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.paint import paint
from astragen.builtin.painter.rooms.room import kind_of
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.tables import read_table
from astragen.model.view import View

TABLE = read_table("interiors.json")
SIZE = (256, 144)


def chamber(recipe, **fields):
    said = recipe(setting="library", **fields)
    stage = Stage(640, 360, light_of(said))
    return Chamber(stage, said, size=(6.0, 3.0, 4.0), turn=0.2)


@pytest.mark.parametrize("name", sorted(TABLE["rooms"]))
def test_every_room_is_made_of_known_things(name):
    """Pieces, finishes and window styles of the table's rooms all exist."""
    row = TABLE["rooms"][name]
    named = [piece[0] for group in (row["pieces"], *row["choices"]) for piece in group]
    assert [piece for piece in named if piece not in TABLE["shapes"]] == []
    assert {row["walls"][1], row["floor"][1], row["ceiling"][1]} <= finishes()
    planes = walls_of(tuple(row["size"]), -4.0)
    assert len(openings_of(windows_of(row["windows"], planes), planes)) >= len(row["windows"])


def test_every_shape_can_be_furnished():
    """Each shape of the table becomes parts of known finishes, lamps, or both."""
    for name in TABLE["shapes"]:
        pieces, lamps, bulbs = furnish(TABLE["shapes"], [[name, 0.5, 1.0, 1, "#808080"]], 3)
        assert pieces or lamps, name
        assert len(lamps) == len(bulbs)
        assert {part.finish for piece in pieces for part in piece.parts} <= finishes() | {"broad", "fern"}


def test_a_phrase_goes_before_its_words():
    """A castle's hall is no theatre, a ship's cabin no ship, and unknown words mean a living room."""
    assert kind_of("the great castle hall") == "hall"
    assert kind_of("a ship cabin at night") == "cabin"
    assert kind_of("somewhere indoors") == "living"


@pytest.mark.parametrize("name", ["library", "train", "church", "car", "kitchen", "bedroom"])
def test_rooms_are_readable_by_day_and_by_lamp(recipe, name):
    """The eye adapts: neither hour is black or burnt out, and the two look different."""
    frames = {}
    for hour in ("day", "night"):
        said = recipe(setting=name, time_of_day=hour)
        frames[hour] = paint(said, *SIZE).frame(1.0, View(), 0).y.astype(np.float32)
        assert 45 < frames[hour].mean() < 170
        assert np.percentile(frames[hour], 95) - np.percentile(frames[hour], 5) > 55
    assert np.abs(frames["day"] - frames["night"]).mean() > 6


def test_what_stands_before_is_laid_later():
    """A table before a shelf comes after it, a lamp on the table after the table."""
    rows = [["table_lamp", 0, 1.0, 0, "#ffffff", 0.76], ["table", 0, 1.0], ["bookcase", 0.3, 2.5]]
    pieces, _, _ = furnish(TABLE["shapes"], rows, 1)
    lamp, table, shelf = pieces
    order = in_order(pieces, np.array([0.2, 1.5, -3.6], np.float32))
    assert [piece is other for piece, other in zip(order, (shelf, table, lamp), strict=True)] == [True] * 3


def test_a_plane_is_measured_in_its_own_metres(recipe):
    """The pixel that shows a wall's point finds that point's metres along the wall."""
    place = chamber(recipe)
    wall = walls_of(place.size, -3.0)["back"]
    patch = patch_of(place, wall)
    assert patch is not None
    spot = wall.corner + wall.across * np.float32(0.4) + wall.down * np.float32(0.5)
    column, row = np.floor(place.canvas(place.seen(spot)) - (patch.x, patch.y)).astype(int)
    assert patch.u[row, column] == pytest.approx(0.4 * 6.0, abs=0.03)
    assert patch.v[row, column] == pytest.approx(0.5 * 3.0, abs=0.03)
    assert np.abs(patch.point[row, column] - spot).max() < 0.03


def test_a_sheet_moves_as_its_points_do(recipe):
    """Under truck and dolly a floor's point goes where the stage projects that distance."""
    place = chamber(recipe)
    stage = place.stage
    floor = walls_of(place.size, -3.0)["floor"]
    patch = patch_of(place, floor)
    assert patch is not None
    sheet = Sheet(stage, np.ones((*patch.u.shape, 4), np.float32), patch, 50.0)
    view = View(pan=0.02, tilt=-0.01, truck=0.06, pedestal=0.03, dolly=0.15, zoom=1.05)
    spot = np.array([0.6, 0.0, 1.5], np.float32)
    seen = place.seen(spot)
    at = place.canvas(seen)
    k, tx, ty = stage.project(float(seen[2]) * 1.4, view)
    matrix = sheet._homography(stage, Moment(0.0, 0, view))
    away = matrix @ np.array([at[0] - sheet.piece.x - 0.5, at[1] - sheet.piece.y - 0.5, 1.0])
    assert away[:2] / away[2] + 0.5 == pytest.approx((at[0] * k + tx, at[1] * k + ty), abs=0.02)


def test_the_sun_falls_in_by_the_window_only(recipe):
    """On the floor there is a patch of sun, and most of the floor has none."""
    said = recipe(setting="library", time_of_day="day")
    size = (6.0, 3.0, 4.0)
    planes = walls_of(size, -3.0)
    openings = openings_of(windows_of([["back", 0.0, 0.8, 1.6, 1.6, "sash"]], planes), planes)
    wall = np.full(3, 0.6, np.float32)
    light = IndoorLight(light_of(said), openings=openings, lamps=[], size=size, wall=wall, sealed=0.0)
    x, d = np.meshgrid(np.linspace(-3, 3, 120), np.linspace(-2, 4, 120))
    lit = light.sunlit(np.stack([x, 0 * x, d], -1).astype(np.float32))
    assert 0.01 < (lit > 0.5).mean() < 0.3


def test_light_fades_away_from_the_window(recipe):
    """A point near the window gets more of its light than one far from it."""
    said = recipe(setting="library", time_of_day="day")
    planes = walls_of((6.0, 3.0, 4.0), -3.0)
    openings = openings_of(windows_of([["back", 0.0, 0.8, 1.6, 1.6, "sash"]], planes), planes)
    light = IndoorLight(
        light_of(said), openings=openings, lamps=[], size=(6.0, 3.0, 4.0), wall=np.full(3, 0.6, np.float32), sealed=0.0
    )
    near, far = light.at(np.array([[0, 0, 3.0], [0, 0, -2.5]], np.float32), np.array([0, 1, 0], np.float32)).mean(-1)
    assert near > 1.2 * far


def test_arches_are_round_and_gothic_ones_pointed():
    """At the crown's height the corner of a rectangle is outside an arch; a pointed one is narrower still."""
    u, v = np.array([[0.1, 0.5]], np.float32), np.array([[0.1, 0.1]], np.float32)
    flat, arch, gothic = (inside_of(style, u, v, 1.0, 2.0) for style in ("sash", "arch", "gothic"))
    assert flat[0, 0] > 0 > arch[0, 0] > gothic[0, 0]
    assert arch[0, 1] > 0


def test_a_plane_behind_the_lens_is_not_painted(recipe):
    """What lies wholly behind the camera gives no patch."""
    behind = Plane(*(np.array(part, np.float32) for part in ((-1, 2, -60), (2, 0, 0), (0, -2, 0), (0, 0, 1))))
    assert patch_of(chamber(recipe), behind) is None


@pytest.mark.parametrize("name", sorted(finishes()))
def test_finishes_stay_in_range_at_any_distance(name):
    """No finish gives a colour far out of range, near or far."""
    v, u = np.meshgrid(np.linspace(0, 2, 40), np.linspace(0, 3, 60), indexing="ij")
    for px in (0.002, 0.08):
        colour = finish_of(name)(
            u.astype(np.float32), v.astype(np.float32), np.full(u.shape, px, np.float32), np.full(3, 0.5, np.float32), 5
        )
        assert colour.shape == (*u.shape, 3)
        assert colour.min() >= -0.05
        assert colour.max() <= 1.45
