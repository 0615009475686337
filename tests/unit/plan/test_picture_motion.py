from __future__ import annotations

import pytest

from astragen.model.storyboard import Framing, Framings, Shot
from astragen.model.vocabulary import Move
from astragen.plan.picture_motion import motion_words

WHOLE = Framing()


def framed(start, end):
    return Shot(id="a", framings=Framings(start=start, end=end))


@pytest.mark.parametrize(
    ("move", "seconds", "words"),
    [
        (Move.PUSH_IN, 5.0, "slow push in"),
        (Move.PUSH_IN, 3.0, "steady push in"),
        (Move.PAN_LEFT, 1.5, "quick pan left"),
        (Move.WHIP_LEFT, 5.0, "camera holds, then a whip pan left"),
        (Move.STATIC, 5.0, "locked-off camera, only the subject moves"),
    ],
)
def test_a_move_is_said_with_the_pace_of_its_length(move, seconds, words):
    """Long shots move slowly; a whip and a still camera have no pace."""
    assert motion_words(Shot(id="a", move=move), seconds) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (WHOLE, Framing(x=0.3, y=0.3, width=0.5), "slow push in towards the upper left"),
        (Framing(x=0.5, y=0.7, width=0.5), WHOLE, "slow pull out from the bottom"),
        (Framing(x=0.3, width=0.6), Framing(x=0.7, width=0.6), "slow pan right"),
        (Framing(y=0.3, width=0.6), Framing(y=0.7, width=0.6), "slow tilt down"),
        (Framing(width=0.6), Framing(width=0.6), "locked-off camera, only the subject moves"),
    ],
)
def test_stated_framings_are_the_move(start, end, words):
    """From one part of the picture to the other, whatever the shot's move says."""
    assert motion_words(framed(start, end), 5.0) == words
