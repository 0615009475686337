"""The sound of the film: a score composed, mixed with narration and ambience, and encoded, all in worker processes.

A film without its score is still a film: a composer that fails is reported and left out.
Sound is encoded beside the pictures, and an edit of pictures only copies it. Start reading
at `film_sound`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from astragen.errors import ProviderError
from astragen.model.base import Model
from astragen.model.film import Loudness
from astragen.model.take import Artifact, Fallback
from astragen.model.time import frames_to_samples
from astragen.model.timeline import ScoreRequest, Timeline
from astragen.pipeline.asked import STEMS, CodedLevel, MixRequest, stem_path
from astragen.pipeline.crew import Crew
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.file import coded_sound
from astragen.pipeline.fingerprint import code_fingerprint, version_of
from astragen.pipeline.foley import ambience_bus
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
    """The film's sound, stored, its measured loudness (silence has none), and its stems where they were wanted."""

    artifact: Artifact
    loudness: Loudness | None
    stems: tuple[Artifact, ...] = Field((), description="In the order of STEMS.")
    fallbacks: tuple[Fallback, ...] = ()


class FilmSound(NamedTuple):
    """What goes into the file; None when nothing sounds, *loudness* also for silence. *stems*: by their names."""

    artifact: Artifact | None
    loudness: Loudness | None
    stems: Mapping[str, Artifact]


async def film_sound(timeline: Timeline, crew: Crew, run: Run) -> FilmSound:
    """Return the sound of *timeline*, ready for the file."""
    mixed = await mixed_sound(timeline, crew, run)
    if mixed is None:
        return FilmSound(None, None, {})
    coded = await coded_sound(mixed.artifact, timeline, run)
    loudness = mixed.loudness and _as_coded(mixed.loudness, coded.level)
    return FilmSound(coded.artifact, loudness, dict(zip(STEMS, mixed.stems, strict=False)))


async def mixed_sound(timeline: Timeline, crew: Crew, run: Run) -> MixedSound | None:
    """Return the sound of *timeline*, or None when nothing sounds."""
    score = await _scored(timeline.score, crew.composer, run) if timeline.score else None
    ambience = await _ambience(timeline, run)
    heard = tuple(clip for clip in timeline.narration if clip.line.artifact is not None)
    if score is None and ambience is None and not heard:
        return None

    async def mix(request: MixRequest) -> MixedSound:
        path = run.scratch / "mix.wav"
        made = await run.compute(mix_to, request, run.store.root, path)
        stems = [run.store.put_file(stem_path(path, name), WAV) for name in STEMS] if request.stems else []
        return MixedSound(artifact=run.store.put_file(path, WAV), stems=tuple(stems), **dict(made))

    request = MixRequest(
        narration=heard,
        score=score,
        ambience=ambience,
        samples=frames_to_samples(timeline.frames, timeline.fps),
        loudness=timeline.loudness,
        stems=timeline.stems,
    )
    mixed = await run.step("mix", mix, request, returns=MixedSound, version=code_fingerprint())
    for fallback in mixed.fallbacks:
        run.fall_back(fallback)
    return mixed


async def _ambience(timeline: Timeline, run: Run) -> Artifact | None:
    """The sound of the place: a stereo WAV as long as the film."""
    return await ambience_bus(timeline, run) if timeline.ambience else None


def _as_coded(loudness: Loudness, level: CodedLevel | None) -> Loudness:
    """*loudness* of the mix with what encoding made of it; *level* is None when the file has the mix itself."""
    if level is None:
        return loudness.model_copy(update={"coded_true_peak_dbtp": loudness.true_peak_dbtp})
    return loudness.model_copy(
        update={
            "integrated_lufs": loudness.integrated_lufs + level.gain_db,
            "true_peak_dbtp": loudness.true_peak_dbtp + level.gain_db,
            "coded_true_peak_dbtp": level.true_peak_dbtp,
        }
    )


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
