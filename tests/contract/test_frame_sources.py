"""One suite over every source of frames: whatever they show, the renderer treats them alike."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from astragen.media.clips.facts import measure
from astragen.media.depth import Depth
from astragen.media.frames import view_of_frame
from astragen.media.frames.clip import ClipFrames
from astragen.media.frames.painted import PaintedFrames
from astragen.media.frames.parallax import ParallaxFrames
from astragen.media.frames.still import StillFrames
from astragen.model.planes import U8, FrameSource, Planes
from astragen.model.recipe import Recipe
from astragen.model.segment import Profile
from astragen.model.view import View
from astragen.model.vocabulary import Lens, Move
from clips import write_clip

WIDTH, HEIGHT, FPS, CLIP, HANDLE = 160, 90, 24, 48, 12
PROFILE = Profile(width=WIDTH, height=HEIGHT, fps=FPS)


def _still(move: Move) -> FrameSource:
    return StillFrames(_waves(), _views(move), first=-HANDLE, width=WIDTH, height=HEIGHT)


def _parallax(move: Move) -> FrameSource:
    """The same still with something near at the bottom left."""
    down, across = np.mgrid[0:90, 0:160]
    near = np.float32(np.hypot(across - 40, down - 80) < 40)
    return ParallaxFrames(_waves(), Depth(near, 1.0, 0.5), _views(move), first=-HANDLE, width=WIDTH, height=HEIGHT)


def _waves() -> U8:
    down, across = np.mgrid[0:300, 0:400]
    waves = np.sin(across / 9) + np.cos(down / 7) + np.sin((across + 2 * down) / 23)
    return np.asarray(np.clip(128 + 40 * waves[..., None] + [0, 20, -20], 0, 255), np.uint8)


def _views(move: Move) -> list[View]:
    frames = range(-HANDLE, CLIP + HANDLE)
    return [view_of_frame(n, move, Lens.NORMAL, clip_frames=CLIP, fps=FPS, seed=5) for n in frames]


def _painted(move: Move) -> FrameSource:
    recipe = Recipe(
        setting="space", time_of_day="dusk", weather="clear", season="summer", mood="calm", move=move, seed=7
    )
    return PaintedFrames(recipe, PROFILE, CLIP)


def _clip(move: Move) -> FrameSource:
    """Waves that travel; a clip has its own moves, and takes none."""
    down, across = np.mgrid[0:108, 0:192]
    path = Path(_CLIPS.name) / "waves.mp4"
    if not path.exists():
        waves = [
            np.sin((across + n) / 9) + np.cos(down / 7 + n / 30) + np.sin((across + 2 * down) / 23)
            for n in range(CLIP + 2 * HANDLE)
        ]
        write_clip(path, (np.uint8(128 + 30 * wave[..., None] + [0, 20, -20]) for wave in waves), rate=FPS)
    footage = measure(path, shot="s1", need_s=60).footage
    return ClipFrames(
        path, footage, shot="s1", first=-HANDLE, frames=CLIP + 2 * HANDLE, fps=FPS, width=WIDTH, height=HEIGHT
    )


_CLIPS = TemporaryDirectory()
SOURCES: dict[str, Callable[[Move], FrameSource]] = {
    "still": _still,
    "parallax": _parallax,
    "painted": _painted,
    "clip": _clip,
}


@pytest.fixture(params=SOURCES, scope="module")
def source(request) -> FrameSource:
    """Each kind of source, under a push."""
    return SOURCES[request.param](Move.PUSH_IN)


def _copy(planes: Planes) -> Planes:
    return Planes(*(plane.copy() for plane in planes))


def _difference(a: Planes, b: Planes) -> float:
    return float(np.abs(a.y.astype(int) - b.y).mean())


@pytest.mark.parametrize("n", [-HANDLE, 0, CLIP // 2, CLIP - 1, CLIP + HANDLE - 1])
def test_a_frame_is_420_of_the_profile(source, n):
    """Every frame, handles included, has the three planes in size, type and limited range."""
    frame = source.frame(n)

    assert frame.y.shape == (HEIGHT, WIDTH)
    assert frame.u.shape == frame.v.shape == (HEIGHT // 2, WIDTH // 2)
    assert {plane.dtype for plane in frame} == {np.dtype(np.uint8)}
    assert np.percentile(frame.y, 1) >= 16
    assert np.percentile(frame.y, 99) <= 235


def test_a_frame_depends_on_its_number_alone(source):
    """Asked again after others, in another order, a frame is the same bit for bit."""
    first = {n: _copy(source.frame(n)) for n in (-3, 0, 20, 47)}

    again = {n: _copy(source.frame(n)) for n in (47, -3, 20, 0)}

    for n, frame in first.items():
        for one, other in zip(frame, again[n], strict=True):
            np.testing.assert_array_equal(one, other)


def test_two_sources_of_the_same_make_are_equal(source, request):
    """A second worker that renders the same shot renders the same pixels."""
    twin = SOURCES[request.node.callspec.params["source"]](Move.PUSH_IN)

    for one, other in zip(_copy(source.frame(9)), twin.frame(9), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_caller_may_write_into_a_frame(source):
    """What was drawn over one frame is gone in the next, even in the same one."""
    before = _copy(source.frame(5))

    for plane in source.frame(5):
        plane[:] = 77

    for one, other in zip(before, source.frame(5), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_picture_is_never_empty(source):
    """A frame shows something: not one flat colour."""
    assert source.frame(CLIP // 2).y.std() > 5


def test_frames_follow_each_other_smoothly(source):
    """Neighbours differ, but far less than the ends of the clip do: no stall and no jump, across the cut too."""
    numbers = range(-4, 5)
    frames = [_copy(source.frame(n)) for n in numbers]
    steps = [_difference(a, b) for a, b in pairwise(frames)]

    assert min(steps) > 0
    assert max(steps) < 4 * np.median(steps)
    assert np.median(steps) < _difference(_copy(source.frame(0)), source.frame(CLIP - 1))


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("move", [Move.PAN_LEFT, Move.TILT_DOWN, Move.TRUCK_RIGHT, Move.PULL_OUT])
def test_no_move_shows_the_edge_of_the_picture(kind, move):
    """At both ends of the longest handles no border of the frame is one flat colour."""
    source = SOURCES[kind](move)

    for n in (-HANDLE, CLIP + HANDLE - 1):
        luma = source.frame(n).y.astype(float)
        for border in (luma[:2], luma[-2:], luma[:, :2], luma[:, -2:]):
            assert border.std() > 0.5
