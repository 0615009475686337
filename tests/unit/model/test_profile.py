"""Tests of model/profile.py and its table."""

from __future__ import annotations

from typing import get_args

import pytest

from astragen.model.brief import ProfileName
from astragen.model.profile import Encoding, row, rows
from astragen.model.segment import Profile

STAND_INS = {"videotoolbox", "qsv"}  # for hardware
KEPT = {"handles", "lossless"}  # for transitions, and for clips of the user


def test_a_film_can_ask_for_every_row_but_those_that_work_behind_it():
    """The brief's names and the table's agree."""
    assert set(rows()) == set(get_args(ProfileName)) | STAND_INS | KEPT


def test_rows_that_stand_in_end_at_software():
    """From hardware, by way of every vendor, to web, without going round."""
    chain = ["hardware"]
    while row(chain[-1]).instead:
        chain.append(row(chain[-1]).instead)
        assert len(chain) <= len(rows())

    assert chain == ["hardware", "videotoolbox", "qsv", "web"]


def test_the_default_profile_is_web():
    """Whoever names only a size gets what films have by default."""
    assert Profile(width=16, height=16, fps=24).encoding == row("web").encoding


def test_equal_rows_sizes_and_rates_are_equal_profiles():
    """Profiles are keys: they can be compared, and their JSON gives them back."""
    profile = Profile(width=16, height=16, fps=24, encoding=row("youtube").encoding)

    assert Profile.model_validate_json(profile.model_dump_json()) == profile


@pytest.mark.parametrize("name", sorted(rows()))
def test_ladders_rise(name):
    """Larger pictures and faster ones may take more."""
    ladder = row(name).encoding.ladder

    assert list(ladder) == sorted(ladder)
    assert all(rung.high_kbps >= rung.kbps for rung in ladder)


def test_every_row_that_follows_guidance_says_whose():
    """A ladder without a source is an opinion."""
    assert [name for name, one in rows().items() if one.encoding.ladder and not one.source] == []


@pytest.mark.parametrize(
    ("size", "fps", "kbps"),
    [((640, 360), 24, 1000), ((640, 362), 24, 2500), ((3840, 2160), 60, 68_000), ((8000, 4000), 30, 45_000)],
    ids=["a rung's own size", "a little more", "the last rung, fast", "past the last rung"],
)
def test_the_highest_rate_is_that_of_the_first_rung_that_holds(size, fps, kbps):
    """Sizes between two rungs take the upper one; beyond the last, the last."""
    assert row("youtube").encoding.highest_kbps(*size, fps) == kbps


def test_without_a_ladder_nothing_is_said_of_the_rate():
    """The quality decides."""
    assert row("web").encoding.highest_kbps(1920, 1080, 24) is None


@pytest.mark.parametrize(
    ("name", "suffix", "media_type"), [("web", ".mp4", "video/mp4"), ("prores", ".mov", "video/quicktime")]
)
def test_the_container_says_how_files_are_called(name, suffix, media_type):
    """MP4 and MOV are told apart by name and by media type."""
    encoding: Encoding = row(name).encoding

    assert (encoding.suffix, encoding.media_type) == (suffix, media_type)
