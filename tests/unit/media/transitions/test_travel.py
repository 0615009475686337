"""Tests of media/transitions/travel.py."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from astragen.media.colour import black, planes_of
from astragen.media.transitions.mixing import smootherstep, speed
from astragen.media.transitions.travel import DOWN, LEFT, RIGHT, UP, WHIP_SMEAR, push, slide, whip
from astragen.model.planes import Planes

DIRECTIONS = {"left": LEFT, "right": RIGHT, "up": UP, "down": DOWN}
SIDE = 240
Waves = Callable[[float, float], Planes]


def travelled(mix, toward, moment, before, after):
    out = black(before.y.shape[1], before.y.shape[0])
    mix(toward, moment, before, after, out)
    return out


def spot(x: float, y: float) -> Planes:
    """A soft orange spot on grey, (SIDE, SIDE): where it is can be measured to a hundredth of a pixel."""
    across, down = np.arange(SIDE)[None] + 0.5 - x, np.arange(SIDE)[:, None] + 0.5 - y
    weight = np.exp(-(across**2 + down**2) / (2 * 9.0**2))[..., None]
    return planes_of(np.rint(60 + weight * np.array([190.0, 70.0, 0.0])).astype(np.uint8))


def off_by(waves: Waves, frame: Planes, axis: int, gone: float) -> tuple[float, float]:
    """How many luma pixels along *axis* the waves in *frame* lie from *gone*, by their luma and by their chroma.

    Least squares on the slope and on the curvature of the ideal waves, in the middle of the frame: smear is the latter.
    """
    places = [(0, gone + off) if axis == 0 else (gone + off, 0) for off in (-2, 0, 2)]
    found = []
    for plane in (0, 2):
        middle = np.s_[60:180, 60:180] if plane == 0 else np.s_[30:90, 30:90]
        nearer, ideal, further = (waves(*at)[plane][middle].astype(float).ravel() for at in places)
        causes = np.stack([(further - nearer) / 4, nearer + further - 2 * ideal], axis=1)
        found.append(float(np.linalg.lstsq(causes, frame[plane][middle].ravel() - ideal, rcond=None)[0][0]))
    return found[0], found[1]


@pytest.mark.parametrize("moment", [0.06, 0.11, 0.145, 0.2])
@pytest.mark.parametrize("name", DIRECTIONS)
def test_a_push_goes_in_parts_of_a_pixel_and_chroma_goes_with_luma(waves, flat, name, moment):
    """A picture lies within a fiftieth of a pixel of its way on every plane, chroma at its own site."""
    toward = DIRECTIONS[name]
    frame = travelled(push, toward, moment, waves(0, 0), flat(100, width=SIDE, height=SIDE))

    off = off_by(waves, frame, toward.axis, toward.sign * SIDE * smootherstep(moment))
    assert off == pytest.approx((0, 0), abs=0.02)


@pytest.mark.parametrize("name", DIRECTIONS)
def test_a_push_shows_the_new_picture_behind_the_old(flat, name):
    """Half-way, the old picture's half lies where it is going and the new one's behind it."""
    toward = DIRECTIONS[name]
    luma = travelled(push, toward, 0.5, flat(60), flat(200)).y.mean(axis=1 - toward.axis)

    ends = (luma[0], luma[-1])
    assert ends == ((60, 200) if toward.sign < 0 else (200, 60))
    assert luma.mean() == pytest.approx(130, abs=1.5)


@pytest.mark.parametrize("name", DIRECTIONS)
def test_a_slide_leaves_a_shadow_on_the_old_picture_only(flat, name):
    """Beside the edge the old picture is darker than it was; the new one is nowhere."""
    toward = DIRECTIONS[name]
    luma = travelled(slide, toward, 0.35, flat(120), flat(120)).y.mean(axis=1 - toward.axis)
    edge = round(len(luma) * smootherstep(0.35))
    covered, old = (luma[-edge:], luma[:-edge]) if toward.sign < 0 else (luma[:edge], luma[edge:][::-1])

    assert old[-1] < 105
    assert old[0] == covered[0 if toward.sign > 0 else -1] == 120
    assert (np.diff(old)[:-2] <= 0).all()  # the last two lie under the new picture's soft edge


def test_the_old_picture_gives_way_under_a_slide():
    """Three tenths of the way that the new one comes."""
    frame = travelled(slide, LEFT, 0.3, spot(120, 120), spot(-900, -900))
    visible = Planes(*(plane[:, : plane.shape[1] * 7 // 10] for plane in frame))

    across = visible.y.astype(float).sum(axis=0)
    assert across.argmax() + 0.5 == pytest.approx(120 - 0.3 * SIDE * smootherstep(0.3), abs=1.5)


@pytest.mark.parametrize(("name", "first"), [("left", 1), ("right", -1)])
def test_a_whip_smears_along_its_way_most_in_the_middle(picture, name, first):
    """Detail along the way dies towards the middle and comes back; across it, it stays."""
    before, after = picture(1), picture(2)
    moments = (0.02, 0.2, 0.35, 0.5, 0.65, 0.8, 0.98)
    frames = [travelled(whip, DIRECTIONS[name], moment, before, after).y.astype(float) for moment in moments]

    along = [np.abs(np.diff(frame, axis=1)).mean() for frame in frames]
    assert along[3] < 0.25 * min(along[0], along[-1])
    assert along[1] > along[2] > along[3] < along[4] < along[5]
    assert np.abs(np.diff(frames[3], axis=0)).mean() > along[3]
    assert 0.3 < WHIP_SMEAR < 0.4


def test_a_whip_goes_the_way_it_says():
    """At its start the old picture moves left under `whip_left` and right under `whip_right`."""
    for toward in (LEFT, RIGHT):
        frame = travelled(whip, toward, 0.15, spot(120, 120), spot(-900, -900))

        assert toward.sign * (frame.y.astype(float).sum(axis=0).argmax() - 120) > 5


def test_what_is_slow_is_sharp(picture):
    """A push that has hardly begun keeps the detail of its picture, shifted by a part of a pixel."""
    before = picture(4)
    frame = travelled(push, LEFT, 0.05, before, picture(5))

    assert SIDE * smootherstep(0.05) < 0.4
    assert speed(0.05) < 0.04
    assert cv2.Laplacian(frame.y[:, :150], cv2.CV_64F).std() > 0.9 * cv2.Laplacian(before.y[:, :150], cv2.CV_64F).std()
