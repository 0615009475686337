"""The sounds of the place along the film."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from astragen.model.brief import Brief
from astragen.model.lightning import strikes
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Framing, Framings, Scene, Shot, Storyboard, Subject, Tableau
from astragen.model.take import Take
from astragen.model.time import SAMPLE_RATE, frames_to_samples
from astragen.model.timeline import SoundEvent
from astragen.model.vocabulary import Layout, Mood, Move, Placement, ShotSize
from astragen.plan.ambience import CROSSFADE_S, LATEST_S, LONGEST_S, SOONEST_S, ambience
from astragen.plan.requests import plan_shots

BRIEF = Brief(prompt="x", seconds=30, height=360)
CROSS = int(CROSSFADE_S * SAMPLE_RATE)
WOMAN = Subject(noun="woman", action="walk", placement=Placement.LEFT)


def at(seconds: float) -> int:
    return int(seconds * SAMPLE_RATE)


def scene(name: str, setting: str, *shots: dict[str, Any], **said: Any) -> Scene:
    return Scene(
        id=name,
        setting=setting,
        shots=tuple(
            Shot(**{"id": f"{name}-{number}", "frames": 96, "move": Move.STATIC, "seed": number, **shot})
            for number, shot in enumerate(shots, start=1)
        ),
        **said,
    )


def film(*scenes: Scene) -> Storyboard:
    return Storyboard(title="x", scenes=scenes)


def heard(*scenes: Scene, brief: Brief = BRIEF) -> tuple[SoundEvent, ...]:
    return ambience(film(*scenes), [], brief)


def of(events: tuple[SoundEvent, ...], kind: str) -> list[SoundEvent]:
    return [event for event in events if event.kind == kind]


def test_a_place_sounds_on_across_the_cuts_of_its_scene():
    """Three shots by the sea: one sea from the first frame to the last, faded with the picture."""
    (sea,) = of(heard(scene("a", "sea", {}, {}, {})), "sea")

    assert (sea.start, sea.samples) == (0, at(12))
    assert sea.fade_in == at(0.5)
    assert sea.fade_out == at(0.8)


def test_scenes_give_way_over_four_tenths_of_a_second():
    """Half before the cut and half after it, and both places are there meanwhile."""
    events = heard(scene("a", "sea", {}), scene("b", "space", {}))
    sea, space = of(events, "sea")[0], of(events, "space")[0]

    assert sea.start + sea.samples == at(4) + CROSS // 2
    assert space.start == at(4) - CROSS // 2
    assert sea.fade_out == space.fade_in == CROSS


def test_a_longer_transition_takes_its_sounds_along():
    """A dissolve of a second crosses sounds for a second."""
    events = heard(scene("a", "sea", {}), scene("b", "space", {"transition": "dissolve", "transition_s": 1.0}))

    assert of(events, "space")[0].fade_in == at(1)
    assert of(events, "space")[0].start == at(3.5)


def test_the_same_place_in_another_scene_is_another_sound():
    """Two scenes by the sea do not begin with the same wave."""
    first, second = of(heard(scene("a", "sea", {}), scene("b", "sea", {})), "sea")

    assert first.seed != second.seed


def test_closer_is_louder():
    """What lies about by a little, what is seen by much; far away is farther."""

    def fire(size: ShotSize, placement: Placement | None = None) -> float:
        subject = Subject(noun="campfire", placement=placement)
        return of(heard(scene("a", "meadow", {"size": size, "subjects": (subject,)})), "fire")[0].gain_db

    def sea(size: ShotSize) -> float:
        return of(heard(scene("a", "sea", {"size": size})), "sea")[0].gain_db

    sizes = list(ShotSize)
    assert [fire(size) for size in sizes] == sorted(fire(size) for size in sizes)
    assert fire(ShotSize.CLOSE) - fire(ShotSize.EXTREME_WIDE) > 10
    assert fire(ShotSize.WIDE, Placement.FAR) < fire(ShotSize.WIDE)
    assert 1 < sea(ShotSize.CLOSE) - sea(ShotSize.EXTREME_WIDE) < 4


def test_what_is_seen_stands_where_it_is_seen():
    """Left, right, in the middle; and a move to the right takes it to the left."""

    def pans(placement: Placement | None, move: Move = Move.STATIC, framings: Framings | None = None):
        shot = {"subjects": (Subject(noun="campfire", placement=placement),), "move": move, "framings": framings}
        event = of(heard(scene("a", "meadow", shot)), "fire")[0]
        return event.pan, event.pan_end

    assert pans(Placement.LEFT)[0] < -0.3
    assert pans(Placement.RIGHT)[0] > 0.3
    assert abs(pans(Placement.CENTRE)[0]) < 0.05
    assert pans(None, Move.PAN_RIGHT)[1] < pans(None, Move.PAN_RIGHT)[0] - 0.2
    assert pans(None, Move.TRUCK_LEFT)[1] > pans(None, Move.TRUCK_LEFT)[0]
    close_on_left = Framings(start=Framing(), end=Framing(x=0.3, width=0.5))
    assert pans(Placement.LEFT, framings=close_on_left)[1] == pytest.approx(0.0, abs=0.02)


def test_thunder_follows_every_flash_of_the_painter_s():
    """As many thunders as the recipe's seed has strikes, each a moment after its own."""
    board = film(scene("a", "sea", {"frames": 480}, {"frames": 480}, weather="storm"))
    takes = [
        Take(shot=request.shot, kind="painted", recipe=request.recipe, made_by="builtin")
        for request in plan_shots(board, BRIEF)
    ]
    thunders = of(ambience(board, takes, BRIEF), "thunder")

    expected = [
        (take.shot, at(20 * number) + one.seconds * SAMPLE_RATE)
        for number, take in enumerate(takes)
        for one in strikes(take.recipe.seed, 20.0)
        if number == 0 or one.seconds + LATEST_S < 19.5
    ]
    delays = [
        (thunder.start - flash) / SAMPLE_RATE
        for thunder, (shot, flash) in zip(thunders, expected, strict=True)
        if thunder.shot == shot
    ]
    assert len(delays) == len(expected) >= 8
    assert all(SOONEST_S - 0.01 <= delay <= LATEST_S for delay in delays)


