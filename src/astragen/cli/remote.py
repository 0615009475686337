"""`astragen make --server URL`: a film made by a service, with the same display, files and exit codes as one made here.

The service is sent the brief, the storyboard and the files that they name; its events feed the same panel; what it
made is written beside the same name. Ctrl-C asks it to cancel the film, a second one leaves it to go on.
Start reading at `make_remotely`.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import anyio
import click

from astragen.cli.fetching import fetched
from astragen.cli.naming import named_files, renamed
from astragen.cli.refusals import error_of
from astragen.cli.server import Server, Told, file_part
from astragen.errors import AstraGenError, JobCancelled, SettingsError
from astragen.model.event import Ended, Event

if TYPE_CHECKING:
    from astragen.model.brief import Brief
    from astragen.model.film import Film
    from astragen.model.storyboard import Storyboard
    from astragen.settings import Settings

_NOT_THERE: Final = ("writer", "writer_model", "artist", "camera", "voice")


class Crew(NamedTuple):
    """Who makes the film, by name; empty: as the service is set up."""

    writer: str = ""
    writer_model: str = ""
    artist: str = ""
    camera: str = ""
    voice: str = ""


def server_of(url: str | None, key: str | None, settings: Settings) -> Server | None:
    """The service that was named, or is set; None: films are made here.

    Raises:
        SettingsError: its address or its key cannot be used.
    """
    from pydantic import SecretStr

    address = settings.server if url is None else url
    if not address:
        if key is not None:
            raise SettingsError("--key is for a service, and none is named.", hint="Name it with --server.")
        return None
    return Server(address, SecretStr(key) if key is not None else settings.server_key)


def film_remotely(
    server: Server, brief: Brief, path: Path, storyboard: Storyboard | None, translate_to: str, crew: Crew, title: str
) -> Film:
    """Let *server* make a film, show it on stderr meanwhile, and write its files beside *path*.

    Raises:
        AstraGenError: what the service says, as if it had happened here.
        KeyboardInterrupt: it was cancelled by Ctrl-C, or left to go on.
    """
    from astragen.cli.progress import shown

    names, film = anyio.run(_ordered, server, brief, storyboard, translate_to, crew)
    with shown(title) as on_event:
        watch(server, film, on_event)
    return anyio.run(fetched, server, film["id"], path, names)


def body_of(brief: Brief, storyboard: Storyboard | None, translate_to: str, crew: Crew) -> dict[str, Any]:
    """What is sent to order a film."""
    chosen = {name: word for name, word in (*crew._asdict().items(), ("translate_to", translate_to)) if word}
    board = {"storyboard": storyboard.model_dump(mode="json")} if storyboard is not None else {}
    return {**brief.model_dump(mode="json", exclude={"version"}), **board, **chosen}


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
    try:
        ended = anyio.run(following)
    except KeyboardInterrupt:
        try:
            click.echo("asking the server to cancel the film; Ctrl-C again leaves it to go on", err=True)
            anyio.run(server.cancel, film_id)
            ended = anyio.run(following)
        except KeyboardInterrupt:
            click.echo(f"left; see how it goes with: astragen jobs watch {film_id}", err=True)
            raise
        if ended.state == "cancelled":
            raise
    if ended.state != "completed":
        raise _why(film_id, ended)


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


def _why(film_id: str, ended: Ended) -> AstraGenError:
    """The error that an *ended* film is, so that the exit code is that of a film made here."""
    if ended.state == "cancelled":
        return JobCancelled(f"{film_id} was cancelled.", hint=f"Take it up again with: astragen jobs retry {film_id}")
    return error_of(
        ended.code, ended.message or f"{film_id} failed.", hint=f"Try again with: astragen jobs retry {film_id}"
    )


def told_estimate(estimate: Mapping[str, Any]) -> str:
    """What a service says that a film would be and take."""
    return json.dumps(estimate, indent=2, ensure_ascii=False)


def absolute(path: str) -> str:
    """*path* from the current folder, without dots."""
    return os.path.abspath(path)
