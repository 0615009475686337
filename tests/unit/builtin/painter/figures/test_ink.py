"""Parts become pixels under one lamp."""

import numpy as np
import pytest

from astragen.builtin.painter.figures.ink import Box, Lamp, Part, Plot, bounds, render
from astragen.builtin.painter.figures.shape import ellipse, polygon

PLOT = Plot(Box(-1.2, -1.2, 1.2, 1.2), 40.0, 1)
WHITE = np.ones(3, np.float32)
BALL = Part((ellipse(0, 0, 1, 1),), WHITE * np.float32(0.6), bulge=0.9)


@pytest.fixture
def lamp() -> Lamp:
    """Light from the right, half from above, no air between."""
    toward = np.array([0.8, 0.4, 0.45], np.float32)
    return Lamp(
        toward / np.linalg.norm(toward), WHITE * np.float32(0.3), WHITE * np.float32(0.7), WHITE, 2.0, WHITE, 0.0, 0.0
    )


def test_the_side_toward_the_light_is_brighter(lamp: Lamp):
    """A ball lit from the right is at least a third brighter there."""
    picture = render([BALL], PLOT, lamp)

    left, right = picture[48, 20, 0], picture[48, 76, 0]
    assert right > 1.33 * left


def test_the_light_stays_where_it_is_when_the_figure_turns(lamp: Lamp):
    """Facing left mirrors the shape, not the light."""
    half = Part((polygon([(0, -1), (1, -1), (1, 1), (0, 1)]),), WHITE * np.float32(0.6), bulge=0.4)

    mirrored = render([half], PLOT._replace(face=-1), lamp)

    assert mirrored[48, 20, 3] == pytest.approx(1, abs=0.01)
    assert mirrored[48, 76, 3] == 0
    assert mirrored[40:56, 44, 0].mean() > mirrored[40:56, 12, 0].mean()


def test_marks_stay_on_their_body(lamp: Lamp):
    """A stripe wider than the ball does not reach beyond it."""
    stripe = Part((polygon([(-3, -0.1), (3, -0.1), (3, 0.1), (-3, 0.1)]),), np.array([1, 0, 0], np.float32), clip=True)

    plain, striped = render([BALL], PLOT, lamp), render([BALL, stripe], PLOT, lamp)

    assert np.array_equal(plain[..., 3], striped[..., 3])
    assert striped[48, 48, 1] < 0.3 * plain[48, 48, 1]


def test_windows_shine_at_night_only(lamp: Lamp):
    """A part with a night colour is dark by day and shines after dark."""
    pane = Part((ellipse(0, 0, 1, 1),), WHITE * np.float32(0.2), glow=1.0, night=np.array([1, 0.8, 0.4], np.float32))

    day, night = render([pane], PLOT, lamp), render([pane], PLOT, lamp._replace(shine=1.0))

    assert night[48, 48, 0] == pytest.approx(1.0, abs=0.02)
    assert day[48, 48, 0] < 0.3


def test_air_covers_what_is_far(lamp: Lamp):
    """With fog 1 nothing but the air's colour is left."""
    air = np.array([0.2, 0.4, 0.6], np.float32)

    picture = render([BALL], PLOT, lamp._replace(air=air, fog=1.0))

    assert picture[48, 48, :3] == pytest.approx(air, abs=1e-3)


def test_bounds_mirror_with_the_face():
    """What reaches 3 ahead reaches -3 when it faces left."""
    part = Part((polygon([(-1, 0), (3, 0), (3, 2)]),), WHITE)

    assert bounds([part]) == Box(-1, 0, 3, 2)
    assert bounds([part], -1) == Box(-3, 0, 1, 2)
