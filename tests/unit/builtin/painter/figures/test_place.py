"""Subjects on the stage: what is seen of them, frame by frame."""

from collections.abc import Callable

import numpy as np
import pytest

from astragen.builtin.painter.figures.actor import Actor
from astragen.builtin.painter.figures.place import place
from astragen.builtin.painter.figures.puppet import Puppet
from astragen.builtin.painter.finish import as_rgb
from astragen.builtin.painter.stage import PaintedScene, Stage
from astragen.model.planes import Planes
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Subject
from astragen.model.view import View

VIEW = View()
Play = Callable[..., PaintedScene]


def _luma(planes: Planes) -> np.ndarray:
    return planes.y.astype(np.float32)


def test_equal_recipes_give_equal_frames(played: Play, recipe: Callable[..., Recipe]):
    """The same recipe painted twice is the same, byte for byte."""
    wanted = recipe(subjects=(Subject(noun="girl", action="walk"), Subject(noun="dog", action="walk")))

    first, second = (played(wanted).frame(1.3, VIEW, 31) for _ in range(2))

    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize(
    "subject", ["man", "fox", "owl", "tree", "lighthouse", "sailboat", "fish", "whale", "campfire", "windmill"]
)
def test_nothing_is_ever_quite_still(played: Play, recipe: Callable[..., Recipe], subject: str):
    """Every kind of figure moves within a second before a static camera."""
    scene = played(recipe(subjects=(Subject(noun=subject),), size="full", time_of_day="dusk"))

    a, b = _luma(scene.frame(0.2, VIEW, 5)).copy(), _luma(scene.frame(1.4, VIEW, 5))

    assert np.abs(a - b).max() > 12


def test_frames_exist_before_and_after_the_shot(played: Play, recipe: Callable[..., Recipe]):
    """Handles of a transition ask for negative seconds and for seconds past the end."""
    scene = played(recipe(subjects=(Subject(noun="horse", action="run"),)))

    for seconds in (-1.0, 9.0):
        assert scene.frame(seconds, VIEW, 0).y.shape == (180, 320)


@pytest.mark.parametrize("time_of_day", ["dawn", "day", "golden", "dusk", "night"])
@pytest.mark.parametrize("weather", ["clear", "storm", "fog"])
def test_a_person_stands_out_in_every_light(
    played: Play, recipe: Callable[..., Recipe], time_of_day: str, weather: str
):
    """A woman differs from the plain backdrop over most of her body, whatever the hour and weather."""
    fields = {"time_of_day": time_of_day, "weather": weather, "size": "full"}
    alone = as_rgb(played(recipe(**fields)).frame(0, VIEW, 0))
    shown = as_rgb(played(recipe(subjects=(Subject(noun="woman"),), **fields)).frame(0, VIEW, 0))

    changed = np.abs(shown - alone).max(-1) > 0.03

    assert changed.mean() > 0.02


def test_another_seed_moves_the_subject_and_keeps_its_looks(played: Play, recipe: Callable[..., Recipe]):
    """The shot's seed decides where somebody stands by a little; the pictures are not equal."""
    pictures = [as_rgb(played(recipe(subjects=(Subject(noun="man"),), seed=seed)).frame(0, VIEW, 0)) for seed in (1, 2)]

    assert not np.array_equal(*pictures)


def test_the_shadow_falls_away_from_the_sun(stage: Callable[..., Stage], recipe: Callable[..., Recipe]):
    """With the sun on the left the shadow's weight lies to the right of the feet, and the other way round."""
    for place_seed in (1, 2):
        wanted = recipe(subjects=(Subject(noun="man"),), size="full", time_of_day="golden", place_seed=place_seed)
        made = stage(wanted)
        place(made, wanted)
        (puppet,) = (layer for layer in made.layers if isinstance(layer, Puppet))
        shade = puppet.doll.shade
        assert shade is not None
        weight = shade.mask.sum(0, dtype=np.float64)
        middle = shade.x + 4 * (weight * np.arange(len(weight))).sum() / weight.sum()

        assert middle * made.light.side < 0


def test_flyers_throw_no_shadow(stage: Callable[..., Stage], recipe: Callable[..., Recipe]):
    """A dragon in the sky leaves the ground alone."""
    wanted = recipe(subjects=(Subject(noun="dragon"),))
    made = stage(wanted)
    place(made, wanted)

    assert [layer.cycle.shades for layer in made.layers if isinstance(layer, Actor)] == [()]


def test_on_open_water_people_get_a_boat(stage: Callable[..., Stage], recipe: Callable[..., Recipe]):
    """A man on the sea rocks with his boat; on land he stands."""
    wanted = recipe(subjects=(Subject(noun="man"),))
    widths = []
    for is_water in (False, True):
        made = stage(wanted, is_water=is_water)
        place(made, wanted)
        (actor,) = (layer for layer in made.layers if isinstance(layer, Actor))
        widths.append(actor.cycle.sprites[0].pixels.shape[1])

    assert widths[1] > 1.5 * widths[0]


def test_lights_are_seen_at_night(played: Play, recipe: Callable[..., Recipe]):
    """A campfire brightens a night by much more than a stone would."""
    dark = as_rgb(played(recipe(time_of_day="night", size="full")).frame(0, VIEW, 0))
    lit = as_rgb(
        played(recipe(subjects=(Subject(noun="campfire"),), time_of_day="night", size="full")).frame(0, VIEW, 0)
    )

    assert (lit[..., 0] - dark[..., 0]).max() > 0.5
    assert ((lit[..., 0] - dark[..., 0]) > 0.03).mean() > 0.1


