"""Who makes the pictures, as flags: settings of the run and not of the brief.

A brief is what the film should be; the same brief can be drawn and filmed by anybody, and the
report says by whom. Behind everybody stands the built-in painter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from astragen.model.brief import Brief
    from astragen.model.storyboard import Storyboard
    from astragen.pipeline.foretell import Artists
    from astragen.settings import Settings


def artist_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--artist` and `--camera`; the command gets *artist* and *camera*, None where not said."""
    artist = click.option(
        "--artist",
        metavar="WORDS",
        help="Who draws the stills, in order, with commas between: builtin, a provider (pollinations, openai, fal, "
        "replicate, huggingface, a1111, comfyui, diffusers, folder), each with a model or path behind a colon, or "
        "auto: pollinations, fal and replicate, where they have a key. What nobody draws in time is painted. "
        "[default: ASTRAGEN_ARTIST, or auto]",
    )
    camera = click.option(
        "--camera",
        metavar="WORDS",
        help="Who makes clips of the stills: builtin (camera moves), or pollinations, fal, replicate, runway, luma, "
        "comfyui, diffusers, folder. [default: ASTRAGEN_CAMERA, or builtin]",
    )
    return artist(camera(command))


def foreseen_artists(
    artist: str | None, camera: str | None, settings: Settings, brief: Brief, storyboard: Storyboard
) -> Artists:
    """Who will be asked for the pictures of *storyboard*, by the flags or the *settings*; see `foretell`."""
    from astragen.pipeline import foretell

    return foretell.foreseen_artists(
        artist or settings.artist, camera or settings.camera, settings.access_to, brief, storyboard
    )
