"""`astragen worker`: a process that makes the films that a service was asked for."""

from __future__ import annotations

from typing import Final

import click

from astragen.cli.service_options import drain_option, places
from astragen.errors import SettingsError

QUEUES: Final = ("films", "render", "hooks")
"""What a worker may serve: whole films, pieces of the rendering of others' films, webhooks."""

films_at_once_option = click.option(
    "--films-at-once",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Films that a worker conducts at one time. [default: one for every four processors]",
)


@click.command(short_help="Make the films that a service was asked for.")
@click.option(
    "--queues",
    default=",".join(QUEUES),
    metavar="WORDS",
    help=f"What it does, with commas between. [default: {','.join(QUEUES)}]",
)
@films_at_once_option
@drain_option
@places
def worker(*, queues: str, films_at_once: int | None, drain: float, data: str | None, cache: str | None) -> int:
    """Make the films that a service was asked for, until SIGTERM or Ctrl-C.

    Any number of workers, on any machines, share the database and the file store that ASTRAGEN_DATABASE_URL and
    ASTRAGEN_STORE_URL name; without them, the folder of --data. What a worker leaves undone, another one goes on with.
    """
    from astragen.cli.service_options import check_installed, settings_at, tell

    served = chosen(queues)
    check_installed()
    settings = settings_at(data, cache)
    tell("astragen-worker")
    from astragen.service import workshop

    return workshop.work(settings, queues=served, films_at_once=films_at_once or 0, drain_s=drain)


def chosen(queues: str) -> tuple[str, ...]:
    """The queues that *queues* names, each once.

    Raises:
        SettingsError: one of them is none, or there is none.
    """
    found = tuple(dict.fromkeys(word for word in (part.strip() for part in queues.split(",")) if word))
    wrong = [word for word in found if word not in QUEUES]
    if wrong or not found:
        said = f'names "{wrong[0]}", which is no queue' if wrong else "names no queue"
        raise SettingsError(f"--queues {said}.", hint=f"Choose from {', '.join(QUEUES)}.")
    return found
