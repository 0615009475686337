"""Camera moves land where their path says: no jitter, no stutter."""

import cv2
import numpy as np
import pytest

from astragen.builtin.painter.finish import Grade
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.stage import Stage
from astragen.media.frames import view_of_frame
from astragen.model.vocabulary import Lens, Move

WIDTH, HEIGHT = 480, 270
FRAMES, FPS = 96, 24
WINDOW = 96  # px, square, about a point off the centre, where zooms move too
MOST_ERROR = 0.05  # px
PLATE_Z = 8.0


@pytest.fixture
def stage(recipe):
    """One soft-textured plate at a distance, developed without grain, glow or vignette."""
    stage = Stage(WIDTH, HEIGHT, light_of(recipe(setting="ocean")))
    stage.grade = Grade(contrast=1.0, bloom=0.0, vignette=0.0, grain=0.0)
    shape = (stage.canvas_height, stage.canvas_width)
    noise = np.random.default_rng(5).random(shape, np.float32)
    soft = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 2.2), None, 0.15, 0.85, cv2.NORM_MINMAX)
    stage.plate(np.dstack([soft, soft, soft, np.ones_like(soft)]), PLATE_Z)
    return stage


def patch(luma):
    top, left = (HEIGHT - WINDOW) // 3, (WIDTH - WINDOW) // 3
    return luma[top : top + WINDOW, left : left + WINDOW].astype(np.float64), (left + WINDOW / 2, top + WINDOW / 2)


@pytest.mark.parametrize("move", list(Move))
def test_every_frame_is_where_the_path_says(stage, move):
    """Phase correlation between frames agrees with the projection to 0.05 px, over a slow and a fast stretch."""
    scene = stage.scene(1)
    window = cv2.createHanningWindow((WINDOW, WINDOW), cv2.CV_64F)
    worst = 0.0
    for first in (3, 44):
        numbers = range(first, first + 6)
        views = [view_of_frame(n, move, Lens.NORMAL, clip_frames=FRAMES, fps=FPS, seed=4) for n in numbers]
        patches = [patch(scene.frame(n / FPS, view, n).y)[0].copy() for n, view in zip(numbers, views, strict=True)]
        centre = patch(np.zeros((HEIGHT, WIDTH)))[1]
        for n in range(len(patches) - 1):
            dx, dy = _shift_between(patches[n], patches[n + 1], window)
            expected = _shift_at(stage, views[n], views[n + 1], centre)
            worst = max(worst, abs(dx - expected[0]), abs(dy - expected[1]))
    assert worst < MOST_ERROR


def _shift_between(before, after, window):
    """Phase correlation, to a hundredth of a pixel: the slope of the phase between the spectra at low frequencies."""
    one, other = (np.fft.fft2((patch - patch.mean()) * window) for patch in (before, after))
    cross = np.conj(one) * other
    down, across = np.meshgrid(np.fft.fftfreq(WINDOW), np.fft.fftfreq(WINDOW), indexing="ij")
    is_low = (np.hypot(down, across) < 0.1) & (np.abs(cross) > 0)
    weight = np.sqrt(np.abs(cross[is_low]))
    slopes = -2 * np.pi * np.stack([across[is_low], down[is_low]], 1)
    (dx, dy), *_ = np.linalg.lstsq(slopes * weight[:, None], np.angle(cross[is_low]) * weight, rcond=None)
    return dx, dy


def _shift_at(stage, before, after, centre):
    """How far what is at frame position *centre* under *before* has gone under *after*, px."""
    k0, x0, y0 = stage.project(PLATE_Z, before)
    k1, x1, y1 = stage.project(PLATE_Z, after)
    there = ((centre[0] - x0) / k0, (centre[1] - y0) / k0)
    return there[0] * k1 + x1 - centre[0], there[1] * k1 + y1 - centre[1]
