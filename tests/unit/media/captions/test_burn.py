"""Captions in the picture: every style, every state."""

from __future__ import annotations

import time

import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.captions.burn import captions_over, overlay, overlays
from astragen.media.captions.ink import ACCENT, CaptionOverlay
from astragen.media.captions.typeset import Screen
from astragen.media.colour import black, planes_of, rgb_of
from astragen.model.planes import Planes
from astragen.model.segment import JoinJob, Profile
from astragen.model.timeline import Cue, CueWord
from astragen.model.vocabulary import TransitionKind

TWO_ROWS = "The lighthouse keeper climbs\nthe stairs one last time."
SHAPES = {"16:9": (640, 360), "9:16": (202, 360), "1:1": (360, 360), "21:9": (840, 360)}
SMALL = Screen(320, 180)


def grey(width: int, height: int, level: int) -> Planes:
    return planes_of(np.full((height, width, 3), level, np.uint8))


def box(one: CaptionOverlay) -> tuple[slice, slice]:
    return slice(one.y, one.y + one.luma.shape[0]), slice(one.x, one.x + one.luma.shape[1])


def said(text: str, *, every: int = 10) -> Cue:
    """A cue whose words begin *every* so many frames and leave no pause."""
    words = text.split()
    return Cue(
        start=0,
        end=every * len(words) + 20,
        text=text,
        words=tuple(CueWord(text=word, start=every * n, end=every * (n + 1)) for n, word in enumerate(words)),
    )


def drawn(cue: Cue, frame: int, style: str, screen: Screen = SMALL, fps: int = 24) -> Planes:
    """The caption over a black frame."""
    planes = black(screen.width, screen.height)
    for one in overlays(cue, frame, screen=screen, style=style, fps=fps):
        one.blend(planes)
    return planes


def yellow(planes: Planes) -> np.ndarray:
    """Columns of luma where letters have the accent's hue."""
    return 2 * np.nonzero((planes.u < 90).any(axis=0))[0]


def bright(planes: Planes) -> np.ndarray:
    return np.nonzero((planes.y > 150).any(axis=0))[0]


@pytest.mark.parametrize("style", ["boxed", "clean", "karaoke", "kinetic"])
@pytest.mark.parametrize("level", [250, 128, 5], ids=["snow", "grey", "night"])
def test_letters_stand_out_on_any_background(level: int, style: str):
    """White letters next to what is at least 90 levels darker, on snow as at night."""
    planes = grey(640, 360, level)
    one = overlay(TWO_ROWS, 640, 360, "en", style=style)
    one.blend(planes)
    inside = planes.y[box(one)]
    letters = inside >= 225
    edge = np.zeros_like(letters)
    edge[:-3] |= letters[3:]
    edge[:, :-3] |= letters[:, 3:]

    assert inside.max() >= 233
    assert np.percentile(inside[edge & ~letters], 30) < 235 - 90


def test_a_caption_touches_only_its_box():
    """Outside its box the frame is as it was."""
    planes, before = grey(640, 360, 128), grey(640, 360, 128)
    one = overlay(TWO_ROWS, 640, 360, "en")
    one.blend(planes)
    planes.y[box(one)] = before.y[box(one)]

    np.testing.assert_array_equal(planes.y, before.y)


def test_a_white_caption_is_grey():
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
    """Blended planes are within a level of letters and shadow laid over the picture."""
    planes = grey(640, 360, 200)
    one = overlay(TWO_ROWS, 640, 360, "en")
    under = planes.y[box(one)].astype(float)
    one.blend(planes)

    expected = under * one.luma_left / 255 + one.luma
    assert np.abs(planes.y[box(one)] - expected).max() <= 1


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_caption_lies_inside_the_safe_area(shape: tuple[int, int]):
    """Centred, even-sided at an even place, inside 90 % of the width, above the bottom margin; higher on 9:16."""
    width, height = shape
    one = overlay("The keeper climbs\nthe stairs.", width, height, "en")
    planes = black(width, height)
    one.blend(planes)
    rows, columns = np.nonzero(planes.y > 128)

    assert {one.x % 2, one.y % 2, one.luma.shape[0] % 2, one.luma.shape[1] % 2} == {0}
    assert columns.min() >= (0.12 if width < height else 0.05) * width - 1
    assert abs(columns.min() + columns.max() - (width - 1)) <= 2
    assert rows.max() <= height * (0.80 if width < height else 0.93)


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
    """Nothing leaves the safe area, however wide the row and narrow the frame."""
    for text in ("W" * 30, "W" * 200, "wide words " * 30):
        for width, height in SHAPES.values():
            planes = black(width, height)
            overlay(text, width, height, "en").blend(planes)
            columns = np.nonzero(planes.y > 100)[1]
            assert columns.min() >= 0.05 * width - 2
            assert columns.max() <= 0.95 * width + 2


@pytest.mark.parametrize("style", ["boxed", "clean", "karaoke", "kinetic"])
@pytest.mark.parametrize("text", ["", " \n ", "\x07", "\u200b", "𒀀"])
def test_nothing_to_see_changes_nothing(text: str, style: str):
    """An empty caption, or one that no font has, leaves the frame as it was; so do its words."""
    planes = grey(64, 36, 128)
    cue = Cue(start=0, end=9, text=text, words=(CueWord(text=text, start=0, end=5),))
    for one in overlays(cue, 3, screen=Screen(64, 36), style=style):
        one.blend(planes)

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


