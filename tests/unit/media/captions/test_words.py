"""Where a cue's words stand, and which are shown together."""

from __future__ import annotations

import pytest

from astragen.media.captions.words import Chunk, Span, chunks, said, spans
from astragen.model.timeline import CueWord


def test_words_are_found_in_order():
    """The same word twice is two places; what the rows do not have is nowhere."""
    rows = ["so it is what", "it is."]

    assert spans(rows, ["so", "it", "never", "is", "what", "it", "is."]) == (
        (Span(0, 0, 2),),
        (Span(0, 3, 5),),
        (),
        (Span(0, 6, 8),),
        (Span(0, 9, 13),),
        (Span(1, 0, 2),),
        (Span(1, 3, 6),),
    )


def test_a_word_that_was_broken_stands_in_two_rows():
    """Rows that were too wide are broken anew, also inside words."""
    assert spans(["Donaudampf", "schiff ahoi"], ["Donaudampfschiff", "ahoi"]) == (
        (Span(0, 0, 10), Span(1, 0, 6)),
        (Span(1, 7, 11),),
    )


@pytest.mark.parametrize(("frame", "number"), [(0, None), (10, 0), (19, 0), (20, 1), (90, 1)])
def test_a_word_is_said_until_the_next_begins(frame: int, number: int | None):
    """The pause after a word is still its own."""
    words = (CueWord(text="a", start=10, end=15), CueWord(text="b", start=20, end=25))

    assert said(words, frame) == number


@pytest.mark.parametrize(
    ("rows", "words", "expected"),
    [
        (
            ["The keeper climbs", "the stairs."],
            "The keeper climbs the stairs.",
            ["The keeper", "climbs", "the stairs."],
        ),
        (["No, it is he"], "No, it is he", ["No,", "it is he"]),
        (["灯台守が階段を上る。"], "灯 台 守 が 階 段 を 上 る。", ["灯台守が階段を上", "る。"]),
        (["Rindfleischetikettierung ja"], "Rindfleischetikettierung ja", ["Rindfleischetikettierung", "ja"]),
        (["", "x"], "", []),
    ],
    ids=["rows", "clauses", "wide", "long", "none"],
)
def test_chunks_are_read_at_one_look(rows: list[str], words: str, expected: list[str]):
    """At most three words or sixteen columns, within a row and a clause; every word is in one."""
    found = chunks(rows, words.split())

    assert [chunk.text for chunk in found] == expected
    assert [number for chunk in found for number in range(chunk.first, chunk.last)] == list(range(len(words.split())))


def test_a_chunk_passes_over_words_that_the_rows_do_not_have():
    """They keep their numbers."""
    assert chunks(["a b"], ["a", "never", "b"]) == (Chunk("a b", 0, 3),)
