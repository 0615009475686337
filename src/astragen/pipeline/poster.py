"""The poster: the most striking frame among the shots' middles, without a caption on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from astragen.model.base import Model
from astragen.model.segment import RenderedShot, ShotJob
from astragen.model.take import Artifact
from astragen.model.timeline import Timeline
from astragen.pipeline.asked import Candidate, PosterRequest
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.run import Run
from astragen.plan.segments import parts_of, shot_jobs

if TYPE_CHECKING:
    from astragen.pipeline.jobs import poster_to
else:
    poster_to = Elsewhere("astragen.pipeline.jobs", "poster_to")

JPEG = "image/jpeg"
MOST_CANDIDATES = 4  # decoding one takes up to 0.5 s at 1080p, when all else is done


class Poster(Model):
    """The chosen frame as a JPEG."""

    artifact: Artifact


async def poster(timeline: Timeline, shots: Mapping[str, RenderedShot], run: Run) -> Artifact:
    """Return the JPEG of the most striking frame of *timeline*, from its rendered *shots*."""
    return await most_striking(_candidates(shot_jobs(timeline), shots), run)


async def most_striking(candidates: tuple[Candidate, ...], run: Run) -> Artifact:
    """Return the JPEG of the most striking of *candidates*."""

    async def choose(request: PosterRequest) -> Poster:
        path = run.scratch / "poster.jpg"
        await run.compute(poster_to, request, run.store.root, path)
        return Poster(artifact=run.store.put_file(path, JPEG))

    request = PosterRequest(candidates=candidates)
    return (await run.step("poster", choose, request, returns=Poster, version=code_fingerprint())).artifact


def _candidates(jobs: Sequence[ShotJob], shots: Mapping[str, RenderedShot]) -> tuple[Candidate, ...]:
    """The middles of up to MOST_CANDIDATES shots, spread over the film."""
    bodies = [(parts_of(job)[0], body) for job in jobs if (body := shots[job.shot].body) is not None]
    step = max(1, -(-len(bodies) // MOST_CANDIDATES))
    return tuple(Candidate(segment=body, frame=clear_frame(job)) for job, body in bodies[::step])


def clear_frame(job: ShotJob) -> int:
    """The body's frame nearest to its middle that no caption covers, or the middle one."""
    middle = job.body // 2
    clear = (n for n in range(job.body) if not any(cue.start <= n < cue.end for cue in job.cues))
    return min(clear, key=lambda n: abs(n - middle), default=middle)
