from __future__ import annotations

import anyio

from astragen.model.recipe import Recipe
from astragen.model.take import Artifact, Take
from astragen.model.timeline import Clip, Gap, Timeline
from astragen.pipeline.promise import Promise
from astragen.pipeline.takes import Takes

RECIPE = Recipe(setting="x", time_of_day="day", weather="clear", season="summer", mood="calm", move="push_in")
ONE, TWO = (Take(shot=shot, kind="painted", recipe=RECIPE, made_by="builtin") for shot in ("s1", "s2"))
DRAWN = ONE.model_copy(
    update={"kind": "still", "artifact": Artifact(hash="0" * 64, media_type="image/png", bytes=1), "made_by": "a m"}
)


def promised() -> dict[str, Promise[Take]]:
    """Of two shots, the second of which is here."""
    promises = {"s1": Promise[Take](), "s2": Promise[Take]()}
    promises["s2"].keep(TWO)
    return promises


def test_takes_come_in_film_order_when_the_last_is_here():
    """However they arrive."""

    async def main():
        promises = promised()
        takes = Takes(promises)
        async with anyio.create_task_group() as group:
            group.start_soon(later, promises)
            return await takes.of("s2"), await takes.all()

    async def later(promises):
        promises["s1"].keep(ONE)

    assert anyio.run(main) == (TWO, (ONE, TWO))


def test_a_timeline_gets_its_takes_in_place_of_the_painters():
    """Its clips keep their lengths, and what is no clip stays."""

    async def main():
        promises = promised()
        promises["s1"].keep(DRAWN)
        return await Takes(promises).on(timeline)

    clips = (Clip(shot="s1", take=ONE, frames=20), Gap(frames=4), Clip(shot="s2", take=TWO, frames=30))
    timeline = Timeline(title="T", fps=24, width=640, height=360, language="en", video=clips)

    made = anyio.run(main)

    assert made.video == (Clip(shot="s1", take=DRAWN, frames=20), clips[1], clips[2])


def test_what_is_not_rendered_is_known():
    """So much work is left, whatever is still waited for."""
    takes = Takes(promised())
    takes.tell_rendered("s2")

    assert "s2" not in takes.to_render
    assert "s1" in takes.to_render


def test_it_is_known_when_somebody_needs_all_takes_at_once():
    """Until he has them, or waits no more."""

    async def main():
        takes = Takes(promised())
        said = [takes.is_awaited_whole]
        async with anyio.create_task_group() as group:
            group.start_soon(takes.all)
            await anyio.sleep(0.01)
            said.append(takes.is_awaited_whole)
            group.cancel_scope.cancel()
        return [*said, takes.is_awaited_whole]

    assert anyio.run(main) == [False, True, False]
