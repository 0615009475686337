"""Tests of media/frames/parallax.py. What all frame sources share is tested in contract/test_frame_sources.py."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.colour import planes_of
from astragen.media.depth import Depth
from astragen.media.frames import view_of_frame
from astragen.media.frames.parallax import (
    DISPARITY_MAX,
    FAR,
    MOVES,
    NEAR,
    STRETCH,
    ParallaxFrames,
    draped,
    moving_still,
)
from astragen.media.frames.still import MAX_OVERSCAN, StillFrames
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Framing, Framings, Subject
from astragen.model.view import View
from astragen.model.vocabulary import Lens, Move, ShotSize

WIDTH, HEIGHT, FRAMES = 320, 180, 48


def waves(width: int = 640, height: int = 360) -> np.ndarray:
    """A picture without edges: detail of 8 to 60 px in colours."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    draw = np.random.default_rng(2)
    parts = [np.sin(a * x + b * y + c) for a, b, c in draw.uniform(-0.5, 0.5, (24, 3)) * [1, 1, 12]]
    return np.asarray(np.clip(128 + 16 * np.stack([sum(parts[n::3]) for n in range(3)], axis=2), 0, 255), np.uint8)


def landscape(width: int = 640, height: int = 360) -> np.ndarray:
    """A smooth sky over speckled ground: what cues see a plain horizon in."""
    picture = np.empty((height, width, 3), np.uint8)
    row = height // 2
    picture[:row] = np.linspace((90, 140, 220), (200, 215, 235), row)[:, None]
    speckles = cv2.GaussianBlur(np.random.default_rng(3).normal(0, 150, (height - row, width, 3)), (0, 0), 2.5)
    picture[row:] = np.clip(np.array((70, 110, 50)) + speckles, 0, 255)
    return picture


def halves(near: float = 1.0) -> Depth:
    """Something near in the left half, infinity in the right."""
    nearness = np.zeros((90, 160), np.float32)
    nearness[:, :80] = near
    return Depth(nearness, 1.0, 0.5)


def views_of(move: Move) -> list[View]:
    """All poses of a move, handles included."""
    return [view_of_frame(n, move, Lens.NORMAL, clip_frames=FRAMES, fps=24, seed=4) for n in range(-8, FRAMES + 8)]


def source(move: Move = Move.TRUCK_RIGHT, depth: Depth | None = None, picture: np.ndarray | None = None):
    """The frames of a picture with depth under a move."""
    shown = waves() if picture is None else picture
    return ParallaxFrames(shown, depth or halves(), views_of(move), first=-8, width=WIDTH, height=HEIGHT)


def recipe(**changes) -> Recipe:
    """A wide shot of a meadow under a truck."""
    shot = {"setting": "meadow", "time_of_day": "day", "weather": "clear", "season": "summer", "mood": "calm"}
    return Recipe.model_validate({**shot, "move": Move.TRUCK_RIGHT, **changes})


def shift(a: np.ndarray, b: np.ndarray) -> float:
    """How far *b* is to the right of *a*, px: the peak of their phase correlation."""
    window = cv2.createHanningWindow(a.shape[::-1], cv2.CV_32F)
    return cv2.phaseCorrelate(a.astype(np.float32), b.astype(np.float32), window)[0][0]


def test_a_camera_that_does_not_move_shows_the_picture():
    """Without a move every plane is the picture itself within 0.7 levels on average, chroma siting included."""
    picture = waves(WIDTH, HEIGHT)
    still = ParallaxFrames(picture, halves(), [View()], first=0, width=WIDTH, height=HEIGHT)

    for shown, ideal in zip(still.frame(0), planes_of(picture), strict=True):
        inner = slice(4, -4), slice(4, -4)
        assert np.abs(shown[inner].astype(int) - ideal[inner]).mean() < 0.7


@pytest.mark.parametrize("move", sorted(MOVES), ids=str)
def test_no_place_leaves_its_bounds(move):
    """In every frame each place lies within DISPARITY_MAX of where the middle distance is."""
    still = source(move)
    middle = still.middle

    for n in (-8, 0, 20, FRAMES + 7):
        x, y = still.points(n)
        view = still._views[n + 8]
        grid = np.meshgrid(*(8 * (np.arange(count, dtype=np.float32) - 0.5) for count in x.shape[::-1]))
        (far_x, far_y), (travel_x, travel_y) = still._path(view, *grid)
        moved = np.hypot(x - far_x - middle * travel_x, y - far_y - middle * travel_y)
        assert moved[1:-1, 1:-1].max() <= DISPARITY_MAX * WIDTH * 1.05


@pytest.mark.parametrize("move", sorted(MOVES), ids=str)
def test_nothing_is_torn_folded_or_stretched(move):
    """Neighbouring places stay neighbours: between any two of them the map differs from a plain zoom by STRETCH."""
    still = source(move)

    for n in (-8, 20, FRAMES + 7):
        x, y = still.points(n)
        along = np.diff(x, axis=1)[:, 1:-1] / 8, np.diff(y, axis=0)[1:-1] / 8
        aslant = np.diff(x, axis=0) / 8, np.diff(y, axis=1) / 8
        for steps in along:
            assert abs(steps - np.median(steps)).max() < 1.1 * STRETCH
            assert steps.min() > 0.6
        for steps in aslant:
            assert abs(steps).max() < 1.1 * STRETCH


def test_the_near_half_passes_the_far_half():
    """When the camera goes right, what is near goes left, and far things hardly move."""
    still = source(Move.TRUCK_RIGHT)
    first, last = (still.frame(n).y.copy() for n in (-8, FRAMES + 7))
    near, far = (slice(20, 160), slice(10, 110)), (slice(20, 160), slice(-110, -10))

    assert shift(first[near], last[near]) < -2.0
    assert shift(first[far], last[far]) > shift(first[near], last[near]) + 2.0


