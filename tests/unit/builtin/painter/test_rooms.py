"""What holds for every room, on small frames."""

import json
from importlib import resources

import numpy as np
import pytest

from astragen.builtin.painter.paint import paint
from astragen.builtin.painter.places import room_for
from astragen.model.storyboard import Tableau
from astragen.model.view import View
from astragen.model.vocabulary import Angle, Layout, ShotSize

SETTINGS = ["ocean", "mountain", "forest", "city", "space", "kitchen"]
TABLEAU = Tableau(layout=Layout.CONSTELLATION, title="What is time?", items=("clock", "tree", "moon"))
SIZE = (320, 180)
EXTREMES = [
    View(pan=-0.06, tilt=-0.06, truck=-0.1, pedestal=-0.06, dolly=-0.1),
    View(pan=0.06, tilt=0.06, truck=0.1, pedestal=0.06, dolly=0.22, zoom=1.12),
    View(pan=-0.06, tilt=0.06, truck=0.1, pedestal=-0.06, dolly=-0.1, zoom=1.0),
]


def frame(scene, seconds=1.0, view=None, number=3):
    planes = scene.frame(seconds, view or View(), number)
    return np.concatenate([plane.ravel() for plane in planes])


def cases(recipe):
    return {**{name: recipe(setting=name) for name in SETTINGS}, "tableau": recipe(setting="idea", tableau=TABLEAU)}


@pytest.mark.parametrize("name", [*SETTINGS, "tableau"])
def test_the_same_recipe_gives_the_same_pixels(recipe, name):
    """Two builds of one recipe agree to the last bit."""
    said = cases(recipe)[name]
    assert np.array_equal(frame(paint(said, *SIZE)), frame(paint(said, *SIZE)))


@pytest.mark.parametrize("name", [*SETTINGS, "tableau"])
def test_a_frame_does_not_depend_on_the_frames_before_it(recipe, name):
    """Frame 3 is the same after frame 40 as on its own: segments may start anywhere."""
    scene = paint(cases(recipe)[name], *SIZE)
    alone = frame(scene)
    frame(scene, 5.0, EXTREMES[1], 40)
    assert np.array_equal(alone, frame(scene))


@pytest.mark.parametrize("name", [*SETTINGS, "tableau"])
def test_things_move_while_the_camera_rests(recipe, name):
    """A second later the picture differs by more than grain, with the same grain and view."""
    scene = paint(cases(recipe)[name], *SIZE)
    first, later = (frame(scene, seconds).astype(int) for seconds in (0.5, 1.5))
    assert np.percentile(np.abs(first - later), 99.5) >= 3


@pytest.mark.parametrize("name", [*SETTINGS, "tableau"])
def test_no_move_shows_the_canvas_edge(recipe, name):
    """At the largest moves every pixel is still covered by the room's own layers."""
    scene = paint(cases(recipe)[name], *SIZE)
    for view in EXTREMES:
        for ground in (16, 235):
            scene.frame(1.0, view, 0)
            canvas = scene._canvas
            canvas.y[:] = ground
            for layer in scene.stage.layers:
                layer.draw(canvas, scene.stage, _moment(view))
            corners = canvas.y[[0, 0, -1, -1], [0, -1, 0, -1]].copy()
            if ground == 16:
                dark = corners
        assert np.abs(corners.astype(int) - dark.astype(int)).max() <= 2


def _moment(view):
    from astragen.builtin.painter.stage import Moment

    return Moment(1.0, 0, view)


@pytest.mark.parametrize("name", SETTINGS)
def test_another_seed_gives_another_picture(recipe, name):
    """The place's and the shot's seed both change the composition."""
    said = cases(recipe)[name]
    other = said.model_copy(update={"seed": 77, "place_seed": 78})
    first, second = (frame(paint(one, *SIZE)).astype(int) for one in (said, other))
    assert np.abs(first - second).mean() > 2


@pytest.mark.parametrize("size", list(ShotSize))
@pytest.mark.parametrize("angle", [Angle.EYE, Angle.LOW, Angle.HIGH, Angle.AERIAL])
def test_city_and_room_paint_every_size_and_angle(recipe, size, angle):
    """No combination of the grammar fails or comes out flat."""
    for setting in ("city", "library", "space"):
        planes = paint(recipe(setting=setting, size=size, angle=angle), 160, 90).frame(0.0, View(), 0)
        assert planes.y.std() > 5


@pytest.mark.parametrize(
    "frame_size", [(180, 320), (200, 200), (160, 200), (420, 180)], ids=["9:16", "1:1", "4:5", "21:9"]
)
def test_every_aspect_is_filled(recipe, frame_size):
    """Frames come out in the size asked for, with structure from edge to edge."""
    for said in cases(recipe).values():
        planes = paint(said, *frame_size).frame(1.0, View(), 0)
        assert planes.y.shape == frame_size[::-1]
        assert planes.y[:, :20].std() > 0.5
        assert planes.y[:, -20:].std() > 0.5


@pytest.mark.parametrize("layout", list(Layout))
def test_every_layout_paints_with_no_items_at_all(recipe, layout):
    """An empty tableau is a picture, not a crash."""
    planes = paint(recipe(tableau=Tableau(layout=layout)), *SIZE).frame(3.0, View(), 0)
    assert planes.y.std() > 3


def test_a_setting_nobody_knows_becomes_a_tableau(recipe):
    """An unknown place is shown as an idea, and known words inside a phrase are found."""
    assert room_for("the gloaming of bureaucracy") is None
    assert room_for("a busy city") == "city"
    assert paint(recipe(setting="bureaucracy"), *SIZE).frame(1.0, View(), 0).y.std() > 3


def test_every_setting_the_writer_uses_has_a_room():
    """No story is set in a place that the painter cannot paint."""
    written = json.loads((resources.files("astragen") / "data" / "writer" / "settings.json").read_text("utf-8"))[
        "words"
    ]
    assert [setting for setting in written if room_for(setting) is None] == []


@pytest.mark.parametrize("name", ["shores", "lands", "woods"])
def test_every_word_a_room_knows_leads_to_a_room(name):
    """A word in a room's own table is in the index too."""
    table = json.loads((resources.files("astragen") / "data" / "painter" / f"{name}.json").read_text("utf-8"))
    words = [word for row in table.values() if isinstance(row, dict) for word in row.get("words", [])]
    assert words
    assert [word for word in words if room_for(word) is None] == []
