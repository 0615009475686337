"""`astragen keys`: API keys of the service on this machine, or on the database that it shares."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

import click

from astragen.cli.service_options import data_option

if TYPE_CHECKING:
    from astragen.model.office import KeyRecord, Scope

DAY_S: Final = 86_400
USUAL: Final = "films:read,films:write,files:write,usage:read"


@click.group(short_help="API keys of the service.")
def keys() -> None:
    """Make, list and revoke API keys of the service: what its clients show to be let in.

    Keys of providers, which the service itself shows to others, are kept with `astragen key`, or in the environment.
    """


@keys.command(short_help="Make a key, and show it once.")
@click.argument("name")
@click.option("--scopes", default=USUAL, metavar="WORDS", help=f"What it may do, or all. [default: {USUAL}]")
@click.option(
    "--expires", type=click.FloatRange(min=0, min_open=True), metavar="DAYS", help="Days that it is good for."
)
@click.option("--rate", type=click.IntRange(1), metavar="N", help="Requests a minute. [default: the service's]")
@click.option("--queue", type=click.IntRange(0), metavar="N", help="Films that may wait or be made. [default: any]")
@click.option("--at-once", type=click.IntRange(1), metavar="N", help="Films made at one time. [default: any]")
@click.option(
    "--spend",
    type=click.FloatRange(0),
    metavar="USD",
    help="The most that its films may cost in 30 days. [default: any]",
)
@data_option
def create(
    *,
    name: str,
    scopes: str,
    expires: float | None,
    rate: int | None,
    queue: int | None,
    at_once: int | None,
    spend: float | None,
    data: str | None,
) -> None:
    """Make a key for NAME. It is printed on standard output, once: only its hash is kept."""
    from astragen.cli.service_options import opened_office, settings_at

    wanted = scopes_of(scopes)
    office = opened_office(settings_at(data))
    record, secret = office.keys.create(
        name,
        wanted,
        expires_at=None if expires is None else time.time() + expires * DAY_S,
        rate_per_minute=rate,
        queue_depth=queue,
        films_at_once=at_once,
        spend_limit_usd=spend,
    )
    click.echo(f"{record.id}: {record.name}, {', '.join(record.scopes)}; the key is shown only now:", err=True)
    click.echo(secret)


@keys.command("list", short_help="The keys, without their secrets.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@data_option
def list_(*, as_json: bool, data: str | None) -> None:
    """List the keys, the newest first, with what they may do and when they were last used."""
    from astragen.cli.service_options import opened_office, settings_at

    found = opened_office(settings_at(data)).keys.list()
    if as_json:
        click.echo(f"[{', '.join(record.model_dump_json() for record in found)}]")
        return
    now_s = time.time()
    for record in found:
        click.echo("  ".join((record.id, record.prefix, _state(record, now_s), record.name, ",".join(record.scopes))))


@keys.command(short_help="Make a key open nothing more.")
@click.argument("key_id", metavar="ID")
@data_option
def revoke(*, key_id: str, data: str | None) -> None:
    """Revoke the key with the id ID at once. Its films stay, and go on."""
    from astragen.cli.service_options import opened_office, settings_at

    record = opened_office(settings_at(data)).keys.revoke(key_id)
    click.echo(f"{record.id} ({record.name}) is revoked.", err=True)


def scopes_of(words: str) -> tuple[Scope, ...]:
    """The scopes that *words* names; all of them for "all".

    Raises:
        SettingsError: one of them is none.
    """
    from astragen.errors import SettingsError
    from astragen.model.office import SCOPES

    if words.strip() == "all":
        return SCOPES
    named = {word.strip() for word in words.split(",") if word.strip()}
    wrong = sorted(named - set(SCOPES))
    if wrong or not named:
        said = f'names "{wrong[0]}", which is no scope' if wrong else "names no scope"
        raise SettingsError(f"--scopes {said}.", hint=f"Choose from {', '.join(SCOPES)}, or all.")
    return tuple(scope for scope in SCOPES if scope in named)


def _state(record: KeyRecord, now_s: float) -> str:
    """What it is good for now, in a word or two."""
    if record.revoked_at is not None:
        return f"revoked {_day(record.revoked_at)}"
    if not record.is_valid(now_s):
        return f"expired {_day(record.expires_at or 0)}"
    return f"used {_day(record.last_used_at)}" if record.last_used_at else "never used"


def _day(time_s: float) -> str:
    return f"{datetime.fromtimestamp(time_s, timezone.utc):%Y-%m-%d}"
