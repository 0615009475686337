"""Tests of plan/transitions.py."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from astragen.errors import StoryboardError
from astragen.model.time import seconds_to_frames
from astragen.model.timeline import Transition
from astragen.model.vocabulary import TransitionKind
from astragen.plan.transitions import USUAL_S, transitions

DISSOLVE = TransitionKind.DISSOLVE


def shots(*lengths: int, **first_transition) -> list[dict]:
    """Shots of so many frames; *first_transition* belongs to the second."""
    return [{"frames": frames, **(first_transition if place == 1 else {})} for place, frames in enumerate(lengths)]


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
@pytest.mark.parametrize("style", TransitionKind)
def test_every_kind_has_its_usual_length(board, style, fps):
    """The same time at any rate, half of it on either side of the cut; a cut has none."""
    (between,) = transitions(board(shots(600, 600, transition=style)), fps).between

    if style is TransitionKind.CUT:
        assert between is None
    else:
        assert between.style is style
        assert between.in_offset + between.out_offset == seconds_to_frames(USUAL_S[style], fps)
        assert 0 <= between.out_offset - between.in_offset <= 1


def test_a_stated_length_is_kept(board):
    """Also where it is more than a third of a shot."""
    (between,) = transitions(board(shots(96, 60, transition="iris", transition_s=1.25)), 24).between

    assert between == Transition(style=TransitionKind.IRIS, in_offset=15, out_offset=15)


def test_a_length_that_nobody_stated_is_shortened_to_fit(board):
    """A third of the shorter shot; below two frames the shot is cut to."""
    story = board(
        [{"frames": 96}, {"frames": 15, "transition": "ink"}, {"frames": 96}, {"frames": 5, "transition": "ink"}]
    )

    assert transitions(story, 24).between == (
        Transition(style=TransitionKind.INK, in_offset=2, out_offset=3),
        None,
        None,
    )


def test_the_film_s_own_fades_are_at_most_a_third_of_their_shot(board):
    """Half a second from black and 0.8 s to black, as far as they fit."""
    long, short = (transitions(board(shots(frames, frames)), 24) for frames in (96, 24))

    assert (long.opening.out_offset, long.closing.in_offset) == (12, 19)
    assert (short.opening.out_offset, short.closing.in_offset) == (8, 8)
    assert transitions(board(shots(2)), 24) == (None, (), None)


# Two shots at 24 frames a second; the opening takes 12 frames of the first, the closing 19 of the second.
@pytest.mark.parametrize(
    ("lengths", "asked", "longest", "tight"),
    [
        ((48, 96), 3.0, 2.95, "s1-1"),  # 35 frames on the first shot's side, 36 on the other: 71
        ((96, 60), 4.0, 3.33, "s1-2"),  # 40 frames on either side: 80
        ((400, 60), 5.0, 3.33, "s1-2"),
    ],
)
def test_a_stated_length_that_does_not_fit_names_both_shots_and_the_longest(board, lengths, asked, longest, tight):
    """The error says what was asked, the most that fits, and which shot is too short; that most is accepted."""
    with pytest.raises(StoryboardError) as caught:
        transitions(board(shots(*lengths, transition="dissolve", transition_s=asked)), 24)

    message, hint = caught.value.message, caught.value.hint
    assert f'The dissolve from shot "s1-1" to shot "s1-2" is to last {asked:g} s; at most {longest:g} s fit' in message
    assert f'"{tight}" lasts' in message
    assert f'Set transition_s of "s1-2" to {longest:g} or less, or make "{tight}" longer' in hint
    transitions(board(shots(*lengths, transition="dissolve", transition_s=longest)), 24)
    with pytest.raises(StoryboardError):
        transitions(board(shots(*lengths, transition="dissolve", transition_s=longest + 0.05)), 24)


def test_two_stated_lengths_share_the_shot_between_them(board):
    """Each alone fits; together they leave the middle shot no frame of its own, and the first is refused."""
    middle = {"frames": 48, "transition": "push_left", "transition_s": 2.5}
    last = {"frames": 200, "transition": "whip_left", "transition_s": 2.5}
    whole = board([{"frames": 200}, middle, last])

    with pytest.raises(StoryboardError, match=r'The push_left from shot "s1-1" to shot "s1-2" .* at most 1.41 s fit'):
        transitions(whole, 24)
    transitions(board([{"frames": 200}, middle, {**last, "transition_s": None}]), 24)
    transitions(board([{"frames": 200}, {**middle, "transition_s": 1.41}, last]), 24)


def test_where_nothing_fits_the_next_act_is_a_cut(board):
    """A shot of one frame has none to give."""
    with pytest.raises(StoryboardError, match="none fits") as caught:
        transitions(board(shots(48, 1, transition="iris", transition_s=0.5)), 24)

    assert 'Let "s1-2" follow by a cut, or make "s1-2" longer' in caught.value.hint


def test_a_cut_has_no_length(board):
    """A length beside a cut is a transition that somebody forgot to name."""
    with pytest.raises(StoryboardError, match=re.escape('Shot "s1-2" follows "s1-1" by a cut')) as caught:
        transitions(board(shots(48, 48, transition_s=0.5)), 24)

    assert "Set the transition" in caught.value.hint


@pytest.mark.parametrize("asked", [0.08, 0.5, 1.0, 1.5, 2.0, 2.5])
def test_every_shot_keeps_a_frame_of_its_own(board, asked):
    """Whatever is stated is refused or leaves each shot a body."""
    for frames in range(1, 80, 7):
        story = board([{"frames": frames, "transition": "zoom", "transition_s": asked} for _ in range(4)])
        try:
            over = transitions(story, 24)
        except StoryboardError:
            continue
        ends = (over.opening, *over.between, over.closing)
        for before, after in pairwise(ends):
            taken = (before.out_offset if before else 0) + (after.in_offset if after else 0)
            assert taken < frames
