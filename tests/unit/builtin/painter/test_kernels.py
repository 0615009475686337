"""Laying a sprite: the C kernel and its twin, and how true both are."""

import cv2
import numpy as np
import pytest

from astragen.builtin.painter import kernels, twin
from astragen.builtin.painter.sprite import cover_of

WIDTH, HEIGHT = 160, 96
LAYS = {"chosen": kernels.lay, "twin": twin.lay}


def frame(y=80, u=110, v=150):
    half = (HEIGHT // 2, WIDTH // 2)
    return np.full((HEIGHT, WIDTH), y, np.uint8), np.full(half, u, np.uint8), np.full(half, v, np.uint8)


def clouds(rows, columns, channels, sigma=2.5):
    noise = np.random.default_rng(rows * columns).random((rows, columns, channels), np.float32)
    return cv2.normalize(cv2.GaussianBlur(noise, (0, 0), sigma), None, 0, 1, cv2.NORM_MINMAX)


def painted(rows, columns, mode):
    """A soft sprite of *mode*, with holes unless it is opaque."""
    colours = clouds(rows, columns, 4)
    alpha = np.ones((rows, columns)) if mode == twin.OPAQUE else np.clip(colours[..., 3] * 2.4 - 0.9, 0, 1)
    if mode == twin.LIGHT:
        parts = [colours[..., 0] * 180, 128 + (colours[..., 1] - 0.5) * 60, 128 + (colours[..., 2] - 0.5) * 60]
        dark = (0, 128, 128)
        parts = [np.where(alpha > 0, part, none) for part, none in zip(parts, dark, strict=True)]
        return np.ascontiguousarray(np.dstack([*parts, 255 * (alpha > 0)]).astype(np.uint8))
    return np.ascontiguousarray(np.dstack([*(colours[..., k] * 255 * alpha for k in range(3)), alpha * 255]), np.uint8)


def lay(how, planes, pixels, matrix, gain=1.0, mode=twin.MATTER, cover=None):
    rows, columns = pixels.shape[:2]
    LAYS[how](*planes, WIDTH, HEIGHT, pixels, cover, columns, rows, matrix, gain, mode)
    return planes


@pytest.mark.parametrize("mode", [twin.MATTER, twin.LIGHT, twin.OPAQUE])
@pytest.mark.parametrize(
    "matrix",
    [
        (1.03, 0, 20.3, 0, 1.03, 10.7),  # in the frame
        (1.03, 0, -30.3, 0, 1.03, 60.7),  # over its edges
        (1, 0, 0, 0, 1, 0),  # exactly at the corner
        (1, 0, 21, 0, 1, 11),  # odd
        (0.9, 0.2, 20.3, -0.2, 0.9, 30.7),  # turned
        (2.2, 0, -90, 0, 2.2, -40),  # larger than the frame
    ],
)
def test_the_kernel_and_its_twin_agree(mode, matrix):
    """Luma within one level; chroma, which the twin rounds twice, within two, and one in a thousand of it at two."""
    pixels = painted(70, 91, mode)
    chosen = lay("chosen", frame(), pixels, matrix, 0.8 if mode else 1.0, mode, cover_of(pixels))
    other = lay("twin", frame(), pixels, matrix, 0.8 if mode else 1.0, mode)
    luma, *chroma = [np.abs(a.astype(int) - b) for a, b in zip(chosen, other, strict=True)]
    assert luma.max() <= 1
    assert max(part.max() for part in chroma) <= 2
    assert np.mean(np.concatenate([part.ravel() for part in chroma]) > 1) < 0.02


def test_the_cover_changes_no_pixel():
    """Skipping the blocks that are empty leaves the frame as it is without the hint."""
    pixels = painted(70, 91, twin.MATTER)
    pixels[20:50, 16:80] = 0
    matrix = (1.21, 0, 7.4, 0, 1.21, 3.3)
    with_hint = lay("chosen", frame(), pixels, matrix, cover=cover_of(pixels))
    without = lay("chosen", frame(), pixels, matrix)
    assert all(np.array_equal(a, b) for a, b in zip(with_hint, without, strict=True))


@pytest.mark.parametrize("how", LAYS)
@pytest.mark.parametrize("shift", [0.0, 0.13, 0.5, 0.77, 3.31])
def test_a_sprite_lands_where_the_matrix_says(how, shift):
    """The centre of a soft spot is within 0.02 px of its place: a slow move cannot jitter."""
    y, x = np.mgrid[0:41, 0:41] - 20.0
    spot = np.exp(-(x * x + y * y) / 50)
    pixels = np.ascontiguousarray(np.dstack([spot * 200, spot * 128, spot * 128, spot * 255]).round(), np.uint8)
    luma, *_ = lay(how, frame(0), pixels, (1, 0, 30 + shift, 0, 1, 20 + shift / 2))
    weight = luma.astype(float)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    centre = (weight * columns).sum() / weight.sum(), (weight * rows).sum() / weight.sum()
    assert centre == pytest.approx((50 + shift, 40 + shift / 2), abs=0.02)


@pytest.mark.parametrize("how", LAYS)
def test_chroma_lies_where_luma_does(how):
    """A coloured edge crosses luma and left-sited chroma at the same place."""
    ramp = np.clip((np.arange(64) - 20) / 24, 0, 1)
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[..., 0] = 100 + 100 * ramp
    pixels[..., 1] = 100 + 100 * ramp
    pixels[..., 2], pixels[..., 3] = 128, 255
    luma, blue, _ = lay(how, frame(), pixels, (1, 0, 10, 0, 1, 10))
    assert np.abs(luma[40, 30:60:2].astype(int) - blue[20, 15:30]).max() <= 1


@pytest.mark.parametrize("how", LAYS)
def test_a_sprite_beyond_the_frame_changes_nothing(how):
    """Off every side, and squeezed to nothing: no pixel and no error."""
    pixels = painted(20, 20, twin.MATTER)
    for x, y in ((-60, 0), (400, 0), (0, -60), (0, 400)):
        planes = lay(how, frame(), pixels, (1, 0, x, 0, 1, y))
        assert all(np.array_equal(a, b) for a, b in zip(planes, frame(), strict=True))


@pytest.mark.skipif(not kernels.IS_NATIVE, reason="the C kernel was not built here")
def test_the_kernel_refuses_what_is_no_frame_or_no_sprite():
    """Sizes that do not fit the buffers are errors, never reads beyond them."""
    pixels = painted(20, 20, twin.MATTER)
    y, u, v = frame()
    here = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    with pytest.raises(ValueError, match=r"4:2:0 frame of 158 x 96"):
        kernels.lay(y, u, v, 158, 96, pixels, None, 20, 20, here, 1.0, twin.MATTER)
    with pytest.raises(ValueError, match="no sprite of 21 x 20"):
        kernels.lay(y, u, v, WIDTH, HEIGHT, pixels, None, 21, 20, here, 1.0, twin.MATTER)
