from __future__ import annotations

import pytest

import astragen
from astragen.errors import BriefError, SettingsError
from astragen.face import brief_of, make_film_sync
from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.plan.wish import brief_for
from astragen.settings import Settings


def board(*frames: int | None, title: str = "The Keeper") -> Storyboard:
    shots = tuple(Shot(id=f"s{number}", frames=length) for number, length in enumerate(frames))
    return Storyboard(title=title, scenes=(Scene(id="a", setting="ocean", shots=shots),))


def test_a_prompt_that_cannot_be_used_says_why():
    """The error is ours, and names what is wrong."""
    with pytest.raises(BriefError, match="no letter or digit"):
        brief_of("?!")


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


def test_an_unusable_out_is_refused_before_anything_is_made(tmp_path):
    """Not even the cache's folder."""
    settings = Settings(cache_dir=tmp_path / "cache")

    with pytest.raises(SettingsError, match="missing"):
        make_film_sync("A quiet evening.", tmp_path / "missing" / "film.mp4", settings=settings)

    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_used_is_named(tmp_path):
    """A file where its folder should be."""
    (tmp_path / "cache").write_text("")

    with pytest.raises(SettingsError, match=r"cache.*cannot be used"):
        make_film_sync("A quiet evening.", tmp_path / "film.mp4", settings=Settings(cache_dir=tmp_path / "cache"))


def test_every_name_of_the_package_is_what_it_says():
    """All load from their homes, the two calls before a film among them."""
    assert {name: getattr(astragen, name).__name__ for name in astragen.__all__} == {
        name: name for name in astragen.__all__
    }
    assert {"write_storyboard", "revise", "Written", "Revised"} <= set(astragen.__all__)
