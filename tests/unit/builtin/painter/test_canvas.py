import numpy as np
import pytest

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import ycc
from astragen.builtin.painter.sprite import light, over, premultiply, sprite
from astragen.builtin.painter.stage import placed

HERE = placed(0, 0, (0, 0), 1.0, 0.0, 1.0, 0.0, 0.0)


def opaque(colour, size=8):
    return sprite(premultiply(np.array(colour, np.float32), np.ones((size, size), np.float32)))


def pixel(canvas, x, y):
    return int(canvas.y[y, x]), int(canvas.u[y // 2, x // 2]), int(canvas.v[y // 2, x // 2])


def test_an_opaque_sprite_at_rest_keeps_its_colour():
    """White laid without a move is the code of white, within the dither's one step."""
    canvas = Canvas(16, 16)

    canvas.lay(opaque([1, 1, 1]), HERE)

    assert pixel(canvas, 3, 3) == pytest.approx((235, 128, 128), abs=1)


def test_half_coverage_gives_the_mean_of_both():
    """Red at half coverage on black is half way between their codes."""
    canvas = Canvas(16, 16)
    red = premultiply(np.array([1, 0, 0], np.float32), np.full((8, 8), 0.5, np.float32))

    canvas.lay(sprite(red), HERE)

    expected = (np.array(ycc("#ff0000")) + np.array(ycc("#000000"))) / 2
    assert pixel(canvas, 4, 4) == pytest.approx(tuple(expected), abs=2)


def test_outside_a_sprite_the_canvas_is_untouched():
    """A sprite 8 px wide changes nothing 3 px beyond its edge."""
    canvas = Canvas(16, 16)

    canvas.lay(opaque([1, 1, 1]), HERE)

    assert pixel(canvas, 12, 4) == (16, 128, 128)


def test_light_adds_and_black_light_adds_nothing():
    """Light of mid grey brightens; light of black leaves every plane as it was."""
    canvas = Canvas(16, 16)
    canvas.lay(light(np.full((16, 16, 3), 0.25, np.float32)), HERE)
    assert pixel(canvas, 8, 8) == pytest.approx((16 + 55, 128, 128), abs=2)

    before = [plane.copy() for plane in canvas.planes]
    canvas.lay(light(np.zeros((16, 16, 3), np.float32)), HERE)

    assert all(np.array_equal(a, b) for a, b in zip(before, canvas.planes, strict=True))


def test_tint_and_shine_are_clipped_at_the_frame_edge():
    """Masks that stick out on every side are cut, not wrapped and not refused."""
    canvas = Canvas(16, 16)
    mask = np.full((40, 40), 255, np.uint8)

    canvas.tint(mask, "#ffffff", -10, -10)
    canvas.shine(mask, "#ff0000", 12, 12)
    canvas.tint(mask, "#000000", 100, 100)

    assert pixel(canvas, 0, 0) == pytest.approx((235, 128, 128), abs=1)


def test_over_of_premultiplied_pictures_keeps_coverage_below_one():
    """Two half-covering layers cover three quarters."""
    half = premultiply(np.array([1, 1, 1], np.float32), np.full((2, 2), 0.5, np.float32))
    assert over(half, half)[..., 3] == pytest.approx(0.75)


def test_a_shift_of_half_a_pixel_moves_an_edge_by_half_a_pixel():
    """The mean luma of a sub-pixel shifted edge column is the mean of inside and outside."""
    canvas = Canvas(16, 16)
    edge = np.zeros((16, 16), np.float32)
    edge[:, :8] = 1

    canvas.lay(sprite(premultiply(np.array([1, 1, 1], np.float32), edge)), placed(0.5, 0, (0, 0), 1, 0, 1, 0, 0))

    assert canvas.y[8, 8] == pytest.approx((16 + 235) / 2, abs=3)
