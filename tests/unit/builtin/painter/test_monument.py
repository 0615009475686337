"""Castles, temples, ruins and pyramids: which words choose them, and what their pictures must hold."""

from collections.abc import Callable

import numpy as np
import pytest

from astragen.builtin.painter.castle import castle
from astragen.builtin.painter.columns import greek_temple, ruins
from astragen.builtin.painter.pagoda import eastern_temple
from astragen.builtin.painter.paint import paint, room_for
from astragen.builtin.painter.pyramids import giza, step_temple
from astragen.builtin.painter.rooms.monument import monument_of
from astragen.builtin.painter.stonework import Build, grounded, parts
from astragen.model.recipe import Recipe
from astragen.model.view import View

Make = Callable[..., Recipe]


def luma(recipe: Recipe, seconds: float = 1.0, size: tuple[int, int] = (128, 72)) -> np.ndarray:
    return paint(recipe, *size).frame(seconds, View(), 24).y.astype(np.float32)


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("castle", "castle"),
        ("haunted castle", "castle"),
        ("mountain fortress", "fortress"),
        ("palace", "palace"),
        ("temple", "greek"),
        ("japanese temple", "eastern"),
        ("jungle temple", "jungle"),
        ("temple ruins", "ruins"),
        ("pyramids", "giza"),
    ],
)
def test_words_choose_the_monument(setting: str, kind: str) -> None:
    """The most telling word wins, wherever it stands; what is only tall and old is a castle."""
    assert monument_of(setting) == kind


@pytest.mark.parametrize("setting", ["castle", "palace", "temple", "ruins", "pyramid", "pagoda", "castle on a hill"])
def test_settings_lead_to_the_room(setting: str) -> None:
    """The table of settings sends monuments to this room, and a castle's hall indoors."""
    assert room_for(setting) == "monument"
    assert room_for("castle hall") == "room"


@pytest.mark.parametrize(
    "build",
    [
        lambda random: castle("castle", random),
        lambda random: castle("fortress", random),
        lambda random: castle("palace", random),
        greek_temple,
        ruins,
        giza,
        step_temple,
        eastern_temple,
    ],
    ids=["castle", "fortress", "palace", "greek", "ruins", "giza", "jungle", "eastern"],
)
def test_a_build_is_sound_and_repeats_by_its_seed(build: Callable[[np.random.Generator], Build]) -> None:
    """Every face has an area and finite corners; equal seeds give equal buildings, another seed another one."""
    first, again, other = (build(np.random.default_rng(seed)) for seed in (3, 3, 4))
    areas = [float(np.linalg.norm(np.cross(made.across, made.down))) for made in first.faces]
    assert min(areas) > 0
    assert all(np.isfinite(made.corners).all() for made in first.faces)
    corners, repeated, changed = (np.concatenate([made.corners for made in one.faces]) for one in (first, again, other))
    assert np.array_equal(corners, repeated)
    assert corners.shape != changed.shape or not np.allclose(corners, changed)


def test_the_castles_keep_is_its_tallest_part() -> None:
    """The great tower rises at least half as high again as the gate's towers: the outline has a summit."""
    for seed in range(4):
        faces = castle("castle", np.random.default_rng(seed)).faces
        walls = [made for made in faces if made.surface == "ashlar"]
        top = max(float(made.corners[:, 1].max()) for made in walls)
        gate = max(float(made.corners[:, 1].max()) for made in walls if float(np.abs(made.corners[:, 2]).max()) < 6)
        assert top > 1.5 * gate


def test_grounded_walls_end_at_the_ground() -> None:
    """A wall that goes on below level ground is cut there; what stands above it is left alone."""
    sunk, whole = (
        parts(["box", (-1, 1), (-4, 3), (0, 2), "plain", "wall"])[0],
        parts(["box", (-1, 1), (1, 3), (0, 2), "plain", "wall"])[0],
    )
    assert float(grounded(sunk).corners[:, 1].min()) == pytest.approx(0)
    assert grounded(whole) is whole


def test_castle_windows_are_lit_at_night(recipe: Make) -> None:
    """On the same hill the brightest pixels of the dark castle stand far out of its shadow: lamps burn."""
    night = luma(recipe(setting="castle", time_of_day="night"), size=(224, 126))
    assert np.percentile(night, 50) < 70
    assert night[28:84].max() > 150


@pytest.mark.parametrize("setting", ["ruins", "pyramid"])
def test_the_hour_changes_the_place(recipe: Make, setting: str) -> None:
    """Day, dusk and night differ in brightness, and the night still shows something."""
    day, dusk, night = (
        float(luma(recipe(setting=setting, time_of_day=hour)).mean()) for hour in ("day", "dusk", "night")
    )
    assert day > dusk + 10 > night + 14
    assert night > 24


def test_a_shot_of_the_same_place_looks_elsewhere(recipe: Make) -> None:
    """Another shot's seed moves the camera; the same recipe gives the same picture."""
    first = luma(recipe(setting="palace", seed=1))
    assert np.array_equal(first, luma(recipe(setting="palace", seed=1)))
    assert float(np.abs(first - luma(recipe(setting="palace", seed=2))).mean()) > 3


def test_flags_and_clouds_move(recipe: Make) -> None:
    """Two seconds change the picture while the camera stands still."""
    scene = paint(recipe(setting="castle"), 128, 72)
    first = scene.frame(0.0, View(), 0).y.astype(np.float32)
    later = scene.frame(2.0, View(), 0).y.astype(np.float32)
    assert 0.1 < float(np.abs(first - later).mean()) < 12


@pytest.mark.parametrize("angle", ["eye", "low", "high", "aerial"])
def test_every_angle_gives_a_stand_on_the_ground(recipe: Make, angle: str) -> None:
    """Subjects get ground below the horizon and a positive size at every angle."""
    stage = paint(recipe(setting="pagoda", angle=angle), 96, 54).stage
    assert stage.stand is not None
    assert stage.stand.ground(stage.x(0.5)) > stage.horizon
    assert stage.stand.metre > 0.5