def test_poses_of_a_large_subject_fit_in_memory(stage: Callable[..., Stage], recipe: Callable[..., Recipe]):
    """A close subject at 1080p holds less than 60 MB of poses."""
    wanted = recipe(subjects=(Subject(noun="statue"),), size="extreme_close")
    made = stage(wanted, 1920, 1080)
    place(made, wanted)

    held = sum(
        piece.pixels.nbytes for layer in made.layers if isinstance(layer, Actor) for piece in layer.cycle.sprites
    )

    assert 0 < held < 60e6


def test_subjects_that_nothing_shows_leave_the_stage_empty(stage: Callable[..., Stage], recipe: Callable[..., Recipe]):
    """An unknown noun is no error and no blot."""
    wanted = recipe(subjects=(Subject(noun="zorblax"),))
    made = stage(wanted)

    place(made, wanted)

    assert made.layers == []


def _actors(stage: Stage) -> list[Actor]:
    return [layer for layer in stage.layers if isinstance(layer, Actor)]


@pytest.mark.parametrize(("nouns", "count"), [((), 1), (("keeper",), 2), (("lighthouse",), 1)])
def test_a_place_named_after_a_building_shows_it_once(
    stage: Callable[..., Stage], recipe: Callable[..., Recipe], nouns: tuple[str, ...], count: int
):
    """At the lighthouse a lighthouse stands, with or without a keeper, and never two."""
    wanted = recipe(setting="lighthouse", subjects=tuple(Subject(noun=noun) for noun in nouns))
    made = stage(wanted)

    place(made, wanted)

    assert len(_actors(made)) == count


def test_a_berry_is_a_trifle_beside_a_child(stage: Callable[..., Stage], recipe: Callable[..., Recipe]):
    """Whoever is named first, the child is the taller one in the picture."""
    wanted = recipe(subjects=(Subject(noun="berry"), Subject(noun="child")), size="full")
    made = stage(wanted)

    place(made, wanted)

    child, berry = sorted((one.size for one in made.layers if isinstance(one, (Actor, Puppet))), reverse=True)
    assert child > 0.4 * 180
    assert berry < 0.6 * child


def test_a_whale_at_sea_shows_its_back_and_not_its_belly(
    stage: Callable[..., Stage], played: Play, recipe: Callable[..., Recipe]
):
    """On open water nothing of a swimmer is painted below the waterline, and something is above it."""
    wanted = recipe(subjects=(Subject(noun="whale"),), size="wide")
    with_whale, without = (
        _luma(played(one, is_water=True).frame(0.5, VIEW, 1)).copy()
        for one in (wanted, wanted.model_copy(update={"subjects": ()}))
    )
    rows = np.flatnonzero(np.abs(with_whale - without).max(1) > 30)

    waterline = stage(wanted).y(0.8) - stage(wanted).oy
    assert rows.size > 3
    assert rows.min() < waterline
    assert rows.max() < waterline + 0.12 * 180


@pytest.mark.parametrize("size", ["wide", "full", "close"])
@pytest.mark.parametrize("place_seed", [1, 2])
def test_two_who_talk_are_one_group_in_every_shot(
    stage: Callable[..., Stage], recipe: Callable[..., Recipe], size: str, place_seed: int
):
    """Face to face they are painted as one, however large the shot and whichever side the sun is on."""
    wanted = recipe(
        subjects=(Subject(noun="man", action="talk"), Subject(noun="woman")), size=size, place_seed=place_seed
    )
    made = stage(wanted)

    place(made, wanted)

    assert len([layer for layer in made.layers if isinstance(layer, (Actor, Puppet))]) == 1


def test_a_close_face_blinks_and_changes_with_the_mood(played: Play, recipe: Callable[..., Recipe]):
    """Within six seconds the eyes shut once at least; a sad face is another picture than a joyful one."""
    woman = Subject(noun="woman", character="mia")
    scenes = [played(recipe(subjects=(woman,), size="close", mood=mood)) for mood in ("joyful", "sad")]
    still = [as_rgb(scene.frame(0.0, VIEW, 1)) for scene in scenes]
    (puppet,) = (layer for layer in scenes[0].stage.layers if isinstance(layer, Puppet))
    head = next(cut for cut in puppet.doll.cuts if cut.looks)

    shown = {head.piece.hold(0.0, seconds / 24).look for seconds in range(144)}

    assert shown == {0, 1, 2}
    assert np.abs(still[0] - still[1]).max() > 0.2


def test_water_mirrors_who_floats_and_the_mirror_ripples(
    stage: Callable[..., Stage], played: Play, recipe: Callable[..., Recipe]
):
    """Below a sailboat the water changes by its colours, and differently a little later."""
    wanted = recipe(subjects=(Subject(noun="sailboat"),), size="full")
    empty = _luma(played(wanted.model_copy(update={"subjects": ()}), is_water=True).frame(0.0, VIEW, 1)).copy()
    scene = played(wanted, is_water=True)
    line = int(stage(wanted).y(0.8) - stage(wanted).oy) + 6
    now, later = (_luma(scene.frame(seconds, VIEW, 1))[line:].astype(int) for seconds in (0.0, 0.6))

    assert (np.abs(now - empty[line:]) > 12).mean() > 0.01
    assert np.abs(now - later).max() > 8
