"""The last lines of `astragen make`."""

from __future__ import annotations

import pytest

from astragen.cli.make import summary
from astragen.model.brief import Brief
from astragen.model.film import FilmReport, ShotReport


def report(*makers: str) -> FilmReport:
    """Of a film whose shots they made."""
    return FilmReport(
        title="Dusk",
        brief=Brief(prompt="dusk"),
        seconds=12.0,
        width=1280,
        height=720,
        fps=24,
        frames=288,
        wall_s=9.0,
        deadline_s=60,
        deadline_met=True,
        cost_usd=0.0,
        stages=(),
        shots=tuple(ShotReport(shot=f"s1-{n}", made_by=who, frames=24) for n, who in enumerate(makers)),
    )


@pytest.mark.parametrize(
    ("makers", "said"),
    [
        pytest.param(["builtin"] * 3, "", id="all painted"),
        pytest.param(["fal flux"], "; pictures: 1 by fal flux", id="one maker"),
        pytest.param(
            ["builtin", "fal flux", "pollinations z/turbo", "pollinations z/turbo", "builtin", "builtin"],
            "; pictures: 2 by pollinations z/turbo, 1 by fal flux, 3 painted",
            id="several, and the painter last",
        ),
        pytest.param(["own", "builtin"], "; pictures: 1 of your own, 1 painted", id="the user's own"),
        pytest.param(["folder", "folder"], "; pictures: 2 by folder", id="his folder"),
    ],
)
def test_the_last_line_says_who_made_the_pictures(makers, said):
    """Where not all of them are painted."""
    assert summary(report(*makers)).splitlines()[-1] == f"made in 9.0 s{said}"
