"""The contact sheet of a film, from the files that lie beside it.

What the shots are is read from the storyboard and the report; a film without them is shown by its
chapters, or in even steps. Start reading at `page_of`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from astragen.errors import AstraGenError
from astragen.media.probe import Probe, probe
from astragen.media.sheet import Panel, sheet
from astragen.model.film import FilmReport
from astragen.model.storyboard import Shot, Storyboard
from astragen.model.upgrade import load_storyboard

EVEN_STEPS = 12  # panels of a film that nothing is known about: four rows of three


class Page(NamedTuple):
    """What a sheet shows."""

    title: str
    language: str
    panels: list[Panel]


def draw_sheet(film: Path, out: Path, columns: int | None = None) -> None:
    """Write the contact sheet of *film* as the JPEG *out*; *columns*: None is by the film's shape.

    Raises:
        ProbeError: *film* is no film.
    """
    page = page_of(film)
    sheet(film, out, page.panels, title=page.title, columns=columns, language=page.language)


def page_of(film: Path) -> Page:
    """What the sheet of *film* shows, from the files beside it when they are there and readable.

    Raises:
        ProbeError: *film* is no film.
    """
    known = probe(film)
    beside = _beside(film)
    if beside is not None:
        storyboard, report = beside
        return Page(storyboard.title, storyboard.language, shot_panels(storyboard, report))
    return Page(
        known.title or film.stem, "en", chapter_panels(known) if len(known.chapters) > 1 else even_panels(known)
    )


def _beside(film: Path) -> tuple[Storyboard, FilmReport] | None:
    """The storyboard and the report beside *film*, or None when either is missing or of something else."""
    try:
        storyboard = load_storyboard(film.with_suffix(".storyboard.json").read_text(encoding="utf-8"))
        report = FilmReport.model_validate_json(film.with_suffix(".report.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, AstraGenError, ValidationError):
        return None
    is_of_it = [shot.id for shot in storyboard.shots] == [shot.shot for shot in report.shots]
    return (storyboard, report) if is_of_it else None


def shot_panels(storyboard: Storyboard, report: FilmReport) -> list[Panel]:
    """The middle frame of every shot, with how it is seen and what is said."""
    panels = []
    start = 0
    for shot, made in zip(storyboard.shots, report.shots, strict=True):
        panels.append(Panel(start + made.frames // 2, f"{_heading(shot)}\n{shot.line or shot.title}"))
        start += made.frames
    return panels


def chapter_panels(film: Probe) -> list[Panel]:
    """The middle frame of every chapter, with its title."""
    starts = [chapter.start_s for chapter in film.chapters]
    middles = [(start + stop) / 2 for start, stop in zip(starts, [*starts[1:], film.seconds], strict=True)]
    return [
        Panel(_frame_at(film, middle), f"{number} {chapter.title}")
        for number, (middle, chapter) in enumerate(zip(middles, film.chapters, strict=True), start=1)
    ]


def even_panels(film: Probe) -> list[Panel]:
    """EVEN_STEPS frames at even steps."""
    middles = [film.seconds * (number + 0.5) / EVEN_STEPS for number in range(EVEN_STEPS)]
    return [Panel(_frame_at(film, middle), str(number)) for number, middle in enumerate(middles, start=1)]


def _frame_at(film: Probe, seconds: float) -> int:
    if film.picture is None:
        return 0
    return min(int(seconds * film.picture.fps), film.picture.frames - 1)


def _heading(shot: Shot) -> str:
    return f"{shot.id} · {shot.size} · {shot.move}".replace("_", " ")
