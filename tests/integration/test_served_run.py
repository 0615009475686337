"""A film conducted here while another worker, with a store of its own, renders a part of it."""

from __future__ import annotations

from pathlib import Path

import anyio

from astragen.pipeline.crew import builtin_crew
from astragen.pipeline.film import make_film
from astragen.runtime.inline import InlineRun, Pools
from astragen.runtime.served import ServedRun, rendered_for_others
from astragen.store.artifacts import ArtifactStore


class OtherWorker:
    """A worker that is always free; it keeps what it makes where the conductor finds it."""

    def __init__(self, store: ArtifactStore, scratch: Path) -> None:
        self._store, self._scratch = store, scratch
        self.rendered: list[str] = []
        self.fails = 0

    async def are_free(self) -> bool:
        return True

    async def render(self, name, job):
        self.rendered.append(name)
        pools = Pools.of(1)
        try:
            wanted = "nothing_of_ours" if self.fails else name
            self.fails = max(0, self.fails - 1)
            return await rendered_for_others(wanted, job, self._store, pools, self._scratch)
        finally:
            await pools.aclose()


def filmed(folder: Path, brief, storyboard, *, hands=None, run_of=InlineRun) -> bytes:
    """The bytes of the film, made with one process."""

    async def main() -> bytes:
        store = ArtifactStore(folder / "store")
        more = {"hands": hands(store)} if hands else {}
        async with run_of(folder / "scratch", store=store, memo=None, workers=1, **more) as run:
            film = await make_film(brief, builtin_crew(), run, folder / "film.mp4", storyboard=storyboard)
        return film.path.read_bytes()

    folder.mkdir()
    return anyio.run(main)


def test_what_another_worker_renders_is_the_same_film(tmp_path, brief, storyboard):
    """Shots and joins go out when no process is free here; a piece that fails there is rendered here."""
    others: list[OtherWorker] = []

    def hands(store):
        others.append(OtherWorker(store, tmp_path / "elsewhere"))
        others[0].fails = 1
        return others[0]

    alone = filmed(tmp_path / "alone", brief, storyboard)
    helped = filmed(tmp_path / "helped", brief, storyboard, hands=hands, run_of=ServedRun)

    assert {"render_shot", "render_join"} >= set(others[0].rendered) != set()
    assert helped == alone
