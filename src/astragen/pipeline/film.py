"""The sentence: brief -> storyboard -> takes -> timeline -> film.

Read `make_film`: every line is a stage, every stage is in the module it is named after.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from astragen.model.brief import Brief
from astragen.model.film import Film, Loudness
from astragen.model.profile import row
from astragen.model.requests import ShotRequest
from astragen.model.storyboard import Storyboard
from astragen.model.take import Artifact, Take, united
from astragen.model.timeline import Timeline
from astragen.model.written import Written
from astragen.pipeline.crew import Crew
from astragen.pipeline.deliver import Cutting, check_out, deliver
from astragen.pipeline.file import muxed
from astragen.pipeline.fingerprint import version_of
from astragen.pipeline.glyphs import glyph_fallbacks
from astragen.pipeline.lut import kept_lut
from astragen.pipeline.narration import line_lengths, narrate
from astragen.pipeline.own import OwnMedia, own_media, own_takes
from astragen.pipeline.pictures import render
from astragen.pipeline.poster import poster
from astragen.pipeline.profile import settled
from astragen.pipeline.run import Run
from astragen.pipeline.sound import film_sound
from astragen.pipeline.together import together
from astragen.plan.cut import cut
from astragen.plan.filling import filling_fallbacks
from astragen.plan.look import with_look
from astragen.plan.pacing import pace, pacing_fallbacks
from astragen.plan.requests import plan_shots, seeded
from astragen.plan.sources import anchored
from astragen.plan.transitions import transitions


class Edit(NamedTuple):
    """A film that only has to be rendered; *written* is None for a storyboard that was given."""

    brief: Brief
    storyboard: Storyboard
    takes: tuple[Take, ...]
    timeline: Timeline
    written: Written | None


class Filmed(NamedTuple):
    """A rendered film; *loudness* is None for silence."""

    movie: Artifact
    poster: Artifact
    loudness: Loudness | None


Filming = Callable[[Timeline, Crew, Run], Awaitable[Filmed]]


async def make_film(
    brief: Brief,
    crew: Crew,
    run: Run,
    out: Path,
    *,
    storyboard: Storyboard | None = None,
    filming: Filming | None = None,
) -> Film:
    """Make the film of *brief* and write it to *out*; a *storyboard* that is given is filmed as it is.

    *filming* renders the timeline; None is `filmed`.

    Raises:
        SettingsError: *out* cannot be written, or the profile cannot be used here.
        AstraGenError: a stage failed for good.
        OSError: the disk; see `pipeline/disk.py`.
    """
    check_out(out, row(brief.profile).encoding.suffix)
    profile = await settled(brief, run)
    edit = await cut_film(brief, crew, run, storyboard=storyboard)
    edit = edit._replace(timeline=edit.timeline.model_copy(update={"profile": profile}))
    done = await (filming or filmed)(edit.timeline, crew, run)
    made = (edit.brief, edit.storyboard, edit.takes, edit.timeline)
    return deliver(Cutting(*made, done.movie, done.poster, done.loudness, edit.written), run, out)


async def cut_film(brief: Brief, crew: Crew, run: Run, *, storyboard: Storyboard | None = None) -> Edit:
    """Return the film of *brief* up to its timeline: all but rendering.

    Raises:
        AstraGenError: a stage failed for good.
    """
    written = None
    if storyboard is None:
        written = await write(brief, crew, run)
        storyboard = seeded(written.storyboard, brief.seed)
        brief = brief.model_copy(update={"seed": 0})  # the storyboard carries it now: its file films the same again
    storyboard = anchored(with_look(storyboard, brief), Path.cwd())
    brief = brief.model_copy(update={"look": "auto", "lut": ""})  # the storyboard carries them, too
    lut = kept_lut(storyboard.bible.look, run)
    own = await own_media(storyboard, run)
    for fallback in glyph_fallbacks(storyboard):
        run.fall_back(fallback)
    lines = await narrate(storyboard, brief, crew, run)
    paced = pace(storyboard, line_lengths(lines), fps=brief.fps, seconds=brief.seconds)
    for fallback in pacing_fallbacks(storyboard, paced, fps=brief.fps, seconds=brief.seconds):
        run.fall_back(fallback)
    transitions(paced, brief.fps)  # one that does not fit is told before anything is painted or paid
    takes = await generate(paced, brief, crew, run, own=own)
    timeline = cut(paced, takes, lines, brief, lut=lut)
    for fallback in filling_fallbacks(timeline):
        run.fall_back(fallback)
    return Edit(brief, paced, tuple(takes), timeline, written)


async def filmed(timeline: Timeline, crew: Crew, run: Run) -> Filmed:
    """Return *timeline* rendered in segments, with its sound."""
    sound, pictures = await together(partial(film_sound, timeline, crew, run), partial(render, timeline, run))
    cover, movie = await together(
        partial(poster, timeline, pictures.shots, run),
        partial(muxed, pictures.segments, sound.artifact, timeline, run),
    )
    return Filmed(movie, cover, sound.loudness)


async def write(brief: Brief, crew: Crew, run: Run) -> Written:
    """Return the storyboard that the writer makes of *brief*; what fell back is told."""
    writer = crew.writer
    written = await run.step("write", writer.write, brief, returns=Written, version=version_of(writer.capability))
    for fallback in written.fallbacks:
        run.fall_back(fallback)
    return written


async def generate(paced: Storyboard, brief: Brief, crew: Crew, run: Run, *, own: OwnMedia) -> list[Take]:
    """Return a take for each shot, in film order: of the user's *own* file where it has one, else the camera's."""
    requests = plan_shots(paced, brief)
    painted = await shoot([request for request in requests if request.shot not in own], crew, run)
    mine = await own_takes([request for request in requests if request.shot in own], own, run)
    take_of = {take.shot: take for take in (*painted, *mine)}
    takes = [take_of[request.shot] for request in requests]
    for fallback in united(fallback for take in takes for fallback in take.fallbacks):
        run.fall_back(fallback)
    return takes


async def shoot(requests: Sequence[ShotRequest], crew: Crew, run: Run) -> list[Take]:
    """Return the camera's take of each of *requests*."""
    if not requests:
        return []
    return await run.each(
        "generate",
        crew.camera.shoot,
        requests,
        returns=Take,
        version=version_of(crew.camera.capability),
        subjects=[request.shot for request in requests],
    )
