"""`astragen voices`: who can speak, and how to say so with --voice."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click


@click.command(short_help="List the voices that can be chosen.")
@click.option("--language", metavar="TAG", default="", help="Only those that speak it.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def voices(*, language: str, as_json: bool) -> None:
    """List the voices that --voice takes. Nobody is asked, and nothing is loaded."""
    rows = list(_rows(language))
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    widest = max((len(row["voice"]) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row['voice']:<{widest}}  {row['about']}".rstrip())


def _rows(language: str) -> Iterable[dict[str, str]]:
    """The voices that speak *language*; "" for all."""
    from astragen.providers.voice_list import voices as listed

    return ({"voice": one.wish, "about": one.about} for one in listed(language))
