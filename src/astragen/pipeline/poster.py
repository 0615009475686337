"""The poster: the most striking frame among the shots' middles, without a caption on it.

The frames to choose from are looked at as soon as their shots are rendered, while others still are. That of
a still is drawn again, which costs less than to decode up to it. Start reading at `Sights`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from astragen.model.base import Model, canonical_json, content_hash
from astragen.model.segment import RenderedShot, ShotJob
from astragen.model.take import Artifact
from astragen.model.timeline import Timeline
from astragen.pipeline.asked import Candidate, LookRequest, PosterRequest
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.fingerprint import code_fingerprint
from astragen.pipeline.pictures import stills_of
from astragen.pipeline.promise import Promise
from astragen.pipeline.run import Run
from astragen.pipeline.together import Start
from astragen.plan.segments import alone, draws_handles, parts_of, shot_jobs

if TYPE_CHECKING:
    from astragen.pipeline.jobs import look_to
else:
    look_to = Elsewhere("astragen.pipeline.jobs", "look_to")

JPEG = "image/jpeg"
MOST_CANDIDATES = 4  # decoding one takes up to 0.5 s at 1080p


class Looked(Model):
    """A frame that may be the poster, as a JPEG, and how much it catches the eye."""

    artifact: Artifact
    striking: float


class Poster(Model):
    """The chosen frame as a JPEG."""

    artifact: Artifact


class _Sight(NamedTuple):
    """A candidate, and what was seen of it."""

    candidate: Candidate | ShotJob
    looked: Promise[Looked]


class Sights:
    """The frames of a film that may be its poster: the middles of up to MOST_CANDIDATES shots, spread over it."""

    def __init__(self, timeline: Timeline, run: Run, start: Start) -> None:
        """*start*: starts what runs beside the rendering."""
        bodies = [job.shot for job in shot_jobs(timeline) if job.body]
        self._wanted = tuple(bodies[:: max(1, -(-len(bodies) // MOST_CANDIDATES))])
        self._run, self._start = run, start
        self._sights: dict[str, _Sight] = {}

    def tell(self, job: ShotJob, shot: RenderedShot) -> None:
        """Look at *shot*, rendered by *job*, where it is one of those to choose from; again if it was rendered anew."""
        if job.shot in self._wanted:
            sight = self._sights[job.shot] = _Sight(candidate_of(job, shot), Promise())
            self._start(partial(_look, sight, self._run))

    async def poster(self) -> Artifact:
        """Return the JPEG of the most striking one, once all shots were told of."""
        return await _most_striking([self._sights[shot] for shot in self._wanted], self._run)


def candidate_of(job: ShotJob, shot: RenderedShot) -> Candidate | ShotJob:
    """The frame of *shot*, which *job* gave and which has a body, that may be the poster: coded, or to be drawn."""
    first = parts_of(job)[0]
    if shot.body is None or draws_handles(job.take):
        return alone(job, clear_frame(first))
    return Candidate(segment=shot.body, frame=clear_frame(first))


async def most_striking(candidates: Sequence[Candidate], run: Run) -> Artifact:
    """Return the JPEG of the most striking of *candidates*."""
    sights = [_Sight(candidate, Promise()) for candidate in candidates]
    for sight in sights:
        await _look(sight, run)
    return await _most_striking(sights, run)


async def _most_striking(sights: Sequence[_Sight], run: Run) -> Artifact:
    async def choose(request: PosterRequest) -> Poster:
        looked = [await sight.looked.kept() for sight in sights]
        return Poster(artifact=max(looked, key=lambda one: one.striking).artifact)

    request = PosterRequest(candidates=tuple(sight.candidate for sight in sights))
    return (await run.step("poster", choose, request, returns=Poster, version=code_fingerprint())).artifact


async def _look(sight: _Sight, run: Run) -> None:
    """Keep the promise of *sight*."""

    async def look(request: LookRequest) -> Looked:
        path = run.scratch / f"look-{content_hash(canonical_json(request))[:20]}.jpg"
        striking = await run.compute(look_to, request, run.store.root, stills_of(run), path)
        return Looked(artifact=run.store.put_file(path, JPEG), striking=striking)

    request = LookRequest(candidate=sight.candidate)
    sight.looked.keep(await run.once("look", look, request, returns=Looked, version=code_fingerprint()))


def clear_frame(job: ShotJob) -> int:
    """The body's frame nearest to its middle that no caption covers, or the middle one."""
    middle = job.body // 2
    clear = (n for n in range(job.body) if not any(cue.start <= n < cue.end for cue in job.cues))
    return min(clear, key=lambda n: abs(n - middle), default=middle)
