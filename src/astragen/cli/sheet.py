"""`astragen sheet`: every shot of a film on one page."""

from __future__ import annotations

from pathlib import Path

import click

from astragen.errors import InputError, SettingsError


@click.command(short_help="Lay every shot of a film out on one page.", epilog="For example: astragen sheet film.mp4")
@click.argument("film", type=click.Path(path_type=Path))
@click.option("-o", "--out", metavar="PATH", help="The JPEG to write. [default: FILM-sheet.jpg]")
@click.option("--columns", type=click.IntRange(1, 12), help="Pictures in a row. [default: by the film's shape]")
def sheet(*, film: Path, out: str | None, columns: int | None) -> None:
    """Write a contact sheet of FILM, an MP4: one picture a shot, with its caption."""
    from astragen.media.film_sheet import draw_sheet

    path = Path(out) if out else film.with_name(f"{film.stem}-sheet.jpg")
    _check(film, path)
    draw_sheet(film, path, columns)
    click.echo(path)


def _check(film: Path, out: Path) -> None:
    from astragen.cli.output import check_folder

    if not film.is_file():
        raise InputError(f"{film} does not exist.", hint="Name a film, as in: astragen sheet film.mp4")
    if out.suffix.lower() not in (".jpg", ".jpeg"):
        raise SettingsError(f"--out is {out}; a sheet is a JPEG.", hint=f"Name it {out.with_suffix('.jpg')}.")
    check_folder(out.parent)
