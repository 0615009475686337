from __future__ import annotations

import itertools

import pytest

from astragen.model.storyboard import Framing, Framings
from astragen.model.view import View
from astragen.model.vocabulary import Lens, Move
from astragen.plan import motion
from astragen.plan.motion import framing_at, view_at, view_of_framing

STEPS = [index / 200 - 0.2 for index in range(281)]  # u from -0.2 to 1.2


def path(move: Move, lens: Lens = Lens.NORMAL, seconds: float = 5.0, seed: int = 1) -> list[View]:
    return [view_at(move, lens, u, seconds, seed) for u in STEPS]


@pytest.mark.parametrize("move", Move, ids=str)
def test_every_view_stays_within_the_bounds(move):
    """All lenses, lengths and seeds, handles included: painters paint no more than this."""
    for lens, seconds, seed in itertools.product(Lens, (0.5, 3.0, 8.0, 30.0), (0, 1, 12345)):
        for view in path(move, lens, seconds, seed):
            assert abs(view.pan) <= motion.PAN_MAX
            assert abs(view.tilt) <= motion.TILT_MAX
            assert abs(view.truck) <= motion.TRUCK_MAX
            assert abs(view.pedestal) <= motion.PEDESTAL_MAX
            assert motion.DOLLY_MIN <= view.dolly <= motion.DOLLY_MAX
            assert 1.0 <= view.zoom <= motion.ZOOM_MAX


@pytest.mark.parametrize("move", Move, ids=str)
def test_no_move_jumps_or_stops(move):
    """Every fortieth of a shot something moves, between neighbours nothing leaps; the cuts are no exception."""
    views = path(move)

    for before, after in itertools.pairwise(views):
        assert max(abs(a - b) for a, b in zip(before, after, strict=True)) < 0.004
    for before, after in zip(views, views[5:], strict=False):
        assert max(abs(a - b) for a, b in zip(before, after, strict=True)) > 1e-4


@pytest.mark.parametrize(
    "move", [move for move in Move if move not in (Move.HANDHELD, Move.WHIP_LEFT, Move.WHIP_RIGHT)], ids=str
)
def test_a_move_is_slower_at_the_cut_but_never_at_rest(move):
    """Speed in the middle is above the speed at both cuts, which is above a third of it."""

    def speed(u: float) -> float:
        a, b = (view_at(move, Lens.NORMAL, at, 5.0, 1) for at in (u - 0.005, u + 0.005))
        return max(abs(x - y) for x, y in zip(a, b, strict=True))

    assert speed(0.5) > speed(0.0) > speed(0.5) / 3
    assert speed(0.5) > speed(1.0) > speed(0.5) / 3


@pytest.mark.parametrize(
    ("move", "axis", "sign"),
    [
        (Move.PUSH_IN, "dolly", 1),
        (Move.PULL_OUT, "dolly", -1),
        (Move.PAN_RIGHT, "pan", 1),
        (Move.PAN_LEFT, "pan", -1),
        (Move.TILT_DOWN, "tilt", 1),
        (Move.TILT_UP, "tilt", -1),
        (Move.TRUCK_RIGHT, "truck", 1),
        (Move.TRUCK_LEFT, "truck", -1),
        (Move.PEDESTAL_DOWN, "pedestal", 1),
        (Move.PEDESTAL_UP, "pedestal", -1),
        (Move.WHIP_RIGHT, "pan", 1),
        (Move.WHIP_LEFT, "pan", -1),
        (Move.DOLLY_ZOOM, "dolly", 1),
        (Move.DOLLY_ZOOM, "zoom", -1),
    ],
    ids=str,
)
def test_a_move_goes_where_its_name_says(move, axis, sign):
    """Right and down are positive, and so is forward."""
    start, end = (getattr(view_at(move, Lens.NORMAL, u, 5.0, 1), axis) for u in (0.0, 1.0))

    assert (end - start) * sign > 0.04


def test_an_orbit_keeps_what_stands_at_its_distance_in_place():
    """Trucking is undone by turning there, and only there."""
    for view in path(Move.ORBIT):
        assert view.truck / motion.ORBIT_DISTANCE + view.pan == pytest.approx(0, abs=1e-12)
    assert path(Move.ORBIT)[-1].truck != path(Move.ORBIT)[0].truck


def test_a_push_brings_the_near_world_nearer_more_than_the_sky():
    """What stands at distance 1 grows by a fifth and more, the sky by its own zoom only: felt, and under 7 %."""
    start, end = (view_at(Move.PUSH_IN, Lens.NORMAL, u, 6.0, 1) for u in (0.0, 1.0))

    assert (1 - start.dolly) / (1 - end.dolly) > 1.2
    assert 1.03 < end.zoom / start.zoom < 1.07


