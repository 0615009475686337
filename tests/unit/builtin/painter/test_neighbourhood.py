"""What holds for the places where people live, on small frames."""

import math

import cv2
import numpy as np
import pytest

from astragen.builtin.painter.houses import is_white, raise_things, table
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.lighting import Lighting
from astragen.builtin.painter.plot import Ground, Plot
from astragen.builtin.painter.rooms.neighbourhood import compose, place_of
from astragen.builtin.painter.solids import face, model_faces
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.surfaces import Brush, paint_sheet
from astragen.model.view import View

PLACES = ["suburb", "backyard", "playground", "schoolyard", "village", "market", "farm", "campsite"]
SIZE = (160, 90)
EXTREMES = [
    View(pan=-0.06, tilt=-0.06, truck=-0.1, pedestal=-0.06, dolly=-0.1),
    View(pan=0.06, tilt=0.06, truck=0.1, pedestal=0.06, dolly=0.22, zoom=1.12),
]


def painted(said, size=SIZE):
    """The room's scene, without going through the words of settings."""
    stage = Stage(*size, light_of(said))
    compose(stage, said)
    return stage.scene(said.seed)


def frame(scene, seconds=1.0, view=None):
    planes = scene.frame(seconds, view or View(), 3)
    return np.concatenate([plane.ravel() for plane in planes]).astype(int)


def spread(scene):
    """(5th, 95th) percentile of luma in [0, 1]."""
    luma = (scene.frame(1.0, View(), 1).y.astype(float) - 16) / 219
    return tuple(np.percentile(luma, [5, 95]))


@pytest.mark.parametrize("name", PLACES)
def test_every_place_moves_and_has_light_and_dark(recipe, name):
    """A second later something moved; shade and light are both there."""
    scene = painted(recipe(setting=name, time_of_day="golden"))
    assert np.percentile(np.abs(frame(scene) - frame(scene, 2.0)), 99.5) >= 3
    dark, bright = spread(scene)
    assert dark < 0.25
    assert bright > 0.45


@pytest.mark.parametrize("name", ["market", "campsite"])
def test_the_same_recipe_gives_the_same_pixels_in_any_order(recipe, name):
    """Two builds agree to the last bit, also when one has drawn other frames before."""
    said = recipe(setting=name, time_of_day="dusk")
    one, other = painted(said), painted(said)
    other.frame(7.3, EXTREMES[1], 40)
    assert np.array_equal(frame(one), frame(other))
    assert np.array_equal(frame(one, -1.5), frame(other, -1.5))


@pytest.mark.parametrize(("name", "time"), [("village", "dawn"), ("suburb", "dusk"), ("farm", "night")])
def test_every_hour_has_shade_and_light(recipe, name, time):
    """Lit windows, lamps and moonlight keep evenings and nights readable."""
    dark, bright = spread(painted(recipe(setting=name, time_of_day=time)))
    assert dark < 0.25
    assert bright > 0.45


@pytest.mark.parametrize(("weather", "season"), [("storm", "spring"), ("snow", "winter"), ("fog", "summer")])
def test_every_weather_paints(recipe, weather, season):
    """No weather fails or comes out flat."""
    planes = painted(recipe(setting="farm", weather=weather, season=season)).frame(1.0, View(), 0)
    assert planes.y.std() > 15


def test_no_move_shows_the_canvas_edge(recipe):
    """At the largest moves every border pixel is covered: what was on the canvas before does not show."""
    scene = painted(recipe(setting="backyard"))
    for view in EXTREMES:
        borders = []
        for ground in (16, 235):
            canvas = scene._canvas
            for plane in canvas.planes:
                plane[:] = ground
            for layer in scene.stage.layers:
                layer.draw(canvas, scene.stage, Moment(1.0, 0, view))
            y = canvas.y.astype(int)
            borders.append(np.concatenate([y[0], y[-1], y[:, 0], y[:, -1]]))
        assert np.abs(borders[0] - borders[1]).max() <= 3


@pytest.mark.parametrize(
    ("size", "angle"), [((96, 170), "low"), ((120, 120), "aerial"), ((266, 114), "high")], ids=["9:16", "1:1", "21:9"]
)
def test_every_shape_is_filled(recipe, size, angle):
    """Tall, square and wide frames have structure from edge to edge, seen from low, from above and from high up."""
    planes = painted(recipe(setting="campsite", angle=angle, size="extreme_wide"), size).frame(0.0, View(), 0)
    assert planes.y.shape == size[::-1]
    assert planes.y[:, :16].std() > 3
    assert planes.y[:, -16:].std() > 3


def test_another_place_has_other_houses_and_another_shot_the_same(recipe):
    """The place's seed chooses models and colours; the shot's seed leaves them alone."""
    rows = table()["places"]["street"]["things"]

    def houses(**seeds):
        said = recipe(setting="suburb", **seeds)
        return [
            (len(thing.faces), dict(thing.brush.colours))
            for thing in raise_things(said, light_of(said), rows, grassy=True)
        ]

    assert houses(place_seed=3, seed=1) == houses(place_seed=3, seed=9)
    assert houses(place_seed=3) != houses(place_seed=4)


