from __future__ import annotations

import pytest

from astragen.model.brief import Brief
from astragen.plan.budget import estimate
from astragen.plan.look import with_look
from astragen.plan.money import FREE, Price, writing_usd

BRIEF = Brief(prompt="a whale", seconds=30, height=720)


def stage(name: str, *arguments, **options) -> float:
    return next(one.seconds for one in estimate(*arguments, **options).stages if one.name == name)


@pytest.mark.parametrize(
    "change",
    [{"seconds": 60}, {"height": 1080}, {"fps": 60}, {"aspect": "21:9"}],
    ids=lambda change: next(iter(change)),
)
def test_a_longer_larger_or_smoother_film_takes_longer(change):
    """Each of these multiplies pixels."""
    assert estimate(BRIEF.model_copy(update=change)).seconds > 1.2 * estimate(BRIEF).seconds


def test_more_workers_render_faster_but_not_faster_than_one_shot_each(board):
    """Eight workers cannot share a single shot."""
    story = board([{}])

    assert stage("render", BRIEF, workers=4) < 0.6 * stage("render", BRIEF, workers=2)
    assert stage("render", BRIEF, story, workers=8) == stage("render", BRIEF, story, workers=1)


def test_a_storyboard_is_counted_not_guessed(board):
    """Its shots, its lines and its transitions; nothing needs to be written any more."""
    story = board([{"line": "One."}, {"transition": "dissolve"}, {}])

    assert estimate(BRIEF, story).shots == 3
    assert stage("write", BRIEF, story) == 0
    assert stage("narrate", BRIEF, story) < stage("narrate", BRIEF)
    assert stage("join", BRIEF, story) > stage("join", BRIEF, board([{}, {}, {}]))


def test_what_is_left_out_takes_no_time():
    """No narration, no music: no voice, no composer, nothing to mix."""
    silent = BRIEF.model_copy(update={"narration": False, "music": False})

    assert [stage(name, silent) for name in ("narrate", "compose", "mix")] == [0, 0, 0]


def test_the_built_in_crew_costs_nothing():
    """Whatever the film."""
    assert estimate(BRIEF).cost_usd == 0


def test_the_whole_is_at_least_its_longest_stage():
    """Side by side is not for nothing."""
    whole = estimate(BRIEF)

    assert whole.seconds >= max(stage.seconds for stage in whole.stages)
    assert whole.seconds <= sum(stage.seconds for stage in whole.stages)


def test_a_look_takes_time_and_none_takes_none(board):
    """Asked for by the brief, or written in the storyboard, unless the brief takes it off again."""
    graded = BRIEF.model_copy(update={"look": "film"})
    plain, filmic = board([{}]), with_look(board([{}]), graded)

    assert stage("render", graded) > stage("render", BRIEF)
    assert stage("render", BRIEF, filmic) > stage("render", BRIEF, plain)
    assert stage("render", BRIEF.model_copy(update={"look": "none"}), filmic) == stage("render", BRIEF, plain)


def test_a_model_that_writes_costs_money_whoever_wrote_the_storyboard_that_is_counted(board):
    """A dry run counts the built-in writer's, and the model's price; a free one costs nothing."""
    taken = estimate(BRIEF, board([{}]), writer_price=Price(usd_in=2, usd_out=10))

    assert taken.cost_usd == writing_usd(BRIEF, Price(usd_in=2, usd_out=10)) > 0
    assert estimate(BRIEF, writer_price=FREE).cost_usd == 0
