"""`astragen schema`: the JSON Schema of a file format, for editors and other programs."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import click

from astragen.errors import InputError

HOMES = {
    "brief": ("astragen.model.brief", "Brief"),
    "storyboard": ("astragen.model.storyboard", "Storyboard"),
    "take": ("astragen.model.take", "Take"),
    "timeline": ("astragen.model.timeline", "Timeline"),
    "film": ("astragen.model.film", "Film"),
    "report": ("astragen.model.film", "FilmReport"),
    "event": ("astragen.model.event", "Event"),
}


@click.command(short_help="Print the JSON Schema of a file format.", epilog="For example: astragen schema storyboard")
@click.argument("name")
def schema(name: str) -> None:
    """Print the JSON Schema of NAME: brief, storyboard, take, timeline, film, report or event."""
    click.echo(json.dumps(schema_of(name), indent=2, ensure_ascii=False))


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the format *name*.

    Raises:
        InputError: no format has this name.
    """
    from pydantic import TypeAdapter

    if name not in HOMES:
        raise InputError(f'No format is called "{name}".', hint=f"Choose one of {', '.join(HOMES)}.")
    module, kind = HOMES[name]
    return TypeAdapter(getattr(import_module(module), kind)).json_schema()
