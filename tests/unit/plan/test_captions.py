"""Where captions break and when they show."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from astragen.model.take import SpokenLine, SpokenWord
from astragen.model.timeline import Cue
from astragen.plan.captions import cues

FPS = 24
Line = Callable[..., SpokenLine]

STORM = (
    "The lighthouse keeper climbs the stairs one last time. Outside, the storm is gathering, "
    "and the sea, black as ink, throws itself against the rocks below. He lights the lamp."
)


@pytest.fixture
def line() -> Line:
    """Make a spoken line whose words are timed by their place in the text; punctuation is not part of a word."""

    def make(text: str, seconds: float, *, words: bool = True) -> SpokenLine:
        spoken, place = [], 0
        for word in text.split() if words else []:
            start = text.index(word, place)
            place = start + len(word)
            times = (int(at / len(text) * seconds * 48_000) for at in (start, place))
            spoken.append(SpokenWord(text=word.strip(".,!?"), start=next(times), end=next(times)))
        return SpokenLine(shot="s1-1", text=text, samples=int(seconds * 48_000), words=tuple(spoken))

    return make


def joined(found: tuple[Cue, ...]) -> str:
    return " ".join(cue.text.replace("\n", " ") for cue in found)


def assert_apart(found: tuple[Cue, ...], first: int, limit: int) -> None:
    assert all(cue.start < cue.end for cue in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert not found or (found[0].start >= first and found[-1].end <= limit)


def test_a_line_breaks_where_sentences_and_clauses_end(line: Line):
    """Three sentences of 170 letters: three cues of two even rows, each ending at a full stop or a comma."""
    found = cues(line(STORM, 11.0), 24, FPS, end_limit_frame=300)

    assert [cue.text for cue in found] == [
        "The lighthouse keeper climbs\nthe stairs one last time.",
        "Outside, the storm is gathering,\nand the sea,",
        "black as ink, throws itself against\nthe rocks below. He lights the lamp.",
    ]


def test_cues_are_timed_by_their_words(line: Line):
    """A cue begins with its first word; a short pause before the next is closed to two frames."""
    spoken = line(STORM, 11.0)
    found = cues(spoken, 24, FPS, end_limit_frame=300)

    outside = next(word for word in spoken.words if word.text == "Outside")
    assert found[0].start == 24
    assert found[1].start == 24 + outside.start * FPS // 48_000
    assert found[0].end == found[1].start - 2


def test_the_last_cue_is_held_but_not_beyond_the_limit(line: Line):
    """After the last word a cue stays 0.3 s, or until the limit."""
    assert cues(line("He lights the lamp.", 2.0), 0, FPS, end_limit_frame=200)[-1].end == 48 + 7
    assert cues(line("He lights the lamp.", 2.0), 0, FPS, end_limit_frame=50)[-1].end == 50


def test_a_short_cue_stays_long_enough_to_be_seen(line: Line):
    """A word of 0.3 s is shown for 0.9 s where there is room."""
    (cue,) = cues(line("Go!", 0.3), 0, FPS, end_limit_frame=100)

    assert cue.end - cue.start == round(0.9 * FPS)


def test_fast_speech_is_shown_long_enough_to_be_read(line: Line):
    """Seventy letters said in one second stay for 3.5 s: 20 letters a second."""
    text = "Seventy letters, said in a single second, are too many for any reader."
    (cue,) = cues(line(text, 1.0), 0, FPS, end_limit_frame=240)

    assert cue.end - cue.start == round(len(text) / 20 * FPS)


def test_a_long_pause_leaves_the_picture_free():
    """Two sentences three seconds apart do not stand until the next is said."""
    words = (
        SpokenWord(text="Silence", start=0, end=48_000),
        SpokenWord(text="Then", start=4 * 48_000, end=5 * 48_000),
        SpokenWord(text="thunder", start=5 * 48_000, end=6 * 48_000),
    )
    spoken = SpokenLine(shot="s1", text="Silence. Then thunder.", samples=6 * 48_000, words=words)

    found = cues(spoken, 0, FPS, max_chars_per_row=14, max_rows=1, end_limit_frame=200)

    assert [cue.text for cue in found] == ["Silence.", "Then thunder."]
    assert (found[0].end, found[1].start) == (24 + 7, 96)


@pytest.mark.parametrize("words", [True, False], ids=["word times", "no word times"])
def test_text_is_verbatim_and_cues_never_overlap(line: Line, words: bool):
    """On 150 random lines nothing is lost or doubled, no row or cue is too long, and times hold."""
    pick = random.Random(3)
    for _ in range(150):
        words_of_line = [
            "".join(pick.choices("aeioklmnrst", k=pick.randint(1, 12))) for _ in range(pick.randint(1, 60))
        ]
        text = " ".join(word + pick.choice(["", "", "", ",", "."]) for word in words_of_line)
        seconds = len(text) / pick.uniform(8, 25)
        limit = 10 + int(seconds * FPS) + pick.randint(0, 30)

        found = cues(line(text, seconds, words=words), 10, FPS, end_limit_frame=limit)

        assert joined(found) == text
        assert all(len(row) <= 38 for cue in found for row in cue.text.split("\n"))
        assert all(cue.text.count("\n") <= 1 for cue in found)
        assert_apart(found, 10, limit)


def test_a_line_without_word_times_is_spread_over_its_length(line: Line):
    """Two sentences of equal length: the second begins in the middle."""
    text = "The keeper climbs the stairs. " * 2
    found = cues(line(text.strip(), 8.0, words=False), 0, FPS, max_rows=1, end_limit_frame=300)

    assert [cue.text for cue in found] == ["The keeper climbs the stairs."] * 2
    assert found[1].start == pytest.approx(4 * FPS, abs=2)


def test_words_that_the_text_does_not_have_are_passed_over(line: Line):
    """A voice that says "nineteen eighty-four" for 1984 times its other words all the same."""
    words = (
        SpokenWord(text="In", start=0, end=12_000),
        SpokenWord(text="nineteen", start=12_000, end=48_000),
        SpokenWord(text="eighty-four", start=48_000, end=96_000),
        SpokenWord(text="it", start=144_000, end=150_000),
        SpokenWord(text="ended", start=150_000, end=192_000),
    )
    spoken = SpokenLine(shot="s1", text="In 1984. it ended", samples=192_000, words=words)

    found = cues(spoken, 0, FPS, max_chars_per_row=9, max_rows=1, end_limit_frame=200)

    assert [(cue.text, cue.start) for cue in found] == [("In 1984.", 0), ("it ended", 72)]


def test_japanese_rows_have_eighteen_characters_and_keep_their_marks(line: Line):
    """Rows break between characters, never before a closing mark or a small kana, rather after a particle."""
    text = "日本語の字幕、「灯台守」は嵐に挑む。ちょっとしたゲームです！そして海は黒く、岩に打ち寄せる波は高い。"
    found = cues(line(text, 9.0, words=False), 0, FPS, end_limit_frame=300)
    rows = [row for cue in found for row in cue.text.split("\n")]

    assert "".join(rows) == text
    assert max(map(len, rows)) <= 18
    assert not any(row[0] in "、。！」っょ" for row in rows)
    assert "そして\n海は黒く" in found[-1].text


def test_thai_rows_break_between_syllables(line: Line):
    """A Thai line without spaces fits its rows; none begins with a mark or a final consonant."""
    text = "ภาษาไทยเป็นภาษาที่สวยงามและเขาชอบเดินเล่นริมทะเลในตอนเช้าทุกวันกับเพื่อนของเขาที่บ้าน"
    (cue,) = cues(line(text, 6.0, words=False), 0, FPS, end_limit_frame=300)

    assert cue.text.replace("\n", "") == text
    assert "เดินเล่น\nริมทะเล" in cue.text


def test_a_slow_line_is_not_one_long_cue(line: Line):
    """Two sentences that fit one cue but last nine seconds become two."""
    found = cues(line("The sea is black. The waves are high.", 9.0), 0, FPS, end_limit_frame=300)

    assert [cue.text for cue in found] == ["The sea is black.", "The waves are high."]


def test_a_small_word_goes_with_what_follows():
    """An article is not left at the end of a row."""
    spoken = SpokenLine(shot="s1", text="Nobody at the harbour knew who had lit the old lamp again.", samples=200_000)
    (cue,) = cues(spoken, 0, FPS, end_limit_frame=200)

    assert cue.text.split("\n")[0].split()[-1] not in ("the", "who", "had", "at")


def test_a_word_longer_than_a_row_is_broken(line: Line):
    """A compound of 78 letters fills rows of 38 at most, and nothing is lost."""
    text = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsparagraph"
    found = cues(line(text, 5.0), 0, FPS, end_limit_frame=200)
    rows = [row for cue in found for row in cue.text.split("\n")]

    assert "".join(rows) == text
    assert max(map(len, rows)) <= 38


def test_more_text_than_time_still_gives_cues_that_hold(line: Line):
    """Nine hundred words in five frames: cues of at least a frame, in order, inside the limit, complete."""
    text = "word " * 900
    found = cues(line(text.strip(), 0.2, words=False), 7, FPS, end_limit_frame=12)

    assert_apart(found, 7, 12)
    assert joined(found) == text.strip()


@pytest.mark.parametrize(("text", "limit"), [("", 100), ("  \n ", 100), ("Too late.", 10), ("Too late.", 3)])
def test_no_text_or_no_time_gives_no_cues(line: Line, text: str, limit: int):
    """A wordless shot has no captions, and neither has a line that ends before it begins."""
    assert cues(line(text, 2.0), 10, FPS, end_limit_frame=limit) == ()


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧" * 60, "\u0301" * 200, "a\u200d" * 90, "ا" * 200, "«»" * 80, "ก" * 300, "。" * 100]
)
def test_strange_text_gives_its_text_back(line: Line, text: str):
    """Emoji, bare marks, joiners and endless words come back complete, and whole."""
    found = cues(line(text, 6.0, words=False), 0, FPS, end_limit_frame=200)

    assert "".join(cue.text.replace("\n", "") for cue in found) == text
    assert_apart(found, 0, 200)
    assert not any(cue.text.startswith(("\u200d", "\u0301")) for cue in found[1:])


def test_a_cue_has_its_words_with_their_frames(line: Line):
    """Each is a piece of the cue's text, in order, and begins when it is said, in frames of the film."""
    found = cues(line("The keeper climbs. He lights the lamp.", 4.0), 24, FPS, end_limit_frame=200, max_rows=1)

    words = [word for cue in found for word in cue.words]
    assert [word.text for word in words] == ["The", "keeper", "climbs.", "He", "lights", "the", "lamp."]
    assert [word.start for word in words] == sorted({word.start for word in words})
    assert words[0].start == 24
    assert words[3].start == 24 + 19 * 4 * FPS // 38  # the 19th of 38 letters, in proportion
    assert all(word.start < word.end for word in words)
    assert [[word.text for word in cue.words] for cue in found] == [cue.text.split() for cue in found]


