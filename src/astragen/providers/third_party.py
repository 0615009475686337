"""Providers that other packages bring, by the entry points of a group."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import entry_points

from astragen.errors import UnknownProvider


def loaded(group: str, name: str, *, trade: str, choices: str) -> object:
    """What the entry point *name* of *group* is; *trade* and *choices* are for messages.

    Raises:
        UnknownProvider: nobody registered it, or its package cannot be loaded.
    """
    for entry in entry_points(group=group, name=name):
        try:
            return entry.load()
        except Exception as error:  # whatever a stranger's module raises
            raise UnknownProvider(f'The {trade} "{name}" cannot be loaded: {error}.', hint=choices) from error
    raise UnknownProvider(f'There is no {trade} "{name}".', hint=choices)


def names_in(group: str, *, beside: Collection[str]) -> tuple[str, ...]:
    """The names that are registered in *group*, in alphabetical order, without those of ours: *beside*."""
    return tuple(sorted(entry.name for entry in entry_points(group=group) if entry.name not in beside))
