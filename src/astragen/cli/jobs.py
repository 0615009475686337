"""`astragen jobs`: the films of a service: of a server, or of the database on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import click

from astragen.cli.server_options import server_options
from astragen.cli.service_options import data_option

if TYPE_CHECKING:
    from astragen.cli.desk import Desk, Job
    from astragen.model.job import FilmState

STATES = ("queued", "in_progress", "completed", "failed", "cancelled")


def _desk_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--server`, `--key` and `--data`."""
    return server_options(data_option(command))


@click.group(short_help="The films of a service.")
def jobs() -> None:
    """See, watch, cancel and retry the films of a service.

    With --server, those of the key's owner there; without, all in the service's database on this machine.
    """


@jobs.command("list", short_help="The films, the newest first.")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, metavar="N", help="The most of them. [default: 20]")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@_desk_options
def list_(
    *, state: FilmState | None, limit: int, as_json: bool, server: str | None, key: str | None, data: str | None
) -> None:
    """List films, the newest first: id, state, progress, when it was ordered, title."""
    found = _desk(server, key, data).films(state, limit)
    if as_json:
        click.echo(json.dumps([job._asdict() for job in found], indent=2, ensure_ascii=False))
        return
    for job in found:
        click.echo(line(job))


@jobs.command(short_help="Show a film while it is made.")
@click.argument("film_id", metavar="ID")
@click.option("-o", "--out", metavar="PATH", help="With --server: the MP4 (or MOV) to write when it is there.")
@_desk_options
def watch(*, film_id: str, out: str | None, server: str | None, key: str | None, data: str | None) -> None:
    """Show the film ID while it is made, until it ends. Ctrl-C stops watching, and the film goes on."""
    desk = _desk(server, key, data)
    job = desk.film(film_id)
    path = desk.target(job, out)
    from astragen.cli.progress import shown

    with shown(job.title or film_id) as on_event:
        desk.watch(job, on_event)
    click.echo(line(desk.film(film_id)))
    if path is not None:
        desk.fetch(job, path)
        click.echo(path)


@jobs.command(short_help="Stop making a film.")
@click.argument("film_id", metavar="ID")
@_desk_options
def cancel(*, film_id: str, server: str | None, key: str | None, data: str | None) -> None:
    """Stop making the film ID. What is done is kept, and `retry` goes on from there."""
    click.echo(line(_desk(server, key, data).cancel(film_id)))


@jobs.command(short_help="Try a film again that failed or was cancelled.")
@click.argument("film_id", metavar="ID")
@_desk_options
def retry(*, film_id: str, server: str | None, key: str | None, data: str | None) -> None:
    """Try the film ID again that failed or was cancelled. What is done and paid is kept."""
    click.echo(line(_desk(server, key, data).retry(film_id)))


def line(job: Job) -> str:
    """A film in one line for people."""
    day = f"{datetime.fromtimestamp(job.created_at, timezone.utc):%Y-%m-%d %H:%M}"
    is_going = job.status == "in_progress"
    how = f"{job.status} {job.progress}% {job.stage}" if is_going else f"{job.status} {job.stage}"
    why = f" ({job.error})" if job.error else ""
    return f"{job.id}  {how.rstrip():<24}  {day}  {job.title}{why}"


def _desk(server: str | None, key: str | None, data: str | None) -> Desk:
    """The server that was named or is set, unless a folder of this machine was."""
    from astragen.cli.desk import LocalDesk, ServerDesk
    from astragen.cli.server_options import server_of
    from astragen.cli.service_options import settings_at

    settings = settings_at(data)
    service = server_of("" if data is not None and server is None else server, key, settings)
    return LocalDesk(settings) if service is None else ServerDesk(service)
