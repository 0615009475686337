import numpy as np
import pytest

from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import INFINITE, Stage
from astragen.model.view import View


@pytest.fixture
def stage(recipe):
    return Stage(320, 180, light_of(recipe()))


def frame_x(stage, z, view, canvas_x=160.0):
    k, tx, _ = stage.project(z, view)
    return k * canvas_x + tx


def test_at_rest_the_frame_is_the_canvas_without_its_margin(stage):
    """A canvas point lies at its own place less the origin, at every distance."""
    for z in (1.0, 5.0, INFINITE):
        k, tx, ty = stage.project(z, View())
        assert (k, tx, ty) == pytest.approx((1.0, -stage.ox, -stage.oy), abs=1e-3)


def test_trucking_moves_near_layers_more_than_far_ones(stage):
    """Parallax: shift is truck / z; the sky stays."""
    view = View(truck=0.1)
    moved = [frame_x(stage, z, View()) - frame_x(stage, z, view) for z in (2.0, 4.0, INFINITE)]
    assert moved == pytest.approx([0.1 * 180 / 2, 0.1 * 180 / 4, 0.0], abs=1e-2)


def test_dollying_in_grows_near_layers_more(stage):
    """A layer at z grows by z / (z - dolly)."""
    near, far = (stage.project(z, View(dolly=0.2))[0] for z in (2.0, 100.0))
    assert near == pytest.approx(2 / 1.8)
    assert far == pytest.approx(100 / 99.8)


def test_panning_moves_all_layers_alike(stage):
    """Turning the camera shows no parallax."""
    view = View(pan=0.05)
    assert frame_x(stage, 2.0, view) - frame_x(stage, INFINITE, view) == pytest.approx(
        frame_x(stage, 2.0, View()) - frame_x(stage, INFINITE, View())
    )


def test_a_still_point_of_a_dolly_is_the_vanishing_point(stage):
    """What lies straight ahead stays there while the camera moves in."""
    assert frame_x(stage, 3.0, View(dolly=0.2), stage.vanishing_x) == pytest.approx(
        frame_x(stage, 3.0, View(), stage.vanishing_x)
    )


def test_far_layers_are_drawn_before_near_ones_whatever_the_order_of_hanging(stage):
    """A near red plate covers a far blue one that was hung later."""
    shape = (stage.canvas_height, stage.canvas_width)
    for z, colour in ((2.0, [1, 0, 0]), (50.0, [0, 0, 1])):
        stage.plate(premultiply(np.array(colour, np.float32), np.ones(shape, np.float32)), z)

    planes = stage.scene(1).frame(0.0, View(), 0)

    assert planes.v.mean() > 200
    assert planes.u.mean() < 128