def test_a_person_in_a_wide_shot_is_a_quarter_of_the_frame_and_stands_near_its_foot(recipe):
    """1.75 m is 0.24 of the frame's height, feet 0.86 to 0.92 down, in every place."""
    stage = Stage(640, 360, light_of(recipe()))
    stand = Plot(stage, recipe(size="wide"), turn=0.2, roam=1.0).stand()
    assert stand.metre * 1.75 == pytest.approx(0.24 * 360)
    assert 0.86 <= (stand.ground(0.0) - stage.oy) / 360 <= 0.92


def test_the_ground_moves_as_what_stands_on_it(recipe):
    """A mark on the ground and a point at its foot stay together under truck, dolly and pedestal."""
    stage = Stage(640, 360, light_of(recipe()))
    plot = Plot(stage, recipe(), turn=0.2, roam=0.0)
    x, y, _, depth = plot.at(1.5, 0, 6.0)
    top = int(plot.horizon)
    cover = np.zeros((stage.canvas_height - top, stage.canvas_width), np.float32)
    cv2.circle(cover, (round(x), round(y) - top), 2, 1.0, -1)
    ground = premultiply(np.repeat(cover[..., None], 3, -1), np.ones_like(cover))
    scene = stage.scene(0)
    layer = Ground(plot, ground, top)
    for view in (View(), View(truck=0.1, dolly=0.2, pedestal=-0.05), View(pan=0.05, dolly=-0.1, zoom=1.1)):
        scene._canvas.y[:] = 16
        layer.draw(scene._canvas, stage, Moment(0.0, 0, view))
        k, tx, ty = stage.project(plot.z(depth), view)
        rows, columns = np.nonzero(scene._canvas.y > 150)
        assert columns.mean() == pytest.approx(x * k + tx, abs=1.5)
        assert rows.mean() == pytest.approx(y * k + ty, abs=1.5)


def test_a_wall_casts_its_shadow_away_from_the_sun(recipe):
    """Ground beside a wall is dark on the far side and sunlit on the near side."""
    said = recipe(place_seed=1)
    stage = Stage(320, 180, light_of(said))
    plot = Plot(stage, said, turn=0.0, roam=0.0)
    lighting = Lighting(plot, stage.light, is_white=False)
    wall = face((0, 3, 8), (0, 0, -6), (0, -3, 0), "plain", "#ffffff", is_thin=True)
    lighting.cast([wall], _brush(said), [])
    spots = plot.world(np.array([[[-1.2, 0, 5.0], [1.2, 0, 5.0]]], np.float32))
    shaded, sunlit = lighting.seen_from_ground(spots)[0]
    assert shaded < 0.2
    assert sunlit > 0.8


def test_every_model_is_made_of_known_parts_and_surfaces(recipe):
    """Each row of the table builds, and each face of it can be painted."""
    brush = _brush(recipe())
    for name, parts in table()["models"].items():
        faces = model_faces(parts)
        assert faces, name
        for surface, colour in {(made.surface, made.colour) for made in faces}:
            pixels, _ = paint_sheet(surface, colour, (1.5, 1.2), 12, brush)
            assert pixels[..., 3].max() > 0, (name, surface)


def test_every_place_names_models_groups_and_palettes_that_exist():
    """No row of a place points nowhere."""
    rows = table()
    for name, place in rows["places"].items():
        for model, _, _, _, palette in place["things"]:
            assert model in rows["models"] or model in rows["groups"], (name, model)
            assert palette in rows["palettes"], (name, palette)
    assert set(rows["words"].values()) <= set(rows["places"])


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("a quiet suburb", "street"),
        ("grandmother's backyard", "backyard"),
        ("the market", "market"),
        ("two old farms", "farm"),
        ("street of houses", "street"),
        ("outside the school", "school"),
        ("nowhere in particular", "street"),
    ],
)
def test_words_choose_the_place(said, place):
    """The last known word of a setting decides, plural or not; a street of houses is the default."""
    assert place_of(said) == place


def test_snow_lies_on_roofs_and_not_on_walls(recipe):
    """In winter what faces the sky turns white; what faces the viewer, or stands under a roof, keeps its colour."""
    said = recipe(season="winter")
    stage = Stage(320, 180, light_of(said))
    lighting = Lighting(Plot(stage, said, turn=0.0, roam=0.0), stage.light, is_white=is_white(said))
    albedo = np.full((1, 3, 3), 0.2, np.float32)
    normals = np.array([[[0, 1, 0], [0, 0, -1], [0, 1, 0]]], np.float32)
    world = np.array([[[0, 3, 12], [0, 2, 12], [0, 1, 12]]], np.float32)
    lit = lighting.shade(albedo, normals, world, np.ones((1, 3), np.float32), np.array([[0, 0, 1]], np.float32))
    roof, wall, goods = lit.mean(-1)[0]
    assert roof > 3 * goods
    assert wall < roof / 2


def test_a_box_face_looks_outward():
    """The front of a box faces the viewer, its top the sky."""
    front, *_, top = model_faces([["box", [-1, 1], [0, 2], [0, 3], "plain", "#888888"]])
    assert front.normal.tolist() == pytest.approx([0, 0, -1])
    assert top.normal.tolist() == pytest.approx([0, 1, 0])
    turned = front.moved(0, 0, math.pi / 2, -1.0)
    assert turned.normal.tolist() == pytest.approx([-1, 0, 0], abs=1e-6)


def _brush(said):
    colours = {"wall": "#e9d9b4", "trim": "#fbf5e6", "roof": "#7d4a3c"}
    return Brush(colours, light_of(said), said.season, False, 0.5, np.random.default_rng(1))
