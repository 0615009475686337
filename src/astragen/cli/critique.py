"""`astragen critique`: the report card of a storyboard, worst first, before a frame is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from astragen.cli.wish import STORYBOARD_SUFFIX
from astragen.errors import InputError

if TYPE_CHECKING:
    from astragen.model.brief import Brief
    from astragen.model.storyboard import Storyboard
    from astragen.plan.critique import ReportCard

NAMED = 6  # shots that a line names; the others are counted


@click.command(short_help="Say what is weak in a storyboard.", epilog="For example: astragen critique board.json")
@click.argument("source", metavar="STORYBOARD")
@click.option("--prompt", metavar="TEXT", help="What it was written from. [default: as its film was asked for]")
@click.option("--json", "as_json", is_flag=True, help="Print the report card as JSON.")
def critique(*, source: str, prompt: str | None, as_json: bool) -> None:
    """Judge STORYBOARD, a JSON file or - for stdin: nine marks from 0 to 1, the worst first, with the next act."""
    card = card_of(source, prompt)
    click.echo(card.model_dump_json(indent=2) if as_json else told(card))


def card_of(source: str, prompt: str | None) -> ReportCard:
    """The report card of the storyboard that *source* names, as it was asked for where that is known.

    Raises:
        InputError: it cannot be read, or is no storyboard.
    """
    from astragen.cli.source import read_source
    from astragen.plan.critique import critique as judge

    board = read_source(source)
    if isinstance(board, str):
        raise InputError(
            "critique judges a storyboard, and was given text.",
            hint="Write one first: astragen plan PROMPT -o board.json",
        )
    brief = _brief_beside(source, board)
    asked = prompt if prompt is not None else brief.prompt if brief else ""
    return judge(board, prompt=asked, seconds=brief.seconds if brief else None, fps=brief.fps if brief else 24)


def _brief_beside(source: str, board: Storyboard) -> Brief | None:
    """What was asked of the film that the storyboard lies beside; None without one."""
    from pydantic import ValidationError

    from astragen.model.film import FilmReport

    if not source.endswith(STORYBOARD_SUFFIX):
        return None
    try:
        raw = Path(source.removesuffix(STORYBOARD_SUFFIX) + ".report.json").read_bytes()
        report = FilmReport.model_validate_json(raw)
    except (OSError, ValidationError):  # no report, or of something else: as if it were not there
        return None
    return report.brief if report.title == board.title else None


def told(card: ReportCard) -> str:
    """*card* for people: one row a mark, the worst first."""
    rows = [f"{card.title}: {card.overall:.2f} of 1, {card.words_per_s:.1f} words a second", ""]
    for mark in card.worst_first:
        more = f" +{len(mark.shots) - NAMED}" if len(mark.shots) > NAMED else ""
        where = f" [{' '.join(mark.shots[:NAMED])}{more}]" if mark.shots else ""
        rows.append(f"{mark.score:.2f}  {mark.name:<10}  {mark.finding}{where}")
        rows += [f"{'':<18}{mark.act}"] if mark.act else []
    return "\n".join(rows)
