"""The pictures of the film: shots rendered, joins rendered from what they kept, all in worker processes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from astragen.media.render import render_join, render_shot
from astragen.model.base import Model
from astragen.model.profile import row
from astragen.model.segment import JoinJob, RenderedShot, ShotJob
from astragen.model.take import Artifact
from astragen.model.timeline import Timeline
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.run import Run
from astragen.plan.segments import in_film_order, join_jobs, join_names, parts_of, shot_jobs, whole_of

HANDLES = row("handles").encoding.media_type  # of what is kept for transitions, whatever the film is


class RenderedJoin(Model):
    """An encoded transition."""

    segment: Artifact


class Pictures(Model):
    """Every shot's pieces by shot id, and all segments in film order."""

    shots: dict[str, RenderedShot]
    segments: tuple[Artifact, ...]


async def render(timeline: Timeline, run: Run) -> Pictures:
    """Render *timeline* into segments that need only be put in a row."""
    shots = await _shots(timeline, run)
    joins = await _joins(timeline, shots, run)
    return Pictures(shots=shots, segments=in_film_order(timeline, shots, joins))


async def _shots(timeline: Timeline, run: Run) -> dict[str, RenderedShot]:
    async def work(job: ShotJob) -> RenderedShot:
        head, body, tail = await run.compute(render_shot, job, run.store.root, _own_folder(run))
        kind = job.profile.encoding.media_type
        return RenderedShot(shot=job.shot, head=_kept(head, run), body=_kept(body, run, kind), tail=_kept(tail, run))

    # The longest first: the last to end is then a short one, and no worker idles for long.
    parts = sorted(
        (part for job in shot_jobs(timeline) for part in parts_of(job)),
        key=lambda job: -(job.head + job.body + job.tail),
    )
    rendered = await run.each(
        "render", work, parts, returns=RenderedShot, version=code_fingerprint(), subjects=[job.shot for job in parts]
    )
    of_shot: dict[str, list[tuple[int, RenderedShot]]] = {}
    for job, part in zip(parts, rendered, strict=True):
        of_shot.setdefault(job.shot, []).append((job.start, part))
    return {
        shot: whole_of([part for _, part in sorted(found, key=lambda one: one[0])]) for shot, found in of_shot.items()
    }


async def _joins(timeline: Timeline, shots: dict[str, RenderedShot], run: Run) -> list[Artifact]:
    async def work(job: JoinJob) -> RenderedJoin:
        path = await run.compute(render_join, job, run.store.root, _own_folder(run))
        return RenderedJoin(segment=run.store.put_file(path, job.profile.encoding.media_type))

    jobs = join_jobs(timeline, shots)
    if not jobs:
        return []
    joined = await run.each(
        "join", work, jobs, returns=RenderedJoin, version=code_fingerprint(), subjects=join_names(timeline)
    )
    return [join.segment for join in joined]


def _own_folder(run: Run) -> Path:
    """A new folder: the names that a job gives its files are its own only within one."""
    return Path(tempfile.mkdtemp(dir=run.scratch))


def _kept(path: Path | None, run: Run, media_type: str = HANDLES) -> Artifact | None:
    return run.store.put_file(path, media_type) if path is not None else None
