"""Grades and LUTs as a table over the planes, against the same on exact RGB."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from astragen.media.colour import planes_of, rgb_of
from astragen.media.looks.grade import is_graded, table_of, toned_by
from astragen.media.looks.lut import read_cube
from astragen.model.look import Look
from astragen.model.planes import Planes


def cube(size: int, change) -> bytes:
    """The 3D LUT of *change*, a function of red, green and blue."""
    steps = [step / (size - 1) for step in range(size)]
    rows = (change(red, green, blue) for blue, green, red in product(steps, repeat=3))
    return "\n".join([f"LUT_3D_SIZE {size}", *(" ".join(f"{value:.6f}" for value in row) for row in rows)]).encode()


IDENTITY = cube(2, lambda r, g, b: (r, g, b))
WARM = cube(9, lambda r, g, b: (r**0.8, g**0.95, b**1.3))
CROSSED = cube(5, lambda r, g, b: (0.8 * r + 0.2 * g, 0.9 * g + 0.1 * b, 0.3 + 0.5 * b))
GREY = cube(2, lambda r, g, b: (0.2126 * r + 0.7152 * g + 0.0722 * b,) * 3)


def applied(look: Look, content: bytes, picture: Planes) -> Planes:
    out = Planes(*(np.empty_like(plane) for plane in picture))
    table_of(look, content)(picture, 0, out)
    return out


def differences(one: Planes, other: Planes) -> list[np.ndarray]:
    return [np.abs(a.astype(int) - b) for a, b in zip(one, other, strict=True)]


def test_the_identity_gives_every_picture_back(picture):
    """Not a level is lost, whatever the colour: noise has codes that no RGB has, too."""
    noise = np.random.default_rng(1)
    noisy = Planes(*(noise.integers(16, 236, plane.shape, np.uint8) for plane in picture))

    for one in (picture, noisy):
        assert [plane.max() for plane in differences(applied(Look(), IDENTITY, one), one)] == [0, 0, 0]


@pytest.mark.parametrize("content", [WARM, CROSSED, GREY], ids=["warm", "crossed", "grey"])
def test_a_lut_is_what_it_is_on_exact_rgb(picture, content):
    """Within 1.5 levels in the mean, in every plane, of the trilinear LUT on the RGB picture."""
    rgb = rgb_of(picture).astype(np.float32) / 255
    exact = planes_of(np.rint(np.clip(read_cube(content, "a")(rgb), 0, 1) * 255).astype(np.uint8))

    assert [plane.mean() < 1.5 for plane in differences(applied(Look(), content, picture), exact)] == [True] * 3


def test_half_of_a_lut_is_half_of_its_change(picture):
    """`lut_strength` mixes; at 0 nothing is done at all."""
    half, whole = (applied(Look(lut_strength=strength), WARM, picture) for strength in (0.5, 1))

    middle = [(a.astype(float) + b) / 2 for a, b in zip(picture, whole, strict=True)]
    assert max(np.abs(a - b).max() for a, b in zip(half, middle, strict=True)) <= 1.5
    assert not is_graded(Look(lut_strength=0), WARM)


def test_black_and_white_has_no_colour_left(picture):
    """Not even of codes outside of the RGB cube, such as a bright sun's."""
    glaring = Planes(np.full_like(picture.y, 230), np.full_like(picture.u, 90), np.full_like(picture.v, 150))

    for one in (picture, glaring):
        _, u, v = applied(Look(saturation=-1), b"", one)
        assert np.abs(u.astype(int) - 128).max() <= 1
        assert np.abs(v.astype(int) - 128).max() <= 1


def test_a_grade_may_be_written_over_its_frame(picture, copied):
    """Parts of a look after the first work in place."""
    apart, over = copied(picture), copied(picture)
    table = table_of(Look(contrast=0.4, warmth=-0.5), b"")

    table(picture, 0, apart)
    table(over, 0, over)

    assert [plane.max() for plane in differences(apart, over)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("look", "rgb", "toned"),
    [
        (Look(), (0.2, 0.5, 0.9), (0.2, 0.5, 0.9)),
        (Look(contrast=1), (0.25, 0.5, 0.75), (0.15625, 0.5, 0.84375)),
        (Look(contrast=-1), (0.25, 0.5, 0.75), (0.34375, 0.5, 0.65625)),
        (Look(saturation=-1), (1.0, 0.0, 0.0), (0.2126, 0.2126, 0.2126)),
        (Look(warmth=0.5), (0.5, 0.5, 0.5), (0.535, 0.5, 0.465)),
        (Look(fade=1), (0.0, 0.5, 1.0), (0.16, 0.58, 1.0)),
    ],
    ids=["none", "contrast", "flat", "grey", "warm", "faded"],
)
def test_tones_change_as_they_say(look, rgb, toned):
    """Contrast turns about the middle and holds black and white; fade lifts black and holds white."""
    np.testing.assert_allclose(toned_by(look, np.array([rgb], np.float32))[0], toned, atol=1e-5)
