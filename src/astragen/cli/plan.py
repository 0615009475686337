"""`astragen plan`: the storyboard of a prompt, to read and edit before a frame is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from astragen.cli.brief_options import brief_options
from astragen.cli.writer_options import refuse_writer, tell_writer, writer_options


@click.command(
    short_help="Write the storyboard of a prompt.",
    epilog='For example: astragen plan "Why is the sky blue?" -o sky.json',
)
@click.argument("source")
@click.option("-o", "--out", metavar="PATH", help="The JSON file to write. [default: stdout]")
@brief_options
@writer_options
def plan(
    *,
    source: str,
    out: str | None,
    writer: str | None,
    writer_model: str,
    **wishes: Any,  # noqa: ANN401  (each flag has its own type)
) -> None:
    """Write a storyboard. SOURCE is a prompt, a text file, a storyboard to check, or - for stdin."""
    from astragen.cli.output import check_folder, write_text
    from astragen.cli.wish import finished, wish_of, written_of

    if out is not None:
        check_folder(Path(out).parent)
    wish = wish_of(source, wishes)
    storyboard = wish.storyboard
    if storyboard is not None:
        refuse_writer(writer, writer_model)
    else:
        written = written_of(wish.brief, writer or "", writer_model)
        tell_writer(written.made_by, written.fallbacks, written.mended)
        storyboard = finished(written.storyboard, wish.brief)
    text = storyboard.model_dump_json(indent=2)
    if out is None:
        click.echo(text)
    else:
        write_text(Path(out), f"{text}\n")
        click.echo(out)
