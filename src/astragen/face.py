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

from astragen.errors import BriefError
from astragen.model.brief import Brief
from astragen.model.film import Film
from astragen.model.profile import row
from astragen.model.storyboard import Storyboard
from astragen.model.timeline import Timeline
from astragen.model.upgrade import first_problem
from astragen.pipeline import film as pipeline
from astragen.pipeline.by_moviepy import moviepy_filming
from astragen.pipeline.crew import builtin_crew
from astragen.pipeline.deliver import check_out
from astragen.pipeline.disk import told_plainly
from astragen.runtime.inline import InlineRun, Listener
from astragen.settings import Settings, quieten, read_settings
from astragen.store.artifacts import ArtifactStore
from astragen.store.memo import Memo
from astragen.store.prune import prune

DEFAULT_OUT = Path("film.mp4")

Engine = Literal["astragen", "moviepy"]


async def make_film(
    brief: Brief | str | Storyboard,
    out: Path | str = DEFAULT_OUT,
    *,
    storyboard: Storyboard | None = None,
    settings: Settings | None = None,
    cache: bool = True,
    engine: Engine = "astragen",
    on_event: Listener | None = None,
) -> Film:
    """Make a film and write it, with its captions, poster, storyboard and report, beside *out*.

    Args:
        brief: what the film should be; a prompt alone takes every default, and a storyboard
            alone is filmed as it is, at the default size.
        out: the MP4 to write; its folder must exist. Files there are replaced once the film is whole.
        storyboard: film this one, with the size, rate and options of *brief*.
        settings: of the machine; None reads the environment.
        cache: False neither uses nor keeps finished steps.
        engine: what renders the timeline; "moviepy" (an extra) draws all of it again after every edit.
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
    with told_plainly(out.parent, settings.cache_dir):
        async with run:
            film = await pipeline.make_film(asked, builtin_crew(), run, out, storyboard=storyboard, filming=filming)
    prune(kept, max_bytes=settings.cache_max_bytes, now_s=time.time())
    return film


def make_film_sync(
    brief: Brief | str | Storyboard,
    out: Path | str = DEFAULT_OUT,
    *,
    storyboard: Storyboard | None = None,
    settings: Settings | None = None,
    cache: bool = True,
    engine: Engine = "astragen",
    on_event: Listener | None = None,
) -> Film:
    """Make a film without an event loop of one's own; see `make_film`."""
    call = partial(
        make_film, brief, out, storyboard=storyboard, settings=settings, cache=cache, engine=engine, on_event=on_event
    )
    return anyio.run(call)


async def cut_film(
    brief: Brief | str | Storyboard,
    *,
    storyboard: Storyboard | None = None,
    settings: Settings | None = None,
    on_event: Listener | None = None,
) -> Timeline:
    """Make a film up to its timeline, and render nothing; see `make_film`.

    The stills, clips and spoken lines that the timeline names are in the cache.
    """
    if isinstance(brief, Storyboard):
        storyboard = brief
    settings = settings or read_settings()
    with told_plainly(settings.cache_dir):
        async with _cached_run(settings, on_event) as run:
            edit = await pipeline.cut_film(_brief(brief), builtin_crew(), run, storyboard=storyboard)
    return edit.timeline


def cut_film_sync(
    brief: Brief | str | Storyboard,
    *,
    storyboard: Storyboard | None = None,
    settings: Settings | None = None,
    on_event: Listener | None = None,
) -> Timeline:
    """Make a film up to its timeline without an event loop of one's own; see `cut_film`."""
    return anyio.run(partial(cut_film, brief, storyboard=storyboard, settings=settings, on_event=on_event))


def _cached_run(settings: Settings, on_event: Listener | None) -> InlineRun:
    """A run that uses and keeps finished steps."""
    kept = settings.cache_dir / "kept"
    return InlineRun(
        settings.cache_dir / "scratch",
        store=ArtifactStore(kept / "artifacts"),
        memo=Memo(kept / "steps"),
        workers=settings.workers,
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


def brief_for(storyboard: Storyboard) -> Brief:
    """The brief of a bare storyboard: the lengths that its shots say, or the default length."""
    default = Brief(prompt=storyboard.title if any(map(str.isalnum, storyboard.title)) else "film")
    lengths = [shot.frames for shot in storyboard.shots]
    said = sum(length for length in lengths if length is not None) / default.fps
    if None in lengths or not 5 <= said <= 600:
        return default
    return default.model_copy(update={"seconds": said})
