"""A line that the built-in voice cannot say: silent, timed for reading, captioned, and told of."""

from __future__ import annotations

import anyio
import pytest

from astragen.model.brief import Brief
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.pipeline.crew import builtin_crew
from astragen.pipeline.narration import narrate
from astragen.plan.captions import cues
from astragen.plan.pacing import reading_samples
from astragen.runtime.inline import InlineRun
from astragen.store.artifacts import ArtifactStore
from astragen.store.memo import Memo


def narrated(tmp_path, language, *lines):
    shots = tuple(Shot(id=f"s{number}", line=line) for number, line in enumerate(lines))
    board = Storyboard(title="T", language=language, scenes=(Scene(id="a", setting="ocean", shots=shots),))

    async def main():
        store = ArtifactStore(tmp_path / "artifacts")
        async with InlineRun(tmp_path / "scratch", store=store, memo=Memo(tmp_path / "steps"), workers=2) as run:
            said = await narrate(board, Brief(prompt="a whale", seconds=10), builtin_crew(), run)
            return said.lines, run.report.fallbacks

    return anyio.run(main)


@pytest.mark.parametrize(
    ("language", "line", "why"),
    [
        ("ja", "今日は天気がいいですね。", "Chinese characters"),
        ("he", "שלום עולם, היום יום יפה.", "vowel points"),
        ("th", "สวัสดีครับ วันนี้อากาศดี", "vowels"),
        ("my", "ယနေ့ ရာသီဥတု ကောင်းသည်", "vowels"),
        ("km", "ថ្ងៃនេះអាកាសធាតុល្អ", "no such language"),
        ("lo", "ມື້ນີ້ອາກາດດີ", "no such language"),
    ],
)
def test_a_line_that_cannot_be_said_is_read(tmp_path, language, line, why):
    """It is silent and as long as reading takes, its captions hold the text, and the report says why."""
    (spoken,), (fallback,) = narrated(tmp_path, language, line)

    captions = cues(spoken, 0, 24, end_limit_frame=2_000)
    assert spoken.artifact is None
    assert spoken.samples == reading_samples(line)
    assert "".join("".join(cue.text.split()) for cue in captions) == "".join(line.split())
    assert fallback.instead == "the line is silent"
    assert why in fallback.reason


@pytest.mark.parametrize(
    ("language", "line"),
    [("zh", "今天天气很好。"), ("ar", "مرحبا بالعالم"), ("hi", "आज मौसम अच्छा है।"), ("ja", "きょうは てんきが いい")],
)
def test_other_scripts_are_said(tmp_path, language, line):
    """Chinese, Arabic, Hindi, and Japanese in kana: sound and word times."""
    (spoken,), fallbacks = narrated(tmp_path, language, line)

    assert spoken.artifact is not None
    assert spoken.words
    assert not fallbacks


def test_one_odd_line_leaves_the_others_alone(tmp_path):
    """Emoji, a script that is not the language's, the longest line there is: the film's other lines are spoken."""
    lines, fallbacks = narrated(tmp_path, "en", "One.", "🎉🎉", "天气很好", "word " * 399 + "end.", "Five.")

    assert [line.artifact is not None for line in lines] == [True, True, False, True, True]
    assert len(lines[3].words) == 400
    assert [fallback.subject for fallback in fallbacks] == ["s2"]
    assert "Chinese characters" in fallbacks[0].reason
