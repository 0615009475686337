"""Where the service keeps things, as flags that all of its commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from astragen.errors import SettingsError

if TYPE_CHECKING:
    from astragen.settings import Settings
    from astragen.store.office import Office

DRAIN_S: Final = 60.0  # what a worker has begun may take so long to end

data_option = click.option(
    "--data",
    metavar="DIR",
    help="Folder of the service's database and films. [default: ASTRAGEN_DATA_DIR, or the user's]",
)
cache_option = click.option("--cache", metavar="DIR", help="Where finished steps are kept.")
drain_option = click.option(
    "--drain",
    type=click.FloatRange(0, 86_400),
    default=DRAIN_S,
    metavar="S",
    help=f"Seconds that begun work has to end after SIGTERM; then it is left to another worker. [default: {DRAIN_S:g}]",
)


def places(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--data` and `--cache`."""
    return data_option(cache_option(command))


def settings_at(data: str | None, cache: str | None = None) -> Settings:
    """The settings of the machine, with the folders that were named.

    Raises:
        SettingsError: a setting of the environment cannot be used.
    """
    from astragen.cli.cache import settings_of

    settings = settings_of(cache)
    return settings if data is None else settings.model_copy(update={"data_dir": Path(data).absolute()})


def check_installed() -> None:
    """Pass when the service's packages are there.

    Raises:
        SettingsError: they are not.
    """
    from importlib.util import find_spec

    missing = [name for name in ("dbos", "fastapi", "sqlalchemy", "uvicorn") if find_spec(name) is None]
    if missing:
        raise SettingsError(
            f"The service needs packages that are not installed ({', '.join(missing)}).",
            hint="Install them with: pip install 'astragen[service]'",
        )


def tell(name: str) -> None:
    """Write the logs of this process to standard error as lines of JSON, and its spans where the environment says."""
    from astragen.service import logs, telemetry
    from astragen.settings import has_collector, secrets

    logs.configure(secrets=secrets())
    if has_collector():
        telemetry.start(name)


def opened_office(settings: Settings) -> Office:
    """The service's office, its database brought up to date.

    Raises:
        SettingsError: the database cannot be used, or the service's packages are missing.
    """
    check_installed()
    from astragen.store.office import Office

    office = Office(settings.database)
    office.migrate()
    return office
