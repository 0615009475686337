"""The pictures of the film: shots rendered, joins rendered from what they kept, all in worker processes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from astragen.model.base import Model
from astragen.model.event import ShotRendered, TakeMade
from astragen.model.profile import row
from astragen.model.segment import JoinJob, RenderedShot, ShotJob
from astragen.model.take import Artifact
from astragen.model.timeline import Timeline
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.promise import Promise
from astragen.pipeline.run import Run
from astragen.pipeline.takes import Takes
from astragen.pipeline.together import side_by_side, together
from astragen.plan.segments import Join, in_film_order, join_job, joins, parts_of, shot_jobs, whole_of

if TYPE_CHECKING:
    from astragen.media.render import render_join, render_shot
else:
    render_join, render_shot = (Elsewhere("astragen.media.render", name) for name in ("render_join", "render_shot"))

HANDLES = row("handles").encoding.media_type  # of what is kept for transitions, whatever the film is

_NOT_SEEN = {"attempts": (), "fallbacks": (), "cost_usd": 0.0}  # of a take: how it came about does not render it anew


OnShot = Callable[[ShotJob, RenderedShot], None]
"""Hears of a shot's whole job, and what it gave."""


class RenderedJoin(Model):
    """An encoded transition."""

    segment: Artifact


class Pictures(Model):
    """Every shot's pieces by shot id, and all segments in film order."""

    shots: dict[str, RenderedShot]
    segments: tuple[Artifact, ...]


class _Done(NamedTuple):
    """A shot's whole job, and what it gave."""

    job: ShotJob
    rendered: RenderedShot


async def render(timeline: Timeline, takes: Takes, run: Run, *, on_shot: OnShot | None = None) -> Pictures:
    """Render *timeline* into segments that need only be put in a row, each shot as soon as its take is there.

    *takes*: of every shot of the timeline; they stand for those that it holds. *on_shot* hears of each shot as soon as
    it is rendered.
    """
    stills_of(run).mkdir(exist_ok=True)
    done = {job.shot: Promise[_Done]() for job in shot_jobs(timeline)}
    shots, joins = await together(
        partial(_shots, timeline, takes, done, run, on_shot), partial(_joins, timeline, done, run)
    )
    return Pictures(shots=shots, segments=in_film_order(timeline, shots, joins))


async def _shots(
    timeline: Timeline, takes: Takes, done: Mapping[str, Promise[_Done]], run: Run, on_shot: OnShot | None
) -> dict[str, RenderedShot]:
    # The longest first: the last to end is then a short one, and no worker idles for long.
    jobs = sorted(shot_jobs(timeline), key=lambda job: -(job.head + job.body + job.tail))
    whole: dict[str, ShotJob] = {}

    async def with_take(job: ShotJob) -> ShotJob:
        take = await takes.of(job.shot)
        still = take.artifact if take.kind == "still" else None
        run.tell(TakeMade(shot=job.shot, made_by=take.made_by, picture=still, attempts=take.attempts))
        whole[job.shot] = job.model_copy(update={"take": take.model_copy(update=_NOT_SEEN)})
        return whole[job.shot]

    def tell(_: int, shot: RenderedShot) -> None:
        takes.tell_rendered(shot.shot)
        run.tell(ShotRendered(shot=shot.shot, clip=shot.body))
        done[shot.shot].keep(_Done(whole[shot.shot], shot))
        if on_shot is not None:
            on_shot(whole[shot.shot], shot)

    made = await run.each(
        "render",
        partial(_shot, run=run),
        [partial(with_take, job) for job in jobs],
        returns=RenderedShot,
        version=code_fingerprint(),
        subjects=[job.shot for job in jobs],
        limit=len(jobs),
        on_made=tell,
    )
    return {shot.shot: shot for shot in made}


async def _shot(job: ShotJob, run: Run) -> RenderedShot:
    """The shot of *job*, whose parts are rendered side by side."""
    made: dict[int, RenderedShot] = {}

    async def part(job: ShotJob) -> RenderedShot:
        head, body, tail = await run.compute(render_shot, job, run.store.root, _own_folder(run), stills_of(run))
        kind = job.profile.encoding.media_type
        return RenderedShot(shot=job.shot, head=_kept(head, run), body=_kept(body, run, kind), tail=_kept(tail, run))

    async def keep(index: int, job: ShotJob) -> None:
        made[index] = await run.once("part", part, job, returns=RenderedShot, version=code_fingerprint())

    parts = parts_of(job)
    if len(parts) == 1:
        return await part(parts[0])
    await side_by_side(partial(keep, index, one) for index, one in enumerate(parts))
    return whole_of(job.shot, [made[index] for index in range(len(parts))])


async def _joins(timeline: Timeline, done: Mapping[str, Promise[_Done]], run: Run) -> list[Artifact]:
    async def work(job: JoinJob) -> RenderedJoin:
        path = await run.compute(render_join, job, run.store.root, _own_folder(run), stills_of(run))
        return RenderedJoin(segment=run.store.put_file(path, job.profile.encoding.media_type))

    async def when_ready(join: Join) -> JoinJob:
        sides = {shot: await done[shot].kept() for shot in join.shots}
        jobs = {shot: side.job for shot, side in sides.items()}
        return join_job(timeline, join, jobs, {shot: side.rendered for shot, side in sides.items()})

    found = joins(timeline)
    if not found:
        return []
    joined = await run.each(
        "join",
        work,
        [partial(when_ready, join) for join in found],
        returns=RenderedJoin,
        version=code_fingerprint(),
        subjects=[join.name for join in found],
        limit=len(found),
    )
    return [join.segment for join in joined]


def stills_of(run: Run) -> Path:
    """Where the jobs of *run* leave prepared stills for each other."""
    return run.scratch / "stills"


def _own_folder(run: Run) -> Path:
    """A new folder: the names that a job gives its files are its own only within one."""
    return Path(tempfile.mkdtemp(dir=run.scratch))


def _kept(path: Path | None, run: Run, media_type: str = HANDLES) -> Artifact | None:
    return run.store.put_file(path, media_type) if path is not None else None
