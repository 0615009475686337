"""Paths of own media, made whole."""

from __future__ import annotations

from pathlib import Path

from astragen.plan.sources import anchored


def test_a_path_counts_from_the_folder_unless_it_is_absolute(board):
    """Relative paths lose their dots, absolute ones stay, and shots without one stay without."""
    storyboard = board([{"source": "../a.png"}, {"source": "/b/c.mp4"}, {}])

    sources = [shot.source for shot in anchored(storyboard, Path("/films/whale")).shots]

    assert sources == ["/films/a.png", "/b/c.mp4", ""]


def test_a_storyboard_without_sources_is_left_as_it_is(board):
    """Not even a copy is made."""
    storyboard = board([{}])

    assert anchored(storyboard, Path("/films")) is storyboard
