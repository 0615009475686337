"""The composer's tables hold together: every name is known, every bar is full."""

from __future__ import annotations

import pytest

from astragen.builtin.composer.instruments import FAMILIES
from astragen.builtin.composer.tables import instruments, mood_table
from astragen.builtin.composer.theory import SCALES, chord
from astragen.model.vocabulary import Mood

PLAYERS = {name for family in FAMILIES for name in instruments()[family]}


@pytest.mark.parametrize("mood", list(Mood))
def test_every_chord_can_be_read(mood):
    """Four bars each; also the close."""
    table = mood_table(mood)
    for options in table["progressions"].values():
        for progression in options:
            assert len(progression.split()) == 4
            assert all(chord(symbol, 0, SCALES[table["scale"]]).notes for symbol in progression.split())
    assert all(chord(symbol, 0, SCALES[table["scale"]]).notes for symbol in table["close"])


@pytest.mark.parametrize("mood", list(Mood))
def test_every_player_exists(mood):
    """In all layers."""
    table = mood_table(mood)
    named = {pad["instrument"] for pad in table["pads"]} | {part["drum"] for part in table["drums"]}
    named |= {table["accents"]["cut"]["instrument"], table["climax"]["roll"] or "boom"}
    named |= {table["bass"]["instrument"], *table["arps"]["instruments"], *table["melody"]["instruments"]}

    assert named <= PLAYERS


@pytest.mark.parametrize("mood", list(Mood))
def test_every_figure_fills_its_bar(mood):
    """Steps divide the beat evenly; melody cells stay inside the bar and do not overlap."""
    table = mood_table(mood)
    figures = [len(figure.split()) for figure in table["arps"]["figures"]]
    figures += [len(line) for line in table["bass"]["lines"]]
    figures += [len(hits) for part in table["drums"] for hits in part["hits"]]
    assert {length / table["beats"] for length in figures} <= {1.0, 2.0, 4.0}
    for cell in table["melody"]["cells"] + table["melody"]["rests"]:
        ends = [beat + held for beat, held in cell]
        assert all(end <= start for end, (start, _) in zip(ends, cell[1:], strict=False))
        assert ends[-1] <= table["beats"]


@pytest.mark.parametrize("mood", list(Mood))
def test_there_is_choice_for_other_seeds(mood):
    """Several keys, progressions and figures."""
    table = mood_table(mood)

    assert len(table["keys"]) >= 4
    assert len(table["progressions"]["A"]) >= 3
    assert len(table["progressions"]["B"]) >= 3
    assert len(table["arps"]["figures"]) >= 4
    assert len(table["melody"]["cells"]) >= 3


def test_moods_are_brighter_and_darker_than_each_other():
    """Sad is the darkest, curious the brightest, none by more than 1 dB an octave."""
    tilts = {mood: mood_table(mood)["tilt"] for mood in Mood}

    assert min(tilts, key=tilts.get) is Mood.SAD
    assert max(tilts, key=tilts.get) is Mood.CURIOUS
    assert all(-1 <= tilt <= 1 for tilt in tilts.values())
