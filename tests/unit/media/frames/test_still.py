"""Tests of media/frames/still.py. What all frame sources share is tested in contract/test_frame_sources.py."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.colour import planes_of
from astragen.media.frames import view_between, view_of_frame
from astragen.media.frames.still import MAX_OVERSCAN, PICTURE_DISTANCE, StillFrames
from astragen.model.planes import Planes
from astragen.model.storyboard import Framing, Framings
from astragen.model.view import View
from astragen.model.vocabulary import Lens, Move

WIDTH, HEIGHT = 256, 144
WIDE = (2.4 * WIDTH, HEIGHT)  # a picture that has room to pan in without being cropped
SHAPES = ((HEIGHT, WIDTH), (HEIGHT // 2, WIDTH // 2), (HEIGHT // 2, WIDTH // 2))  # of planes


def _scene(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A picture without edges, at any point: (h, w, 3) uint8, detail of 8 to 60 px."""
    phases = np.random.default_rng(2).uniform(0, 6.28, 24)
    waves = np.random.default_rng(3).uniform(-0.75, 0.75, (24, 2))
    parts = [np.sin(a * x + b * y + phase) for (a, b), phase in zip(waves, phases, strict=True)]
    channels = [sum(parts[start::3]) for start in range(3)]
    return np.clip(128 + 16 * np.stack(channels, axis=2), 0, 255).astype(np.uint8)


def _picture(width: int, height: int) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width].astype(float)
    return _scene(x, y)


def _ideal(view: View, width: int, height: int, overscan: float = 1.0) -> np.ndarray:
    """The frame that *view* shows of the picture of this size, cropped by *overscan*."""
    growth = view.zoom / (1 - view.dolly)
    cover = min(width / WIDTH, height / HEIGHT) / overscan
    across = HEIGHT * (view.truck + view.pan / growth)
    down = HEIGHT * (view.pedestal + view.tilt / growth)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    left = (width - 1) / 2 + cover * (across + (x - (WIDTH - 1) / 2) / growth)
    top = (height - 1) / 2 + cover * (down + (y - (HEIGHT - 1) / 2) / growth)
    return _scene(left, top)


def _shift(a: np.ndarray, b: np.ndarray) -> float:
    """Length of the displacement between two planes in px: least squares over brightness and its gradient."""
    one, other = (plane[3:-3, 3:-3].astype(np.float64) for plane in (a, b))
    down, across = np.gradient((one + other) / 2)
    system = np.stack([across.ravel(), down.ravel()], axis=1)
    return float(np.hypot(*np.linalg.lstsq(system, (one - other).ravel(), rcond=None)[0]))


_draw = np.random.default_rng(11)
PANS = [View(pan=p, truck=t) for p, t in _draw.uniform(-0.25, 0.25, (12, 2))]
PUSHES = [View(zoom=z, dolly=d) for z, d in zip(_draw.uniform(1, 1.15, 12), _draw.uniform(0, 0.2, 12), strict=True)]
BOTH = [View(pan=p, dolly=d) for p, d in zip(_draw.uniform(-0.2, 0.2, 12), _draw.uniform(0, 0.2, 12), strict=True)]


def test_the_measure_of_shifts_is_fine_enough():
    """Two ideal frames 0.3 px apart measure 0.3 within 0.02: its gradient is a little short."""
    a, b = (_ideal(View(pan=pan), 614, HEIGHT)[..., 0] for pan in (0.0, 0.3 / HEIGHT))

    assert abs(_shift(a, b) - 0.3) < 0.02


@pytest.mark.parametrize(("views"), [PANS, PUSHES, BOTH], ids=["pans", "pushes", "both"])
def test_every_plane_follows_the_ideal_path(views):
    """Luma and both chroma planes lie within 0.05 px of where the view says, siting included."""
    width, height = round(WIDE[0]), round(WIDE[1])
    source = StillFrames(_picture(width, height), views, first=0, width=WIDTH, height=HEIGHT)

    for n, view in enumerate(views):
        ideal = planes_of(_ideal(view, width, height))
        for one, other in zip(source.frame(n), ideal, strict=True):
            assert _shift(one, other) < 0.05


