"""AstraGen: a text prompt in, a finished, narrated, cinematic film out.

Start with `make_film` (async) or `make_film_sync`; a `Brief` says what is wanted. `write_storyboard`
and `revise` stop before a frame is made.
The names here load what they need on first use, so that `import astragen` is cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from astragen.errors import AstraGenError
    from astragen.face import (
        cut_film,
        cut_film_sync,
        make_film,
        make_film_sync,
        revise,
        write_storyboard,
    )
    from astragen.model.brief import Brief
    from astragen.model.film import Film, FilmReport
    from astragen.model.storyboard import Storyboard
    from astragen.model.timeline import Timeline
    from astragen.model.written import Written
    from astragen.pipeline.revise import Revised
    from astragen.settings import Settings

__version__ = "0.1.0"
__all__ = [
    "AstraGenError",
    "Brief",
    "Film",
    "FilmReport",
    "Revised",
    "Settings",
    "Storyboard",
    "Timeline",
    "Written",
    "cut_film",
    "cut_film_sync",
    "make_film",
    "make_film_sync",
    "revise",
    "write_storyboard",
]

_HOMES = {
    "AstraGenError": "astragen.errors",
    "Brief": "astragen.model.brief",
    "Film": "astragen.model.film",
    "FilmReport": "astragen.model.film",
    "Revised": "astragen.pipeline.revise",
    "Settings": "astragen.settings",
    "Storyboard": "astragen.model.storyboard",
    "Timeline": "astragen.model.timeline",
    "Written": "astragen.model.written",
    "cut_film": "astragen.face",
    "cut_film_sync": "astragen.face",
    "make_film": "astragen.face",
    "make_film_sync": "astragen.face",
    "revise": "astragen.face",
    "write_storyboard": "astragen.face",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (PEP 562: whatever the name stands for)
    if name not in _HOMES:
        raise AttributeError(f"module 'astragen' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
