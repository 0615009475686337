"""Bent swimmers hold together, blended poses lay only what changes, eyes blink now and then."""

import numpy as np
import pytest

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.figures.actor import Bend, Mirror
from astragen.builtin.painter.figures.company import figures_for
from astragen.builtin.painter.figures.cycle import paint_cycle
from astragen.builtin.painter.figures.eyes import blink
from astragen.builtin.painter.figures.figure import Wave
from astragen.builtin.painter.figures.ink import Box, Lamp
from astragen.builtin.painter.sprite import premultiply, sprite
from astragen.model.storyboard import Subject

LAMP = Lamp(
    np.array([0.5, 0.6, 0.6], np.float32), np.full(3, 0.5, np.float32), np.full(3, 0.5, np.float32),
    np.ones(3, np.float32), 1.0, np.full(3, 0.5, np.float32), 0.0, 0.0,
)  # fmt: skip


def test_a_body_bent_by_no_wave_is_the_body():
    """Laid in strips without a wave, a picture is the picture: no seams, no gaps."""
    random = np.random.default_rng(4)
    piece = sprite(premultiply(random.random((60, 300, 3), dtype=np.float32), np.ones((60, 300), np.float32)), 0, 0)
    piece = piece._replace(opaque=False)
    whole, strips = Canvas(320, 80), Canvas(320, 80)
    matrix = np.array([[1, 0, 8], [0, 1, 10]], np.float32)

    whole.lay(piece, matrix)
    Bend(Wave(3.0, 0.0, 2.0), 100.0, piece).lay(strips, matrix, 0.7)

    assert np.abs(whole.y.astype(int) - strips.y)[14:66, 12:300].max() <= 2


def test_a_mirror_changes_with_time_and_returns_for_equal_times():
    """Ripples move, and are a function of the second alone."""
    alpha = np.zeros((50, 90), np.float32)
    alpha[5:40, 20:70] = 1
    piece, mirror = sprite(premultiply(np.full(3, 0.8, np.float32), alpha)), Mirror(1.0)

    first, later, again = (mirror(piece, seconds).pixels for seconds in (1.0, 1.4, 1.0))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, later)


@pytest.mark.parametrize(("noun", "action"), [("octopus", ""), ("duck", "swim")])
def test_blending_lays_only_what_changes(noun: str, action: str):
    """Of the next pose of a slow cycle, some blocks are laid, and not all."""
    figure = figures_for(Subject(noun=noun, action=action))[0]
    assert figure.play != "loop"

    cycle = paint_cycle(figure, 200 / figure.height, 1, LAMP, window=Box(-9, -9, 9, 9), poses=4)
    laid = [step.cover for step in cycle.steps[:-1]]

    assert len(cycle.steps) == len(cycle.sprites)
    assert all(cover is not None and cover.any() and not cover.all() for cover in laid)


def test_eyes_are_open_mostly_and_shut_at_times():
    """In a minute the eyes are open nine tenths of the time, and shut more than ten times."""
    lids = np.array([blink(frame / 24, 1.3) for frame in range(1440)])

    assert (lids > 0.9).mean() > 0.88
    assert (np.diff((lids < 0.3).astype(int)) == 1).sum() > 10
