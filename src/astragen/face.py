"""The library's face: one call from a prompt, a brief or a storyboard to a film.

`make_film` is async; `make_film_sync` is the only sync doorway. Both check what they
were given, wire the crew, the cache and the run together, and hold no other work.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

import anyio
from pydantic import ValidationError

from astragen.errors import BriefError, MissingKey, ProviderError
from astragen.model.brief import Brief
from astragen.model.film import Film
from astragen.model.profile import row
from astragen.model.storyboard import Storyboard
from astragen.model.take import Fallback
from astragen.model.timeline import Timeline
from astragen.model.upgrade import first_problem
from astragen.model.vocabulary import Mood
from astragen.model.written import Written
from astragen.pipeline import film as pipeline
from astragen.pipeline.by_moviepy import moviepy_filming
from astragen.pipeline.crew import Crew, builtin_crew, crew_without_writer, crew_written_by
from astragen.pipeline.deliver import check_out
from astragen.pipeline.disk import told_plainly
from astragen.pipeline.narration import wishes_of
from astragen.pipeline.revise import Revised, revise_storyboard
from astragen.pipeline.say import Said, say_text
from astragen.pipeline.translation import translate as translated
from astragen.plan.money import film_of
from astragen.plan.wish import brief_for
from astragen.providers.artist_registry import chosen, learned
from astragen.providers.breaker import Breaker
from astragen.providers.limits import Limits
from astragen.providers.paying import PaidChat
from astragen.providers.registry import chosen_chat
from astragen.providers.voice_registry import chosen_voices, shared_voices
from astragen.runtime.inline import InlineRun, Listener
from astragen.settings import Settings, quieten, read_settings
from astragen.store.artifacts import ArtifactStore
from astragen.store.experience import Experience
from astragen.store.ledger import Ledger, Purse
from astragen.store.memo import Memo
from astragen.store.prune import prune

DEFAULT_OUT = Path("film.mp4")

Engine = Literal["astragen", "moviepy"]


async def make_film(
    brief: Brief | str | Storyboard,
    out: Path | str = DEFAULT_OUT,
    *,
    storyboard: Storyboard | None = None,
    translate_to: str = "",
    settings: Settings | None = None,
    cache: bool = True,
    engine: Engine = "astragen",
    writer: str = "",
    writer_model: str = "",
    artist: str = "",
    camera: str = "",
    voice: str = "",
    on_event: Listener | None = None,
) -> Film:
    """Make a film and write it, with its captions, poster, storyboard and report, beside *out*.

    Args:
        brief: what the film should be; a prompt alone takes every default, and a storyboard
            alone is filmed as it is, at the default size.
        out: the MP4 to write; its folder must exist. Files there are replaced once the film is whole.
        storyboard: film this one, with the size, rate and options of *brief*.
        translate_to: put its words into this language first (BCP 47); needs a language model as *writer*. What
            pictures are made of stays, so that a film of it in another language has used them already.
        settings: of the machine; None reads the environment.
        cache: False neither uses nor keeps finished steps.
        engine: what renders the timeline; "moviepy" (an extra) draws all of it again after every edit.
        writer: who writes the storyboard: "builtin", a provider, or "auto": a provider that is configured, else a
            language model on this machine, else "builtin"; "": as the settings say. One that fails is replaced by
            "builtin", and the report says so.
        writer_model: the model's id as the provider calls it; "": the configured or the usual one.
        artist: who draws the stills, in order, as "pollinations,openai:gpt-image-2.6-flare,folder:./mine"; "builtin":
            all is painted; "auto": those that are configured; "": as the settings say. What nobody draws in time is
            painted, and the report says so.
        camera: who makes clips, likewise; "builtin": the camera moves over stills.
        voice: who speaks, in order, as "elevenlabs:VOICE_ID", "piper:./voice.onnx" or "openai:nova,builtin"; "builtin",
            or "auto": the voice that needs no network; "": as the settings say. A line that none of them speaks is
            spoken by the built-in voice, and the report says so.
        on_event: called with every event of the run; must return soon.

    Raises:
        InputError: the brief, a setting or *out* cannot be used.
        AstraGenError: the film could not be made; nothing half-written is left.
    """
    out, asked = Path(out), _brief(brief)
    check_out(out, row(asked.profile).encoding.suffix)
    quieten()
    filming = moviepy_filming() if engine == "moviepy" else None
    if isinstance(brief, Storyboard):
        storyboard = brief
    settings = settings or read_settings()
    kept = settings.cache_dir / "kept"
    run = _cached_run(settings, on_event) if cache else _fresh_run(settings, on_event)
    cast = _Cast(
        "builtin" if storyboard and not translate_to else writer,
        writer_model,
        artist,
        camera,
        voice,
        storyboard,
        translates=bool(translate_to),
    )
    with told_plainly(out.parent, settings.cache_dir):
        async with _crew(settings, asked, cast, cache=cache) as crew, run:
            _tell_damage(crew, run)
            film = await pipeline.make_film(
                asked, crew, run, out, storyboard=storyboard, translate_to=translate_to, filming=filming
            )
    prune(kept, max_bytes=settings.cache_max_bytes, now_s=time.time())
    return film


def make_film_sync(
    brief: Brief | str | Storyboard,
    out: Path | str = DEFAULT_OUT,
    *,
    storyboard: Storyboard | None = None,
    translate_to: str = "",
    settings: Settings | None = None,
    cache: bool = True,
    engine: Engine = "astragen",
    writer: str = "",
    writer_model: str = "",
    artist: str = "",
    camera: str = "",
    voice: str = "",
    on_event: Listener | None = None,
) -> Film:
    """Make a film without an event loop of one's own; see `make_film`."""
    call = partial(
        make_film,
        brief,
        out,
        storyboard=storyboard,
        translate_to=translate_to,
        settings=settings,
        cache=cache,
        engine=engine,
        writer=writer,
        writer_model=writer_model,
        artist=artist,
        camera=camera,
        voice=voice,
        on_event=on_event,
    )
    return anyio.run(call)


