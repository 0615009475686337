"""What holds for every style that redraws the picture."""

from functools import cache
from itertools import combinations, pairwise

import cv2
import numpy as np
import pytest

from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.treatment import Treatment, treatment_for

STYLES = [style for style, row in read_table("styles.json").items() if "treatment" in row]
UNSTEADY = "vintage"  # weave, flicker and dust are what it is for; see test_film
BOILING = {"sketch", "chalkboard"}  # drawn anew every third frame
# How much more may change between two frames of a slow push than in the plain picture: mean of all
# pixels. Flat paint hides motion; few washes, white lines on a dark ground, and black and white raise
# the contrast of what moves.
LIVELIEST = {
    "pastel": 0.7,
    "watercolour": 1.0,
    "oil": 1.1,
    "ink": 2.2,
    "noir": 2.1,
    "chalkboard": 2.4,
    "neon": 2.5,
    "blueprint": 2.5,
}
USUAL = 1.9


@cache
def treatment(style: str) -> Treatment:
    made = treatment_for(style, 320, 180, 5)
    assert made is not None
    return made


def treated(style, planes, number=48):
    treatment(style)(*planes, number)
    return planes


@pytest.mark.parametrize("style", STYLES)
def test_codes_stay_in_the_limited_range(style, frame):
    """What leaves is what the encoder expects."""
    y, u, v = treated(style, frame(0))
    assert (y.min() >= 16, y.max() <= 235) == (True, True)
    assert (min(u.min(), v.min()) >= 16, max(u.max(), v.max()) <= 240) == (True, True)


@pytest.mark.parametrize("style", STYLES)
def test_a_frame_does_not_depend_on_the_frames_before(style, frame):
    """The same planes and number give the same result, whatever was treated between."""
    first = treated(style, frame(0), -7)
    treated(style, frame(9), 3)
    again = treated(style, frame(0), -7)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("style", [style for style in STYLES if style != UNSTEADY])
def test_a_still_picture_stays_still(style, frame):
    """Paper and brush do not crawl: the drawing of frame 48 is held for three frames at least."""
    planes = [treated(style, frame(0), number) for number in (48, 50)]
    assert all(np.array_equal(a, b) for a, b in zip(*planes, strict=True))


@pytest.mark.parametrize("style", sorted(BOILING))
def test_drawn_lines_boil_from_drawing_to_drawing(style, frame):
    """The fourth frame is another drawing of the same, and the tenth the first one again."""
    first, second, again = (treated(style, frame(0), number).y for number in (48, 51, 57))
    assert 0.05 < cv2.absdiff(first, second).mean() < 8
    assert np.array_equal(first, again)


@pytest.mark.parametrize("style", [style for style in STYLES if style != UNSTEADY])
def test_a_slow_push_does_not_flicker(style, frame):
    """Over six frames of a push, the picture changes little more than the plain one does."""
    pushes = [0.25 * step for step in range(6)]
    plain = [frame(push).y for push in pushes]
    drawn = [treated(style, frame(push), 48 + step).y for step, push in enumerate(pushes)]
    change = [np.mean([cv2.absdiff(a, b).mean() for a, b in pairwise(row)]) for row in (plain, drawn)]
    assert change[1] / change[0] < LIVELIEST.get(style, USUAL)


@pytest.mark.parametrize("style", STYLES)
def test_lettering_stays_readable(style, frame):
    """White letters on a dark board stay apart from it by a quarter of the scale, dark or light."""
    source = frame(0).y
    board = np.zeros_like(source, bool)
    board[20:50, 134:306] = True
    ink = board & (source > 190)
    ground = board & (cv2.dilate(source, np.ones((7, 7), np.uint8)) < 80)
    y = treated(style, frame(0)).y
    assert abs(float(y[ink].mean()) - float(y[ground].mean())) > 50


def test_every_style_is_a_picture_of_its_own(frame):
    """No two styles give the same picture: a viewer sees which was chosen."""
    small = {}
    for style in STYLES:
        planes = treated(style, frame(0))
        small[style] = np.stack([cv2.resize(plane, (64, 36), interpolation=cv2.INTER_AREA) for plane in planes]).astype(
            int
        )
    for one, other in combinations(STYLES, 2):
        assert np.abs(small[one] - small[other]).mean() > 2.5, (one, other)


@pytest.mark.parametrize(("width", "height"), [(90, 160), (128, 128), (168, 72)], ids=["tall", "square", "wide"])
def test_every_style_takes_any_shape_of_frame(width, height):
    """Phones, squares and wide screens are treated as well, at small sizes."""
    for style in STYLES:
        y = np.full((height, width), 120, np.uint8)
        u, v = (np.full((height // 2, width // 2), code, np.uint8) for code in (110, 150))
        made = treatment_for(style, width, height, 2)
        assert made is not None
        made(y, u, v, 0)
        assert y.std() < 60


def test_another_seed_is_another_sheet(frame):
    """Strokes and paper of two shots differ: the second does not look like a screen door over the first."""
    one, other = treatment_for("oil", 320, 180, 1), treatment_for("oil", 320, 180, 2)
    first, second = frame(0), frame(0)
    one(*first, 0)
    other(*second, 0)
    assert cv2.absdiff(first.y, second.y).mean() > 1
