"""Tests of pipeline/profile.py, with real encoders in a real run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import pytest

from astragen.errors import SettingsError
from astragen.media.profiles import fault_of
from astragen.model.brief import Brief
from astragen.model.event import FellBack
from astragen.model.profile import row
from astragen.model.segment import Profile
from astragen.pipeline.profile import settled
from astragen.runtime.inline import InlineRun


def settle(folder: Path, brief: Brief) -> tuple[str, list[object]]:
    """What *brief* is encoded with, and all that was told."""
    events: list[object] = []

    async def inside() -> str:
        async with InlineRun(folder, store=None, memo=None, workers=1, on_event=events.append) as run:
            return await settled(brief, run)

    work: Callable[[], Awaitable[str]] = inside
    return anyio.run(work), events


def test_x264_is_taken_at_its_word(tmp_path):
    """The default costs no worker and tells nothing."""
    assert settle(tmp_path, Brief(prompt="A fox.")) == ("web", [])


def test_a_profile_that_works_is_used(tmp_path):
    """ProRes is in every build of PyAV."""
    name, events = settle(tmp_path, Brief(prompt="A fox.", profile="prores", height=360))

    assert (name, events) == ("prores", [])


def test_a_size_that_the_profile_refuses_ends_the_film_before_it_begins(tmp_path):
    """The message names profile, encoder and size, and the flag that helps."""
    brief = Brief(prompt="A fox.", profile="dnxhr", height=360, aspect="9:16")

    with pytest.raises(SettingsError, match=r'"dnxhr" cannot be used: dnxhd refuses a frame of 202x360.*--profile'):
        settle(tmp_path, brief)


def test_missing_hardware_gives_way_to_software_and_the_report_says_so(tmp_path):
    """Whoever asked for the graphics card learns what each vendor's encoder said."""
    brief = Brief(prompt="A fox.", profile="hardware", height=360)
    encodings = (row(name).encoding for name in ("hardware", "videotoolbox", "qsv"))
    tried = [Profile(width=brief.width, height=360, fps=24, encoding=encoding) for encoding in encodings]
    if not all(fault_of(profile, tmp_path / "try.mp4") for profile in tried):
        pytest.skip("this machine encodes in hardware")

    name, events = settle(tmp_path, brief)

    assert name == "web"
    (told,) = (event for event in events if isinstance(event, FellBack))
    assert (told.fallback.subject, told.fallback.instead) == ("hardware", "web")
    assert "h264_nvenc" in told.fallback.reason
    assert "h264_qsv" in told.fallback.reason
