"""Where a film goes, and what it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from astragen.cli.output import check_folder, film_path, slug
from astragen.errors import SettingsError


@pytest.mark.parametrize(
    ("title", "name"),
    [
        pytest.param("The Last Keeper", "the-last-keeper", id="words"),
        pytest.param("It's 3 o’clock: why?", "its-3-oclock-why", id="punctuation"),
        pytest.param("../../etc/passwd", "etc-passwd", id="path"),
        pytest.param("海の灯台", "海の灯台", id="japanese"),
        pytest.param("हिन्दी फ़िल्म", "हिन्दी-फ़िल्म", id="combining-marks"),
        pytest.param("?!", "film", id="nothing-left"),
    ],
)
def test_slug_is_a_safe_file_name(title, name):
    """Letters and digits of any script stay; everything else becomes a hyphen."""
    assert slug(title) == name


def test_slug_of_a_long_title_fits_a_file_name():
    """As many 4-byte letters as are kept and the longest suffix stay below 255 bytes."""
    assert len(f"{slug('𠀀' * 200)}.storyboard.json".encode()) <= 255


def test_film_path_never_names_a_file_that_is_there(tmp_path: Path):
    """The second and third film of a title get -2 and -3."""
    (tmp_path / "dusk.mp4").touch()
    (tmp_path / "dusk-2.mp4").touch()

    assert film_path(str(tmp_path), "Dusk") == tmp_path / "dusk-3.mp4"


def test_film_path_names_a_film_by_its_container(tmp_path: Path):
    """A MOV does not mind an MP4 of its name."""
    (tmp_path / "dusk.mp4").touch()

    assert film_path(str(tmp_path), "Dusk", ".mov") == tmp_path / "dusk.mov"


def test_film_path_keeps_a_name_that_was_given(tmp_path: Path):
    """An --out that is there already is what the user asked for."""
    (tmp_path / "mine.mp4").touch()

    assert film_path(str(tmp_path / "mine.mp4"), "Dusk") == tmp_path / "mine.mp4"


def test_film_path_refuses_another_container(tmp_path: Path):
    """A film is an MP4; the hint says the name to use."""
    with pytest.raises(SettingsError, match=r'film\.mov" is not the name of an MP4\. Name it ".*film\.mp4"'):
        film_path(str(tmp_path / "film.mov"), "Dusk")


def test_check_folder_names_a_missing_folder(tmp_path: Path):
    """The message holds the folder, so that a typing error shows."""
    with pytest.raises(SettingsError, match="flims"):
        check_folder(tmp_path / "flims")


def test_check_folder_tells_a_file_from_a_folder(tmp_path: Path):
    """`-o notes.txt/film.mp4` names a file where a folder must be."""
    (tmp_path / "notes.txt").touch()

    with pytest.raises(SettingsError, match="is a file, not a folder"):
        check_folder(tmp_path / "notes.txt")
