"""Tests of media/warp.py, and of the C kernel that takes its place: both against cubic convolution in float64."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.media import kernels
from astragen.media.warp import warp

WARPS = {"chosen": kernels.warp, "twin": warp}
STEPS = (0.4, 0.77, 1.0, 1.03, 1.31, 2.0)
STARTS = {
    "inside": (230.2, 151.77),
    "whole": (240.0, 150.0),
    "half": (239.5, 150.5),
    "over the first corner": (-5.3, -2.6),
    "over the last corner": (560.1, 360.4),
}


def natural(rows: int, columns: int) -> np.ndarray:
    """Noise whose amplitude falls as 1/f, as that of photographs does, under fine grain: (rows, columns) uint8."""
    draw = np.random.default_rng(rows + columns)
    frequency = np.hypot(np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None])
    frequency[0, 0] = np.inf
    waves = np.fft.irfft2(np.exp(2j * np.pi * draw.random(frequency.shape)) / frequency, s=(rows, columns))
    grain = draw.normal(0, 3, (rows, columns))
    return np.clip(128 + 50 * waves / waves.std() + grain, 0, 255).astype(np.uint8)


def cubic(source: np.ndarray, shape: tuple[int, int], step: float, left: float, top: float) -> np.ndarray:
    """What `warp` is to give, unrounded, with a = -0.75."""
    down = weights(shape[0], source.shape[0], step, top)
    across = weights(shape[1], source.shape[1], step, left)
    return np.clip(down @ source.astype(float) @ across.T, 0, 255)


def weights(count: int, side: int, step: float, start: float) -> np.ndarray:
    """(count, side): what each pixel of the result takes of each of the source."""
    matrix, a = np.zeros((count, side)), -0.75
    for n in range(count):
        first = int(np.floor(step * n + start))
        for tap in range(first - 1, first + 3):
            t = abs(step * n + start - tap)
            near, far = ((a + 2) * t - (a + 3)) * t * t + 1, a * (((t - 5) * t + 8) * t - 4)
            matrix[n, min(max(tap, 0), side - 1)] += near if t <= 1 else far
    return matrix


@pytest.fixture(scope="module")
def source() -> np.ndarray:
    return natural(420, 640)


def warped(how: str, source: np.ndarray, step: float, left: float, top: float, shape=(90, 162)) -> np.ndarray:
    out = np.empty(shape, np.uint8)
    WARPS[how](source, out, step, left, top)
    return out


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("how", WARPS)
def test_a_warp_is_cubic_convolution(how, step, start, source):
    """Rounded in C; the twin, whose places are exact to 1/64 px only, is within two levels and 0.4 on average."""
    ideal = cubic(source, (90, 162), step, *start)

    error = np.abs(warped(how, source, step, *start) - ideal)

    most, mean = (0.6, 0.3) if how == "chosen" and kernels.IS_NATIVE else (2.5, 0.4)
    assert error.max() <= most
    assert error.mean() <= mean


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize("step", STEPS)
def test_the_kernel_and_its_twin_agree(step, start, source):
    """Within one level, but for one pixel in a thousand at two where a 1/64 px shows; 0.3 on average."""
    one, other = (warped(how, source, step, *start).astype(int) for how in WARPS)

    difference = np.abs(one - other)

    assert difference.max() <= 2
    assert np.mean(difference > 1) <= 0.001
    assert difference.mean() < 0.3


@pytest.mark.parametrize("how", WARPS)
def test_a_slow_move_does_not_jitter(how, source):
    """Moved by 0.013 px a frame the picture is within 0.002 px of its place; the twin rounds it to 1/32."""
    for n in range(20):
        place = 1.0, 160 + 0.013 * n, 120 - 0.013 * n
        ideal = cubic(source, (90, 162), *place)
        gradient = np.stack([part.ravel() for part in np.gradient(ideal)], axis=1)
        error = (warped(how, source, *place) - ideal).ravel()
        off = np.linalg.lstsq(gradient, error, rcond=None)[0]
        assert np.abs(off).max() < (0.002 if how == "chosen" and kernels.IS_NATIVE else 0.02)


@pytest.mark.parametrize("how", WARPS)
def test_planes_may_be_windows_of_larger_arrays(how, source):
    """Strided rows in and out give what whole arrays give, and nothing beside them is written."""
    window = source[20:400, 30:600]
    canvas = np.full((120, 200), 77, np.uint8)

    WARPS[how](window, canvas[10:100, 20:182], 1.1, 30.3, 40.4)

    np.testing.assert_array_equal(canvas[10:100, 20:182], warped(how, window.copy(), 1.1, 30.3, 40.4))
    canvas[10:100, 20:182] = 77
    assert (canvas == 77).all()


@pytest.mark.parametrize("how", WARPS)
@pytest.mark.parametrize("rows", [1, 2, 3, 7])
@pytest.mark.parametrize("columns", [1, 2, 5, 9])
def test_no_size_is_too_small(how, rows, columns):
    """A plane of a pixel or a few, read far outside on all sides: its edge goes on."""
    tiny = natural(16, 16)[:rows, :columns].copy()
    ideal = cubic(tiny, (11, 13), 0.9, -4.4, -3.3)

    assert np.abs(warped(how, tiny, 0.9, -4.4, -3.3, (11, 13)) - ideal).max() <= 1.5
    for far in (-1e9, 1e9):
        assert np.unique(warped(how, tiny, 1.0, far, far, (3, 3))).size == 1


@pytest.mark.parametrize("how", WARPS)
def test_black_and_white_do_not_wrap(how):
    """The overshoot of a cubic at a hard edge is cut off at 0 and 255."""
    edge = np.repeat(np.where(np.arange(300) < 150, 0, 255).astype(np.uint8)[None], 300, axis=0)

    for plane in (edge, edge.T.copy(), 255 - edge):
        out = warped(how, plane, 0.6, 120.3, 120.3, (100, 100))
        assert np.abs(out - cubic(plane, (100, 100), 0.6, 120.3, 120.3)).max() <= 6


@pytest.mark.parametrize("how", WARPS)
@pytest.mark.parametrize(
    ("shape", "kind"), [((4, 4, 3), np.uint8), ((4,), np.uint8), ((0, 4), np.uint8), ((4, 4), np.float32)], ids=str
)
def test_what_is_no_plane_is_refused(how, shape, kind):
    """Neither as source nor as result: no read or write beyond the array."""
    good, bad = np.zeros((4, 4), np.uint8), np.zeros(shape, kind)

    with pytest.raises(ValueError, match="the source is no plane"):
        WARPS[how](bad, good, 1.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="the result is no plane"):
        WARPS[how](good, bad, 1.0, 0.0, 0.0)


@pytest.mark.parametrize("how", WARPS)
@pytest.mark.parametrize("place", [(0.0, 0.0, 0.0), (-1.0, 0.0, 0.0), (np.nan, 0.0, 0.0), (1.0, np.inf, 0.0)], ids=str)
def test_a_place_that_is_none_is_refused(how, place):
    """Steps go forward, and starts are numbers."""
    plane = np.zeros((4, 4), np.uint8)

    with pytest.raises(ValueError, match="needs a step above 0 and a finite start"):
        WARPS[how](plane, plane.copy(), *place)
