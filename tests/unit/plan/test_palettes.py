"""Tests of plan/palettes.py."""

from __future__ import annotations

from astragen.model.storyboard import Scene, Shot, Storyboard
from astragen.plan.palettes import palette_anchors


def board(*scenes: tuple[Shot, ...]) -> Storyboard:
    """A storyboard of scenes at the sea."""
    return Storyboard(
        title="T", scenes=tuple(Scene(id=f"s{n}", setting="ocean", shots=shots) for n, shots in enumerate(scenes))
    )


def test_the_first_picture_of_a_scene_is_the_anchor_of_the_others():
    """Each scene has its own, and an anchor takes nobody's."""
    storyboard = board((Shot(id="a1"), Shot(id="a2"), Shot(id="a3")), (Shot(id="b1"), Shot(id="b2")))

    assert palette_anchors(storyboard, ["a1", "a2", "a3", "b1", "b2"]) == {"a2": "a1", "a3": "a1", "b2": "b1"}


def test_shots_that_no_artist_makes_are_passed_over():
    """A painted opening is nobody's anchor."""
    storyboard = board((Shot(id="a1"), Shot(id="a2"), Shot(id="a3")))

    assert palette_anchors(storyboard, ["a2", "a3"]) == {"a3": "a2"}


def test_another_light_is_another_palette():
    """A shot by night, in another mood, at another place or in its own colours keeps its own; two by night share."""
    storyboard = board(
        (
            Shot(id="day"),
            Shot(id="night", time_of_day="night"),
            Shot(id="sad", mood="sad"),
            Shot(id="cave", setting="cave"),
            Shot(id="snow", weather="snow"),
            Shot(id="red", palette=("#ff0000",)),
            Shot(id="night2", time_of_day="night"),
            Shot(id="day2", time_of_day="day", setting="Ocean"),
        )
    )

    assert palette_anchors(storyboard, [shot.id for shot in storyboard.shots]) == {"night2": "night", "day2": "day"}
