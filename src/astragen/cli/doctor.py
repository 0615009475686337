"""`astragen doctor`: what is here, what is ready, and what to do about the rest (`astragen.doctor`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from astragen.doctor.examine import Check


@click.command(short_help="Say what is installed and ready.")
@click.option("--cache", metavar="DIR", help="The cache to look at.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(context: click.Context, *, cache: str | None, as_json: bool) -> None:
    """Say what is installed, which scripts and languages work, and what is ready.

    Exits with 1 when something that every film needs is missing.
    """
    from astragen.cli.cache import settings_of
    from astragen.doctor.examine import examined

    checks = examined(settings_of(cache))
    if as_json:
        click.echo(json.dumps([check._asdict() for check in checks], indent=2, ensure_ascii=False))
    else:
        _print(checks)
    if not all(check.is_ready for check in checks if check.topic not in ("fonts", "writers")):
        context.exit(1)


def _print(checks: list[Check]) -> None:
    """A section a topic; what is not ready says what to do."""
    from itertools import groupby

    for topic, group in groupby(checks, key=lambda check: check.topic):
        click.secho(topic, bold=True)
        for check in group:
            mark = click.style("ok", fg="green") if check.is_ready else click.style("--", fg="red")
            act = "" if check.is_ready else f"  -> {check.act}"
            click.echo(f"  {mark}  {check.name:<32} {check.found}{act}")
