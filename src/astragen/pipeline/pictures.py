"""The pictures of the film: shots rendered, joins rendered from what they kept, all in worker processes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from astragen.model.base import Model
from astragen.model.profile import row
from astragen.model.segment import JoinJob, RenderedShot, ShotJob
from astragen.model.take import Artifact
from astragen.model.timeline import Timeline
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.run import Run
from astragen.plan.segments import in_film_order, join_jobs, join_names, parts_of, shot_jobs, whole_of

if TYPE_CHECKING:
    from astragen.media.render import render_join, render_shot
else:
    render_join, render_shot = (Elsewhere("astragen.media.render", name) for name in ("render_join", "render_shot"))

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
    _stills(run).mkdir(exist_ok=True)
    shots = await _shots(timeline, run)
    joins = await _joins(timeline, shots, run)
    return Pictures(shots=shots, segments=in_film_order(timeline, shots, joins))


async def _shots(timeline: Timeline, run: Run) -> dict[str, RenderedShot]:
    async def work(job: ShotJob) -> RenderedShot:
        head, body, tail = await run.compute(render_shot, job, run.store.root, _own_folder(run), _stills(run))
        kind = job.profile.encoding.media_type
        return RenderedShot(shot=job.shot, head=_kept(head, run), body=_kept(body, run, kind), tail=_kept(tail, run))

    jobs = shot_jobs(timeline)
    numbered = [(number, part) for job in jobs for number, part in enumerate(parts_of(job))]
    # The longest first: the last to end is then a short one, and no worker idles for long. Of equally long ones the
    # first of each shot: the next then finds its still prepared.
    numbered.sort(key=lambda one: (-(one[1].head + one[1].body + one[1].tail), one[0]))
    parts = [part for _, part in numbered]
    rendered = await run.each(
        "render", work, parts, returns=RenderedShot, version=code_fingerprint(), subjects=[job.shot for job in parts]
    )
    of_shot: dict[str, list[tuple[int, RenderedShot]]] = {job.shot: [] for job in jobs}
    for (number, job), part in zip(numbered, rendered, strict=True):
        of_shot[job.shot].append((number, part))
    return {
        shot: whole_of(shot, [part for _, part in sorted(found, key=lambda one: one[0])])
        for shot, found in of_shot.items()
    }


async def _joins(timeline: Timeline, shots: dict[str, RenderedShot], run: Run) -> list[Artifact]:
    async def work(job: JoinJob) -> RenderedJoin:
        path = await run.compute(render_join, job, run.store.root, _own_folder(run), _stills(run))
        return RenderedJoin(segment=run.store.put_file(path, job.profile.encoding.media_type))

    jobs = join_jobs(timeline, shots)
    if not jobs:
        return []
    joined = await run.each(
        "join", work, jobs, returns=RenderedJoin, version=code_fingerprint(), subjects=join_names(timeline)
    )
    return [join.segment for join in joined]


def _stills(run: Run) -> Path:
    """Where the jobs of *run* leave prepared stills for each other."""
    return run.scratch / "stills"


def _own_folder(run: Run) -> Path:
    """A new folder: the names that a job gives its files are its own only within one."""
    return Path(tempfile.mkdtemp(dir=run.scratch))


def _kept(path: Path | None, run: Run, media_type: str = HANDLES) -> Artifact | None:
    return run.store.put_file(path, media_type) if path is not None else None
