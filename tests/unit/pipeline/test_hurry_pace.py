from __future__ import annotations

import os

import anyio
import pytest

from astragen.pipeline.hurry import ENOUGH, PACE, pace_now
from astragen.runtime.inline import InlineRun
from astragen.store.experience import Experience


def pace(tmp_path, *paces: float) -> float:
    """As it is now, after films that took so many seconds for a second of their estimate."""
    experience = Experience(None)
    for one in paces:
        experience.learn(PACE, one)

    async def main() -> float:
        async with InlineRun(tmp_path, store=None, memo=None, workers=2, experience=experience) as run:
            return pace_now(run)

    return anyio.run(main)


@pytest.mark.parametrize(
    ("wanted", "paces", "expected"),
    [
        (0.5, (), 1.0),
        (2.0, (), 1.0),  # two workers of ours
        (6.0, (), 3.0),
        (0.5, (1.5,) * ENOUGH, 1.5),
        (6.0, (1.5,) * ENOUGH, 3.0),
        (0.5, (0.5,) * ENOUGH, 0.5),
    ],
    ids=["idle", "busy-with-this-film", "busy-with-others", "slow", "slow-and-busy", "fast"],
)
def test_a_busy_machine_is_a_slow_one(tmp_path, monkeypatch, wanted, paces, expected):
    """What is still to paint takes longer while others want the processors, too: it is begun earlier."""
    monkeypatch.setattr(os, "getloadavg", lambda: (wanted, wanted, wanted))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)

    assert pace(tmp_path, *paces) == pytest.approx(expected)


def test_without_a_load_average_the_usual_pace_counts(tmp_path, monkeypatch):
    """Windows has none."""
    monkeypatch.delattr(os, "getloadavg")

    assert pace(tmp_path) == 1.0