def test_thunder_rings_into_the_next_shot_but_not_far_into_another_scene():
    """Nor beyond the film's end."""
    events = heard(scene("a", "sea", {}, {}, weather="storm"), scene("b", "library", {}))
    ends = [event.start + event.samples for event in of(events, "thunder")]

    assert max(ends) > at(4) + 1
    assert max(ends) <= at(8) + at(1.2) + 1
    assert all(event.start + event.samples <= at(12) for event in events)


def test_who_walks_is_heard_to_walk():
    """About three steps in two seconds, evenly, in the shot only, going from the left towards the middle."""
    steps = of(heard(scene("a", "city", {}, {"subjects": (WOMAN,), "size": "full"}, {})), "step_stone")
    gaps = [(after.start - before.start) / SAMPLE_RATE for before, after in pairwise(steps)]

    assert 5 <= len(steps) <= 7
    assert max(gaps) < 1.2 * min(gaps)
    assert at(4) < steps[0].start
    assert steps[-1].start < at(8)
    assert steps[0].pan < steps[-1].pan < 0
    assert len({step.seed for step in steps}) == len(steps)


def test_steps_are_not_heard_from_far_away():
    """In an extreme wide shot, or of somebody who is placed far off."""
    far = WOMAN.model_copy(update={"placement": Placement.FAR})

    assert of(heard(scene("a", "city", {"subjects": (WOMAN,), "size": "extreme_wide"})), "step_stone") == []
    assert of(heard(scene("a", "city", {"subjects": (far,), "size": "full"})), "step_stone") == []


