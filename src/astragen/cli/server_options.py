"""Which service is asked, as flags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from astragen.errors import SettingsError

if TYPE_CHECKING:
    from astragen.cli.server import Server
    from astragen.settings import Settings


def server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--server` and `--key`; the command gets *server* and *key*, None where not said."""
    server = click.option(
        "--server",
        metavar="URL",
        help="The service of AstraGen that does it; '' for this machine. [default: ASTRAGEN_SERVER, or this machine]",
    )
    key = click.option(
        "--key",
        metavar="KEY",
        help="Its API key; others can see it in lists of processes. [default: ASTRAGEN_SERVER_KEY]",
    )
    return server(key(command))


def server_of(url: str | None, key: str | None, settings: Settings) -> Server | None:
    """The service that was named, or is set; None: this machine.

    Raises:
        SettingsError: its address or its key cannot be used.
    """
    address = settings.server if url is None else url
    if not address:
        if key is not None:
            raise SettingsError("--key is for a service, and none is named.", hint="Name it with --server.")
        return None
    from pydantic import SecretStr

    from astragen.cli.server import Server

    return Server(address, SecretStr(key) if key is not None else settings.server_key)


def refuse_local(flags: Mapping[str, object]) -> None:
    """Refuse those of *flags*, by what they were set to, that mean nothing to a service.

    Raises:
        SettingsError: one was said.
    """
    for flag, said in flags.items():
        if said:
            raise SettingsError(
                f"{flag} is for films that are made here, and a service makes this one.",
                hint="Leave it out, or make the film here with --server ''.",
            )