async def cut_film(
    brief: Brief | str | Storyboard,
    *,
    storyboard: Storyboard | None = None,
    settings: Settings | None = None,
    writer: str = "",
    writer_model: str = "",
    artist: str = "",
    camera: str = "",
    voice: str = "",
    on_event: Listener | None = None,
) -> Timeline:
    """Make a film up to its timeline, and render nothing; see `make_film`.

    The stills, clips and spoken lines that the timeline names are in the cache.
    """
    if isinstance(brief, Storyboard):
        storyboard = brief
    settings = settings or read_settings()
    asked = _brief(brief)
    cast = _Cast("builtin" if storyboard else writer, writer_model, artist, camera, voice, storyboard)
    with told_plainly(settings.cache_dir):
        async with _crew(settings, asked, cast) as crew, _cached_run(settings, on_event) as run:
            _tell_damage(crew, run)
            return await pipeline.cut_whole(asked, crew, run, storyboard=storyboard)


def cut_film_sync(
    brief: Brief | str | Storyboard,
    *,
    storyboard: Storyboard | None = None,
    settings: Settings | None = None,
    writer: str = "",
    writer_model: str = "",
    artist: str = "",
    camera: str = "",
    voice: str = "",
    on_event: Listener | None = None,
) -> Timeline:
    """Make a film up to its timeline without an event loop of one's own; see `cut_film`."""
    call = partial(
        cut_film,
        brief,
        storyboard=storyboard,
        settings=settings,
        writer=writer,
        writer_model=writer_model,
        artist=artist,
        camera=camera,
        voice=voice,
        on_event=on_event,
    )
    return anyio.run(call)


async def write_storyboard(
    brief: Brief | str,
    *,
    settings: Settings | None = None,
    writer: str = "",
    writer_model: str = "",
) -> Written:
    """Write a storyboard and film nothing; see `make_film`.

    A film of the same brief by the same writer is made of this storyboard: what a model wrote is kept.
    """
    settings = settings or read_settings()
    asked = _brief(brief)
    with told_plainly(settings.cache_dir):
        async with _crew(settings, asked, _Cast(writer, writer_model, "builtin", "builtin", "builtin")) as crew:
            if crew.writer.capability.name == "builtin":
                return await crew.writer.write(asked)  # done again in no time: nothing to keep
            async with _cached_run(settings, None) as run:
                return await pipeline.write(asked, crew, run)


