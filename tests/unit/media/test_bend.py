"""Tests of media/bend.py, and of the C kernel that takes its place: both against linear interpolation in float64."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.media import kernels
from astragen.media.bend import bend

BENDS = {"chosen": kernels.bend, "twin": bend}
CELL = 8
SHAPE = (91, 165)


def smooth(rows: int, columns: int) -> np.ndarray:
    """Waves of 12 px and more: (rows, columns) uint8."""
    y, x = np.mgrid[0:rows, 0:columns].astype(float)
    return np.rint(128 + 60 * np.sin(x / 2 + y / 7) + 60 * np.sin(y / 2.3 - x / 9)).astype(np.uint8)


def places(shape: tuple[int, int], cell: int = CELL) -> tuple[np.ndarray, np.ndarray]:
    """(x, y) of the result's pixels at which nodes lie, its first pixel's centre at 0."""
    along = (cell * (np.arange(-(-side // cell) + 2) - 0.5) - 0.5 for side in shape[::-1])
    x, y = np.meshgrid(*along)
    return x, y


def sheet(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where a bent sheet shows pixels (*x*, *y*)."""
    return 2.1 * x + 5 * np.sin(y / 40) + 9.3, 1.9 * y + 4 * np.cos(x / 50) + 7.7


def nodes_of(shape: tuple[int, int] = SHAPE, cell: int = CELL) -> list[np.ndarray]:
    return [np.asarray(axis, np.float32) for axis in sheet(*places(shape, cell))]


def bent(how: str, source: np.ndarray, nodes: list[np.ndarray], shape=SHAPE, cell: int = CELL) -> np.ndarray:
    out = np.empty(shape, np.uint8)
    BENDS[how](source, out, *nodes, cell)
    return out


def between(nodes: np.ndarray, shape: tuple[int, int], cell: int) -> np.ndarray:
    """*nodes* at each pixel, linear in float64."""
    rows, columns = (np.arange(side) / cell + 0.5 + 0.5 / cell for side in shape)
    down, across = rows.astype(int), columns.astype(int)
    fy, fx = (rows - down)[:, None], columns - across
    upper, lower = nodes[down].astype(float), nodes[down + 1].astype(float)
    line = upper + (lower - upper) * fy
    return line[:, across] + (line[:, across + 1] - line[:, across]) * fx


def ideal(source: np.ndarray, nodes: list[np.ndarray], shape=SHAPE, cell: int = CELL) -> np.ndarray:
    """What `bend` is to give, unrounded."""
    x, y = (
        np.clip(between(axis, shape, cell), 0, side - 1) for axis, side in zip(nodes, source.shape[::-1], strict=True)
    )
    column, row = (np.minimum(at.astype(int), side - 2) for at, side in zip((x, y), source.shape[::-1], strict=True))
    fx, fy = x - column, y - row
    a, b, c, d = (source[row + down, column + right].astype(float) for down in (0, 1) for right in (0, 1))
    upper, lower = a + (b - a) * fx, c + (d - c) * fx
    return upper + (lower - upper) * fy


@pytest.mark.parametrize("cell", [2, 4, 8])
@pytest.mark.parametrize("how", BENDS)
def test_a_bend_is_linear_interpolation(how, cell):
    """Rounded in C; the twin, whose places are exact to 1/64 px only, is within two levels."""
    source = smooth(230, 400)
    nodes = nodes_of(cell=cell)

    error = np.abs(bent(how, source, nodes, cell=cell) - ideal(source, nodes, cell=cell))

    assert error.max() <= (0.51 if how == "chosen" and kernels.IS_NATIVE else 2.5)
    assert error.mean() < 0.4


@pytest.mark.parametrize("how", BENDS)
def test_beyond_the_edge_its_pixels_go_on(how):
    """A map that leaves the plane on all sides, and one that is far away."""
    source = smooth(60, 80)
    nodes = nodes_of()
    far = [axis + 5000 for axis in nodes]

    assert np.abs(bent(how, source, nodes) - ideal(source, nodes)).max() < 2.5
    assert (bent(how, source, far) == source[-1, -1]).all()


@pytest.mark.parametrize("how", BENDS)
def test_planes_may_be_windows_of_larger_arrays(how):
    """Strided rows in and out give what whole arrays give, and nothing beside them is written."""
    window = smooth(260, 420)[20:250, 10:410]
    canvas = np.full((SHAPE[0] + 20, SHAPE[1] + 30), 77, np.uint8)
    inside = canvas[10 : 10 + SHAPE[0], 20 : 20 + SHAPE[1]]

    BENDS[how](window, inside, *nodes_of(), CELL)

    np.testing.assert_array_equal(inside, bent(how, window.copy(), nodes_of()))
    inside[:] = 77
    assert (canvas == 77).all()


@pytest.mark.parametrize("how", BENDS)
@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (4, 9), (17, 8)], ids=str)
def test_no_result_is_too_small(how, shape):
    """A result of a few pixels, of a source of four."""
    source = smooth(2, 2)
    nodes = nodes_of(shape)

    assert np.abs(bent(how, source, nodes, shape) - ideal(source, nodes, shape)).max() < 2.5


@pytest.mark.skipif(not kernels.IS_NATIVE, reason="the C kernel was not built here")
def test_a_place_that_is_no_number_shows_something():
    """Nothing outside the plane is read."""
    nodes = nodes_of()
    nodes[0][3], nodes[1][5], nodes[0][7] = np.nan, np.inf, -np.inf

    bent("chosen", smooth(230, 400), nodes)


REFUSED = {
    "a source of floats": (np.zeros((9, 9), np.float32), SHAPE, nodes_of(), CELL),
    "a result without rows": (smooth(9, 9), (0, 9), nodes_of(), CELL),
    "a map that ends early": (smooth(9, 9), SHAPE, [axis[:-2] for axis in nodes_of()], CELL),
    "a map of another cell": (smooth(9, 9), SHAPE, nodes_of(), 4),
    "an odd cell": (smooth(9, 9), SHAPE, nodes_of(), 9),
    "a map in double precision": (smooth(9, 9), SHAPE, [axis.astype(float) for axis in nodes_of()], CELL),
    "more x than y": (smooth(9, 9), SHAPE, [nodes_of()[0], nodes_of((200, 165))[1]], CELL),
}


@pytest.mark.parametrize(("source", "shape", "nodes", "cell"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("how", BENDS)
def test_what_is_no_plane_or_map_is_refused(how, source, shape, nodes, cell):
    """Before anything is read or written."""
    with pytest.raises(ValueError, match=r"plane|map"):
        bent(how, source, nodes, shape, cell)
