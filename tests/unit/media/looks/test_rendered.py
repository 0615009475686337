"""Looks in rendered files: shots, their handles, and joins."""

from __future__ import annotations

import os

import cv2
import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.render import render_join, render_shot
from astragen.media.stills import frames_of
from astragen.model.look import Look
from astragen.model.recipe import Recipe
from astragen.model.segment import JoinJob, ShotJob
from astragen.model.take import Artifact, Take

STATIC = Recipe(setting="x", time_of_day="day", weather="clear", season="summer", mood="calm", move="static")
GREY = b"LUT_3D_SIZE 2\n" + b"\n".join(
    f"{0.21 * r + 0.72 * g + 0.07 * b:.4f} ".encode() * 3 for b in (0, 1) for g in (0, 1) for r in (0, 1)
)
ROUGH = Look(contrast=0.3, vignette=0.5, grain=0.4, gate_weave=0.3, light_leaks=0.6, letterbox=2.4)


@pytest.fixture
def shot(stored, profile):
    """Makes the job of a colourful still: 4 + 8 + 4 frames."""
    down, across = np.mgrid[0:180, 0:320]
    picture = np.stack([across % 256, down + 40, 200 - down], axis=2).astype(np.uint8)
    still = stored(cv2.imencode(".png", picture)[1].tobytes(), "image/png")

    def make(**fields: object) -> ShotJob:
        take = Take(shot="s1", kind="still", artifact=still, recipe=STATIC, made_by="test")
        return ShotJob(
            shot="s1", take=take, profile=profile, start=-4, head=4, body=8, tail=4, clip_frames=16, **fields
        )

    return make


@pytest.fixture
def rendered(tmp_path):
    """Renders a job in a folder of its own and returns its files."""

    def render(job: ShotJob) -> list:
        scratch = tmp_path / os.urandom(4).hex()
        scratch.mkdir()
        return list(render_shot(job, tmp_path / "store", scratch))

    return render


def frames(path) -> list:
    return [[plane.copy() for plane in planes] for planes in frames_of(path)]


def test_a_look_changes_a_shot_and_the_same_look_gives_the_same_bytes(shot, rendered):
    """In its body and in both handles."""
    plain, first, again = rendered(shot()), rendered(shot(look=ROUGH)), rendered(shot(look=ROUGH))

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    for before, after in zip(plain, first, strict=True):
        assert np.abs(frames(before)[2][0].astype(int) - frames(after)[2][0]).mean() > 3


def test_handles_have_the_look_and_no_bars(shot, rendered):
    """Bars lie over a transition as they lie over a shot: they do not wander with its pictures."""
    head, body, tail = rendered(shot(look=Look(letterbox=2.4)))

    assert frames(body)[0][0][2].max() <= 18
    assert min(frames(head)[0][0][2].mean(), frames(tail)[0][0][2].mean()) > 40


def test_a_join_is_under_the_bars_of_its_look(tmp_path, shot, rendered, stored, profile):
    """Over each frame of a push, whatever moves below."""
    head, _, tail = rendered(shot(look=Look(letterbox=2.4)))
    sides = {"before": stored(tail.read_bytes(), "video/mp4"), "after": stored(head.read_bytes(), "video/mp4")}
    job = JoinJob(style="push_up", profile=profile, frames=4, letterbox=2.4, **sides)

    for y, _, _ in frames(render_join(job, tmp_path / "store", tmp_path)):
        assert max(y[:8].max(), y[-8:].max()) <= 18
        assert y[14:-14].min(axis=1).min() > 18


def test_a_lut_is_read_from_the_store(shot, rendered, stored):
    """A black-and-white LUT takes the colour out of every piece."""
    for path in rendered(shot(lut=stored(GREY, "text/x-cube"))):
        _, u, v = frames(path)[1]
        assert max(np.abs(plane.astype(int) - 128).mean() for plane in (u, v)) < 1.5


def test_a_lut_that_is_gone_is_refused_by_the_shot_s_name(shot, rendered):
    """It was pruned, or the store was copied without it."""
    gone = Artifact(hash="0" * 64, media_type="text/x-cube", bytes=1)

    with pytest.raises(RenderError, match="The LUT of shot s1 cannot be read"):
        rendered(shot(lut=gone))
