from __future__ import annotations

import pytest

from astragen.model.capability import ClipRule, SizeRule, known_artists
from astragen.plan.picture_size import clip_seconds, picture_size

FRAMES = {"16:9": (1920, 1080), "9:16": (1080, 1920), "1:1": (1080, 1080), "4:5": (1080, 1350), "21:9": (2520, 1080),
          "720p": (1280, 720), "4K": (3840, 2160), "360p": (640, 360)}  # fmt: skip


@pytest.mark.parametrize(
    ("artist", "frame", "size"),
    [
        ("pollinations", "16:9", (1920, 1080, "")),
        ("openai", "16:9", (1920, 1088, "")),
        ("openai", "9:16", (1088, 1920, "")),
        ("openai", "720p", (1280, 720, "")),
        ("openai", "4K", (2560, 1440, "")),
        ("openai-fixed", "16:9", (1536, 1024, "")),
        ("openai-fixed", "9:16", (1024, 1536, "")),
        ("openai-fixed", "1:1", (1024, 1024, "")),
        ("a1111", "16:9", (1920, 1080, "")),
        ("diffusers", "4:5", (1080, 1352, "")),
        ("replicate", "16:9", (1366, 768, "16:9")),
        ("replicate", "4:5", (916, 1144, "4:5")),
        ("pollinations-video", "16:9", (1920, 1080, "16:9")),
        ("pollinations-video", "360p", (854, 480, "16:9")),
        ("pollinations-video", "4:5", (1080, 1920, "9:16")),
        ("fal-video", "720p", (1920, 1080, "16:9")),
        ("replicate-video", "1:1", (1080, 1080, "1:1")),
        ("runway", "16:9", (1280, 720, "")),
        ("runway", "21:9", (1584, 672, "")),
        ("runway", "1:1", (960, 960, "")),
        ("runway-veo", "9:16", (1080, 1920, "")),
        ("luma", "21:9", (2520, 1080, "21:9")),
        ("luma", "4K", (3840, 2160, "16:9")),
    ],
)
def test_the_nearest_size_of_each_provider(artist, frame, size):
    """1920x1080 is not a size of 16s: 1920x1088 covers it, and eight rows are cropped."""
    assert picture_size(known_artists()[artist].size, *FRAMES[frame]) == size


@pytest.mark.parametrize("artist", known_artists())
@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_size_keeps_to_its_rule(artist, frame):
    """Every provider, every frame: the size is one that it makes."""
    rule = known_artists()[artist].size
    width, height, aspect = picture_size(rule, *frame)

    assert not rule.sizes or (width, height) in rule.sizes
    assert (width % rule.multiple, height % rule.multiple) == (0, 0)
    assert rule.pixels_max is None or width * height <= rule.pixels_max * 1.01
    assert rule.side_max is None or max(width, height) <= rule.side_max
    assert not rule.aspects or aspect in rule.aspects


@pytest.mark.parametrize("multiple", [8, 16, 32, 64])
def test_a_limit_of_area_keeps_the_shape(multiple):
    """A megapixel of 16:9 in any grid is within 4 % of the shape."""
    width, height, _ = picture_size(SizeRule(multiple=multiple, pixels_max=1024 * 1024), 1920, 1080)

    assert width * height <= 1024 * 1024
    assert width / height == pytest.approx(16 / 9, rel=0.04)
    assert (width % multiple, height % multiple) == (0, 0)


def test_a_least_side_is_kept():
    """A small frame gets a larger picture, in its own shape."""
    assert picture_size(SizeRule(side_min=512, multiple=64), 640, 360)[:2] == (896, 512)


def test_an_impossible_shape_is_refused():
    """A strip wider than the provider makes is an error that names the size."""
    with pytest.raises(ValueError, match="no size near 4000x100"):
        picture_size(SizeRule(ratio_max=3), 4000, 100)


@pytest.mark.parametrize(
    ("artist", "seconds", "asked"),
    [("runway-veo", 4.0, 4), ("runway-veo", 4.04, 6), ("runway-veo", 9.0, 8), ("luma", 2.0, 5), ("luma", 5.5, 9),
     ("runway", 1.0, 2), ("runway", 4.2, 5), ("runway", 12.0, 10), ("replicate-video", 7.01, 8)],
)  # fmt: skip
def test_a_clip_is_as_long_as_its_shot_or_the_next_length_up(artist, seconds, asked):
    """The longest, when the shot is longer than any clip."""
    assert clip_seconds(known_artists()[artist].clip, seconds) == asked


def test_a_camera_without_stated_lengths_is_asked_for_the_shots_own():
    """Nothing known, nothing changed."""
    assert clip_seconds(ClipRule(), 3.7) == 3.7
