import numpy as np
import pytest

from astragen.builtin.painter.colour import ycc
from astragen.builtin.painter.light import light_of
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.tones import Tones, as_byte, level_homography
from astragen.model.view import View


def test_pack_gives_the_tables_colour_times_the_cover():
    """Full cover keeps the colour; half cover halves every channel; none is empty."""
    tones = Tones(((0.0, "#000000"), (1.0, "#ff8000")))
    bright = np.full((1, 3), 255, np.uint8)
    pixels = tones.pack(bright, np.array([[255, 128, 0]], np.uint8)).astype(int)
    assert pixels[0, 0, :3] == pytest.approx(ycc("#ff8000"), abs=1)
    assert pixels[0, 1, :3] == pytest.approx(np.array(ycc("#ff8000")) * 128 / 255, abs=2)
    assert pixels[0, :, 3].tolist() == [255, 128, 0]
    assert pixels[0, 2].max() == 0


def test_bytes_are_clipped():
    """Below 0 and above 1 nothing wraps."""
    assert as_byte(np.array([-1.0, 0.0, 0.5, 1.0, 2.0], np.float32)).tolist() == [0, 0, 127, 255, 255]


@pytest.mark.parametrize(
    "view", [View(), View(truck=0.1), View(dolly=0.2), View(pedestal=0.05, pan=0.03, zoom=1.1)], ids=str
)
def test_a_row_of_level_ground_moves_as_a_plate_at_its_distance(recipe, view):
    """A point of the plane lies where a plate hung at the distance of its row lies."""
    stage = Stage(160, 90, light_of(recipe()))
    reach = 6.0 * 0.3 * stage.height
    for x, down in ((40.0, 20.0), (120.0, 35.0)):
        y = stage.horizon + down
        seen = level_homography(stage, Moment(0.0, 0, view), reach) @ np.array([x, y, 1.0])
        k, tx, ty = stage.project(reach / down, view)
        assert seen[:2] / seen[2] == pytest.approx((x * k + tx, y * k + ty), abs=1e-6)
