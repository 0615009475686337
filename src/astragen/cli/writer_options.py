"""Who writes the storyboard, as flags: settings of the run and not of the brief.

A brief is what the film should be; the same brief can be written by anybody, and the report
says who did. A film made again from its storyboard needs no writer at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from astragen.errors import BriefError

if TYPE_CHECKING:
    from astragen.model.take import Fallback
    from astragen.providers.chat import ChatModel
    from astragen.settings import Settings


def writer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--writer` and `--writer-model`; the command gets *writer*, None where not said, and *writer_model*."""
    model = click.option(
        "--writer-model",
        metavar="ID",
        default="",
        help="The writer's model, as its provider calls it. [default: usual]",
    )
    writer = click.option(
        "--writer",
        metavar="WORD",
        help="Who writes: builtin, a provider (openai, anthropic, gemini, ollama, ...), or auto: one with a "
        "key, else a local server, else builtin. [default: ASTRAGEN_WRITER, or auto]",
    )
    return writer(model(command))


def refuse_writer(writer: str | None, writer_model: str) -> None:
    """Refuse the flags for a storyboard that is there already, rather than doing nothing in silence.

    Raises:
        BriefError: one of them was said.
    """
    if writer is not None or writer_model:
        flag = "--writer-model" if writer is None else "--writer"
        raise BriefError(
            f"{flag} is for prompts; a storyboard is written already.",
            hint="Leave the flag out, or change the storyboard with: astragen revise",
        )


def foreseen_writer(writer: str | None, writer_model: str, settings: Settings, limit_usd: float) -> ChatModel | None:
    """The model that will write, as far as can be told without asking: before a dry run says that all is well.

    None for the built-in writer, and where a server on this machine may yet be found.

    Raises:
        InputError: there is no such writer, or it has no key.
        BudgetExceeded: it charges, and *limit_usd* is 0.
    """
    name = writer or settings.writer
    if name == "builtin":
        return None
    from astragen.providers.registry import foreseen

    return foreseen(name, settings.access_to, limit_usd=limit_usd, model=writer_model)


def tell_writer(made_by: str, fallbacks: tuple[Fallback, ...], mended: tuple[str, ...] = ()) -> None:
    """Say on stderr who wrote, what was mended first, and what fell back; of the built-in writer, nothing."""
    if made_by not in ("", "builtin"):
        click.echo(f"written by {made_by}", err=True)
    if mended:
        click.echo(f"mended in its answer: {mended[0]}{_and_more(mended)}", err=True)
    for one in fallbacks:
        click.echo(f"{one.subject}: {one.reason}; {one.instead}", err=True)


def _and_more(mended: tuple[str, ...]) -> str:
    """How many there are after the first; the last of `Written.mended` may be a count itself."""
    counted = re.fullmatch(r"and (\d+) more", mended[-1])
    rest = len(mended) - 1 + (int(counted[1]) - 1 if counted else 0)
    return f"; and {rest} more" if rest > 0 else ""