@pytest.mark.parametrize("move", Move, ids=str)
def test_every_move_follows_its_path(move):
    """From the first handle frame to the last, luma lies within 0.05 px of where the move says, slow or fast."""
    numbers = range(-9, 58, 6)
    views = [view_of_frame(n, move, Lens.NORMAL, clip_frames=48, fps=24, seed=4) for n in numbers]
    width, height = round(WIDE[0]), 180
    source = StillFrames(_picture(width, height), views, first=0, width=WIDTH, height=HEIGHT)

    for n, view in enumerate(views):
        ideal = planes_of(_ideal(view, width, height, source.overscan))
        assert _shift(source.frame(n).y, ideal.y) < 0.05


def test_stated_framings_are_filled_to_the_corners():
    """A framing of half the width, seen at twice the size, lies within 0.05 px like any move; so does a wide one."""
    framings = Framings(start=Framing(), end=Framing(x=0.7, y=0.3, width=0.5))
    options = {"clip_frames": 24, "aspect": WIDTH / HEIGHT, "horizon": 0.5, "distance": PICTURE_DISTANCE}
    views = [view_between(n, framings, **options) for n in range(24)]
    source = StillFrames(_picture(3 * WIDTH, 3 * HEIGHT), views, first=0, width=WIDTH, height=HEIGHT)

    for n in range(0, 24, 2):
        ideal = planes_of(_ideal(views[n], 3 * WIDTH, 3 * HEIGHT, source.overscan))
        for one, other in zip(source.frame(n), ideal, strict=True):
            assert _shift(one, other) < 0.05


def test_a_wide_framing_of_fine_detail_does_not_alias():
    """Stripes that only the tight framing can show are grey in the wide one, not wider stripes."""
    framings = [View(zoom=zoom) for zoom in np.linspace(1, 2, 21)]
    stripes = (128 + 100 * np.sin(2 * np.pi * 0.42 * np.arange(2 * WIDTH))).astype(np.uint8)
    picture = np.repeat(np.repeat(stripes[None, :, None], 2 * HEIGHT, axis=0), 3, axis=2)
    source = StillFrames(picture, framings, first=0, width=WIDTH, height=HEIGHT)

    contrasts = [float(source.frame(n).y.std()) for n in range(21)]

    assert max(contrasts[:5]) < 10
    assert min(contrasts[-5:]) > 30


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (2, 3)], ids=str)
def test_a_picture_of_any_shape_costs_no_more_than_its_frames_show(shape):
    """One pixel, or a line of them, is scaled for what is seen only, not for all of its length."""
    picture = np.full((*shape, 3), 140, np.uint8)

    source = StillFrames(picture, [View(), View(pan=0.05, zoom=1.1)], first=0, width=WIDTH, height=HEIGHT)

    assert np.unique(source.frame(1).y).tolist() == [planes_of(np.full((2, 2, 3), 140, np.uint8)).y[0, 0]]


def test_a_slow_pan_does_not_jitter():
    """At 0.13 px a frame every step is 0.13 px, within 0.04: whole-pixel rounding would give 0 and 1."""
    step = 0.13
    views = [View(pan=step * n / HEIGHT) for n in range(24)]
    source = StillFrames(_picture(round(WIDE[0]), HEIGHT), views, first=0, width=WIDTH, height=HEIGHT)

    lumas = [source.frame(n).y.copy() for n in range(24)]

    steps = [_shift(a, b) for a, b in pairwise(lumas)]
    assert max(abs(one - step) for one in steps) < 0.04