async def say(
    text: str,
    out: Path | str,
    *,
    voice: str = "",
    language: str = "en",
    mood: Mood = Mood.HOPEFUL,
    rate: float = 1.0,
    max_cost_usd: float = 0.25,
    settings: Settings | None = None,
) -> Said:
    """Speak *text*, of any length, and write it to *out* as a WAV: mono, 48 kHz, float32, whole or not at all.

    *voice*, *language*, *mood* and *rate* are as in a film; what voices charge is held by *max_cost_usd*.

    Raises:
        InputError: the text, the voice or *out* cannot be used.
        ProviderError: nobody speaks the language.
    """
    settings, out = settings or read_settings(), Path(out)
    brief, cast = Brief(prompt="say", max_cost_usd=max_cost_usd), _Cast("builtin", "", "builtin", "builtin", voice)
    with told_plainly(out.parent, settings.cache_dir):
        async with _crew(settings, brief, cast) as crew, _cached_run(settings, None) as run:
            return await say_text(text, out, crew, run, language=language, mood=mood, rate=rate)


async def revise(
    storyboard: Storyboard,
    instruction: str,
    *,
    brief: Brief | None = None,
    settings: Settings | None = None,
    writer: str = "",
    writer_model: str = "",
) -> Revised:
    """Change *storyboard* as *instruction* says, in words; shots that it does not concern stay as they are.

    *brief*: of its film, for the rate and for what the model may charge; None: the default one. The built-in *writer*
    cannot do this.

    Raises:
        MissingKey: no language model is configured.
        InputError: the writer or the instruction cannot be used.
        ProviderError: the model failed.
    """
    settings, brief = settings or read_settings(), brief or brief_for(storyboard)
    chat = await chosen_chat(
        writer or settings.writer, settings.access_to, limit_usd=brief.max_cost_usd, model=writer_model
    )
    if chat is None:
        raise MissingKey(
            "The built-in writer cannot follow an instruction; revising needs a language model.",
            hint="Set a key such as OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY, or start a local server "
            "such as Ollama; or edit the storyboard's file yourself.",
        )
    with _purse(settings, brief, f"{film_of(brief)} revised") as purse:
        return await revise_storyboard(PaidChat(chat, purse), storyboard, instruction, _rungs(settings), brief=brief)


async def translate(
    storyboard: Storyboard,
    language: str,
    *,
    brief: Brief | None = None,
    settings: Settings | None = None,
    writer: str = "",
    writer_model: str = "",
) -> Written:
    """Put the words of *storyboard* into *language* (BCP 47) and film nothing; see `make_film`.

    *brief*: of its film, for its length and for what the model may charge; None: the default one.

    Raises:
        MissingKey: no language model is configured.
        ProviderError: the model failed.
        BudgetExceeded: it would charge more than the brief allows.
    """
    settings, brief = settings or read_settings(), brief or brief_for(storyboard)
    asked = brief.model_copy(update={"language": language})
    cast = _Cast(writer, writer_model, "builtin", "builtin", "builtin", translates=True)
    with told_plainly(settings.cache_dir):
        async with _crew(settings, asked, cast) as crew, _cached_run(settings, None) as run:
            return await translated(storyboard, language, crew, run, seconds=asked.seconds)


class _Cast(NamedTuple):
    """Who was asked for, by trade; "" is as the settings say. *translates*: the writer is, and nobody can stand in."""

    writer: str
    writer_model: str
    artist: str
    camera: str
    voice: str
    storyboard: Storyboard | None = None
    """The one that was given; its characters may have voices of their own."""
    translates: bool = False


