"""Advanced SubStation: the film's style, the words' times, and no text taken for a tag."""

from __future__ import annotations

import pytest

from astragen.media.captions.ass import ass, escaped
from astragen.model.look import Look
from astragen.model.timeline import Cue, CueWord, Gap, Timeline


def film(*cues: Cue, **said: object) -> Timeline:
    fields = {"title": "The\nkeeper", "fps": 25, "width": 1920, "height": 1080, "language": "en", "cues": cues}
    return Timeline.model_validate({**fields, "video": (Gap(frames=200),), **said})


def events(text: str) -> list[str]:
    return [row for row in text.splitlines() if row.startswith("Dialogue:")]


WORDS = (
    CueWord(text="The", start=25, end=30),
    CueWord(text="keeper", start=30, end=45),
    CueWord(text="climbs.", start=55, end=70),
)
CUE = Cue(start=25, end=80, text="The keeper\nclimbs.", words=WORDS)


def test_a_file_has_the_films_size_and_one_style():
    """Coordinates are the film's pixels; a title on two lines is on one."""
    rows = ass(film(CUE)).splitlines()

    assert rows[:5] == ["[Script Info]", "Title: The keeper", "ScriptType: v4.00+", "PlayResX: 1920", "PlayResY: 1080"]
    assert sum(row.startswith("Style: ") for row in rows) == 1
    style = next(row for row in rows if row.startswith("Style: "))
    fields = next(row for row in rows if row.startswith("Format: Name"))
    assert len(style.split(",")) == len(fields.split(",")) == 23


def test_a_boxed_cue_is_its_rows():
    """Times have hundredths; rows are parted by a hard break."""
    assert events(ass(film(CUE))) == [r"Dialogue: 0,0:00:01.00,0:00:03.20,Caption,,0,0,0,,The keeper\Nclimbs."]


def test_karaoke_says_how_long_each_word_is_said():
    r"""Each \k is the time until the next word, the last its own, in hundredths."""
    assert events(ass(film(CUE, caption_style="karaoke"))) == [
        r"Dialogue: 0,0:00:01.00,0:00:03.20,Caption,,0,0,0,,{\k20}The {\k100}keeper\N{\k60}climbs."
    ]


def test_kinetic_words_appear_when_they_are_said():
    """An event for each chunk; the first ends where the second begins; the place is in the tags."""
    assert events(ass(film(CUE, caption_style="kinetic"))) == [
        r"Dialogue: 0,0:00:01.00,0:00:02.20,Caption,,0,0,0,,{\an5\pos(960,750)}"
        r"{\alpha&H00&}The {\alpha&HFF&\t(200,201,\alpha&H00&)}keeper",
        r"Dialogue: 0,0:00:02.20,0:00:03.20,Caption,,0,0,0,,{\an5\pos(960,750)}{\alpha&H00&}climbs.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {b} c", r"a \{b\} c"),
        (r"C:\new\h", "C:\\\u2060new\\\u2060h"),
        ("one\ntwo", r"one\Ntwo"),
        ("a, b", "a, b"),
    ],
)
def test_text_is_not_taken_for_tags(text: str, expected: str):
    """Braces and backslashes stay what they are; commas are free in the last field."""
    assert escaped(text) == expected


def test_a_letterbox_lifts_the_captions():
    """The margin below grows by the bar and a gap."""
    plain, boxed = (
        int(next(row for row in ass(one).splitlines() if row.startswith("Style:")).split(",")[21])
        for one in (film(CUE), film(CUE, look=Look(letterbox=2.39)))
    )
    assert boxed - plain == pytest.approx((0.128 + 0.03 - 0.055) * 1080, abs=2)


def test_no_words_and_no_text_make_no_events():
    """A cue of spaces is left out; karaoke without word times is plain."""
    bare = Cue(start=0, end=9, text="Storm")
    assert events(ass(film(Cue(start=0, end=9, text=" \n")))) == []
    assert events(ass(film(bare, caption_style="karaoke"))) == events(ass(film(bare)))
