"""Subjects whose verbs join them act as one; the others act alone."""

from collections.abc import Sequence

import numpy as np
import pytest

from astragen.builtin.painter.figures.company import figures_for
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.ink import bounds
from astragen.builtin.painter.figures.staging import staged
from astragen.model.storyboard import Subject


def _staged(*subjects: Subject) -> list[Figure]:
    companies = staged([(subject, figures_for(subject)) for subject in subjects])
    return [figure for _, figures in companies for figure in figures]


@pytest.mark.parametrize(
    "subjects",
    [
        (Subject(noun="woman", action="talk"), Subject(noun="man")),
        (Subject(noun="man"), Subject(noun="woman", action="whispering")),
        (Subject(noun="girl", action="hugs"), Subject(noun="grandmother")),
        (Subject(noun="couple", phrase="a dancing couple", action="dance", count=2),),
        (Subject(noun="mother", action="walk"), Subject(noun="girl", action="walk")),
        (Subject(noun="girl", action="petting"), Subject(noun="dog")),
        (Subject(noun="boy", action="feed"), Subject(noun="horse")),
        (Subject(noun="girl", action="carries"), Subject(noun="cat")),
        (Subject(noun="knight", action="ride"), Subject(noun="horse", action="run")),
        (Subject(noun="boy", action="riding"), Subject(noun="bicycle")),
        (Subject(noun="man", action="row"), Subject(noun="rowboat")),
    ],
    ids=lambda subjects: "-".join(subject.action or subject.noun for subject in subjects),
)
def test_who_act_together_become_one_figure(subjects: Sequence[Subject]):
    """Two become one; it is finite at all phases, and joins its end to its start where it loops."""
    (figure,) = _staged(*subjects)

    start, end = (np.concatenate([o for p in figure.draw(t, 1.0) for o in p.shape]) for t in (0.0, 1.0))

    assert np.isfinite(start).all()
    assert np.abs(start - end).max() < 5e-3  # m


@pytest.mark.parametrize(
    "subjects",
    [
        (Subject(noun="man"), Subject(noun="woman")),
        (Subject(noun="girl", action="pet"), Subject(noun="eagle", action="fly")),
        (Subject(noun="boy", action="ride"), Subject(noun="cat")),
        (Subject(noun="woman", action="talk"), Subject(noun="man", placement="far")),
    ],
    ids=lambda subjects: "-".join(subject.noun for subject in subjects),
)
def test_others_stay_apart(subjects: Sequence[Subject]):
    """No verb joins them, or they cannot reach each other."""
    assert len(_staged(*subjects)) == 2


def test_a_third_one_stays_beside_the_two():
    """A mother talks to her son; the dog is left alone."""
    found = _staged(Subject(noun="mother", action="talk"), Subject(noun="man"), Subject(noun="dog"))

    assert [figure.is_person for figure in found] == [True, False]


def test_a_rider_sits_on_the_back_and_moves_with_it():
    """The rider's head is above the horse's back by less than a body, at every phase of the gallop."""
    horse = figures_for(Subject(noun="horse", action="run"))[0]
    (ridden,) = _staged(Subject(noun="knight", action="ride"), Subject(noun="horse", action="run"))
    assert horse.seat is not None

    for phase in (0.0, 0.3, 0.6):
        top = bounds(ridden.draw(phase, 1.0)).top
        assert 0.6 < top - horse.seat(phase, 1.0)[1] < 1.6  # m
    assert ridden.stride == horse.stride


def test_hand_in_hand_keeps_the_pace_of_the_smaller_one():
    """Mother and child travel as far a cycle as the child steps, so no foot slides."""
    girl = figures_for(Subject(noun="girl", action="walk"))[0]
    (pair,) = _staged(Subject(noun="mother", action="walk"), Subject(noun="girl", action="walk"))

    assert pair.stride == pytest.approx(girl.stride)
    assert pair.period == pytest.approx(girl.period)


def test_a_crowd_does_not_stand_in_one_pose():
    """Six people who stand about do at least three different things."""
    crowd = _staged(Subject(noun="man", count=6))

    widths = {round(bounds(figure.draw(0.0, 1.0)).right - bounds(figure.draw(0.0, 1.0)).left, 2) for figure in crowd}

    assert len(widths) >= 3


def test_who_reads_has_a_book():
    """Reading adds what is read; what somebody holds of their own stays."""
    (reads,) = _staged(Subject(noun="woman", action="read"))
    (holds,) = _staged(Subject(noun="woman", action="hold"))

    assert len(reads.draw(0.0, 1.0)) > len(holds.draw(0.0, 1.0))
