"""The library's face: one call from a prompt, a brief or a storyboard to a film.

`make_film` is async; `make_film_sync` is the only sync doorway. Both check what they
were given, wire the crew, the cache and the run together, and hold no other work.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Literal

import anyio
from pydantic import ValidationError

from astragen.errors import BriefError, MissingKey
from astragen.model.base import content_hash
from astragen.model.brief import Brief
from astragen.model.film import Film
from astragen.model.profile import row
from astragen.model.storyboard import Storyboard
from astragen.model.timeline import Timeline
from astragen.model.upgrade import first_problem
from astragen.model.vocabulary import Mood
from astragen.model.written import Written
from astragen.pipeline import film as pipeline
from astragen.pipeline.by_moviepy import moviepy_filming
from astragen.pipeline.deliver import check_out
from astragen.pipeline.disk import check_room, told_plainly
from astragen.pipeline.foretell import length_s
from astragen.pipeline.revise import Revised, revise_storyboard
from astragen.pipeline.say import Said, say_text
from astragen.pipeline.translation import translate as translated
from astragen.plan.money import film_of
from astragen.plan.room import film_bytes, room_bytes
from astragen.plan.wish import brief_for
from astragen.providers.paying import PaidChat
from astragen.providers.registry import chosen_chat
from astragen.runtime.inline import Listener
from astragen.settings import Settings, quieten, read_settings
from astragen.store.prune import prune
from astragen.wiring import Cast, cached_run, crew_of, fresh_run, purse_of, rungs_of, tell_damage

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
        NoRoom: a disk has too little free for it; nothing was begun.
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
    run = cached_run(settings, on_event) if cache else fresh_run(settings, on_event)
    cast = Cast(
        "builtin" if storyboard and not translate_to else writer,
        writer_model,
        artist,
        camera,
        voice,
        storyboard,
        translates=bool(translate_to),
    )
    has_artists = {artist or settings.artist, camera or settings.camera} != {"builtin"}
    _check_room(asked, storyboard, out, settings, has_artists=has_artists)
    with told_plainly(out.parent, settings.cache_dir):
        async with crew_of(settings, asked, cast, cache=cache) as crew, run:
            tell_damage(crew, run)
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
    cast = Cast("builtin" if storyboard else writer, writer_model, artist, camera, voice, storyboard)
    with told_plainly(settings.cache_dir):
        async with crew_of(settings, asked, cast) as crew, cached_run(settings, on_event) as run:
            tell_damage(crew, run)
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
        async with crew_of(settings, asked, Cast(writer, writer_model, "builtin", "builtin", "builtin")) as crew:
            if crew.writer.capability.name == "builtin":
                return await crew.writer.write(asked)  # done again in no time: nothing to keep
            async with cached_run(settings, None) as run:
                written = await pipeline.write(asked, crew, run)
            # What was written before and kept costs nothing again.
            return written.model_copy(update={"cost_usd": crew.purse.spent_usd}) if crew.purse else written


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
    brief, cast = Brief(prompt="say", max_cost_usd=max_cost_usd), Cast("builtin", "", "builtin", "builtin", voice)
    with told_plainly(out.parent, settings.cache_dir):
        film = f"say {content_hash(repr(text))}"  # or all that is said at one time would have one limit
        async with crew_of(settings, brief, cast, film=film) as crew, cached_run(settings, None) as run:
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
    with purse_of(settings, brief, f"{film_of(brief)} revised") as purse:
        done = await revise_storyboard(PaidChat(chat, purse), storyboard, instruction, rungs_of(settings), brief=brief)
        return done._replace(cost_usd=purse.spent_usd)


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
    cast = Cast(writer, writer_model, "builtin", "builtin", "builtin", translates=True)
    with told_plainly(settings.cache_dir):
        async with crew_of(settings, asked, cast) as crew, cached_run(settings, None) as run:
            return await translated(storyboard, language, crew, run, seconds=asked.seconds)


def _check_room(
    brief: Brief, storyboard: Storyboard | None, out: Path, settings: Settings, *, has_artists: bool
) -> None:
    """Pass when the film fits on the disks of the cache and of *out*.

    Raises:
        NoRoom: it may not.
    """
    seconds = length_s(storyboard, brief) if storyboard else 0.0
    making = room_bytes(brief, seconds=seconds, has_artists=has_artists)
    hint = (
        "Free some there, choose another folder with --cache (ASTRAGEN_CACHE_DIR) or --out, or ask for less --height."
    )
    check_room({settings.cache_dir: making, out.parent: film_bytes(brief, seconds=seconds)}, hint=hint)


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
