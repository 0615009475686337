from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

import astragen
from astragen.errors import BriefError, NoRoom, SettingsError
from astragen.face import brief_of, make_film_sync
from astragen.settings import Settings


def test_a_prompt_that_cannot_be_used_says_why():
    """The error is ours, and names what is wrong."""
    with pytest.raises(BriefError, match="no letter or digit"):
        brief_of("?!")


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


def test_a_film_that_the_disk_has_no_room_for_is_not_begun(tmp_path, monkeypatch):
    """The folder, what is needed and what is free are named, and what to do; nothing is written."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=10_000_000))

    with pytest.raises(NoRoom, match=r"may need [\d,]+ MB on the disk of .*cache, and 10 MB are free") as raised:
        make_film_sync("A quiet evening.", tmp_path / "film.mp4", settings=Settings(cache_dir=tmp_path / "cache"))

    assert "--cache" in raised.value.hint
    assert raised.value.exit_code == 4
    assert list(tmp_path.iterdir()) == []


def test_every_name_of_the_package_is_what_it_says():
    """All load from their homes, the two calls before a film among them."""
    assert {name: getattr(astragen, name).__name__ for name in astragen.__all__} == {
        name: name for name in astragen.__all__
    }
    assert {"write_storyboard", "revise", "Written", "Revised"} <= set(astragen.__all__)