def test_a_push_makes_the_near_grow_more():
    """Between the ends of a push, points near by leave the middle faster than those far away."""
    still = source(Move.PUSH_IN)
    first, last = still.points(-8)[0], still.points(FRAMES + 7)[0]
    growth = np.diff(first, axis=1) / np.diff(last, axis=1)

    assert np.median(growth[:, 2:10]) > np.median(growth[:, -10:-2]) + 0.01


def test_equal_stills_give_equal_bytes():
    """Depth by cues, cut-outs included, is no matter of chance."""
    views = views_of(Move.TRUCK_RIGHT)
    one, other = (moving_still(landscape(), recipe(), views, first=-8, width=WIDTH, height=HEIGHT) for _ in range(2))

    assert isinstance(one, ParallaxFrames)
    for n in (-8, 30):
        assert all(np.array_equal(a, b) for a, b in zip(one.frame(n), other.frame(n), strict=True))


@pytest.mark.parametrize(
    ("picture", "changes"),
    [
        (np.full((360, 640, 3), 128, np.uint8), {}),
        (landscape(), {"move": Move.PAN_LEFT}),
        (landscape(), {"move": Move.STATIC}),
        (landscape(), {"framings": Framings(start=Framing(), end=Framing(width=0.5))}),
        (landscape(), {"size": ShotSize.CLOSE, "subjects": (Subject(noun="nurse"),)}),
        (waves(4, 400), {}),
    ],
    ids=["empty", "pan", "static", "framings", "somebody near", "a strip"],
)
def test_what_has_no_believable_depth_is_moved_flat(picture, changes):
    """A still without depth, or under a move that shows none, is a plain `StillFrames`."""
    asked = recipe(**changes)
    flat = moving_still(picture, asked, views_of(asked.move), first=-8, width=WIDTH, height=HEIGHT)

    assert isinstance(flat, StillFrames)


def test_a_take_without_a_recipe_is_moved_flat():
    """Nobody said what it shows, so nothing is believed of it."""
    assert isinstance(moving_still(landscape(), None, [View()], first=0, width=WIDTH, height=HEIGHT), StillFrames)


@pytest.mark.parametrize("size", [(322, 178), (90, 160), (16, 10), (2, 2)], ids=str)
@pytest.mark.parametrize("shape", [(641, 359), (99, 801), (1500, 300)], ids=str)
def test_any_frame_size_and_picture_shape_works(size, shape):
    """Odd pictures, tall and tiny frames give planes of the frame's size."""
    width, height = size
    still = ParallaxFrames(waves(*shape), halves(), views_of(Move.PUSH_IN), first=-8, width=width, height=height)

    for n in (-8, FRAMES + 7):
        frame = still.frame(n)
        assert frame.y.shape == (height, width)
        assert frame.u.shape == frame.v.shape == (height // 2, width // 2)


@pytest.mark.parametrize("move", sorted(MOVES), ids=str)
def test_moves_leave_room_at_the_edges(move):
    """A picture of the frame's own shape is cropped less than StillFrames may, and nothing beyond it is shown."""
    still = source(move, halves(), waves(WIDTH, HEIGHT))

    assert 1.0 <= still.overscan < MAX_OVERSCAN
    for n in (-8, FRAMES + 7):
        x, y = still.points(n)
        assert x[:, 1:-1].min() > still.box.left - 0.01
        assert y[1:-1].max() < still.box.bottom + 0.01


def test_fine_detail_is_as_sharp_as_in_a_flat_still():
    """Mean gradient over a truck is within a tenth of what the cubic warp of `StillFrames` shows."""
    noise = np.random.default_rng(5).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    picture = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.8), np.uint8)
    views = views_of(Move.TRUCK_RIGHT)
    flat = StillFrames(picture, views, first=-8, width=WIDTH, height=HEIGHT)
    deep = ParallaxFrames(picture, halves(), views, first=-8, width=WIDTH, height=HEIGHT)

    sharpness = [
        np.mean([np.abs(np.diff(one.frame(n).y.astype(int))).mean() for n in range(0, 40, 3)]) for one in (flat, deep)
    ]

    assert sharpness[1] > 0.9 * sharpness[0]


def test_sharpness_does_not_pulse():
    """From frame to frame of a slow move the mean gradient changes by less than 2 %: no shimmer."""
    picture = cv2.GaussianBlur(np.random.default_rng(5).integers(0, 255, (360, 640, 3)).astype(np.uint8), (0, 0), 1.2)
    still = source(Move.TRUCK_LEFT, picture=picture)

    sharpness = np.array([np.abs(np.diff(still.frame(n).y.astype(int))).mean() for n in range(40)])

    assert (np.abs(np.diff(sharpness)) / sharpness[1:]).max() < 0.02


def test_frames_out_of_the_shot_are_refused():
    """The message says which frames there are."""
    with pytest.raises(RenderError, match="frames -8 to 55"):
        source().frame(56)


def test_a_draped_sheet_keeps_peaks_and_falls_no_faster_than_allowed():
    """A spike of 1 keeps its height and falls by the step from cell to cell on both sides, and by the other down."""
    spike = np.zeros((9, 9), np.float32)
    spike[4, 4] = 1
    sheet = draped(spike, np.full_like(spike, 0.3), np.full_like(spike, 0.2))

    assert sheet[4].tolist() == pytest.approx([0, 0.1, 0.4, 0.7, 1, 0.7, 0.4, 0.1, 0], abs=1e-5)
    assert sheet[:, 4].tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8, 1, 0.8, 0.6, 0.4, 0.2], abs=1e-5)
    assert FAR < NEAR
