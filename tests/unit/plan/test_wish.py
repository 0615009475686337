"""What is wished for, put together."""

from __future__ import annotations

import pytest

from astragen.model.brief import Brief
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.plan.wish import as_before, brief_for, reads_as_screenplay, screenplay_wish, storyboard_wish


def board(*frames: int | None, title: str = "The Keeper") -> Storyboard:
    shots = tuple(Shot(id=f"s{number}", frames=length) for number, length in enumerate(frames))
    return Storyboard(title=title, scenes=(Scene(id="a", setting="ocean", shots=shots),))


@pytest.mark.parametrize(
    ("frames", "seconds"),
    [((240, 120), 15.0), ((240, None), 30.0), ((24,), 30.0), ((None,), 30.0)],
    ids=["all set", "one free", "too short for a film", "all free"],
)
def test_a_storyboard_whose_lengths_are_set_says_how_long_the_film_is(frames, seconds):
    """Otherwise it is as long as any film by default."""
    assert brief_for(board(*frames)).seconds == seconds


def test_a_storyboard_with_an_odd_title_can_be_filmed():
    """A title of punctuation is no prompt, but none is needed."""
    assert brief_for(board(240, title="...")).prompt == "film"


def test_what_is_said_counts_before_what_was_and_that_before_what_the_storyboard_says():
    """A length that is said lets every shot be paced anew, a style becomes the storyboard's."""
    before = as_before(Brief(prompt="sea", seconds=40, fps=30, music_file="old.mp3", style="oil", look="film"))
    said = {"seconds": 50, "style": "noir", "music": False}
    wish = storyboard_wish(board(240, 240), said, before=before, make=Brief.model_validate)

    assert (wish.brief.seconds, wish.brief.fps, wish.brief.music_file, wish.brief.look) == (50, 30, "", "auto")
    assert wish.storyboard.bible.style == "noir"
    assert [shot.frames for shot in wish.storyboard.shots] == [None, None]


def test_nothing_said_leaves_a_storyboard_as_it_is():
    """Its film is as long as its shots."""
    wish = storyboard_wish(board(240, 240), {}, before={}, make=Brief.model_validate)

    assert (wish.storyboard, wish.brief.seconds) == (board(240, 240), 20.0)


def test_a_screenplay_is_one_unless_something_is_said_of_prompts():
    """Then it is text like any other."""
    text = "INT. LIGHTHOUSE - NIGHT\n\nA keeper climbs.\n\nKEEPER\nWho is there?\n"
    wish = screenplay_wish(text, {"height": 720}, language="en", make=Brief.model_validate)

    assert reads_as_screenplay(text, {})
    assert not reads_as_screenplay(text, {"is_script": True})
    assert (wish.storyboard.language, wish.brief.height) == ("en", 720)
