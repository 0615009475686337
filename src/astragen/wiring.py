"""Crew, money and memory of a run, put together: for the library's face, and for the service's workers.

Who was asked for becomes a `Crew` that shares what it learns with the runs beside it; its purse
is open while the crew works. Start reading at `crew_of`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from astragen.errors import DatabaseDown, LeaseLost, ProviderError, StoreError
from astragen.model.brief import Brief
from astragen.model.storyboard import Storyboard
from astragen.model.take import Fallback
from astragen.pipeline.crew import Crew, builtin_crew, crew_without_writer, crew_written_by
from astragen.pipeline.narration import wishes_of
from astragen.plan.money import film_of
from astragen.providers.artist_registry import chosen, learned
from astragen.providers.breaker import Breaker
from astragen.providers.limits import Limits
from astragen.providers.registry import chosen_chat
from astragen.providers.shared_file import SharedObjects
from astragen.providers.voice_registry import chosen_voices, shared_voices
from astragen.runtime.inline import InlineRun, Listener
from astragen.settings import Settings
from astragen.store.artifacts import ArtifactStore
from astragen.store.experience import Experience
from astragen.store.ledger import Ledger
from astragen.store.memo import Memo
from astragen.store.purse import AnyLedger, Purse


class Cast(NamedTuple):
    """Who was asked for, by trade; "" is as the settings say. *translates*: the writer is, and nobody can stand in."""

    writer: str = ""
    writer_model: str = ""
    artist: str = ""
    camera: str = ""
    voice: str = ""
    storyboard: Storyboard | None = None
    """The one that was given; its characters may have voices of their own."""
    translates: bool = False


@asynccontextmanager
async def crew_of(
    settings: Settings,
    brief: Brief,
    cast: Cast,
    *,
    cache: bool = True,
    film: str = "",
    ledger: AnyLedger | None = None,
    gates: SharedObjects | None = None,
) -> AsyncIterator[Crew]:
    """The crew that was asked for; where its writer cannot be reached, the built-in one reports it.

    *cache*: False keeps nothing that is learned of a language model. *film*: by which the ledger knows the film;
    "": by its brief. *ledger*: None opens that of the cache.
    *gates*: what many machines know of providers; None: those of this machine share files.
    """
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
    limits = Limits(shared, everywhere=gates)
    for one in (*artists, *cameras, *voices.providers):
        one.http.share(limits)
    voices_for = partial(shared_voices, access_of=settings.access_to, limits=limits, limit_usd=limit_usd)
    await learned((*artists, *cameras))
    with purse_of(settings, brief, film or film_of(brief), ledger) as purse:
        if chat is not None:
            by = crew_written_by(chat, rungs_of(settings) if cache else None, purse=purse)
            crew = replace(crew, writer=by.writer, translator=by.translator)
        yield replace(
            crew,
            artists=artists,
            cameras=cameras,
            voices_for=voices_for,
            breaker=Breaker(shared, everywhere=gates),
            purse=purse,
        )


@contextmanager
def purse_of(settings: Settings, brief: Brief, film: str, ledger: AnyLedger | None = None) -> Iterator[Purse]:
    """The money of *brief*; only a run that is stopped, or dies, leaves what it paid for to the next one."""
    with (
        _open_ledger(settings, ledger) as opened,
        opened.purse(film, brief.max_cost_usd, now_s=time.time) as purse,
    ):
        try:
            yield purse
        except (DatabaseDown, StoreError, LeaseLost):
            raise  # the film goes on, here or elsewhere
        except Exception:
            purse.finish()  # what led to the error is not to be taken for an answer again
            raise
        purse.finish()


@contextmanager
def _open_ledger(settings: Settings, given: AnyLedger | None) -> Iterator[AnyLedger]:
    if given is not None:
        yield given
        return
    with closing(Ledger(settings.cache_dir / "ledger.sqlite")) as ledger:
        yield ledger


def tell_damage(crew: Crew, run: InlineRun) -> None:
    """Report a ledger that could not be read; films do not fail for it."""
    if crew.purse is not None and crew.purse.ledger.damage:
        reason, instead = crew.purse.ledger.damage, "a new one was begun"
        run.fall_back(Fallback(stage="money", subject="ledger", reason=reason, instead=instead))


def rungs_of(settings: Settings) -> Path:
    """The file that remembers which form of answers a model can give."""
    return settings.cache_dir / "rungs.json"


def cached_run(settings: Settings, on_event: Listener | None) -> InlineRun:
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


def fresh_run(settings: Settings, on_event: Listener | None) -> InlineRun:
    """A run that neither uses nor keeps any."""
    return InlineRun(settings.cache_dir / "scratch", store=None, memo=None, workers=settings.workers, on_event=on_event)
