"""The contact sheet: one frame a shot on a dark page, its caption under it.

Everything is laid out in `_unit`s of the page's width, so a sheet of any size has the
same proportions. Start reading at `sheet`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.lettering import letter, measure, wrap
from astragen.errors import RenderError
from astragen.media.probe import Picture, probe
from astragen.media.stills import grab, save_jpeg
from astragen.model.planes import U8

PAGE_WIDTH = 2000  # px

# sRGB. Neutral, so that the page lends the pictures no cast; the accent is for shot numbers alone.
_PAGE, _RULE, _FRAME = (22, 22, 23), (58, 58, 60), (48, 48, 50)
_TITLE, _HEADING, _TEXT, _ACCENT = (240, 239, 236), (214, 213, 210), (150, 150, 150), (226, 180, 110)

_UNIT = PAGE_WIDTH / 100
_MARGIN, _GUTTER = round(3.2 * _UNIT), round(1.6 * _UNIT)
_TITLE_PX, _META_PX = 1.9 * _UNIT, 0.85 * _UNIT
_HEAD_ROWS = 6.6  # units from the page's top to the first pictures
_TEXT_ROWS = 3  # of a line under a picture
_LEADING = 1.4  # em from baseline to baseline


class Panel(NamedTuple):
    """A picture of the sheet.

    frame: its number in the film.
    caption: the first row says which shot and how it is seen ("s1-2 · wide · push in"); its first
        word is accented. The rest is the shot's line.
    """

    frame: int
    caption: str


class _Grid(NamedTuple):
    """Where panels go, in px."""

    columns: int
    picture_width: int
    picture_height: int
    cell_height: int
    size_px: float


def sheet(
    film: Path, out: Path, panels: Sequence[Panel], *, title: str, columns: int | None = None, language: str = "en"
) -> None:
    """Write the contact sheet of *film* as the JPEG *out*, PAGE_WIDTH wide.

    Args:
        film: an MP4 of ours.
        out: replaced when it exists.
        panels: in reading order, as a rule the middle frame of each shot.
        title: set over the pictures.
        columns: pictures a row; None: by the film's shape, 3 for 16:9.
        language: of the captions.

    Raises:
        RenderError: no panels, or the file cannot be written.
        ProbeError: *film* is no video or has no such frame.
    """
    if not panels:
        raise RenderError("A contact sheet needs at least one panel.")
    picture = probe(film).picture
    if picture is None:
        raise RenderError(f"{film.name} has no pictures for a contact sheet.")
    frames = grab(film, [panel.frame for panel in panels])
    grid = _grid(picture, panels, min(columns or _columns_for(picture), len(panels)), language)
    page = _page(grid, len(panels))
    _draw_head(page, title, picture, len(panels), language)
    for place, (panel, frame) in enumerate(zip(panels, frames, strict=True)):
        row, column = divmod(place, grid.columns)
        x = _MARGIN + column * (grid.picture_width + _GUTTER)
        y = round(_HEAD_ROWS * _UNIT) + row * grid.cell_height
        _draw_panel(page, frame, panel, (x, y), grid, float(panel.frame / picture.fps), language)
    save_jpeg(page, out)


def _columns_for(picture: Picture) -> int:
    shape = picture.width / picture.height
    if shape > 2:
        return 2
    return 3 if shape > 1.2 else 4 if shape > 0.75 else 5


def _grid(picture: Picture, panels: Sequence[Panel], columns: int, language: str) -> _Grid:
    width = (PAGE_WIDTH - 2 * _MARGIN - (columns - 1) * _GUTTER) // columns
    height = round(width * picture.height / picture.width)
    size = min(max(width / 34, 0.72 * _UNIT), 1.1 * _UNIT)
    rows = max(len(_line_rows(panel, width, size, language)) for panel in panels)
    return _Grid(columns, width, height, height + round(size * (1.9 + _LEADING * rows)) + _GUTTER, size)


def _line_rows(panel: Panel, width: int, size_px: float, language: str) -> tuple[str, ...]:
    line = panel.caption.partition("\n")[2]
    return wrap(line, size_px, width, weight=400, language=language, max_lines=_TEXT_ROWS)


def _page(grid: _Grid, panels: int) -> U8:
    rows = -(-panels // grid.columns)
    height = round(_HEAD_ROWS * _UNIT) + rows * grid.cell_height + _MARGIN // 2
    return np.full((height, PAGE_WIDTH, 3), _PAGE, np.uint8)


def _draw_head(page: U8, title: str, picture: Picture, panels: int, language: str) -> None:
    seconds = float(picture.frames / picture.fps)
    shots = "1 shot" if panels == 1 else f"{panels} shots"
    meta = f"{shots}  ·  {_clock(seconds)}  ·  {picture.width} × {picture.height}  ·  {round(picture.fps)} fps"
    meta_width = measure(meta, _META_PX, weight=400)[0]
    room = PAGE_WIDTH - 2 * _MARGIN - meta_width - 2 * _GUTTER
    baseline = 4.0 * _UNIT
    for row in wrap(title, _TITLE_PX, room, weight=700, language=language, max_lines=1):
        _set(page, row, (_MARGIN, baseline), _TITLE_PX, _TITLE, weight=700, language=language)
    _set(page, meta, (PAGE_WIDTH - _MARGIN - meta_width, baseline), _META_PX, _TEXT, weight=400, language="en")
    y = round(5.2 * _UNIT)
    page[y : y + 2, _MARGIN : PAGE_WIDTH - _MARGIN] = _RULE


def _draw_panel(
    page: U8, frame: U8, panel: Panel, corner: tuple[int, int], grid: _Grid, at_s: float, language: str
) -> None:
    x, y = corner
    size = (grid.picture_width, grid.picture_height)
    page[y - 1 : y + size[1] + 1, x - 1 : x + size[0] + 1] = _FRAME
    page[y : y + size[1], x : x + size[0]] = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    heading = panel.caption.partition("\n")[0]
    time = _clock(at_s)
    time_width = measure(time, grid.size_px, weight=400)[0]
    baseline = y + size[1] + 1.6 * grid.size_px
    _draw_heading(page, heading, (x, baseline), size[0] - time_width - grid.size_px, grid.size_px)
    _set(page, time, (x + size[0] - time_width, baseline), grid.size_px, _TEXT, weight=400, language="en")
    for row in _line_rows(panel, size[0], grid.size_px, language):
        baseline += _LEADING * grid.size_px
        _set(page, row, (x, baseline), grid.size_px, _TEXT, weight=400, language=language)


def _draw_heading(page: U8, heading: str, pen: tuple[float, float], room: float, size_px: float) -> None:
    number, _, rest = heading.partition(" ")
    _set(page, number, pen, size_px, _ACCENT, weight=700, language="en")
    used = measure(f"{number} ", size_px, weight=700)[0]
    for row in wrap(rest, size_px, room - used, weight=500, max_lines=1):
        _set(page, row, (pen[0] + used, pen[1]), size_px, _HEADING, weight=500, language="en")


def _set(
    page: U8,
    text: str,
    pen: tuple[float, float],
    size_px: float,
    colour: tuple[int, int, int],
    *,
    weight: int,
    language: str,
) -> None:
    """Set one row of *text* with its baseline starting at *pen*, cut at the page's edge."""
    drawn = letter(text, size_px, weight=weight, language=language)
    left, top = max(0, round(pen[0]) + drawn.left), max(0, round(pen[1]) - drawn.top)
    area = page[top : top + drawn.coverage.shape[0], left : left + drawn.coverage.shape[1]]
    coverage = drawn.coverage[: area.shape[0], : area.shape[1], None]
    area[...] = np.rint(area + (np.array(colour, np.float32) - area) * coverage)


def _clock(seconds: float) -> str:
    """Minutes and seconds, as in 1:05."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
