"""Tests of media/palette.py: numbers in CIE Lab."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.palette import SCALE_MAX, SHIFT_MAX, WAY, change_towards, lab_stats, match_file, matched
from astragen.model.planes import U8


def picture(mean: tuple[float, float, float], deviation: float = 12.0, seed: int = 1) -> U8:
    """Soft patches whose Lab values lie about *mean*."""
    soft = cv2.GaussianBlur(np.random.default_rng(seed).standard_normal((120, 160, 3)), (0, 0), 6)
    lab = np.array(mean) + soft / soft.std((0, 1)) * deviation * [1, 0.7, 0.7]
    rgb = cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB)
    return np.asarray(np.clip(np.rint(255 * rgb), 0, 255), np.uint8)


def saved(path: Path, rgb: U8) -> Path:
    """*rgb* as a PNG at *path*."""
    cv2.imwrite(str(path), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    return path


def test_stats_are_those_of_lab():
    """sRGB (119, 119, 119) is L 50; red has a 80 and b 67 (within 0.5)."""
    grey = lab_stats(np.full((50, 70, 3), 119, np.uint8))
    red = lab_stats(np.full((50, 70, 3), (255, 0, 0), np.uint8))

    assert grey.mean == pytest.approx([50.0, 0, 0], abs=0.5)
    assert red.mean == pytest.approx([53.2, 80.1, 67.2], abs=0.5)
    assert grey.is_grey


def test_a_picture_goes_part_of_the_way():
    """A difference of 6 in b becomes one of 3.6; lightness, which agrees, stays."""
    own, anchor = picture((55, 5, 10)), picture((55, 5, 16), seed=2)
    before = lab_stats(anchor).mean - lab_stats(own).mean
    change = change_towards(lab_stats(own), lab_stats(anchor))
    assert change is not None

    after = lab_stats(anchor).mean - lab_stats(matched(own, change)).mean

    assert after == pytest.approx((1 - WAY) * before, abs=0.35)


def test_a_picture_never_goes_far():
    """Towards a dark blue one it goes by SHIFT_MAX and no further, and its contrast by SCALE_MAX."""
    own, anchor = picture((70, 10, 25), 8), picture((30, -5, -30), 16, seed=2)
    change = change_towards(lab_stats(own), lab_stats(anchor))
    assert change is not None
    result = lab_stats(matched(own, change))

    assert (np.abs(result.mean - lab_stats(own).mean) <= np.array(SHIFT_MAX) + 0.4).all()
    assert np.abs(change.shift)[[0, 2]] == pytest.approx([SHIFT_MAX[0], SHIFT_MAX[2]])
    assert change.scale == pytest.approx([SCALE_MAX] * 3)


def test_deviations_come_nearer():
    """A flat picture gains contrast towards a rich one, and loses it the other way."""
    flat, rich = picture((55, 5, 10), 8), picture((55, 5, 10), 14, seed=2)
    up, down = change_towards(lab_stats(flat), lab_stats(rich)), change_towards(lab_stats(rich), lab_stats(flat))
    assert up is not None
    assert down is not None

    assert lab_stats(matched(flat, up)).deviation[0] > lab_stats(flat).deviation[0] + 0.5
    assert lab_stats(matched(rich, down)).deviation[0] < lab_stats(rich).deviation[0] - 0.5


def grey() -> U8:
    """Black and white."""
    return np.repeat(picture((55, 0, 0))[..., 1:2], 3, axis=2)


def sepia() -> U8:
    """Black and white, toned."""
    tint = np.array([14, 0, -22])
    return np.asarray(np.clip(grey().astype(int) + tint, 0, 255), np.uint8)


@pytest.mark.parametrize("other", [grey(), sepia()], ids=["grey", "sepia"])
def test_black_and_white_and_colour_are_left_alone(other):
    """Whichever of the two is the anchor."""
    colour = lab_stats(picture((55, 8, 20)))

    assert change_towards(lab_stats(other), colour) is None
    assert change_towards(colour, lab_stats(other)) is None


def test_black_and_white_stay_what_they_are():
    """Letters and snow get no tint: at both ends of lightness nothing is changed."""
    own = picture((55, 5, 10))
    own[:20], own[-20:] = 0, 255
    change = change_towards(lab_stats(own), lab_stats(picture((45, -10, -20), seed=2)))
    assert change is not None

    result = matched(own, change)

    assert (result[:20] == 0).all()
    assert (result[-20:] == 255).all()
    assert np.abs(result[50:70].astype(int) - own[50:70]).mean() > 3


def test_a_file_is_written_or_left(tmp_path):
    """A near picture is left; another is written as a JPEG, nearer to the anchor, the same bytes each time."""
    anchor = saved(tmp_path / "a.png", picture((55, 5, 18)))
    near, far = saved(tmp_path / "n.png", picture((55, 5, 18), seed=1)), saved(tmp_path / "f.png", picture((60, 5, 6)))

    assert not match_file(near, anchor, tmp_path / "n.jpg", shot="s1-2")
    assert not (tmp_path / "n.jpg").exists()
    for name in ("f.jpg", "g.jpg"):
        assert match_file(far, anchor, tmp_path / name, shot="s1-2")
    assert (tmp_path / "f.jpg").read_bytes() == (tmp_path / "g.jpg").read_bytes()
    written = cv2.cvtColor(cv2.imread(str(tmp_path / "f.jpg")), cv2.COLOR_BGR2RGB)
    gone = lab_stats(np.asarray(written, np.uint8)).mean - lab_stats(picture((60, 5, 6))).mean
    assert gone[2] == pytest.approx(SHIFT_MAX[2], abs=0.4)


def test_a_file_that_is_gone_is_named_by_its_shot(tmp_path):
    """The message says which shot's still cannot be read."""
    anchor = saved(tmp_path / "a.png", picture((55, 5, 18)))

    with pytest.raises(RenderError, match=r"still of shot s1-2 cannot be read"):
        match_file(tmp_path / "none", anchor, tmp_path / "out.jpg", shot="s1-2")
