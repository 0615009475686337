import numpy as np
import pytest

from astragen.builtin.painter.colour import mix, ramp, rgb, ycc


def test_rgb_reads_hex_as_floats():
    """#ff8000 is (1, 0.502, 0)."""
    assert rgb("#ff8000") == pytest.approx([1, 128 / 255, 0])


def test_mix_ends_are_the_colours_themselves():
    """t = 0 gives the first colour, t = 1 the second."""
    assert mix("#123456", "#fedcba", 0.0) == pytest.approx(rgb("#123456"), abs=2e-3)
    assert mix("#123456", "#fedcba", 1.0) == pytest.approx(rgb("#fedcba"), abs=2e-3)


def test_mix_of_blue_and_yellow_is_not_grey_mud():
    """OKLab's middle of blue and yellow is lighter than the sRGB mean of both."""
    assert mix("#0000ff", "#ffff00", 0.5).sum() > rgb("#808080").sum()


def test_ramp_passes_through_its_stops():
    """A stop's position gives the stop's colour."""
    colours = ramp([(0, "#000000"), (0.5, "#ff0000"), (1, "#ffffff")], np.array([0, 0.5, 1], np.float32))
    assert colours[1] == pytest.approx([1, 0, 0], abs=0.02)
    assert colours[2] == pytest.approx([1, 1, 1], abs=0.02)


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ("#000000", (16, 128, 128)),
        ("#ffffff", (235, 128, 128)),
        ("#ff0000", (63, 102, 240)),
        ("#0000ff", (32, 240, 118)),
    ],
    ids=["black", "white", "red", "blue"],
)
def test_ycc_gives_bt709_limited_codes(colour, expected):
    """The primaries land on the codes that ITU-R BT.709-6 item 3.5 gives for 8 bits."""
    assert [round(value) for value in ycc(colour)] == list(expected)
