"""Tests of pipeline/pictures.py: what is kept of a shot, and who hears of it."""

from __future__ import annotations

import anyio
import cv2
import numpy as np

from astragen.model.recipe import Recipe
from astragen.model.take import Take
from astragen.model.timeline import Clip, Timeline, Transition
from astragen.model.vocabulary import TransitionKind
from astragen.pipeline.pictures import render
from astragen.pipeline.takes import Takes
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore

PAN = Recipe(setting="x", time_of_day="day", weather="clear", season="summer", mood="calm", move="pan_left")


def still(shot: str, shade: int, store: ArtifactStore) -> Take:
    """A still of one shade."""
    coded = cv2.imencode(".png", np.full((90, 160, 3), shade, np.uint8))[1].tobytes()
    return Take(shot=shot, kind="still", artifact=store.put_bytes(coded, "image/png"), recipe=PAN, made_by="test")


def test_of_stills_nothing_is_kept_for_their_joins(tmp_path):
    """A join draws its sides, so a still's shot, though it is rendered in one part, gives a body alone."""
    store = ArtifactStore(tmp_path / "store")
    takes = [still("a", 90, store), still("b", 160, store)]
    dissolve = Transition(style=TransitionKind.DISSOLVE, in_offset=4, out_offset=4)
    clips = [Clip(shot=take.shot, take=take, frames=20) for take in takes]
    video = (clips[0], dissolve, clips[1])
    timeline = Timeline(title="Two", fps=24, width=128, height=72, language="en", video=video)
    heard = []

    async def rendered():
        async with InlineRun(tmp_path / "scratch", store=store, memo=None, workers=1) as run:
            return await render(
                timeline,
                Takes.here(takes),
                run,
                on_shot=lambda job, shot: heard.append((job.shot, job.head + job.tail, shot)),
            )

    pictures = anyio.run(rendered)

    assert [(shot.head, shot.tail, bool(shot.body)) for shot in pictures.shots.values()] == [(None, None, True)] * 2
    assert len(pictures.segments) == 3
    assert sorted(heard) == [("a", 8, pictures.shots["a"]), ("b", 8, pictures.shots["b"])]
