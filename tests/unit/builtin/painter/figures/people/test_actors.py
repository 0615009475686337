"""Somebody looks the same whatever they do, and their hands go where they are led."""

import numpy as np
import pytest

from astragen.builtin.painter.figures.company import figures_for
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.ink import Box, Plot, coverage
from astragen.builtin.painter.figures.people.actors import person_figure
from astragen.builtin.painter.figures.people.look import people
from astragen.model.storyboard import Subject
from astragen.model.vocabulary import Mood


def _colours(figure: Figure) -> set[tuple[float, ...]]:
    return {tuple(part.colour.round(3).tolist()) for part in figure.draw(0.0, 1.0)}


@pytest.mark.parametrize("action", ["stand", "walk", "run", "wave", "reach", "think", "sit", "dance"])
def test_a_character_keeps_clothes_hair_and_props_in_every_shot(action: str):
    """A girl in a red coat with a lantern wears the coat and carries the lantern whatever she does."""
    subject = Subject(noun="girl", phrase="a girl in a red coat with a lantern", character="mia")
    still, acts = (figures_for(subject.model_copy(update={"action": verb}))[0] for verb in ("stand", action))

    same = _colours(still) & _colours(acts)

    assert len(same) > 0.9 * len(_colours(still))
    assert acts.glows is not None


@pytest.mark.parametrize("mood", list(Mood))
def test_a_mood_changes_the_face_and_nothing_else(mood: Mood):
    """Every mood of the film has its face; body, hair and height are the same in all."""
    calm = person_figure("mia", {"build": "woman"}, "stand")
    assert calm.recast is not None
    felt = calm.recast({"mood": mood.value})

    assert mood.value in people()["moods"]
    assert felt.height == calm.height
    assert len(_colours(calm) ^ _colours(felt)) < 8


@pytest.mark.parametrize("side", ["near", "far"])
def test_a_hand_goes_where_it_is_led(side: str):
    """A hand led to a point half a metre ahead is there at every phase."""
    figure = person_figure("sam", {"build": "man", "height": 1.8, side: (0.5, 1.2)}, "stand")

    for phase in (0.0, 0.25, 0.5):
        points = np.concatenate([outline for part in figure.draw(phase, 1.0) for outline in part.shape])
        assert np.hypot(*(points - [0.5, 1.2]).T).min() < 0.05


@pytest.mark.parametrize("build", ["man", "woman", "child", "elder"])
def test_the_pieces_of_a_puppet_are_the_whole_body(build: str):
    """Put together at rest, the pieces cover what the figure covers."""
    figure = person_figure("kim", {"build": build, "height": 1.6}, "stand")
    assert figure.pieces is not None
    plot = Plot(Box(-0.8, -0.1, 0.8, 1.9), 60.0, 1)
    whole = coverage(figure.draw(0.07, 1.0), plot) > 128
    pieces = coverage([part for piece in figure.pieces() for part in piece.looks[0]], plot) > 128

    assert (whole != pieces).mean() < 0.002


def test_a_walker_stands_on_straight_legs():
    """With short steps the head stays within 3 cm of its standing height: nobody creeps."""
    walks, stands = (person_figure("sam", {"build": "man", "height": 1.8}, action) for action in ("walk", "stand"))

    tops = [max(float(part.shape[0][:, 1].max()) for part in walks.draw(phase / 8, 0.5)) for phase in range(8)]
    standing = max(float(part.shape[0][:, 1].max()) for part in stands.draw(0.0, 1.0))

    assert min(tops) > standing - 0.03


def test_who_sleeps_has_shut_eyes():
    """Asleep, the whites of the eyes are slits, not half as high as open ones."""
    heights = []
    for shut in (False, True):
        figure = person_figure("kim", {"build": "woman", "asleep": shut}, "stand")
        whites = [part for part in figure.draw(0.0, 1.0) if part.fine and part.clip and part.colour.min() > 0.7]
        heights.append(max(float(np.ptp(part.shape[0][:, 1])) for part in whites))

    assert heights[1] < 0.5 * heights[0]
