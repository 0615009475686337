"""Tests of media/frames/painted.py, with a scene of one moving dot instead of the painter."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from astragen.media.colour import black
from astragen.media.frames.painted import PaintedFrames
from astragen.model.planes import Planes
from astragen.model.recipe import Recipe
from astragen.model.segment import Profile
from astragen.model.view import View

CLIP = 48


class Shown(NamedTuple):
    """What a frame of `Dot` shows."""

    column: int
    seconds: int
    number: int


class Dot:
    """A black scene with a dot as far left as the camera is panned right, and a clock in its corner."""

    def __init__(self, width: int, height: int) -> None:
        self.planes = black(width, height)

    horizon = 0.6

    def frame(self, seconds: float, view: View, number: int) -> Planes:
        """The dot, the frame's seconds x 16 + 100 at the top left, its number + 100 beside it."""
        luma = self.planes.y
        luma[:] = 16
        luma[4, round(luma.shape[1] / 2 - view.pan * 100)] = 235
        luma[0, :2] = round(seconds * 16) + 100, number + 100
        return self.planes


def _shown(planes: Planes) -> Shown:
    column = int(np.argmax(planes.y[4]))
    return Shown(column, int(planes.y[0, 0]) - 100, int(planes.y[0, 1]) - 100)


@pytest.fixture
def frames() -> PaintedFrames:
    """A pan to the right over 48 frames."""
    recipe = Recipe(
        setting="ocean", time_of_day="day", weather="clear", season="summer", mood="calm", move="pan_right", seed=3
    )
    profile = Profile(width=64, height=36, fps=24)
    return PaintedFrames(recipe, profile, CLIP, painter=lambda _recipe, width, height: Dot(width, height))


def test_a_frame_is_painted_at_its_own_second(frames):
    """Frame n lies n / fps into the take and bears its number, before the clip and after it, too."""
    for n in (-6, 0, 12, 24, 60):
        assert _shown(frames.frame(n))[1:] == (round(n / 24 * 16), n)


def test_the_move_spans_the_clip_and_its_handles(frames):
    """The dot goes left all the time, from the head through the clip into the tail, without a jump."""
    columns = [_shown(frames.frame(n)).column for n in range(-6, CLIP + 6)]

    steps = np.diff(columns)
    assert steps.max() <= 0
    assert steps.min() >= -1
    assert columns[0] - columns[-1] >= 4


def test_the_middle_of_the_clip_is_the_composed_frame(frames):
    """Half-way through a pan the camera looks straight ahead."""
    assert _shown(frames.frame(CLIP // 2)).column == 32
