"""Known colours, shapes and turns, coded in many ways, come out as BT.709 limited 4:2:0."""

from __future__ import annotations

from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from astragen.media.clips.conform import Conformer
from astragen.media.clips.reader import ClipReader
from astragen.media.colour import planes_of
from clips import BARS, BT601, BT709, BT2020, FULL, LIMITED, bars, coded, grey, write_clip, ycc

WIDTH, HEIGHT = 168, 96
EXPECTED = ycc(np.array(BARS), BT709, LIMITED)


def conformed(frame: av.VideoFrame, width: int = WIDTH, height: int = HEIGHT, pixel_aspect=None):
    return Conformer(width, height, pixel_aspect=pixel_aspect).planes(frame)


def of_bars(planes) -> np.ndarray:
    """(7, 3): Y, U and V in the middle of each bar."""
    half = WIDTH // 14
    at = [half + 2 * half * bar for bar in range(7)]
    return np.array([[planes.y[48, x], planes.u[24, x // 2], planes.v[24, x // 2]] for x in at], float)


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p12le"])
@pytest.mark.parametrize("matrix", [BT709, BT601, BT2020])
@pytest.mark.parametrize("color_range", [LIMITED, FULL])
def test_bars_of_any_matrix_range_depth_and_sampling_are_right_within_two_levels(pix_fmt, matrix, color_range):
    """What the tags say is undone, and BT.709 limited is made, wherever the bars come from."""
    frame = coded(bars(WIDTH, HEIGHT), pix_fmt, matrix=matrix, color_range=color_range)
    frame.colorspace, frame.color_range = matrix, color_range

    assert np.abs(of_bars(conformed(frame)) - EXPECTED).max() <= 2


@pytest.mark.parametrize("pix_fmt", ["rgb24", "bgr0", "gbrp", "rgba"])
def test_bars_in_rgb_are_right_within_two_levels(pix_fmt):
    """RGB has no matrix and is always full."""
    assert np.abs(of_bars(conformed(coded(bars(WIDTH, HEIGHT), pix_fmt))) - EXPECTED).max() <= 2


@pytest.mark.parametrize(("width", "height", "matrix"), [(168, 96, BT601), (1288, 96, BT709), (168, 578, BT709)])
def test_untagged_pictures_are_bt601_when_small_and_bt709_when_large(width, height, matrix):
    """As every player holds it: no tag means the matrix of the picture's size."""
    frame = coded(bars(width, height), "yuv444p", matrix=matrix)
    frame.colorspace, frame.color_range = 2, 0
    all_of_it = Fraction(WIDTH * height, HEIGHT * width)

    assert np.abs(of_bars(conformed(frame, pixel_aspect=all_of_it)) - EXPECTED).max() <= 2


@pytest.mark.parametrize("pix_fmt", ["gray", "gray10le"])
@pytest.mark.parametrize("color_range", [LIMITED, FULL])
def test_grey_keeps_its_level(pix_fmt, color_range):
    """Level 50 of 255 is luma 59 without colour, whether its range was limited or full."""
    frame = coded(grey(50, WIDTH, HEIGHT), pix_fmt, color_range=color_range)
    frame.color_range = color_range

    planes = conformed(frame)

    assert np.abs(planes.y.astype(int) - 59).max() <= 1
    assert np.abs(np.stack([planes.u, planes.v]).astype(int) - 128).max() <= 1


@pytest.mark.parametrize("pix_fmt", ["rgba", "yuva444p10le"])
def test_alpha_is_laid_over_black(pix_fmt):
    """Grey 200 that covers half is grey 100; where nothing covers, it is black, not what lay beneath."""
    picture = np.dstack([grey(200, WIDTH, HEIGHT), np.full((HEIGHT, WIDTH), 128, np.uint8)])
    picture[:, : WIDTH // 2, 3] = 0

    luma = conformed(coded(picture, pix_fmt)).y

    assert luma[48, 20] == 16
    assert abs(int(luma[48, 140]) - round(16 + 219 * 200 / 255 * 128 / 255)) <= 1


def test_chroma_is_sited_left():
    """A soft picture in 4:4:4 becomes the planes that our own filter makes of it, not those half a pixel aside."""
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    soft = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 4), None, 60, 200, cv2.NORM_MINMAX)
    expected = planes_of(soft)

    got = conformed(coded(soft, "rgb24"))

    away = np.abs(got.u.astype(int) - expected.u)[4:-4, 4:-4].mean()
    aside = np.abs(got.u[:, 1:].astype(float) * 0.5 + got.u[:, :-1] * 0.5 - expected.u[:, 1:])[4:-4, 4:-4].mean()
    assert away < 0.6
    assert aside > 2 * away


@pytest.mark.parametrize(("width", "height"), [(168, 48), (84, 96)])
def test_the_middle_of_the_picture_covers_the_frame(width, height):
    """A wider frame loses top and bottom, a narrower one both sides; nothing is squeezed."""
    down, across = np.mgrid[0:96, 0:168]
    picture = np.where(((across - 84) ** 2 + (down - 48) ** 2 < 20**2)[..., None], 220, 40).astype(np.uint8)

    luma = conformed(coded(picture.repeat(3, axis=2), "yuv444p"), width, height).y

    disc = luma > 128
    assert abs(disc.any(axis=0).sum() - 40) <= 1
    assert abs(disc.any(axis=1).sum() - 40) <= 1
    assert abs(np.argwhere(disc).mean(axis=0) - [(height - 1) / 2, (width - 1) / 2]).max() < 1


def test_pixels_that_are_not_square_are_made_so(tmp_path):
    """168x96 of pixels twice as wide as high are shown 336 wide: a frame of half the height holds all of it."""
    reader = ClipReader(write_clip(tmp_path / "a.mp4", [bars()] * 2, pixel_aspect=Fraction(2)), shot="s1")

    assert reader.pixel_aspect == 2
    luma = conformed(reader.first, 168, 48, reader.pixel_aspect).y
    assert [luma[24, 12 + 24 * bar] for bar in (0, 6)] == pytest.approx(EXPECTED[[0, 6], 0], abs=2)


@pytest.mark.skipif(not hasattr(av.VideoStream, "set_display_rotation"), reason="this PyAV writes no display matrix")
@pytest.mark.parametrize(("rotation", "corner"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))])
def test_a_rotated_clip_is_turned_upright(tmp_path, rotation, corner):
    """The bright top left corner of the coded picture is where a turn counterclockwise takes it."""
    picture = grey(60, WIDTH, HEIGHT)
    picture[: HEIGHT // 2, : WIDTH // 2] = (200, 60, 60)
    reader = ClipReader(write_clip(tmp_path / "a.mp4", [picture] * 2, rotation=rotation), shot="s1")
    width, height = (HEIGHT, WIDTH) if rotation % 180 else (WIDTH, HEIGHT)

    planes = conformed(reader.first, width, height)

    for plane in planes[:1] + planes[2:]:
        rows, columns = plane.shape
        quarters = [
            [float(plane[rows // 4 + d * rows // 2, columns // 4 + a * columns // 2]) for a in (0, 1)] for d in (0, 1)
        ]
        assert np.unravel_index(np.argmax(quarters), (2, 2)) == corner
        assert np.ptp(np.delete(np.ravel(quarters), np.argmax(quarters))) <= 1


def test_a_clip_may_change_its_size_and_form_on_the_way():
    """Another kind of picture gets another chain; the planes stay of one size."""
    conformer = Conformer(WIDTH, HEIGHT, pixel_aspect=None)

    for frame in (coded(bars(), "yuv420p"), coded(bars(84, 48), "yuv444p10le"), coded(bars(), "rgb24")):
        frame.colorspace = BT709
        assert np.abs(of_bars(conformer.planes(frame)) - EXPECTED).max() <= 2
