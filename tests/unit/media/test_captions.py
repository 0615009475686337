"""Caption files, and captions in the picture."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.captions import CaptionOverlay, overlay, srt, vtt
from astragen.media.colour import black, planes_of, rgb_of
from astragen.model.planes import Planes
from astragen.model.timeline import Cue

CUES = (
    Cue(start=24, end=105, text="The keeper climbs\nthe stairs."),
    Cue(start=107, end=86_400 + 25, text='Tom & "Jerry" <b>\n\na --> b'),
)
TWO_ROWS = "The lighthouse keeper climbs\nthe stairs one last time."
SHAPES = {"16:9": (640, 360), "9:16": (202, 360), "1:1": (360, 360), "21:9": (840, 360)}


def grey(width: int, height: int, level: int) -> Planes:
    return planes_of(np.full((height, width, 3), level, np.uint8))


def box(one: CaptionOverlay) -> tuple[slice, slice]:
    return slice(one.y, one.y + one.luma.shape[0]), slice(one.x, one.x + one.luma.shape[1])


def test_srt_is_numbered_and_keeps_the_text():
    """Times have milliseconds after a comma; an empty row, which would end the cue, is left out."""
    assert srt(CUES, 24) == (
        "1\n"
        "00:00:01,000 --> 00:00:04,375\n"
        "The keeper climbs\n"
        "the stairs.\n"
        "\n"
        "2\n"
        "00:00:04,458 --> 01:00:01,042\n"
        'Tom & "Jerry" <b>\n'
        "a --> b\n"
    )


def test_vtt_escapes_what_is_markup():
    """Ampersands and angle brackets are escaped, so that no text is taken for a tag or a time."""
    assert vtt(CUES, 24) == (
        "WEBVTT\n"
        "\n"
        "00:00:01.000 --> 00:00:04.375\n"
        "The keeper climbs\n"
        "the stairs.\n"
        "\n"
        "00:00:04.458 --> 01:00:01.042\n"
        'Tom &amp; "Jerry" &lt;b&gt;\n'
        "a --&gt; b\n"
    )


def test_no_cues_make_valid_files():
    """A film without words has an empty SubRip file and a bare WebVTT header."""
    assert srt((), 24) == ""
    assert vtt((), 24) == "WEBVTT\n"


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_stamps_name_the_frame_they_came_from(fps: int):
    """Every frame of a minute keeps its own time: rounded to milliseconds, it is still the nearest frame."""
    frames = range(0, 60 * fps, 7)
    text = srt([Cue(start=frame, end=frame + 1, text="x") for frame in frames], fps)
    stamps = re.findall(r"(\d+):(\d+):(\d+),(\d+) -->", text)

    found = [round((int(m) * 60 + int(s) + int(ms) / 1000) * fps) for _, m, s, ms in stamps]
    assert found == list(frames)


@pytest.mark.parametrize("level", [250, 128, 5], ids=["snow", "grey", "night"])
def test_letters_stand_out_on_any_background(level: int):
    """White letters on a plate at least 90 levels darker, on snow as at night."""
    planes = grey(640, 360, level)
    one = overlay(TWO_ROWS, 640, 360, "en")
    one.blend(planes)
    inside = planes.y[box(one)]

    assert inside.max() >= 233
    assert np.median(inside) < 235 - 90


def test_a_caption_touches_only_its_box():
    """Outside its box the frame is as it was."""
    planes, before = grey(640, 360, 128), grey(640, 360, 128)
    one = overlay(TWO_ROWS, 640, 360, "en")
    one.blend(planes)
    planes.y[box(one)] = before.y[box(one)]

    np.testing.assert_array_equal(planes.y, before.y)


def test_a_caption_is_grey():
    """On a grey frame chroma stays neutral; on a coloured one it only fades towards it."""
    planes = grey(640, 360, 90)
    overlay(TWO_ROWS, 640, 360, "en").blend(planes)
    red = planes_of(np.full((360, 640, 3), (220, 30, 30), np.uint8))
    strength = int(red.v[0, 0])
    overlay(TWO_ROWS, 640, 360, "en").blend(red)

    assert int(np.abs(planes.u.astype(int) - 128).max()) <= 1
    assert int(red.v.min()) >= 127
    assert int(red.v.max()) <= strength


def test_blending_is_the_over_operation():
    """Blended planes are within a level of letters and shadow laid over the picture in RGB."""
    planes = grey(640, 360, 200)
    one = overlay(TWO_ROWS, 640, 360, "en")
    under = planes.y[box(one)].astype(float)
    one.blend(planes)

    expected = under * one.luma_left / 255 + one.luma
    assert np.abs(planes.y[box(one)] - expected).max() <= 1


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_caption_lies_inside_the_title_safe_area(shape: tuple[int, int]):
    """Centred, even-sided at an even place, inside 90 % of the width, above the bottom margin; higher on 9:16."""
    width, height = shape
    one = overlay("The keeper climbs\nthe stairs.", width, height, "en")
    planes = black(width, height)
    one.blend(planes)
    rows, columns = np.nonzero(planes.y > 128)

    assert {one.x % 2, one.y % 2, one.luma.shape[0] % 2, one.luma.shape[1] % 2} == {0}
    assert columns.min() >= 0.05 * width
    assert abs(columns.min() + columns.max() - (width - 1)) <= 2
    assert rows.max() <= height * (0.84 if width < height else 0.93)


def test_the_last_baseline_is_the_same_for_all_cues():
    """One row or two, with or without descenders: the last row does not jump."""
    bottoms = set()
    for text in ("Storm", "Storm\nStorm", "gypsy queen\nStorm"):
        planes = black(640, 360)
        overlay(text, 640, 360, "en").blend(planes)
        bottoms.add(int(np.nonzero(planes.y > 200)[0].max()))

    assert len(bottoms) == 1


def test_tall_scripts_get_more_room_between_rows():
    """Burmese rows do not touch, though their marks reach far above and below."""
    planes = black(640, 360)
    overlay("ကြော်ငြာ ဦးဥက္ကဋ္ဌ\nကြော်ငြာ ဦးဥက္ကဋ္ဌ", 640, 360, "my").blend(planes)
    inked = (planes.y > 120).any(axis=1)
    first, last = np.nonzero(inked)[0][[0, -1]]

    assert not inked[first:last].all()


def test_rows_too_wide_are_set_smaller_or_broken_again():
    """Nothing leaves the title-safe area, however wide the row and narrow the frame."""
    for text in ("W" * 30, "W" * 200, "wide words " * 30):
        for width, height in SHAPES.values():
            planes = black(width, height)
            overlay(text, width, height, "en").blend(planes)
            columns = np.nonzero(planes.y > 100)[1]
            assert columns.min() >= 0.05 * width - 2
            assert columns.max() <= 0.95 * width + 2


@pytest.mark.parametrize("text", ["", " \n ", "\x07", "\u200b"])
def test_nothing_to_see_changes_nothing(text: str):
    """An empty caption leaves the frame as it was."""
    planes = grey(64, 36, 128)
    overlay(text, 64, 36, "en").blend(planes)

    np.testing.assert_array_equal(planes.y, grey(64, 36, 128).y)


def test_a_frame_of_another_size_is_refused():
    """The message names both sizes."""
    with pytest.raises(RenderError, match="drawn for 640x360 cannot go on a frame of 320x180"):
        overlay("Storm", 640, 360, "en").blend(black(320, 180))


def test_an_overlay_is_drawn_once_and_blends_fast():
    """The second call gives the same object; at 720p a blend takes under 1.5 ms even on a busy machine."""
    one = overlay(TWO_ROWS, 1280, 720, "en")
    planes = grey(1280, 720, 128)
    took = []
    for _ in range(15):
        began = time.perf_counter()
        one.blend(planes)
        took.append(time.perf_counter() - began)

    assert overlay(TWO_ROWS, 1280, 720, "en") is one
    assert min(took) < 0.0015


def test_the_picture_is_white_letters():
    """Back in RGB the brightest pixels of a caption are neutral white."""
    planes = grey(640, 360, 60)
    overlay(TWO_ROWS, 640, 360, "en").blend(planes)
    picture = rgb_of(planes).reshape(-1, 3)
    brightest = picture[picture.sum(axis=1) > 740]

    assert len(brightest) > 200
    assert np.ptp(brightest.astype(int), axis=1).max() <= 6
