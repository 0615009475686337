import numpy as np

from astragen.builtin.painter.treatment.lines import Outline, Thin
from astragen.builtin.painter.treatment.sheet import Sheet

SHEET = Sheet(320, 180, 1)


def test_a_line_runs_along_a_border_and_nowhere_else():
    """Ink on the dark side of a step, none on flat ground or a slow ramp."""
    half = np.tile(np.linspace(90, 110, 160).astype(np.uint8), (90, 1))
    half[:, 80:] = 200

    cover = Outline(SHEET, 6, 3, 10)(half, np.empty((180, 320), np.uint8))

    assert cover[90, 150:160].max() > 200
    assert cover[90, 20:140].max() == 0
    assert cover[90, 180:].max() == 0


def test_a_thin_bright_stroke_is_drawn_once():
    """A white hair on dark is a stroke; a white wall is not; lines about the hair give way to it."""
    y = np.full((180, 320), 60, np.uint8)
    y[:, 100] = 220
    y[:, 200:] = 220
    thin = Thin(SHEET, widest=18)

    strokes = thin(y)
    lines = thin.instead(np.full_like(y, 90), strokes)

    assert strokes[90, 100] == 255
    assert strokes[90, 210:].max() == 0
    assert (lines[90, 100], lines[90, 101], lines[90, 50]) == (255, 0, 90)
