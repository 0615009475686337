"""Where captions stand."""

from __future__ import annotations

import pytest

from astragen.model.safe_area import band_top, caption_area, captions_top, letterbox_bar

SHAPES = ((1920, 1080), (1080, 1920), (1080, 1080), (1080, 1350), (2520, 1080))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_area_is_centred_and_title_safe(shape: tuple[int, int]):
    """At least 5 % is left free on every side, as much on the left as on the right; the band is inside it."""
    area = caption_area(*shape)

    assert min(area.left, area.top, 1 - area.right, 1 - area.bottom) >= 0.05
    assert area.left == pytest.approx(1 - area.right)
    assert area.top < band_top(*shape) < captions_top(*shape) < area.bottom


def test_a_tall_frame_keeps_clear_of_the_platform():
    """On 9:16 the lowest fifth and the right eighth hold buttons and text; 4:5 stands in a feed, where nothing does."""
    tall, feed = caption_area(1080, 1920), caption_area(1080, 1350)

    assert tall.bottom <= 0.80
    assert tall.right <= 0.88
    assert feed == caption_area(1920, 1080)


def test_a_letterbox_bar_is_what_its_shape_leaves():
    """2.39 in 16:9 leaves 138.3 of 1080 px below; no letterbox and a narrower picture leave none there."""
    assert letterbox_bar(1920, 1080, 2.39) * 1080 == pytest.approx(138.3, abs=0.1)
    assert letterbox_bar(1920, 1080, 0.0) == 0
    assert letterbox_bar(1920, 1080, 1.33) == 0
    assert caption_area(1920, 1080, lift=0.128).bottom == pytest.approx(0.842)
