"""Nothing slides: feet on the ground move back exactly as fast as the body goes on."""

from itertools import pairwise

import numpy as np
import pytest

from astragen.builtin.painter.figures.beasts.stance import stance_of
from astragen.builtin.painter.figures.gait import stride_of
from astragen.builtin.painter.figures.people.actors import shortened
from astragen.builtin.painter.figures.people.pose import ACTIONS


@pytest.mark.parametrize("action", ["walk", "run"])
@pytest.mark.parametrize("reach", [1.0, 0.5])
def test_a_standing_foot_of_a_person_stays_in_place(action: str, reach: float):
    """While the sole is flat, foot x plus the way gone is constant to a thousandth of the height."""
    act = ACTIONS[action]
    flat = [
        foot.x + act.stride * reach * phase
        for phase in np.linspace(0.06, 0.2, 8)
        if (foot := shortened(act.pose(float(phase)), reach).feet[0]).pitch == 0
    ]

    assert len(flat) >= 4
    assert np.ptp(flat) < 1e-3


@pytest.mark.parametrize("action", ["walk", "run"])
def test_a_standing_paw_stays_in_place(action: str):
    """The same for each of a fox's four feet."""
    row = {"gallop": True}
    pose, _, reach, duty = stance_of(row, action)
    stride = stride_of(reach, duty)
    phases = np.linspace(0, 1, 60, endpoint=False)
    for foot in range(4):
        falls = [pose(float(phase), row, 1.0).feet[foot] for phase in phases]
        pairs = [(a, b) for a, b in pairwise(falls) if a.y == 0 and b.y == 0 and b.x < a.x]

        assert len(pairs) > 12
        assert max(abs((a.x - b.x) - stride / 60) for a, b in pairs) < 1e-6
