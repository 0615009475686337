"""Who makes the pictures, as flags: settings of the run and not of the brief.

A brief is what the film should be; the same brief can be drawn and filmed by anybody, and the
report says by whom. Behind everybody stands the built-in painter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from astragen.cli.foretell import Artists
    from astragen.model.brief import Brief
    from astragen.model.storyboard import Storyboard
    from astragen.providers.shooting import PictureProvider
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
    """Who will be asked for the pictures of *storyboard*, as far as can be told without asking, and what they charge.

    Raises:
        InputError: there is nobody of a name, or one has no key.
        BudgetExceeded: one charges, and the film may cost nothing.
    """
    from astragen.cli.foretell import NOBODY, Artists

    if "builtin" == (artist or settings.artist) == (camera or settings.camera):
        return NOBODY
    from astragen.providers.artist_registry import chosen

    limit_usd = brief.max_cost_usd
    artists = chosen("artist", artist or settings.artist, settings.access_to, limit_usd=limit_usd)
    cameras = chosen("camera", camera or settings.camera, settings.access_to, limit_usd=limit_usd)
    names = tuple(dict.fromkeys(f"{one.card.name} {one.card.model}".strip() for one in (*artists, *cameras)))
    usd = sum(_usd(one[0], brief, storyboard) for one in (artists, cameras) if one)
    return Artists(names, min(usd, limit_usd))


def _usd(one: PictureProvider, brief: Brief, storyboard: Storyboard) -> float:
    """What *one* charges for every shot that it may be asked for; what nobody knows counts as nothing."""
    from astragen.plan.fallback import is_for_artists, picture_request
    from astragen.plan.pacing import pace

    paced = pace(storyboard, {}, fps=brief.fps, seconds=brief.seconds)
    shots = [shot for shot in paced.shots if is_for_artists(shot)]
    requests = [picture_request(shot, paced, artist=one.card, brief=brief) for shot in shots]
    return 0.0 if one.is_free else sum(one.price_usd(request) or 0.0 for request in requests)