def test_right_is_right_and_down_is_down():
    """A pan to the right shows what was right of the frame, a tilt down what was below."""
    picture = np.full((2 * HEIGHT, 2 * WIDTH, 3), 90, np.uint8)
    picture[:, -60:] = 250
    picture[-40:] = 20
    views = [View(), View(pan=0.3), View(tilt=0.3), View(truck=0.3), View(pedestal=0.3)]
    source = StillFrames(picture, views, first=0, width=WIDTH, height=HEIGHT)

    composed, right, down, truck, pedestal = (source.frame(n).y.copy() for n in range(5))

    for moved in (right, truck):
        assert moved[HEIGHT // 2, -20:].mean() > composed[HEIGHT // 2, -20:].mean() + 50
    for moved in (down, pedestal):
        assert moved[-12:, WIDTH // 3].mean() < composed[-12:, WIDTH // 3].mean() - 30


@pytest.mark.parametrize("shape", [(144, 256), (400, 256), (144, 900), (30, 50), (721, 1281)])
@pytest.mark.parametrize("reach", [0.05, 3.0])
def test_no_view_shows_an_edge(shape, reach):
    """Any picture, any view: the frame stays inside the picture, even when the view asks for far more."""
    views = [View(pan=reach, tilt=-reach), View(truck=-reach, pedestal=reach, dolly=0.2), View(dolly=-0.3), View()]
    source = StillFrames(_picture(shape[1], shape[0]), views, first=0, width=WIDTH, height=HEIGHT)
    height, width = source.size

    for n in range(len(views)):
        step, left, top = source.path(n)
        assert left - step / 2 >= -width / 2 - 1e-6
        assert top - step / 2 >= -height / 2 - 1e-6
        assert left + step * (WIDTH - 0.5) <= width / 2 + 1e-6
        assert top + step * (HEIGHT - 0.5) <= height / 2 + 1e-6


def test_a_move_is_given_room_rather_than_stopped():
    """A pan over a picture of the frame's shape is shown in full, by cropping the picture a little."""
    views = [View(pan=0.05 * n / 10) for n in range(-10, 11)]
    source = StillFrames(_picture(WIDTH, HEIGHT), views, first=-10, width=WIDTH, height=HEIGHT)

    lefts = np.array([source.path(n)[1] for n in range(-10, 11)])

    steps = np.diff(lefts)
    assert steps.min() == pytest.approx(steps.max())
    assert 1 < source.overscan < 1.1 < MAX_OVERSCAN


def test_a_picture_of_the_frames_size_stays_sharp():
    """Without a move the frame is the picture: resampling twice costs less than 1 code on average."""
    picture = _picture(WIDTH, HEIGHT)
    source = StillFrames(picture, [View()], first=0, width=WIDTH, height=HEIGHT)

    difference = source.frame(0).y.astype(int) - planes_of(picture).y

    assert np.abs(difference[4:-4, 4:-4]).mean() < 1


def test_a_frame_beyond_the_views_is_an_error():
    """Frames are numbered from the first handle frame to the last, and nothing else."""
    source = StillFrames(_picture(WIDTH, HEIGHT), [View()] * 5, first=-2, width=WIDTH, height=HEIGHT)

    with pytest.raises(RenderError, match="Frame 3 of a still was asked for; it has frames -2 to 2"):
        source.frame(3)


@pytest.mark.parametrize(
    "picture",
    [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 3), np.float32), np.zeros((0, 9, 3), np.uint8)],
    ids=["grey", "float", "empty"],
)
def test_what_is_no_picture_is_refused(picture):
    """Only uint8 RGB can be filmed."""
    with pytest.raises(RenderError, match="it must be uint8"):
        StillFrames(picture, [View()], first=0, width=WIDTH, height=HEIGHT)


@pytest.mark.parametrize("zoom", [1.0, 1.4, 1.8])
def test_a_frame_is_drawn_on_other_planes_as_on_its_own(zoom):
    """With rows that are strided, from one level, the other, and both blended."""
    views = [View(zoom=2.0), View(zoom=zoom)]
    source = StillFrames(_picture(3 * WIDTH, 3 * HEIGHT), views, first=0, width=WIDTH, height=HEIGHT)
    wide = Planes(*(np.full((rows, 2 * columns), 77, np.uint8) for rows, columns in SHAPES))

    source.draw(1, Planes(*(plane[:, :columns] for plane, (_, columns) in zip(wide, SHAPES, strict=True))))

    for drawn, own, (_, columns) in zip(wide, source.frame(1), SHAPES, strict=True):
        np.testing.assert_array_equal(drawn[:, :columns], own)
        assert (drawn[:, columns:] == 77).all()
