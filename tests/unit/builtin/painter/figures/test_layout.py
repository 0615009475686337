"""Who stands where, how large and how far."""

from collections.abc import Callable, Sequence

import pytest

from astragen.builtin.painter.figures.company import figures_for
from astragen.builtin.painter.figures.ink import bounds
from astragen.builtin.painter.figures.layout import Spot, compose, ratio
from astragen.builtin.painter.stage import Stage
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Subject


@pytest.fixture
def cast(stage: Callable[..., Stage], recipe: Callable[..., Recipe]) -> Callable[..., tuple[Stage, list[Spot]]]:
    """The stage and the spots of some subjects."""

    def build(
        subjects: Sequence[Subject], width: int = 1280, height: int = 720, **fields: object
    ) -> tuple[Stage, list[Spot]]:
        wanted = recipe(subjects=tuple(subjects), **fields)
        made = stage(wanted, width, height)
        return made, compose(made, wanted, [(subject, figures_for(subject)) for subject in subjects])

    return build


@pytest.mark.parametrize(
    ("size", "share"),
    [
        ("extreme_wide", 0.14),
        ("wide", 0.24),
        ("full", 0.60),
        ("medium", 1.49),
        ("close", 2.62),
        ("extreme_close", 3.93),
    ],
)
def test_the_shot_size_sets_the_main_subjects_height(
    cast: Callable[..., tuple[Stage, list[Spot]]], size: str, share: float
):
    """A man is as tall as his shot's name promises (never smaller than 0.8 of what the room draws)."""
    stage, (spot,) = cast([Subject(noun="man")], size=size)

    assert spot.metre * spot.figure.height / stage.height == pytest.approx(share, rel=0.03)


@pytest.mark.parametrize("size", ["medium", "close"])
def test_cut_shots_show_the_face(cast: Callable[..., tuple[Stage, list[Spot]]], size: str):
    """The face is in the upper half, the feet are out of the picture."""
    stage, (spot,) = cast([Subject(noun="man")], size=size)

    assert 0.2 < (spot.y - spot.figure.focus[1] * spot.metre - stage.oy) / stage.height < 0.5
    assert spot.y > stage.y(1.0)


def test_a_subject_stands_away_from_the_sun(cast: Callable[..., tuple[Stage, list[Spot]]]):
    """On the other third than the light."""
    for place_seed in (1, 2):
        stage, (spot,) = cast([Subject(noun="man")], place_seed=place_seed)

        assert (spot.x - stage.canvas_width / 2) * stage.light.side < 0


@pytest.mark.parametrize("noun", ["girl", "horse", "elephant", "train", "eagle"])
@pytest.mark.parametrize("frame", [(1280, 720), (720, 1280)])
def test_who_travels_stays_in_the_frame_for_six_seconds(
    cast: Callable[..., tuple[Stage, list[Spot]]], noun: str, frame: tuple[int, int]
):
    """At no time of a usual shot is a travelling subject's middle outside, nor (where it fits) its ends."""
    stage, (spot,) = cast([Subject(noun=noun, action="run")], *frame, size="full")
    box = bounds(spot.figure.draw(0.0, 1.0), spot.face)

    for seconds in (0.0, 6.0):
        x = spot.x + spot.face * spot.speed * (seconds - 3.0)
        left, right = x + box.left * spot.metre, x + box.right * spot.metre

        assert left > stage.x(-0.02)
        assert right < stage.x(1.02)
    assert spot.speed > 0


def test_true_sizes_are_kept_and_soften_far_apart():
    """Twice as tall is about twice as tall; a mouse beside an elephant is not invisible."""
    assert ratio(1.4) == 1.4
    assert ratio(0.6) == 0.6
    assert 1.6 < ratio(3.0) < 3.0
    assert 0.05 < ratio(0.02) < 0.2


def test_several_subjects_do_not_stand_in_each_other(cast: Callable[..., tuple[Stage, list[Spot]]]):
    """King and queen are at least half a width apart and look at each other."""
    _, spots = cast([Subject(noun="king"), Subject(noun="queen")], size="full")
    left, right = sorted(spots, key=lambda spot: spot.x)

    assert right.x - left.x > 0.5 * left.figure.length * left.metre
    assert (left.face, right.face) == (1, -1)


def test_those_who_walk_together_walk_one_way(cast: Callable[..., tuple[Stage, list[Spot]]]):
    """A girl and her dog go at one speed, and apart."""
    _, spots = cast([Subject(noun="girl", action="walk"), Subject(noun="dog", action="walk")], size="full")

    assert len({spot.face for spot in spots}) == 1
    assert len({round(spot.speed, 6) for spot in spots}) == 1
    assert abs(spots[0].x - spots[1].x) > 0.1 * 1280


def test_far_is_small_and_high(cast: Callable[..., tuple[Stage, list[Spot]]]):
    """`far` makes a subject a fraction as tall, nearer to the horizon and behind."""
    _, (near,) = cast([Subject(noun="man")])
    _, (far,) = cast([Subject(noun="man", placement="far")])

    assert far.metre < 0.5 * near.metre
    assert far.y < near.y
    assert far.z > near.z


def test_flyers_are_in_the_sky(cast: Callable[..., tuple[Stage, list[Spot]]]):
    """A dragon is above the horizon, a man on the ground below it."""
    stage, spots = cast([Subject(noun="man"), Subject(noun="dragon", action="fly")])
    heights = {spot.figure.medium: spot.y - 0.5 * spot.figure.height * spot.metre for spot in spots}
    heights["ground"] = next(spot.y for spot in spots if spot.figure.medium == "ground")

    assert heights["air"] < stage.horizon < heights["ground"]
