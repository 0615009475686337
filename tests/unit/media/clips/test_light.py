"""The tone map: known luminances of PQ and HLG, and the table against the formulas."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.media.clips.conform import Conformer
from astragen.media.clips.light import Primaries, Transfer, is_beyond_sdr, to_bt709
from clips import BT709, BT2020, LIMITED, coded, ycc


def coded_pq(nits: np.ndarray) -> np.ndarray:
    """E' of luminances in cd/m2 (SMPTE ST 2084, the inverse of what is tested)."""
    power = (nits / 10_000) ** (2610 / 16384)
    return ((3424 + 2413 * 32 * power) / (4096 + 2392 * 32 * power)) ** (2523 / 4096 * 128)


def level(coded_grey: float, transfer: int) -> float:
    """The level of 255 that a grey becomes."""
    return float(to_bt709(np.full((1, 3), coded_grey), transfer, Primaries.BT2020)[0, 0] * 255)


def test_below_the_knee_light_is_left_as_it_is():
    """PQ of 50 cd/m2 is 50/203 of white, coded with gamma 2.4."""
    assert level(0.4403, Transfer.PQ) == pytest.approx(255 * (50 / 203) ** (1 / 2.4), abs=0.5)


@pytest.mark.parametrize(("pq", "hlg"), [(0.5807, 0.75), (0.7518, 1.0)])
def test_pq_and_hlg_agree_where_the_recommendation_puts_them(pq, hlg):
    """Reference white and the peak are the same grey in both."""
    assert level(pq, Transfer.PQ) == pytest.approx(level(hlg, Transfer.HLG), abs=1)


def test_highlights_are_told_apart_up_to_the_peak():
    """Reference white keeps room above it; 1,000 cd/m2 is white, and nothing is ever beyond."""
    greys = [level(value, Transfer.PQ) for value in np.linspace(0, 1, 101)]

    assert 220 < level(0.5807, Transfer.PQ) < 235
    assert level(0.7518, Transfer.PQ) == pytest.approx(255, abs=0.5)
    assert max(greys) <= 255
    assert (np.diff(greys[:76]) > 0).all()


@pytest.mark.parametrize("primaries", list(Primaries))
def test_white_has_no_colour(primaries):
    """Greys of any gamut stay grey, P3 under its own white too."""
    assert np.ptp(to_bt709(np.full((1, 3), 0.6), 1, primaries)) < 1e-6


def test_a_colour_that_both_gamuts_have_is_the_same_light():
    """BT.709's red, written in BT.2020, comes back as BT.709's red (matrix of ITU-R BT.2087-0, item 4)."""
    red_in_2020 = np.array([[0.6274, 0.0691, 0.0164]]) ** (1 / 2.4)

    assert to_bt709(red_in_2020, 1, Primaries.BT2020)[0] == pytest.approx([1, 0, 0], abs=0.03)


@pytest.mark.parametrize(
    ("transfer", "primaries", "is_beyond"), [(1, 1, False), (2, 2, False), (16, 2, True), (1, 9, True)]
)
def test_only_hdr_and_wide_gamut_take_the_table(transfer, primaries, is_beyond):
    """BT.709 and untagged pictures are left alone."""
    assert is_beyond_sdr(transfer, primaries) is is_beyond


@pytest.mark.parametrize("transfer", [Transfer.PQ, Transfer.HLG, 1])
def test_frames_are_as_the_formulas_say_within_two_levels(transfer):
    """Ten-bit bars in BT.2020, through the filters and the table."""
    lights = [(203,) * 3, (100,) * 3, (20,) * 3, (600, 300, 150), (90, 100, 150), (100, 40, 30), (900,) * 3]
    colours = np.rint(coded_pq(np.array(lights)) * 255)  # cd/m2 to levels; as HLG and SDR they are other colours
    picture = colours.astype(np.uint8)[None].repeat(24, axis=1).repeat(96, axis=0)
    frame = coded(picture, "yuv420p10le", matrix=BT2020)
    frame.colorspace, frame.color_range = BT2020, LIMITED
    frame.color_trc, frame.color_primaries = transfer, Primaries.BT2020

    planes = Conformer(168, 96, pixel_aspect=None).planes(frame)

    expected = ycc(to_bt709(colours / 255, transfer, Primaries.BT2020) * 255, BT709, LIMITED)
    got = [[planes.y[48, 12 + 24 * bar], planes.u[24, 6 + 12 * bar], planes.v[24, 6 + 12 * bar]] for bar in range(7)]
    assert np.abs(np.array(got, float) - expected).max() <= 2