def test_two_are_heard_of_a_group():
    """Eight people who walk are not eight times the steps."""
    many = WOMAN.model_copy(update={"count": 4})
    one, four = (
        of(heard(scene("a", "village", {"subjects": (who,), "size": "full"})), "step_stone") for who in (WOMAN, many)
    )

    assert 1.5 * len(one) < len(four) <= 2 * len(one) + 1


def test_a_reader_turns_a_page_now_and_then():
    """In fifteen seconds two or three times, each another sound."""
    reader = Subject(noun="man", action="read")
    pages = of(heard(scene("a", "library", {"subjects": (reader,), "frames": 360, "size": "medium"})), "page")

    assert 2 <= len(pages) <= 3
    assert len({page.seed for page in pages}) == len(pages)


def test_a_diagram_is_silent_and_its_neighbours_fade():
    """A scene with a tableau in its middle: the sea goes, and comes back as another stretch of itself."""
    diagram = {"tableau": Tableau(layout=Layout.STEPS, items=("a", "b"))}
    first, second = of(heard(scene("a", "sea", {}, diagram, {})), "sea")

    assert first.start + first.samples == at(4) + CROSS // 2
    assert second.start == at(8) - CROSS // 2
    assert heard(scene("a", "sea", diagram, diagram)) == ()


def test_a_long_scene_is_several_events():
    """None longer than LONGEST_S and its crossfades, whatever the scene is; together they leave no hole."""
    beds = of(heard(scene("a", "sea", *({"frames": 480} for _ in range(10)))), "sea")

    assert len(beds) == 3
    assert all(bed.samples <= at(LONGEST_S) + 2 * CROSS for bed in beds)
    assert all(after.start < before.start + before.samples for before, after in pairwise(beds))
    assert beds[-1].start + beds[-1].samples == at(200)


def test_a_painted_take_is_heard_as_it_is_painted():
    """The words of the take's recipe count, not those that the painter did not know."""
    board = film(scene("a", "grimpen", {}))
    recipe = Recipe(
        setting="swamp", time_of_day="night", weather="clear", season="summer", mood=Mood.CALM, place_seed=1, seed=1
    )
    events = ambience(board, [Take(shot="a-1", kind="painted", recipe=recipe, made_by="builtin")], BRIEF)

    assert ambience(board, [], BRIEF) == ()
    assert "frogs" in {event.kind for event in events}


def test_the_brief_can_want_none():
    """No event at all."""
    assert heard(scene("a", "sea", {}), brief=BRIEF.model_copy(update={"ambience": False})) == ()


def test_equal_films_sound_equal_and_seeds_differ():
    """The plan has no chance of its own; another seed of the brief is another sea."""
    scenes = (scene("a", "sea", {}, weather="storm"), scene("b", "city", {"subjects": (WOMAN,)}))

    assert heard(*scenes) == heard(*scenes)
    other = heard(*scenes, brief=BRIEF.model_copy(update={"seed": 9}))
    assert not {event.seed for event in heard(*scenes)} & {event.seed for event in other}


@pytest.mark.parametrize(
    ("setting", "said", "expected"),
    [
        ("sea", {"weather": "storm"}, {"storm_sea", "downpour", "gale", "thunder"}),
        ("city", {"time_of_day": "night"}, {"city_far"}),
        ("forest", {"time_of_day": "dawn", "season": "spring"}, {"dawn_birds", "leaves"}),
        ("space", {}, {"space"}),
        ("library", {}, {"room", "clock"}),
    ],
)
def test_films_sound_like_their_places(setting, said, expected):
    """And every event lies within the film, in order."""
    events = heard(scene("a", setting, {}, {}, {}, **said))

    assert {event.kind for event in events} == expected
    assert all(event.start + event.samples <= frames_to_samples(288, 24) for event in events)
    assert [event.start for event in events] == sorted(event.start for event in events)
