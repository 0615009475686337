from __future__ import annotations

from pathlib import Path

import pytest

from astragen.errors import SettingsError
from astragen.pipeline.deliver import STEM_MAX, check_out


@pytest.mark.parametrize(
    ("out", "names"),
    [
        ("film.avi", "film.mp4"),
        ("film", "film.mp4"),
        (".", "folder"),
        ("missing/film.mp4", "missing"),
        ("file/film.mp4", "is a file"),
        ("x" * (STEM_MAX + 1) + ".mp4", f"{STEM_MAX} are possible"),
    ],
    ids=["suffix", "no suffix", "folder", "missing folder", "file as folder", "long name"],
)
def test_an_unusable_out_is_refused_before_work_begins(tmp_path, out, names):
    """The message names the path and what is wrong, and the hint what to do."""
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match=names) as raised:
        check_out(tmp_path / out)

    assert raised.value.hint


def test_a_folder_that_takes_no_files_is_refused():
    """Not even root can write into /proc."""
    with pytest.raises(SettingsError, match="cannot be written to"):
        check_out(Path("/proc/film.mp4"))


@pytest.mark.parametrize("out", ["film.mp4", "Film.MP4", "x" * STEM_MAX + ".mp4"], ids=["plain", "upper", "longest"])
def test_a_usable_out_passes_and_leaves_no_trace(tmp_path, out):
    """Checking writes nothing that stays."""
    check_out(tmp_path / out)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("out", "suffix", "message"),
    [
        pytest.param(
            "film.mp4", ".mov", r'film\.mp4" is not the name of a MOV.*Name it ".*film\.mov"', id="mov wanted"
        ),
        pytest.param(
            "film.mov", ".mp4", r'film\.mov" is not the name of an MP4.*Name it ".*film\.mp4"', id="mp4 wanted"
        ),
    ],
)
def test_the_name_must_be_of_the_profiles_container(tmp_path, out, suffix, message):
    """A ProRes film is a MOV, an H.264 film an MP4; the hint says the name to use."""
    with pytest.raises(SettingsError, match=message):
        check_out(tmp_path / out, suffix)


def test_a_mov_can_be_asked_for(tmp_path):
    """In upper case too."""
    check_out(tmp_path / "film.MOV", ".mov")