def test_clean_has_no_plate():
    """Far from letters a clean caption leaves the picture as it was, where a boxed one darkens it."""
    boxed, clean = grey(640, 360, 200), grey(640, 360, 200)
    one = overlay("I I", 640, 360, "en")
    one.blend(boxed)
    overlay("I I", 640, 360, "en", style="clean").blend(clean)
    middle = (one.y + one.luma.shape[0] // 2, 320)

    assert boxed.y[middle] < 130
    assert np.count_nonzero(clean.y < 180) < 0.6 * np.count_nonzero(boxed.y < 180)


@pytest.mark.parametrize(
    ("text", "language", "moves"),
    [("bold keeper climbs", "en", 1), ("שומר המגדלור טיפס", "he", -1), ("صعد حارس المنارة", "ar", -1)],
    ids=["left to right", "Hebrew", "Arabic"],
)
def test_karaoke_lights_the_word_that_is_said(text: str, language: str, moves: int):
    """One word after another, in reading order; the letters themselves do not move."""
    cue, screen = said(text), Screen(640, 360, language)
    frames = [drawn(cue, frame, "karaoke", screen) for frame in (5, 15, 25)]
    middles = [yellow(frame).mean() * moves for frame in frames]

    assert middles == sorted(middles)
    assert middles[2] - middles[0] > 40
    assert len(yellow(drawn(cue, cue.end - 1, "karaoke", screen))) == 0
    edges = [(columns.min(), columns.max()) for columns in map(bright, frames)]
    assert np.ptp(edges, axis=0).max() <= 1


def test_a_lit_word_has_the_accent_colour():
    """Inside thick letters the planes are the accent's, within a level of rounding twice."""
    planes = drawn(said("IIII"), 5, "karaoke", Screen(1280, 720))
    inner = planes.y.max()

    assert abs(int(inner) - ACCENT.y) <= 2
    assert planes.u.min() <= ACCENT.u + 12


def test_karaoke_without_words_lacks_only_the_light():
    """A cue from an older timeline is white, with the letters where they are otherwise."""
    cue = Cue(start=0, end=40, text="The keeper climbs")
    planes = drawn(cue, 5, "karaoke")

    assert len(yellow(planes)) == 0
    np.testing.assert_array_equal(bright(planes), bright(drawn(cue, 5, "boxed")))


def test_kinetic_words_come_one_after_another():
    """Each adds ink; a new chunk begins alone; earlier words are white, the last is yellow."""
    cue = said("The keeper climbs")
    one, two, three = (drawn(cue, frame, "kinetic") for frame in (9, 19, 29))

    assert len(bright(two)) > 1.5 * len(bright(one))
    assert bright(three).mean() == pytest.approx(160, abs=4)  # alone, and in the middle
    assert yellow(two).min() > bright(one).min()


def test_a_kinetic_word_grows_as_it_comes():
    """It begins small and faint and is whole when it has jumped in; then it rests."""
    cue = said("climbs", every=40)
    brightness = [int(drawn(cue, frame, "kinetic").y.astype(int).sum()) for frame in range(8)]
    widths = [len(bright(drawn(cue, frame, "kinetic"))) for frame in range(1, 8)]

    assert brightness[0] < brightness[1] < brightness[2]
    assert widths[0] < max(widths)
    assert brightness[4] == brightness[5] == brightness[7]


def test_a_cut_cue_goes_on_where_it_was():
    """Frames of a later segment, whose words began before it, look as in the whole."""
    cue = said("The keeper climbs the stairs")
    later = Cue(
        start=0,
        end=cue.end - 12,
        text=cue.text,
        words=tuple(CueWord(text=word.text, start=word.start - 12, end=word.end - 12) for word in cue.words),
    )
    for style in ("karaoke", "kinetic"):
        for frame in (12, 13, 21, 35):
            np.testing.assert_array_equal(drawn(cue, frame, style).y, drawn(later, frame - 12, style).y)


def test_a_piece_of_film_shows_its_cues_in_its_style():
    """Only while they are up, in the job's style and language."""
    cue = said("Storm now").model_copy(update={"start": 4})
    job = JoinJob(
        style=TransitionKind.DISSOLVE,
        profile=Profile(width=320, height=180, fps=24),
        frames=60,
        before=None,
        after=None,
        cues=(cue,),
        caption_style="karaoke",
    )
    planes = black(320, 180)
    for one in captions_over(job, 5):
        one.blend(planes)

    assert captions_over(job, 3) == []
    assert captions_over(job, cue.end) == []
    assert len(yellow(planes)) > 0


def test_every_style_is_cheap_at_1080p():
    """Drawing and blending take under 2 ms a frame on average; the bar here is wider, for a busy machine."""
    cue = said("The lighthouse keeper climbs the stairs", every=9)
    planes, screen = grey(1920, 1080, 128), Screen(1920, 1080)
    for style in ("karaoke", "kinetic"):
        began = time.process_time()
        for frame in range(cue.end):
            for one in overlays(cue, frame, screen=screen, style=style):
                one.blend(planes)
        assert (time.process_time() - began) / cue.end < 0.006, style
