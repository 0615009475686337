"""A text of any length in one sound file."""

from __future__ import annotations

from dataclasses import replace

import anyio
import pytest

from astragen.errors import BriefError, Unavailable
from astragen.media.audio import read_wav
from astragen.model.time import SAMPLE_RATE
from astragen.pipeline.crew import builtin_crew
from astragen.pipeline.say import PART_MAX, parts, say_text
from astragen.runtime.inline import InlineRun


def said(tmp_path, text: str, language: str = "en", **crew):
    async def main():
        async with InlineRun(tmp_path / "scratch", store=None, memo=None, workers=2) as run:
            return await say_text(text, tmp_path / "x.wav", replace(builtin_crew(), **crew), run, language=language)

    return anyio.run(main)


def test_a_long_text_is_said_whole(tmp_path):
    """In parts, each word once, the file as long as it says."""
    text = " ".join(f"Line {n} tells of a whale, and of the sea." for n in range(40))

    told = said(tmp_path, text)

    assert told.words == len(text.split())
    assert told.seconds == pytest.approx(len(read_wav(tmp_path / "x.wav")) / SAMPLE_RATE)
    assert told.seconds > 60
    assert list(tmp_path.glob(".*")) == []  # nothing half-written


def test_parts_end_where_sentences_do():
    """None is too long, none is lost, paragraphs stay apart."""
    text = "One. Two!\n\nThree? " + "A word and another " * 60 + ".\n\n…"

    found = parts(text)

    assert found[0] == "One. Two!"
    assert found[1].startswith("Three?")
    assert all(len(one) <= PART_MAX for one in found)
    assert " ".join(found).split() == [word for word in text.split() if word != "…"]


def test_a_text_without_spaces_is_cut_all_the_same():
    """Chinese has none."""
    assert [len(one) for one in parts("潮" * (PART_MAX + 10))] == [PART_MAX, 10]


@pytest.mark.parametrize("text", ["", "  ", "…", "a" * 200_001])
def test_nothing_to_say_is_told(tmp_path, text):
    """And so is too much."""
    with pytest.raises(BriefError):
        said(tmp_path, text)
    assert not (tmp_path / "x.wav").exists()


def test_a_language_that_nobody_speaks_is_told(tmp_path):
    """Nothing is written."""
    with pytest.raises(Unavailable, match="Nobody can say this"):
        said(tmp_path, "Hello there.", language="xx")
    assert not (tmp_path / "x.wav").exists()
