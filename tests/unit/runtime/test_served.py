"""A run of the service beside others in one event loop."""

from __future__ import annotations

import time

import anyio

from astragen.model.base import Model
from astragen.model.take import Artifact
from astragen.runtime.inline import Pools
from astragen.runtime.served import ServedRun
from astragen.store.artifacts import ArtifactStore
from astragen.store.memo import Memo


class Wish(Model):
    words: str


class Drawn(Model):
    artifact: Artifact


class FarStore(ArtifactStore):
    """As a bucket that takes its time."""

    def has(self, artifact):
        time.sleep(0.15)
        return super().has(artifact)


def test_a_store_that_takes_its_time_holds_up_no_other_film(tmp_path):
    """Whether a finished step's files are still there is asked in a thread."""
    store = FarStore(tmp_path / "artifacts")

    async def draw(wish: Wish) -> Drawn:
        return Drawn(artifact=store.put_bytes(wish.words.encode(), "text/plain"))

    async def main() -> int:
        turns = 0
        pools = Pools.of(1)
        async with ServedRun(
            tmp_path / "scratch", store=store, memo=Memo(tmp_path / "steps"), workers=1, pools=pools
        ) as run:
            first = await run.once("draw", draw, Wish(words="sea"), returns=Drawn, version="1")
            async with anyio.create_task_group() as group:

                async def again() -> None:
                    assert await run.once("draw", draw, Wish(words="sea"), returns=Drawn, version="1") == first
                    group.cancel_scope.cancel()

                group.start_soon(again)
                while True:
                    await anyio.sleep(0.01)
                    turns += 1
        return turns

    assert anyio.run(main) > 2
