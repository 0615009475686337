from __future__ import annotations

import anyio
import numpy as np

from astragen.builtin.foley.render import bus
from astragen.media.audio import read_wav
from astragen.model.event import StepDone
from astragen.model.take import Take
from astragen.model.timeline import Clip, SoundEvent, Timeline
from astragen.pipeline.foley import ambience_bus
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore
from astragen.store.memo import Memo

RAIN = SoundEvent(kind="rain", shot="a", start=0, samples=48_000, seed=4)


def timeline(*events: SoundEvent) -> Timeline:
    take = Take(shot="a", kind="painted", made_by="builtin")
    return Timeline(
        title="x", fps=24, width=64, height=36, language="en",
        video=(Clip(shot="a", take=take, frames=36),), ambience=events,
    )  # fmt: skip


def test_the_ambience_is_made_once_and_kept(tmp_path):
    """A film of a second and a half: its bus is that long, and the second asking finds it."""
    store, told = ArtifactStore(tmp_path / "artifacts"), []

    async def main():
        async with InlineRun(
            tmp_path / "scratch", store=store, memo=Memo(tmp_path / "steps"), workers=1, on_event=told.append
        ) as run:
            return [await ambience_bus(timeline(RAIN), run) for _ in range(2)]

    first, second = anyio.run(main)

    assert first == second
    sound = read_wav(store.path(first))
    assert np.array_equal(sound, bus([RAIN], 72_000))
    assert [event.reused for event in told if isinstance(event, StepDone)] == [False, True]


def test_a_film_without_sounds_has_no_bus(tmp_path):
    """None, and no work."""

    async def main():
        async with InlineRun(tmp_path / "scratch", store=None, memo=None, workers=1) as run:
            return await ambience_bus(timeline(), run)

    assert anyio.run(main) is None
