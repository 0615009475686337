"""Caption files: SubRip and WebVTT."""

from __future__ import annotations

import re

import pytest

from astragen.media.captions.files import srt, vtt
from astragen.model.timeline import Cue

CUES = (
    Cue(start=24, end=105, text="The keeper climbs\nthe stairs."),
    Cue(start=107, end=86_400 + 25, text='Tom & "Jerry" <b>\n\na --> b'),
)


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
