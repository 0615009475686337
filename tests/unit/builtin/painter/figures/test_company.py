"""Subjects find figures, and every figure of the table can be drawn."""

from typing import Any

import numpy as np
import pytest

from astragen.builtin.painter.figures.company import figures_for, shown_by
from astragen.builtin.painter.figures.ink import bounds
from astragen.builtin.painter.figures.people.actors import person_figure
from astragen.builtin.painter.figures.people.look import people
from astragen.builtin.painter.figures.people.pose import ACTIONS
from astragen.builtin.painter.tables import read_table
from astragen.model.storyboard import Subject


def test_every_kind_is_drawn_at_about_its_size():
    """Each row of the table gives a figure whose first pose is finite and within a few times its stated size."""
    odd: list[Any] = []
    for row in read_table("subjects.json")["kinds"]:
        noun = row["names"].split()[0].replace("_", " ")
        for figure in figures_for(Subject(noun=noun, action="walk")):
            box = bounds(figure.draw(0.3, 1.0))
            tall, long = box.top - box.bottom, box.right - box.left
            if not np.isfinite(box).all() or not 0.4 < tall / figure.height < 2.2 or not 0.3 < long / figure.length < 4:
                odd.append((noun, tall, figure.height, long, figure.length))

    assert odd == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_every_action_moves_and_closes_its_cycle(action: str):
    """A person never stands quite still, and the end of a cycle joins its start."""
    figure = person_figure("mia", {"build": "woman"}, action)

    start, later, end = (np.concatenate([o for p in figure.draw(t, 1.0) for o in p.shape[:1]]) for t in (0.0, 0.3, 1.0))

    assert np.abs(later - start).max() > 0.004
    assert np.abs(end - start).max() < 3e-3  # m


@pytest.mark.parametrize("kind", ["outfits", "hats", "props"])
def test_every_garment_can_be_worn(kind: str):
    """All outfits, hats and props of the table draw without error, and add something."""
    key = kind.removesuffix("s")
    for name in people()[kind]:
        assert len(person_figure("sam", {"build": "man", key: name}, "stand").draw(0.2, 1.0)) > 10


def test_a_character_looks_the_same_in_every_shot():
    """Colours and parts of a girl who runs and who waves are the same."""
    one, other = (
        figures_for(Subject(noun="girl", character="mia", action=action))[0].draw(0.0, 1.0)
        for action in ("look", "wave")
    )

    assert sorted(part.colour.tolist() for part in one) == sorted(part.colour.tolist() for part in other)


def test_characters_differ_from_each_other():
    """Six women are not all alike."""
    looks = {
        tuple(
            np.concatenate(
                [part.colour for part in figures_for(Subject(noun="woman", character=f"w{i}"))[0].draw(0, 1)]
            ).round(3)
        )
        for i in range(6)
    }

    assert len(looks) == 6


def test_a_count_gives_as_many_figures():
    """Five children are five, and not five times the same."""
    children = figures_for(Subject(noun="child", count=5))

    assert len(children) == 5
    assert len({tuple(np.concatenate([part.colour for part in child.draw(0, 1)]).round(3)) for child in children}) > 2


def test_a_family_has_its_members():
    """A family is shown as people of different heights."""
    family = figures_for(Subject(noun="family"))

    assert len(family) == 4
    assert len({figure.height for figure in family}) > 2


def test_what_is_in_no_table_becomes_an_icon():
    """An anchor has no painter; its icon stands in."""
    figure = figures_for(Subject(noun="anchor"))[0]

    assert bounds(figure.draw(0, 1)).top == pytest.approx(figure.height, rel=0.05)


@pytest.mark.parametrize(
    ("noun", "shown"),
    [
        ("fox", "quadruped/fox"),
        ("bowl", "thing/bowl"),
        ("anchor", "glyph/mdi:anchor"),
        ("moon", "room"),
        ("zorblax", ""),
    ],
)
def test_what_shows_a_noun_can_be_told(noun: str, shown: str):
    """By its family and row."""
    assert shown_by(Subject(noun=noun)) == shown


def test_a_group_may_hold_things_and_icons():
    """The guitar of the instruments is an icon."""
    assert figures_for(Subject(noun="instrument"))[0].height == pytest.approx(1.0)


def test_words_like_a_profession_become_people():
    """An unknown -ist is somebody; an unknown word is nothing."""
    assert figures_for(Subject(noun="lepidopterist"))[0].height == pytest.approx(1.74)
    assert figures_for(Subject(noun="zorblax")) == []


def test_the_season_dresses_trees():
    """A tree in autumn is not the green of summer."""
    summer, autumn = (figures_for(Subject(noun="tree"), season)[0].draw(0, 1) for season in ("summer", "autumn"))

    assert not np.allclose(summer[-1].colour, autumn[-1].colour)


@pytest.mark.parametrize("noun", ["moon", "rain", "street", "stars", "northern lights"])
def test_what_rooms_paint_is_no_figure(noun: str):
    """The sky and the ground belong to the room, however the storyboard lists them."""
    assert figures_for(Subject(noun=noun)) == []


def test_a_star_that_is_a_character_is_shown():
    """In a film about a little star, the star acts."""
    assert len(figures_for(Subject(noun="star", character="stella"))) == 1
