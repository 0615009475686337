"""The library's face: one call from a prompt, a brief or a storyboard to a film.

`make_film` is async; `make_film_sync` is the only sync doorway. Both check what they
were given, wire the crew, the cache and the run together, and hold no other work.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import anyio
from pydantic import ValidationError

from astragen.errors import BriefError
from astragen.model.brief import Brief
from astragen.model.film import Film
from astragen.model.storyboard import Storyboard
from astragen.model.upgrade import first_problem
from astragen.pipeline import film as pipeline
from astragen.pipeline.crew import builtin_crew
from astragen.pipeline.deliver import check_out
from astragen.pipeline.disk import told_plainly
from astragen.runtime.inline import InlineRun, Listener
from astragen.settings import Settings, read_settings
from astragen.store.artifacts import ArtifactStore
from astragen.store.memo import Memo
from astragen.store.prune import prune

DEFAULT_OUT = Path("film.mp4")


async def make_film(
    brief: Brief | str | Storyboard,
    out: Path | str = DEFAULT_OUT,
    *,
    storyboard: Storyboard | None = None,
    settings: Settings | None = None,
    cache: bool = True,
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
        on_event: called with every event of the run; must return soon.

    Raises:
        InputError: the brief, a setting or *out* cannot be used.
        AstraGenError: the film could not be made; nothing half-written is left.
    """
    out = Path(out)
    check_out(out)
    if isinstance(brief, Storyboard):
        storyboard = brief
    settings = settings or read_settings()
    kept = settings.cache_dir / "kept"
    run = InlineRun(
        settings.cache_dir / "scratch",
        store=ArtifactStore(kept / "artifacts") if cache else None,
        memo=Memo(kept / "steps") if cache else None,
        workers=settings.workers,
        on_event=on_event,
    )
    with told_plainly(out.parent, settings.cache_dir):
        async with run:
            film = await pipeline.make_film(_brief(brief), builtin_crew(), run, out, storyboard=storyboard)
    prune(kept, max_bytes=settings.cache_max_bytes, now_s=time.time())
    return film


def make_film_sync(
    brief: Brief | str | Storyboard,
    out: Path | str = DEFAULT_OUT,
    *,
    storyboard: Storyboard | None = None,
    settings: Settings | None = None,
    cache: bool = True,
    on_event: Listener | None = None,
) -> Film:
    """Make a film without an event loop of one's own; see `make_film`."""
    call = partial(make_film, brief, out, storyboard=storyboard, settings=settings, cache=cache, on_event=on_event)
    return anyio.run(call)


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
