"""Clips of any rate and length over a shot: which picture each frame shows."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from astragen.errors import ProbeError, RenderError
from astragen.media.clips.facts import measure
from astragen.media.frames.clip import ClipFrames
from clips import grey, write_clip

FPS = 24
BASE, RISE = 20, 4  # picture n of a ramp is of grey BASE + RISE n


def ramp(count: int) -> list[np.ndarray]:
    """Pictures that tell their number by their level; at most 58."""
    return [grey(BASE + RISE * n) for n in range(count)]


def shown(frame) -> float:
    """Which picture of a ramp *frame* shows; between two when it shows both. Right within 0.2."""
    return ((float(frame.y.mean()) - 16) * 255 / 219 - BASE) / RISE


def clip(path, *, frames: int, first: int = 0, fps: int = FPS) -> ClipFrames:
    footage = measure(path, shot="s1", need_s=60).footage
    return ClipFrames(path, footage, shot="s1", first=first, frames=frames, fps=fps, width=160, height=90)


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30), Fraction(25, 2), Fraction(24_000, 1001), Fraction(48)])
def test_each_frame_shows_the_picture_on_display_in_its_middle(tmp_path, rate):
    """Whatever the clip's rate, time runs as it did: none is early or late by more than half a frame."""
    source = clip(write_clip(tmp_path / "a.mp4", ramp(24), rate=rate), frames=11)

    numbers = [shown(source.frame(n)) for n in range(11)]

    assert numbers == pytest.approx([int((n + 0.51) / FPS * rate) for n in range(11)], abs=0.2)


def test_a_variable_rate_is_followed(tmp_path):
    """Pictures that stood for 40, 160 and 60 ms stand that long."""
    times = (0, 0.04, 0.20, 0.26, 0.5)
    source = clip(write_clip(tmp_path / "a.mkv", ramp(5), times=times), frames=11)

    numbers = [shown(source.frame(n)) for n in range(11)]

    middles = [(n + 0.5) / FPS for n in range(11)]
    assert numbers == pytest.approx([sum(time <= middle for time in times) - 1 for middle in middles], abs=0.2)


def test_a_longer_clip_is_shown_from_its_start(tmp_path):
    """The first frame of the head, which is before 0, shows the first picture; the rest is left out."""
    source = clip(write_clip(tmp_path / "a.mp4", ramp(50), rate=FPS), first=-6, frames=30)

    assert [shown(source.frame(n)) for n in (-6, 0, 23)] == pytest.approx([0, 6, 29], abs=0.2)


def test_a_shorter_clip_is_slowed_and_its_pictures_mixed(tmp_path):
    """12 pictures over 18 frames: every frame a step further by 11/17 of a picture, none standing still."""
    source = clip(write_clip(tmp_path / "a.mp4", ramp(12), rate=FPS), frames=18)

    numbers = [shown(source.frame(n)) for n in range(18)]

    assert numbers == pytest.approx([n * 11 / 17 for n in range(18)], abs=0.2)
    assert source.filling.turn_s is None


def test_a_far_shorter_clip_plays_to_and_fro_at_half_speed(tmp_path):
    """6 pictures over 40 frames turn at the last and at the first, and never stop."""
    source = clip(write_clip(tmp_path / "a.mp4", ramp(6), rate=FPS), first=-3, frames=40)

    numbers = [shown(source.frame(n)) for n in range(-3, 37)]

    assert numbers == pytest.approx([5 - abs(n / 2 % 10 - 5) for n in range(40)], abs=0.2)
    assert min(abs(np.diff(numbers))) > 0.25


def test_any_order_shows_the_same(tmp_path):
    """Sought, read backwards or asked twice, a frame is the same bit for bit; groups of pictures are long."""
    noise = np.random.default_rng(2).integers(40, 200, (90, 300, 3), np.uint8)
    pictures = [np.ascontiguousarray(noise[:, n : n + 160]) for n in range(90)]
    path = write_clip(tmp_path / "a.mp4", pictures, rate=FPS, options={"g": "45", "bf": "2", "qp": "2"})
    forwards = clip(path, frames=80)
    expected = [forwards.frame(n).y.copy() for n in range(80)]
    order = [*range(79, -1, -8), *random.Random(3).sample(range(80), 12)]

    anyhow = clip(path, frames=80)

    assert all(np.array_equal(anyhow.frame(n).y, expected[n]) for n in order)
    assert len({luma.tobytes() for luma in expected}) == 80


def test_a_clip_whose_tail_is_missing_fills_its_shot(tmp_path):
    """Half a file is a shorter clip: what decodes is slowed to the length of the shot."""
    noise = np.random.default_rng(2).integers(40, 200, (90, 300, 3), np.uint8)
    pictures = [np.ascontiguousarray(noise[:, n : n + 160]) for n in range(40)]
    whole = write_clip(tmp_path / "a.mkv", pictures, rate=FPS).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) * 6 // 10])

    source = clip(tmp_path / "cut.mkv", frames=36)

    frames = [source.frame(n).y.copy() for n in range(36)]
    assert source.filling.is_mixed
    assert len({luma.tobytes() for luma in frames}) == 36


@pytest.mark.parametrize("n", [-7, 13])
def test_a_frame_out_of_the_shot_is_refused(tmp_path, n):
    """The message says which frames there are."""
    source = clip(write_clip(tmp_path / "a.mp4", ramp(30)), first=-6, frames=19)

    with pytest.raises(RenderError, match=rf"Frame {n} of the clip of shot s1: it has frames -6 to 12"):
        source.frame(n)


def test_a_clip_that_was_spoilt_meanwhile_is_an_error_that_names_it(tmp_path):
    """No broken picture is shown for a file that is no clip any more."""
    path = write_clip(tmp_path / "a.mp4", ramp(30))
    footage = measure(path, shot="s1", need_s=9).footage
    path.write_bytes(b"gone")

    with pytest.raises(ProbeError, match=r"shot s1 \(a\.mp4\)"):
        ClipFrames(path, footage, shot="s1", first=0, frames=9, fps=FPS, width=160, height=90)
