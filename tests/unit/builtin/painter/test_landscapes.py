"""What holds for all landscape rooms: no hole in the picture, whatever the shot and the camera's move."""

import numpy as np
import pytest

from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.rooms import forest, mountain, ocean
from astragen.builtin.painter.stage import Moment, Stage
from astragen.model.view import View

VIEWS = [
    View(),
    View(pan=-0.06, tilt=-0.06, truck=-0.10, pedestal=-0.06, dolly=-0.10),
    View(pan=0.06, tilt=0.06, truck=0.10, pedestal=0.06, dolly=0.22, zoom=1.12),
    View(pan=-0.06, tilt=0.06, truck=0.10, pedestal=-0.06, dolly=-0.10),
    View(pan=0.06, tilt=-0.06, truck=-0.10, pedestal=0.06, dolly=0.22),
]
SHOTS = [
    (ocean, "ocean", "wide", "eye"),
    (ocean, "beach", "medium", "high"),
    (ocean, "beach", "extreme_close", "aerial"),
    (ocean, "reef", "close", "eye"),
    (mountain, "mountain", "extreme_close", "aerial"),
    (mountain, "hills", "wide", "high"),
    (mountain, "desert", "full", "low"),
    (forest, "forest", "full", "aerial"),
    (forest, "park", "full", "eye"),
    (forest, "pine forest", "close", "low"),
]


def drawn(scene, view, ground):
    canvas = scene._canvas
    canvas.y[:], canvas.u[:], canvas.v[:] = ground, 128, 128
    for layer in scene.stage.layers:
        layer.draw(canvas, scene.stage, Moment(1.0, 0, view))
    return canvas.y.astype(int)


@pytest.mark.parametrize(
    ("room", "setting", "size", "angle"), SHOTS, ids=lambda value: getattr(value, "__name__", value)
)
def test_nothing_behind_the_layers_shows_through(recipe, room, setting, size, angle):
    """A black and a white ground under the layers give the same picture at every extreme of the camera."""
    said = recipe(setting=setting, size=size, angle=angle, place_seed=3)
    stage = Stage(96, 54, light_of(said))
    room.compose(stage, said)
    scene = stage.scene(1)
    for view in VIEWS:
        assert np.abs(drawn(scene, view, 16) - drawn(scene, view, 235)).max() <= 6


def test_a_tall_frame_is_covered_too(recipe):
    """9:16 at the end of the largest push."""
    for room, setting in ((ocean, "beach"), (mountain, "hills"), (forest, "forest")):
        said = recipe(setting=setting, size="wide")
        stage = Stage(72, 128, light_of(said))
        room.compose(stage, said)
        scene = stage.scene(1)
        for view in VIEWS[2:3]:
            assert np.abs(drawn(scene, view, 16) - drawn(scene, view, 235)).max() <= 6
