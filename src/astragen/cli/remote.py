"""`astragen make --server URL`: a film made by a service, with the same display, files and exit codes as one made here.

The service is sent the brief, the storyboard and the files that they name; its events feed the same panel; what it
made is written beside the same name. Ctrl-C asks it to cancel the film, a second one leaves it to go on.
Start reading at `There.film`.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anyio
import click

from astragen.cli.fetching import fetched
from astragen.cli.here import Crew
from astragen.cli.naming import named_files, renamed
from astragen.cli.refusals import error_of
from astragen.cli.server import Server, Told, file_part
from astragen.cli.writer_options import refuse_writer
from astragen.errors import AstraGenError, JobCancelled, JobError
from astragen.model.event import Ended, Event

if TYPE_CHECKING:
    from astragen.model.brief import Brief
    from astragen.model.film import Film
    from astragen.model.storyboard import Storyboard
    from astragen.pipeline.foretell import Forecast
    from astragen.plan.wish import Wish

CARRIED: Final = ("prompt", "scenes", "is_script", "language", "style")
WRITERS: Final = ("writer", "writer_model")  # for what is to be written, or translated


@dataclass(frozen=True)
class There:
    """A service, with *crew*; used as `cli/here.py`'s."""

    server: Server
    crew: Crew

    def check(self, wish: Wish, languages: Sequence[str]) -> None:
        """Pass when the storyboard is not to be written twice; all else the service knows.

        Raises:
            BriefError: a writer was named for a storyboard that is there.
        """
        if wish.storyboard is not None and not languages:
            refuse_writer(self.crew.writer or None, self.crew.writer_model)

    def forecast(self, wish: Wish, storyboard: Storyboard) -> Forecast:
        """What the service says that the film would be and take; nothing is made, and no file is sent."""
        return anyio.run(_foretold, self.server, wish, self.crew)

    def film(self, brief: Brief, path: Path, storyboard: Storyboard | None, translate_to: str, title: str) -> Film:
        """Let it be made, show it on stderr meanwhile, and write its files beside *path*.

        Raises:
            AstraGenError: what the service says, as if it had happened here.
            KeyboardInterrupt: it was cancelled by Ctrl-C, or left to go on.
        """
        from astragen.cli.progress import shown

        names, film = anyio.run(_ordered, self.server, brief, storyboard, translate_to, self.crew)
        with shown(title) as on_event:
            watch(self.server, film, on_event)
        return anyio.run(fetched, self.server, film["id"], path, names)


async def _foretold(server: Server, wish: Wish, crew: Crew) -> Forecast:
    from astragen.pipeline.foretell import Forecast

    nothing = dict.fromkeys(named_files(*wish), "")
    brief, storyboard = renamed(*wish, nothing)
    return Forecast.model_validate(await server.estimate(body_of(brief, storyboard, "", crew)))


def body_of(brief: Brief, storyboard: Storyboard | None, translate_to: str, crew: Crew) -> dict[str, Any]:
    """What is sent to order a film.

    What a storyboard carries itself is left out beside it: said again it would change its shots.
    """
    fields = brief.model_dump(mode="json", exclude={"version"})
    chosen = {name: word for name, word in crew._asdict().items() if word}
    if storyboard is None:
        return {**fields, **chosen}
    has_lengths = any(shot.frames is not None for shot in storyboard.shots)
    carried = {*CARRIED, *(["seconds"] if has_lengths else []), *([] if translate_to else WRITERS)}
    kept = {name: value for name, value in {**fields, **chosen}.items() if name not in carried}
    translated = {"translate_to": translate_to} if translate_to else {}
    return {**kept, **translated, "storyboard": storyboard.model_dump(mode="json")}


async def _ordered(
    server: Server, brief: Brief, storyboard: Storyboard | None, translate_to: str, crew: Crew
) -> tuple[Mapping[str, str], dict[str, Any]]:
    """Send the files that are named, then the order; returns their paths by id, and the film."""
    ids: dict[str, str] = {}
    for path in named_files(brief, storyboard):
        ids[path] = await server.upload(file_part(Path(path)))
    brief, storyboard = renamed(brief, storyboard, ids)
    film = await server.order(body_of(brief, storyboard, translate_to, crew), idempotency_key=secrets.token_hex(16))
    return {file_id: path for path, file_id in ids.items()}, film


def watch(server: Server, film: Mapping[str, Any], on_event: Callable[[Event], None]) -> None:
    """Pass on the events of *film* until its attempt ends; Ctrl-C cancels it, twice leaves it.

    Raises:
        AstraGenError: why it failed.
        KeyboardInterrupt: it was cancelled by Ctrl-C, or left to go on.
    """
    film_id, position = film["id"], _Position(on_event)
    following = partial(follow, server, film_id, film["attempt"], position)
    is_stopped = False
    try:
        ended = anyio.run(following)
    except KeyboardInterrupt:
        is_stopped = True
        ended = _cancelled(server, film_id, following)
    if ended.state == "completed":
        return
    if is_stopped:
        raise KeyboardInterrupt
    raise anyio.run(_why, server, film_id, ended)


def _cancelled(server: Server, film_id: str, following: Callable[[], Awaitable[Ended]]) -> Ended:
    """How the film ended after it was asked to be cancelled; which it may do by being complete.

    Raises:
        KeyboardInterrupt: it was left to go on.
    """
    try:
        click.echo("asking the server to cancel the film; Ctrl-C again leaves it to go on", err=True)
        with suppress(JobError):  # it has just ended, and its events will say how
            anyio.run(server.cancel, film_id)
        return anyio.run(following)
    except KeyboardInterrupt:
        click.echo(f"left; see how it goes with: astragen jobs watch {film_id}", err=True)
        raise


class _Position:
    """How far a film's history was heard, over several connections."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self.seq = 0
        self._on_event = on_event

    def take(self, told: Told) -> None:
        self.seq = told.seq
        self._on_event(told.event)


async def follow(server: Server, film_id: str, attempt: int, position: _Position) -> Ended:
    """Pass on the events of the film, from *position* on, until *attempt* ends; returns how."""
    async with aclosing(server.events(film_id, after=position.seq, attempt=attempt)) as events:
        async for told in events:
            position.take(told)
            if isinstance(told.event, Ended) and told.event.attempt >= attempt:
                return told.event
    raise AssertionError("events end with Ended")


def attend(server: Server, film_id: str, attempt: int, on_event: Callable[[Event], None]) -> None:
    """Pass on the events of a film until *attempt* ends; Ctrl-C only stops that.

    Raises:
        AstraGenError: why it failed.
    """
    ended = anyio.run(follow, server, film_id, attempt, _Position(on_event))
    if ended.state != "completed":
        raise anyio.run(_why, server, film_id, ended)


async def _why(server: Server, film_id: str, ended: Ended) -> AstraGenError:
    """The error that an *ended* film is, so that the exit code is that of a film made here."""
    again = f"Try again with: astragen jobs retry {film_id}"
    if ended.state == "cancelled":
        return JobCancelled(f"{film_id} was cancelled.", hint=again)
    said = (await server.film(film_id)).get("error") or {}
    message = said.get("message") or ended.message or f"{film_id} failed."
    return error_of(said.get("code") or ended.code, message, hint=said.get("hint") or again)
