from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astragen.model.brief import Brief
from astragen.model.storyboard import Scene, Shot, Storyboard, Tableau
from astragen.model.vocabulary import Layout
from astragen.plan.budget import START_S, estimate
from astragen.plan.deadline import (
    HEDGE_UNKNOWN_S,
    LATE_LINE_S,
    LATE_S,
    MARGIN_S,
    PLAIN_SHARE,
    Work,
    hedge_after_s,
    painted_s,
    slack_s,
    speaking_s,
    stepped_down,
    tail_s,
    to_cut_off,
    with_fewer_shots,
)

TIMES = st.lists(st.floats(0.1, 20), max_size=12)


def board(*lines: str, scenes: int = 1) -> Storyboard:
    shots = [Shot(id=f"s{at}", line=line) for at, line in enumerate(lines)]
    size = -(-len(shots) // scenes)
    return Storyboard(
        title="Film",
        scenes=tuple(
            Scene(id=f"c{at}", setting="sea", shots=tuple(shots[at * size : (at + 1) * size])) for at in range(scenes)
        ),
    )


def test_while_there_is_slack_nobody_is_cut_off():
    """Six shots of 5 s on two workers with 40 s to go."""
    work = Work(waiting=[5] * 6, ready=[], tail_s=3)

    assert slack_s(work, left_s=40, workers=2) > 0
    assert to_cut_off(work, left_s=40, workers=2) == 0


def test_without_slack_idle_workers_get_what_is_missing():
    """Two of six are painted, the other four are waited for meanwhile; with one worker busy, one."""
    assert to_cut_off(Work([5] * 6, [], 3), left_s=20, workers=2) == 2
    assert to_cut_off(Work([5] * 5, [5], 3), left_s=20, workers=2) == 1
    assert to_cut_off(Work([5] * 4, [5, 5], 3), left_s=20, workers=2) == 0


@given(TIMES, st.lists(st.floats(0.1, 20), min_size=1, max_size=12), st.integers(1, 4))
def test_waiting_until_the_slack_is_gone_is_never_too_late(ready, waiting, workers):
    """List scheduling of all that is left ends before the deadline, whatever the lengths are and in any order."""
    work = Work(waiting, ready, tail_s=2.0)
    left_s = 1000.0 - slack_s(work, left_s=1000.0, workers=workers)  # the moment at which the slack is gone
    free = [0.0] * workers
    for length in (*ready, *waiting):
        at = free.index(min(free))
        free[at] += length

    assert max(free) + work.tail_s <= left_s - MARGIN_S + 1e-6


def test_a_second_provider_is_asked_when_the_first_is_slower_than_usual():
    """Above its 90th percentile; when nobody knows it, after a while, and never before its longest wait so far."""
    assert hedge_after_s([]) == HEDGE_UNKNOWN_S
    assert hedge_after_s([30.0]) == 30.0
    assert hedge_after_s([2.0] * 9 + [50.0]) == pytest.approx(60.0)
    assert hedge_after_s([2.0] * 19 + [50.0]) == pytest.approx(2.4)


def test_a_film_with_time_enough_is_as_asked():
    """Nothing is given up."""
    brief, story = Brief(prompt="sea", seconds=10), board("One.", "Two.")

    assert stepped_down(brief, story, left_s=600, workers=2, pace=1.0) == (brief, story, False, ())


def test_what_is_given_up_goes_in_its_order():
    """Bloom and grain, then size, then shots; each only when what went before does not suffice."""
    brief, story = Brief(prompt="sea", seconds=30), board(*["A line of words."] * 10, scenes=2)
    whole_s = estimate(brief, story, workers=2).seconds - START_S

    plain = stepped_down(brief, story, left_s=whole_s * (PLAIN_SHARE + 0.02) + MARGIN_S, workers=2, pace=1.0)
    small = stepped_down(brief, story, left_s=whole_s * 0.6, workers=2, pace=1.0)
    low_s = estimate(small.brief, story, workers=2).seconds - START_S
    few = stepped_down(brief, story, left_s=low_s * PLAIN_SHARE + MARGIN_S - 0.2, workers=2, pace=1.0)

    assert plain.given_up == ("bloom and grain",)
    assert plain.is_plain
    assert small.given_up == ("bloom and grain", "1080 lines for 720")
    assert small.brief.height == 720
    assert few.given_up[:2] == small.given_up
    assert few.given_up[2] == f"10 shots for {len(few.storyboard.shots)}"


def test_a_film_that_is_late_anyway_is_as_asked():
    """Ten minutes in ten seconds: nothing is given up for nothing."""
    brief, story = Brief(prompt="sea", seconds=600), board("One.", "Two.")

    assert stepped_down(brief, story, left_s=10, workers=2, pace=1.0).given_up == ()


def test_fewer_shots_say_the_same():
    """All lines are spoken in their order, in the same scenes."""
    story = board("One.", "Two.", "Three.", "Four.", "Five.", "Six.", scenes=2)

    fewer = with_fewer_shots(story, 3)

    assert len(fewer.shots) == 3
    assert " ".join(shot.line for shot in fewer.shots) == "One. Two. Three. Four. Five. Six."
    assert [scene.id for scene in fewer.scenes] == ["c0", "c1"]


def test_diagrams_titles_and_own_pictures_stay():
    """Only the shot without any of them can go."""
    tableau = Tableau(layout=next(iter(Layout)))
    shots = (
        Shot(id="a", line="One."),
        Shot(id="b", tableau=tableau),
        Shot(id="c", title="Chapter"),
        Shot(id="d", source="mine.png"),
        Shot(id="e", line="Two."),
    )
    story = Storyboard(title="Film", scenes=(Scene(id="s", setting="sea", shots=shots),))

    fewer = with_fewer_shots(story, 1)

    assert [shot.id for shot in fewer.shots] == ["a", "b", "c", "d"]
    assert fewer.shots[-1].line == "Two."


def test_a_larger_frame_and_a_longer_shot_take_longer():
    """What a shot takes grows with both."""
    small, large = Brief(prompt="sea", height=360), Brief(prompt="sea", height=1080)

    assert painted_s(96, small) < painted_s(96, large) < painted_s(192, large)
    assert tail_s(estimate(small)) < tail_s(estimate(large))


def test_voices_are_waited_for_as_long_as_the_rest_of_the_film_leaves():
    """The film is rendered, mixed and written after them, on a machine that may be slow."""
    film = board("One.", "Two.")
    brief = Brief(prompt="x", seconds=10, height=360)
    rest_s = estimate(brief, film, workers=2).seconds - START_S

    left = speaking_s(brief, film, left_s=50.0, workers=2, pace=1.5)

    assert left == pytest.approx(50.0 - MARGIN_S - 1.5 * rest_s)
    assert speaking_s(brief, film, left_s=float("inf"), workers=2, pace=1.5) == float("inf")


@pytest.mark.parametrize("lines", [1, 20])
def test_a_film_that_is_late_anyway_waits_for_its_voices_but_not_for_ever(lines):
    """Without them it would be late as well."""
    film = board(*["One."] * lines)

    left = speaking_s(Brief(prompt="x", seconds=60), film, left_s=1.0, workers=2, pace=1.0)

    assert left == max(LATE_S, lines * LATE_LINE_S)
