"""`astragen preview`: a film in a few seconds, as an animated WebP or GIF for a page or a chat."""

from __future__ import annotations

from pathlib import Path

import click

from astragen.errors import InputError, SettingsError


@click.command(
    short_help="Show a film in a few seconds, as WebP or GIF.", epilog="For example: astragen preview film.mp4"
)
@click.argument("film", type=click.Path(path_type=Path))
@click.option("-o", "--out", metavar="PATH", help="The .webp or .gif to write. [default: FILM-preview.webp]")
@click.option("--seconds", type=click.FloatRange(0.5, 30), default=6.0, show_default=True, help="Length.")
@click.option("--width", type=click.IntRange(64, 1920), default=480, show_default=True, help="Width in pixels.")
def preview(*, film: Path, out: str | None, seconds: float, width: int) -> None:
    """Write a preview of FILM: short stretches from all over it, without sound, in an endless loop."""
    from astragen.cli.output import check_folder
    from astragen.media.preview import SUFFIXES
    from astragen.media.preview import preview as draw

    path = Path(out) if out else film.with_name(f"{film.stem}-preview.webp")
    if not film.is_file():
        raise InputError(f"{film} does not exist.", hint="Name a film, as in: astragen preview film.mp4")
    if path.suffix.lower() not in SUFFIXES:
        raise SettingsError(
            f"--out is {path}; a preview is a WebP or a GIF.", hint=f"Name it {path.with_suffix('.webp')}."
        )
    check_folder(path.parent)
    draw(film, path, seconds=seconds, width=width)
    click.echo(path)