def test_words_without_times_are_spread_evenly(line: Line):
    """A voice that tells no times: words of one length last equally long."""
    (cue,) = cues(line("wind wind wind wind", 4.0, words=False), 0, FPS, end_limit_frame=200)
    lengths = [after.start - before.start for before, after in pairwise(cue.words)]

    assert len(cue.words) == 4
    assert max(lengths) - min(lengths) <= 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("灯台守は、上る。", ["灯", "台", "守", "は、", "上", "る。"]),
        ("เดินเล่นริมทะเล", ["เดิน", "เล่น", "ริม", "ทะ", "เล"]),
        ("등대 불빛", ["등대", "불빛"]),
    ],
    ids=["Japanese", "Thai", "Korean"],
)
def test_scripts_without_spaces_have_characters_or_syllables_for_words(line: Line, text: str, words: list[str]):
    """Together they are the text; each begins after the one before."""
    (cue,) = cues(line(text, 4.0, words=False), 0, FPS, end_limit_frame=200)

    assert [word.text for word in cue.words] == words
    assert [word.start for word in cue.words] == sorted({word.start for word in cue.words})


def test_a_conjunct_is_not_broken(line: Line):
    """In a Hindi word wider than a row, no row begins with a consonant that its virama joins to the last."""
    (cue,) = cues(line("क्ष" * 12, 4.0, words=False), 0, FPS, end_limit_frame=200, max_chars_per_row=10, max_rows=9)

    assert all(row == "क्ष" * (len(row) // 3) for row in cue.text.split("\n"))


def test_a_long_word_stays_whole_where_smaller_letters_fit(line: Line):
    """A German word of 31 letters in rows of 27; one of 63 is broken, and its parts in a row are one word."""
    long = "Straßenbahnhaltestellenhäuschen"
    longer = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
    (whole,) = cues(line(long, 4.0, words=False), 0, FPS, end_limit_frame=200, max_chars_per_row=27)
    broken = cues(line(longer, 6.0, words=False), 0, FPS, end_limit_frame=200, max_chars_per_row=27)

    assert whole.text == long
    rows = [row for cue in broken for row in cue.text.split("\n")]
    assert [word.text for cue in broken for word in cue.words] == rows
