"""`astragen key`: keys of providers in the keyring of the operating system."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from astragen.errors import SettingsError

if TYPE_CHECKING:
    from astragen.store.keys import Keys


@click.group(short_help="Keep providers' keys in the system's keyring.")
def key() -> None:
    """Keep the keys of providers in the keyring of the operating system.

    A key in the environment, such as OPENAI_API_KEY, comes first. No key is ever shown.
    """


@key.command("set", short_help="Keep a key.")
@click.argument("provider")
def set_(provider: str) -> None:
    """Keep the key of PROVIDER; it is asked for, or read from standard input, and never shown."""
    from astragen.store.keys import cleaned

    _check_known(provider)
    said = click.prompt("Key", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    _keys().keep(provider, cleaned(said))
    click.echo(f"The key of {provider} is kept.", err=True)


@key.command(short_help="Remove a key.")
@click.argument("provider")
def forget(provider: str) -> None:
    """Remove the key of PROVIDER from the keyring."""
    _keys().forget(provider)
    click.echo(f"The key of {provider} is removed.", err=True)


@key.command("list", short_help="Whose keys are kept.")
def list_() -> None:
    """Name the providers whose keys are kept, one a line."""
    for name in _keys().names():
        click.echo(name)


def _check_known(provider: str) -> None:
    """Pass when somebody goes by that name.

    Raises:
        SettingsError: nobody does: a key for a misspelt name would never be found.
    """
    from astragen.providers import artist_registry, registry, voice_registry

    pictures = (*artist_registry.known("artist"), *artist_registry.known("camera"))
    names = {*registry.known(), *pictures, *voice_registry.known_voices()}
    if provider not in names:
        raise SettingsError(f'There is no provider "{provider}".', hint=f"Choose one of {', '.join(sorted(names))}.")


def _keys() -> Keys:
    from astragen.settings import read_settings

    return read_settings().keys