def test_a_short_shot_moves_less_than_a_long_one():
    """The same travel in a fifth of the time would be a lurch."""

    def travel(seconds: float) -> float:
        return (
            view_at(Move.PUSH_IN, Lens.NORMAL, 1, seconds, 1).dolly
            - view_at(Move.PUSH_IN, Lens.NORMAL, 0, seconds, 1).dolly
        )

    assert travel(1.2) < 0.7 * travel(6)


def test_two_hands_do_not_shake_alike():
    """Another seed is another noise, the same seed the same."""
    assert path(Move.HANDHELD, seed=1) == path(Move.HANDHELD, seed=1) != path(Move.HANDHELD, seed=2)


def test_a_whip_creeps_and_then_leaves_fastest_at_the_cut():
    """In the first half it goes a tenth of what it goes in the last fifth, and the handle is faster still."""
    pan = [view_at(Move.WHIP_RIGHT, Lens.NORMAL, u, 5.0, 1).pan for u in (0.0, 0.5, 0.8, 1.0, 1.2)]
    speeds = [(b - a) / length for (a, b), length in zip(itertools.pairwise(pan), (0.5, 0.3, 0.2, 0.2), strict=True)]

    assert 0 < 5 * speeds[0] < speeds[2] < speeds[3]


def test_a_dolly_zoom_keeps_what_stands_at_its_distance():
    """There nothing grows; the sky recedes by a twentieth and more, and what is nearer comes nearer."""

    def growth(view: View, distance: float) -> float:
        return view.zoom * distance / (distance - view.dolly)

    start, end = (view_at(Move.DOLLY_ZOOM, Lens.NORMAL, u, 5.0, 1) for u in (0.0, 1.0))

    for view in path(Move.DOLLY_ZOOM):
        assert growth(view, motion.DOLLY_ZOOM_DISTANCE) == pytest.approx(growth(start, motion.DOLLY_ZOOM_DISTANCE))
    assert growth(end, 1e6) < 0.95 * growth(start, 1e6)
    assert growth(end, 1.2) > 1.05 * growth(start, 1.2)


FRAMINGS = {
    "push to a corner": Framings(start=Framing(), end=Framing(x=0.7, y=0.3, width=0.6)),
    "pull out": Framings(start=Framing(x=0.3, y=0.6, width=0.5), end=Framing()),
    "drift": Framings(start=Framing(x=0.4, y=0.4, width=0.7), end=Framing(x=0.6, y=0.6, width=0.7)),
}


@pytest.mark.parametrize("framings", FRAMINGS.values(), ids=FRAMINGS)
def test_framings_are_reached_and_held_inside_the_frame(framings):
    """At 0 and 1 it is what was stated; in the handles it never leaves the composed frame."""
    assert framing_at(framings, 0.0).model_dump() == pytest.approx(framings.start.model_dump())
    assert framing_at(framings, 1.0).model_dump() == pytest.approx(framings.end.model_dump())
    for u in STEPS:
        framing = framing_at(framings, u)
        assert framing.width / 2 - 1e-6 <= framing.x <= 1 - framing.width / 2 + 1e-6
        assert framing.width / 2 - 1e-6 <= framing.y <= 1 - framing.width / 2 + 1e-6


def test_a_crop_that_grows_about_a_point_keeps_it():
    """What a push to the right edge does not move is at the right edge all the time."""
    framings = Framings(start=Framing(), end=Framing(x=0.75, y=0.5, width=0.5))

    for u in (0.0, 0.3, 0.8, 1.0):
        framing = framing_at(framings, u)
        assert framing.x + framing.width / 2 == pytest.approx(1.0)


@pytest.mark.parametrize("distance", [1.0, motion.FRAMED_DISTANCE])
@pytest.mark.parametrize("horizon", [0.5, 0.62])
def test_the_view_of_a_framing_puts_its_corners_into_the_frames_corners(distance, horizon):
    """Through the projection of a layer at that distance, as `Stage.project` does it."""
    framing, aspect = Framing(x=0.6, y=0.4, width=0.55), 16 / 9
    view = view_of_framing(framing, aspect=aspect, horizon=horizon, distance=distance)
    k = view.zoom * distance / (distance - view.dolly)

    for corner in (-0.5, 0.5):
        x, y = framing.x + corner * framing.width, framing.y + corner * framing.width
        assert 0.5 * aspect + (x - 0.5) * aspect * k - view.pan == pytest.approx((0.5 + corner) * aspect)
        assert horizon + (y - horizon) * k - view.tilt == pytest.approx(0.5 + corner)


@pytest.mark.parametrize(
    ("said", "name"), [({"x": 0.1, "width": 0.5}, "x"), ({"y": 0.9, "width": 0.6}, "y"), ({"width": 0.4}, "width")]
)
def test_a_framing_outside_the_frame_is_told(said, name):
    """The message names the side that leaves the composed frame."""
    with pytest.raises(ValueError, match=name):
        Framing(**said)
