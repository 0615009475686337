"""Word times: which word is heard when, whatever the engine marked."""

from __future__ import annotations

from astragen.builtin.word_times import word_times


def test_words_the_engine_joined_lie_between_their_neighbours():
    """Time goes with the characters; marks inside a word do not cut it."""
    words = word_times("one two, 1,234 end", [(0, 0), (9, 9000), (10, 9500), (15, 15_000)], end=18_000)

    assert [word.text for word in words] == ["one", "two,", "1,234", "end"]
    assert [word.start for word in words] == [0, 4000, 9000, 15_000]
    assert words[-1].end == 18_000


def test_what_is_not_said_belongs_to_its_neighbour():
    """A direction has no time of its own: it goes with the word before, or after at the front."""
    text = "[door opens] Come in [he sits] now"
    said = frozenset(range(13, 20)) | frozenset(range(31, 34))

    words = word_times(text, [(13, 0), (18, 500), (31, 900)], end=1200, voiced=said)

    assert [word.text for word in words] == ["[door opens] Come", "in [he sits]", "now"]
    assert [word.start for word in words] == [0, 500, 900]