@asynccontextmanager
async def _crew(settings: Settings, brief: Brief, cast: _Cast, *, cache: bool = True) -> AsyncIterator[Crew]:
    """The crew that was asked for; where its writer cannot be reached, the built-in one reports it."""
    limit_usd = brief.max_cost_usd
    artists = chosen("artist", cast.artist or settings.artist, settings.access_to, limit_usd=limit_usd)
    cameras = chosen("camera", cast.camera or settings.camera, settings.access_to, limit_usd=limit_usd)
    voices = chosen_voices(cast.voice or settings.voice, settings.access_to, limit_usd=limit_usd)
    crew = replace(builtin_crew(), depth_model=settings.depth_model, voices=voices)
    name = cast.writer or settings.writer
    try:
        chat = await chosen_chat(name, settings.access_to, limit_usd=limit_usd, model=cast.writer_model)
    except ProviderError as error:
        if cast.translates:
            raise
        chat, crew = None, replace(crew, writer=crew_without_writer(error.message).writer)
    own = wishes_of(cast.storyboard) if cast.storyboard else {}
    if chat is None and not (artists or cameras or voices.providers or own):
        yield crew
        return
    shared = settings.cache_dir / "providers"  # what runs beside this one, and after it, have to know
    shared.mkdir(parents=True, exist_ok=True)
    limits = Limits(shared)
    for one in (*artists, *cameras, *voices.providers):
        one.http.share(limits)
    voices_for = partial(shared_voices, access_of=settings.access_to, limits=limits, limit_usd=limit_usd)
    await learned((*artists, *cameras))
    with _purse(settings, brief, film_of(brief)) as purse:
        if chat is not None:
            by = crew_written_by(chat, _rungs(settings) if cache else None, purse=purse)
            crew = replace(crew, writer=by.writer, translator=by.translator)
        yield replace(
            crew, artists=artists, cameras=cameras, voices_for=voices_for, breaker=Breaker(shared), purse=purse
        )


@contextmanager
def _purse(settings: Settings, brief: Brief, film: str) -> Iterator[Purse]:
    """The money of *brief*; only a run that is stopped, or dies, leaves what it paid for to the next one."""
    with (
        closing(Ledger(settings.cache_dir / "ledger.sqlite")) as ledger,
        ledger.purse(film, brief.max_cost_usd, now_s=time.time) as purse,
    ):
        try:
            yield purse
        except Exception:
            purse.finish()  # what led to the error is not to be taken for an answer again
            raise
        purse.finish()


def _tell_damage(crew: Crew, run: InlineRun) -> None:
    """Report a ledger that could not be read; films do not fail for it."""
    if crew.purse is not None and crew.purse.ledger.damage:
        reason, instead = crew.purse.ledger.damage, "a new one was begun"
        run.fall_back(Fallback(stage="money", subject="ledger", reason=reason, instead=instead))


def _rungs(settings: Settings) -> Path:
    """The file that remembers which form of answers a model can give."""
    return settings.cache_dir / "rungs.json"


def _cached_run(settings: Settings, on_event: Listener | None) -> InlineRun:
    """A run that uses and keeps finished steps."""
    kept = settings.cache_dir / "kept"
    return InlineRun(
        settings.cache_dir / "scratch",
        store=ArtifactStore(kept / "artifacts"),
        memo=Memo(kept / "steps"),
        workers=settings.workers,
        experience=Experience(settings.cache_dir / "experience.json"),
        on_event=on_event,
    )


def _fresh_run(settings: Settings, on_event: Listener | None) -> InlineRun:
    """A run that neither uses nor keeps any."""
    return InlineRun(settings.cache_dir / "scratch", store=None, memo=None, workers=settings.workers, on_event=on_event)


def _brief(brief: Brief | str | Storyboard) -> Brief:
    if isinstance(brief, Storyboard):
        return brief_for(brief)
    return brief_of(brief) if isinstance(brief, str) else brief


def brief_of(prompt: str) -> Brief:
    """The brief of a bare prompt.

    Raises:
        BriefError: the prompt cannot be used.
    """
    try:
        return Brief(prompt=prompt)
    except ValidationError as error:
        raise BriefError(f"The brief is not valid: {first_problem(error)}.") from error
