"""The sound of the film: a score composed, mixed with the narration, and encoded, all in worker processes.

A film without its score is still a film: a composer that fails is reported and left out.
Sound is encoded beside the pictures, and an edit of pictures only copies it. Start reading
at `film_sound`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from astragen.errors import ProviderError
from astragen.model.base import Model
from astragen.model.film import Loudness
from astragen.model.take import Artifact, Fallback
from astragen.model.time import frames_to_samples
from astragen.model.timeline import ScoreRequest, Timeline
from astragen.pipeline.asked import MixRequest
from astragen.pipeline.crew import Crew
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.file import coded_sound
from astragen.pipeline.fingerprint import code_fingerprint, version_of
from astragen.pipeline.music import own_music
from astragen.pipeline.narration import WAV
from astragen.pipeline.run import Run
from astragen.providers.base import Composer

if TYPE_CHECKING:
    from astragen.pipeline.jobs import compose_to, mix_to
else:
    compose_to, mix_to = (Elsewhere("astragen.pipeline.jobs", name) for name in ("compose_to", "mix_to"))


class Score(Model):
    """A composed score, stored; `artifact` is None when the composer failed."""

    artifact: Artifact | None
    fallbacks: tuple[Fallback, ...] = ()


class MixedSound(Model):
    """The film's sound, stored, and its measured loudness; silence has none."""

    artifact: Artifact
    loudness: Loudness | None


class FilmSound(NamedTuple):
    """What goes into the file; both are None when nothing sounds, *loudness* for silence."""

    artifact: Artifact | None
    loudness: Loudness | None


async def film_sound(timeline: Timeline, crew: Crew, run: Run) -> FilmSound:
    """Return the sound of *timeline*, ready for the file."""
    mixed = await mixed_sound(timeline, crew, run)
    if mixed is None:
        return FilmSound(None, None)
    return FilmSound(await coded_sound(mixed.artifact, timeline, run), mixed.loudness)


async def mixed_sound(timeline: Timeline, crew: Crew, run: Run) -> MixedSound | None:
    """Return the sound of *timeline*, or None when nothing sounds."""
    score = await _scored(timeline.score, crew.composer, run) if timeline.score else None
    heard = tuple(clip for clip in timeline.narration if clip.line.artifact is not None)
    if score is None and not heard:
        return None

    async def mix(request: MixRequest) -> MixedSound:
        path = run.scratch / "mix.wav"
        loudness = await run.compute(mix_to, request, run.store.root, path)
        return MixedSound(artifact=run.store.put_file(path, WAV), loudness=loudness)

    request = MixRequest(narration=heard, score=score, samples=frames_to_samples(timeline.frames, timeline.fps))
    return await run.step("mix", mix, request, returns=MixedSound, version=code_fingerprint())


async def _scored(request: ScoreRequest, composer: Composer, run: Run) -> Artifact | None:
    if request.music is not None:
        return await own_music(request, request.music, run)

    async def compose(request: ScoreRequest) -> Score:
        path = run.scratch / "score.wav"
        try:
            await run.compute(compose_to, composer, request, path)
        except ProviderError as error:
            fallback = Fallback(stage="compose", subject="score", reason=str(error), instead="the film has no music")
            return Score(artifact=None, fallbacks=(fallback,))
        return Score(artifact=run.store.put_file(path, WAV))

    score = await run.step("compose", compose, request, returns=Score, version=version_of(composer.capability))
    for fallback in score.fallbacks:
        run.fall_back(fallback)
    return score.artifact
