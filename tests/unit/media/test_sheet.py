"""Tests of media/sheet.py."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from astragen.errors import ProbeError, RenderError
from astragen.media.colour import planes_of
from astragen.media.encoder import encode
from astragen.media.sheet import PAGE_WIDTH, Panel, sheet

COLOURS = [(200, 40, 40), (40, 160, 60), (50, 70, 200), (200, 190, 60), (150, 60, 170)]


@pytest.fixture
def film(tmp_path, profile):
    """Five shots of six frames, each of one colour."""
    shots = [planes_of(np.full((72, 128, 3), colour, np.uint8)) for colour in COLOURS]
    encode([shots[n // 6] for n in range(30)], 30, profile, tmp_path / "film.mp4")
    return tmp_path / "film.mp4"


def _page(path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"), int)


def _panels() -> list[Panel]:
    return [Panel(6 * n + 3, f"s1-{n + 1} · wide · push in\nThe line of shot {n + 1}.") for n in range(5)]


def test_panels_stand_in_reading_order(film, tmp_path):
    """Three a row: the first three colours across, the other two under them, the rest page."""
    sheet(film, tmp_path / "sheet.jpg", _panels(), title="Colours")

    page = _page(tmp_path / "sheet.jpg")

    assert page.shape[1] == PAGE_WIDTH
    rows = [y for y in range(page.shape[0]) if np.abs(page[y, PAGE_WIDTH // 6] - COLOURS[0]).max() < 12]
    below = [y for y in range(page.shape[0]) if np.abs(page[y, PAGE_WIDTH // 6] - COLOURS[3]).max() < 12]
    columns = [PAGE_WIDTH // 6, PAGE_WIDTH // 2, 5 * PAGE_WIDTH // 6]
    for x, colour in zip(columns, COLOURS[:3], strict=True):
        assert np.abs(page[rows[len(rows) // 2], x] - colour).max() < 12
    assert np.abs(page[below[len(below) // 2], columns[1]] - COLOURS[4]).max() < 12
    assert page[below[len(below) // 2], columns[2]].max() < 40
    assert len(rows) == len(below)


def test_captions_are_set_under_their_pictures(film, tmp_path):
    """A panel with a caption has ink under its picture; one without has none but its time."""
    captioned, bare = _panels()[0], Panel(9, "")

    sheet(film, tmp_path / "sheet.jpg", [captioned, bare], title="Two", columns=2)

    page = _page(tmp_path / "sheet.jpg")
    under = page[-120:].max(axis=2) > 100
    assert under[:, 60 : PAGE_WIDTH // 4].sum() > 500
    assert under[:, PAGE_WIDTH // 2 + 40 : 3 * PAGE_WIDTH // 4].sum() == 0


def test_no_panels_are_no_sheet(film, tmp_path):
    """An empty sheet is refused."""
    with pytest.raises(RenderError, match="at least one panel"):
        sheet(film, tmp_path / "sheet.jpg", [], title="None")


def test_a_panel_past_the_end_is_an_error(film, tmp_path):
    """A frame that the film has not is named."""
    with pytest.raises(ProbeError, match="no frame 30"):
        sheet(film, tmp_path / "sheet.jpg", [Panel(30, "s9")], title="Late")
