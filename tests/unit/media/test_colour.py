"""Tests of media/colour.py."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.colour import BLACK, black, planes_of, rgb_of


@pytest.mark.parametrize(
    ("rgb", "yuv"),
    [
        pytest.param((0, 0, 0), (16, 128, 128), id="black"),
        pytest.param((255, 255, 255), (235, 128, 128), id="white"),
        pytest.param((255, 0, 0), (63, 102, 240), id="red"),
        pytest.param((0, 255, 0), (173, 42, 26), id="green"),
        pytest.param((0, 0, 255), (32, 240, 118), id="blue"),
    ],
)
def test_flat_colours_have_their_bt709_codes(rgb, yuv):
    """The primaries have the codes that BT.709 limited range gives them."""
    planes = planes_of(np.full((4, 6, 3), rgb, np.uint8))

    assert (planes.y[0, 0], planes.u[0, 0], planes.v[0, 0]) == yuv
    assert planes.y.shape == (4, 6)
    assert planes.u.shape == planes.v.shape == (2, 3)


def test_planes_equal_the_definition_within_one_rounding():
    """On noise, every sample is the float64 definition rounded once."""
    rgb = np.random.default_rng(3).integers(0, 256, (12, 16, 3)).astype(np.uint8)
    r, g, b = np.moveaxis(rgb.astype(np.float64), 2, 0)
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    blue = np.pad(128 + 224 / 255 * (b - luma) / 1.8556, ((0, 0), (1, 1)), mode="edge")
    across = (blue[:, 0:-2] + 2 * blue[:, 1:-1] + blue[:, 2:])[:, ::2] / 4
    expected_u = (across[::2] + across[1::2]) / 2

    planes = planes_of(rgb)

    assert np.abs(planes.y - (16 + 219 / 255 * luma)).max() < 0.5 + 1e-3
    assert np.abs(planes.u - expected_u).max() < 0.5 + 1e-3


def test_chroma_is_sited_on_the_even_column():
    """A colour edge right of an even column leaves that column's chroma three quarters its own."""
    rgb = np.zeros((2, 8, 3), np.uint8)
    rgb[:, 5:] = (0, 0, 255)

    u = planes_of(rgb).u[0].astype(float)

    assert u[:2].tolist() == [128, 128]
    assert u[2] == pytest.approx(128 + 112 / 4, abs=0.5)
    assert u[3] == 240


def test_a_smooth_picture_survives_the_round_trip():
    """Planes and back changes a gradient by no more than rounding: at most 3 codes, no shift of colour."""
    down, across = np.mgrid[0:64, 0:96]
    rgb = np.stack([40 + across, 60 + down, 200 - across // 2 - down // 2], axis=2).astype(np.uint8)

    difference = rgb_of(planes_of(rgb)).astype(int) - rgb

    assert np.abs(difference[2:-2, 2:-2]).max() <= 3
    assert np.abs(difference.mean(axis=(0, 1))).max() < 0.5


def test_black_is_black():
    """A black frame has black's codes and turns into RGB zero."""
    frame = black(6, 4)

    assert (int(frame.y[0, 0]), int(frame.u[0, 0]), int(frame.v[0, 0])) == BLACK
    assert rgb_of(frame).max() == 0


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((3, 4, 3), id="odd height"),
        pytest.param((4, 3, 3), id="odd width"),
        pytest.param((4, 4), id="grey"),
    ],
)
def test_a_picture_that_420_cannot_hold_is_refused(shape):
    """Odd sides and missing channels are render errors."""
    with pytest.raises(RenderError):
        planes_of(np.zeros(shape, np.uint8))
