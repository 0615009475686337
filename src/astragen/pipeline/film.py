"""The sentence: brief -> storyboard -> takes -> timeline -> film.

Read `make_film`: every line is a stage, every stage is in the module it is named after.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from astragen.model.base import Model
from astragen.model.brief import Brief
from astragen.model.film import Film
from astragen.model.storyboard import Storyboard
from astragen.model.take import Artifact, Take, united
from astragen.model.timeline import Timeline
from astragen.pipeline.crew import Crew
from astragen.pipeline.deliver import Cutting, check_out, deliver
from astragen.pipeline.fingerprint import code_fingerprint, version_of
from astragen.pipeline.jobs import MuxRequest, mux_to
from astragen.pipeline.narration import line_lengths, narrate
from astragen.pipeline.pictures import MP4, render
from astragen.pipeline.poster import poster
from astragen.pipeline.run import Run
from astragen.pipeline.sound import mixed_sound
from astragen.pipeline.together import together
from astragen.plan.cut import cut
from astragen.plan.pacing import pace, pacing_fallbacks
from astragen.plan.requests import plan_shots, seeded


async def make_film(brief: Brief, crew: Crew, run: Run, out: Path, *, storyboard: Storyboard | None = None) -> Film:
    """Make the film of *brief* and write it to *out*; a *storyboard* that is given is filmed as it is.

    Raises:
        SettingsError: *out* cannot be written.
        AstraGenError: a stage failed for good.
        OSError: the disk; see `pipeline/disk.py`.
    """
    check_out(out)
    if storyboard is None:
        storyboard = seeded(await write(brief, crew, run), brief.seed)
        brief = brief.model_copy(update={"seed": 0})  # the storyboard carries it now: its file films the same again
    lines = await narrate(storyboard, brief, crew, run)
    paced = pace(storyboard, line_lengths(lines), fps=brief.fps, seconds=brief.seconds)
    for fallback in pacing_fallbacks(storyboard, paced, fps=brief.fps, seconds=brief.seconds):
        run.fall_back(fallback)
    takes = await generate(paced, brief, crew, run)
    timeline = cut(paced, takes, lines, brief)
    sound, pictures = await together(partial(mixed_sound, timeline, crew, run), partial(render, timeline, run))
    cover, movie = await together(
        partial(poster, timeline, pictures.shots, run),
        partial(muxed, pictures.segments, sound.artifact if sound else None, timeline, run),
    )
    loudness = sound.loudness if sound else None
    return deliver(Cutting(brief, paced, tuple(takes), timeline, movie, cover, loudness), run, out)


async def write(brief: Brief, crew: Crew, run: Run) -> Storyboard:
    """Return the storyboard that the writer makes of *brief*."""
    writer = crew.writer
    return await run.step("write", writer.write, brief, returns=Storyboard, version=version_of(writer.capability))


async def generate(paced: Storyboard, brief: Brief, crew: Crew, run: Run) -> list[Take]:
    """Return a take for each shot, in film order."""
    requests = plan_shots(paced, brief)
    takes = await run.each(
        "generate",
        crew.camera.shoot,
        requests,
        returns=Take,
        version=version_of(crew.camera.capability),
        subjects=[request.shot for request in requests],
    )
    for fallback in united(fallback for take in takes for fallback in take.fallbacks):
        run.fall_back(fallback)
    return takes


class Movie(Model):
    """The film file."""

    artifact: Artifact


async def muxed(segments: tuple[Artifact, ...], sound: Artifact | None, timeline: Timeline, run: Run) -> Artifact:
    """Return the film file: *segments* in a row, under *sound*."""

    async def work(request: MuxRequest) -> Movie:
        path = run.scratch / "film.mp4"
        await run.compute(mux_to, request, run.store.root, path)
        return Movie(artifact=run.store.put_file(path, MP4))

    request = MuxRequest(segments=segments, sound=sound, timeline=timeline)
    return (await run.step("mux", work, request, returns=Movie, version=code_fingerprint())).artifact
