"""Who speaks, as a flag: a setting of the run and not of the brief.

Behind everybody stands the built-in voice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from astragen.settings import Settings


def voice_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--voice`; the command gets *voice*, None where not said."""
    voice = click.option(
        "--voice",
        metavar="WORDS",
        help="Who speaks, in order, with commas between: builtin, or a provider with its voice behind a colon "
        "(elevenlabs:ID, openai:nova, pollinations:george, speech:alloy, piper:FILE.onnx, kokoro:af_heart, "
        "edge:NAME). A line that nobody speaks is spoken by builtin. See astragen voices. "
        "[default: ASTRAGEN_VOICE, or builtin]",
    )
    return voice(command)


def check_voice(voice: str | None, settings: Settings, limit_usd: float) -> None:
    """Pass when it can be asked, as far as can be told without asking; *limit_usd* is what the film may cost.

    Raises:
        InputError: there is nobody of a name, one has no key, or a file is missing.
        BudgetExceeded: one charges, and the film may cost nothing.
    """
    from astragen.providers.voice_registry import chosen_voices

    chosen_voices(voice or settings.voice, settings.access_to, limit_usd=limit_usd)
