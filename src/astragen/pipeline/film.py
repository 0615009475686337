"""The sentence: brief -> storyboard -> takes -> timeline -> film.

Read `make_film`: every line is a stage, every stage is in the module it is named after.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from astragen.model.brief import Brief
from astragen.model.event import ShotPlanned
from astragen.model.film import Film, Loudness, MoneyReport
from astragen.model.profile import row
from astragen.model.requests import ShotRequest
from astragen.model.storyboard import Storyboard
from astragen.model.take import Artifact, Take
from astragen.model.time import frames_to_samples
from astragen.model.timeline import Timeline
from astragen.model.written import Written
from astragen.pipeline.crew import Crew
from astragen.pipeline.deliver import Cutting, check_out, deliver
from astragen.pipeline.file import muxed
from astragen.pipeline.fingerprint import version_of
from astragen.pipeline.glyphs import glyph_fallbacks
from astragen.pipeline.hurry import hurried, learn_pace
from astragen.pipeline.lut import kept_lut
from astragen.pipeline.music import kept_music
from astragen.pipeline.narration import line_lengths, narrate, voices_s
from astragen.pipeline.own import OwnMedia, own_media, own_takes
from astragen.pipeline.pictures import Pictures, render
from astragen.pipeline.poster import Sights
from astragen.pipeline.profile import settled
from astragen.pipeline.run import Run
from astragen.pipeline.shooting import Shooting, shooting_of
from astragen.pipeline.sound import film_sound
from astragen.pipeline.takes import Takes
from astragen.pipeline.together import beside, together
from astragen.pipeline.translation import translate
from astragen.plan.beats import on_beats
from astragen.plan.cut import cut
from astragen.plan.filling import filling_fallbacks
from astragen.plan.look import with_look
from astragen.plan.music import own_tempo, with_music
from astragen.plan.pacing import film_frames, pace, pacing_fallbacks
from astragen.plan.requests import plan_shots, seeded
from astragen.plan.score import score_tempo
from astragen.plan.sources import anchored
from astragen.plan.transitions import transitions
from astragen.providers.base import OnScene


class Edit(NamedTuple):
    """A film that only has to be rendered; *written* is None for a storyboard that was given.

    Takes may still be on their way: until they are there, the painter's stand on the timeline.
    """

    brief: Brief
    storyboard: Storyboard
    takes: Takes
    timeline: Timeline
    written: Written | None


class Filmed(NamedTuple):
    """A rendered film; *loudness* is None for silence, *stems* are by name, when they were asked for."""

    movie: Artifact
    poster: Artifact
    loudness: Loudness | None
    stems: Mapping[str, Artifact]


Filming = Callable[[Timeline, Takes, Crew, Run], Awaitable[Filmed]]


async def make_film(
    brief: Brief,
    crew: Crew,
    run: Run,
    out: Path,
    *,
    storyboard: Storyboard | None = None,
    translate_to: str = "",
    filming: Filming | None = None,
) -> Film:
    """Make the film of *brief* and write it to *out*; a *storyboard* that is given is filmed as it is.

    *translate_to*: a BCP 47 tag, into which the words of a storyboard that is given are translated first.
    *filming* renders the timeline; None is `filmed`.

    Raises:
        SettingsError: *out* cannot be written, or the profile cannot be used here.
        AstraGenError: a stage failed for good.
        OSError: the disk; see `pipeline/disk.py`.
    """
    check_out(out, row(brief.profile).encoding.suffix)
    profile = await settled(brief, run)
    async with beside() as start:
        edit = await cut_film(brief, crew, run, shooting_of(crew, run, start), storyboard, translate_to)
        edit = edit._replace(timeline=edit.timeline.model_copy(update={"profile": profile}))
        done = await (filming or filmed)(edit.timeline, edit.takes, crew, run)
        takes, timeline = await edit.takes.all(), await edit.takes.on(edit.timeline)
    for fallback in filling_fallbacks(timeline):
        run.fall_back(fallback)
    learn_pace(edit.brief, edit.storyboard, run)
    asked = edit.brief.model_copy(update={"music_file": brief.music_file})
    made = (asked, edit.storyboard, takes, timeline)
    money = crew.purse.report if crew.purse else MoneyReport(limit_usd=brief.max_cost_usd)
    return deliver(Cutting(*made, *done, edit.written, money), run, out)


async def cut_film(
    brief: Brief,
    crew: Crew,
    run: Run,
    shooting: Shooting,
    storyboard: Storyboard | None = None,
    translate_to: str = "",
) -> Edit:
    """Return the film of *brief* up to its timeline: all but rendering.

    *shooting* goes on beside it, and beside the rendering: takes may come later.

    Raises:
        AstraGenError: a stage failed for good.
    """
    music = await kept_music(brief, run)
    brief = brief.model_copy(update={"music_file": ""})  # its content counts from here on, not its path
    written, asked = None, brief.model_copy(update={"seed": 0, "look": "auto", "lut": ""})
    if storyboard is None:
        written = await write(brief, crew, run, lambda unfinished: shooting.early(unfinished, asked))
        storyboard = seeded(written.storyboard, brief.seed)
        brief = brief.model_copy(update={"seed": 0})  # the storyboard carries it now: its file films the same again
    elif translate_to:
        written = await translate(storyboard, translate_to, crew, run, seconds=brief.seconds)
        storyboard = written.storyboard
    storyboard = anchored(with_look(storyboard, brief), Path.cwd())
    brief = brief.model_copy(update={"look": "auto", "lut": ""})  # the storyboard carries them, too
    asked = brief  # pictures are asked for in the size of the wish, whatever the film gives up
    lut = kept_lut(storyboard.bible.look, run)
    brief, storyboard, is_plain, _ = await hurried(brief, storyboard, run, voices_s=voices_s(storyboard, brief, crew))
    shooting.ahead(storyboard, asked)
    own = await own_media(storyboard, run)
    for fallback in glyph_fallbacks(storyboard):
        run.fall_back(fallback)
    lines, rate = await narrate(storyboard, brief, crew, run)
    if rate > 1.0:  # spoken again as slowly as ever, lines would not fit into the lengths that shots keep
        storyboard = storyboard.model_copy(update={"speech_rate": rate})
    paced = pace(storyboard, line_lengths(lines), fps=brief.fps, seconds=brief.seconds)
    samples = frames_to_samples(film_frames(paced), brief.fps)
    tempo = own_tempo(music, samples) if music else score_tempo(paced, brief)
    if tempo is not None:
        paced = on_beats(paced, storyboard, line_lengths(lines), tempo=tempo, fps=brief.fps)
    for fallback in pacing_fallbacks(storyboard, paced, fps=brief.fps, seconds=brief.seconds):
        run.fall_back(fallback)
    tell_shots(paced, run)
    transitions(paced, brief.fps)  # one that does not fit is told before anything is painted or paid
    stand_ins = await generate(paced, brief, crew, run, own=own, is_plain=is_plain)
    takes = shooting.takes(paced, asked, stand_ins, filmed=brief)
    timeline = with_music(cut(paced, stand_ins, lines, brief, lut=lut), music)
    return Edit(brief, paced, takes, timeline, written)


def tell_shots(storyboard: Storyboard, run: Run) -> None:
    """Tell every shot of *storyboard*, in film order."""
    for scene in storyboard.scenes:
        for shot in scene.shots:
            said = {"action": shot.action, "narration": shot.line, "frames": shot.frames}
            run.tell(ShotPlanned.model_validate({"shot": shot.id, "scene": scene.title, **said}))


async def cut_whole(brief: Brief, crew: Crew, run: Run, *, storyboard: Storyboard | None = None) -> Timeline:
    """Return the timeline of *brief* with every take on it; see `cut_film`."""
    async with beside() as start:
        edit = await cut_film(brief, crew, run, shooting_of(crew, run, start), storyboard)
        return await edit.takes.on(edit.timeline)


async def filmed(timeline: Timeline, takes: Takes, crew: Crew, run: Run) -> Filmed:
    """Return *timeline* rendered in segments, with its sound."""
    async with beside() as start:
        sights = Sights(timeline, run, start)
        rendering = partial(rendered, timeline, takes, run, sights)
        sound, pictures = await together(partial(film_sound, timeline, crew, run), rendering)
        filing = partial(muxed, pictures.segments, sound.artifact, timeline, run)
        cover, movie = await together(sights.poster, filing)
    return Filmed(movie, cover, sound.loudness, sound.stems)


async def rendered(timeline: Timeline, takes: Takes, run: Run, sights: Sights) -> Pictures:
    """Return the pictures of *timeline*; where a take was recalled meanwhile, its shot and joins are rendered anew."""
    while True:
        known = takes.recalled
        pictures = await render(timeline, takes, run, on_shot=sights.tell)
        if takes.recalled == known:
            return pictures


async def write(brief: Brief, crew: Crew, run: Run, on_scene: OnScene | None = None) -> Written:
    """Return the storyboard that the writer makes of *brief*; what fell back is told.

    *on_scene* hears of the first scenes while the others are written, their shots with the film's seeds: a
    forecast, see `Writer.write`. It hears nothing of a storyboard that is remembered.
    """
    writer = crew.writer

    async def work(asked: Brief) -> Written:
        return await writer.write(asked, on_scene and (lambda early: on_scene(seeded(early, brief.seed))))

    # The purse has the limit, and how the sound is mixed is nothing to a writer: neither buys a storyboard twice.
    plain = brief.model_copy(update={"max_cost_usd": 0.0, "loudness": -14, "stems": False})
    written = await run.step("write", work, plain, returns=Written, version=version_of(writer.capability))
    for fallback in written.fallbacks:
        run.fall_back(fallback)
    return written


async def generate(
    paced: Storyboard, brief: Brief, crew: Crew, run: Run, *, own: OwnMedia, is_plain: bool
) -> list[Take]:
    """Return a take for each shot, in film order: of the user's *own* file where it has one, else a painted one."""
    requests = plan_shots(paced, brief, is_plain=is_plain)
    painted = await shoot([request for request in requests if request.shot not in own], crew, run)
    owned = [request for request in requests if request.shot in own]
    mine = await own_takes(owned, own, run, depth_model=crew.depth_model)
    take_of = {take.shot: take for take in (*painted, *mine)}
    return [take_of[request.shot] for request in requests]


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
