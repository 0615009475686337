"""The tales and tables: every line can be said, every place and picture is known."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.language import spoken_words
from astragen.builtin.writer.phrasing import fill, slots
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.tales import arcs, tale_lines, tales
from astragen.builtin.writer.visuals import subjects, tableau
from astragen.model.vocabulary import TimeOfDay

HERO = Actor("keeper", "a keeper", "the keeper", 1, "person", "they")
OTHER = Actor("whale", "a whale", "the whale", 1, "animal", "it")
THING = Actor("lamp", "a lamp", "the lamp", 1, "object", "it")
CAST = {"hero": HERO, "other": OTHER, "thing": THING}
EXTRA = {"in_place": "by the sea", "the_place": "the sea", "name": "Aero", "parts": "cats", "pieces": "cats and dogs"}
SETTINGS = set(table("settings")["words"]) | {"hallway", "stage", "bakery", "orchard", "factory", "bank", "tower"}


def all_lines():
    yield from ((tale.id, line, dict(tale.variables)) for tale in (*tales(), *arcs().values()) for line in tale.lines)
    for name in ("topics", "forms"):
        yield from ((entry["id"], line, {}) for entry in table(name) for line in tale_lines(entry["moments"]))


@pytest.mark.parametrize(
    "path", sorted(str(one.name) for one in resources.files("astragen.data").joinpath("writer").iterdir())
)
def test_no_table_has_a_key_twice(path):
    """JSON would silently keep the last one."""

    def unique(pairs):
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    folder = resources.files("astragen.data").joinpath("writer", path)
    for file in folder.iterdir() if folder.is_dir() else [folder]:
        json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=unique)


def test_every_line_can_be_said():
    """All slots have fillers, all verbs agree, nothing of the notation is left."""
    for tale, line, variables in all_lines():
        extra = EXTRA | {name: values[0] for name, values in variables.items()}
        for say in line.say:
            if say.startswith(("{event", "{phrase")):
                continue
            text = fill(say, slots(CAST, extra), CAST)
            assert text is not None, (tale, say)
            assert not re.search(r"[{}\[\]<>]", text), (tale, text)
            assert text[0].isupper() or text[0] in "“", (tale, text)
            assert text[-1] in ".?!:”—,", (tale, text)


def test_every_picture_is_known():
    """Pictures parse, places are settings, words of the air are words of the model."""
    for tale, line, _ in all_lines():
        assert line.place in SETTINGS | {""}, (tale, line.place)
        assert (
            subjects(line.see, CAST) or not line.see or "{" in line.see or "scenery" in line.see or "parts" in line.see
        )
        if line.tableau and "parts" not in line.tableau:
            drawn = tableau(line.tableau)
            assert drawn.items, (tale, line.tableau)
            assert all(len(item) <= 24 for item in (*drawn.items, *drawn.messages)), (tale, drawn)


def test_every_theme_has_a_tale_or_neighbours():
    """A theme's word is enough for a little story."""
    told = {theme for tale in tales() for theme in (tale.theme, *tale.also)}

    assert set(table("themes")) - told == set()


def test_half_a_minute_holds_the_heart_of_every_tale():
    """The lines of weight 0 and 1, which the rest only enriches, fit 30 s: 70 words."""
    for tale in tales():
        heart = sum(spoken_words(line.say[0]) for line in tale.lines if line.weight <= 1)
        assert 45 <= heart <= 70, (tale.id, heart)
    for topic in table("topics"):
        heart = sum(spoken_words(line.say[0]) for line in tale_lines(topic["moments"]) if line.weight <= 1)
        assert 45 <= heart <= 70, (topic["id"], heart)


def test_openings_and_endings_answer_each_other():
    """An arc has as many endings as openings: the n-th answers the n-th."""
    for arc in arcs().values():
        openings = next(
            line for line in arc.lines if line.beat == "hook" and line.weight == 0 and "event" not in line.say[0]
        )
        endings = next(line for line in arc.lines if line.beat == "end" and line.weight == 0)
        assert len(openings.say) == len(endings.say), arc.id


def test_no_sentence_stands_in_two_tales():
    """What one film says, another one does not."""
    seen = {}
    for tale, line, _ in all_lines():
        for say in line.say:
            if "{event" not in say and say != "{phrase}":
                assert seen.setdefault(say, tale) == tale, (say, tale, seen[say])


def test_the_hour_stays_until_it_changes(film):
    """A tale that begins at night is at night in the next room, too."""
    board = film("Overcoming Fear: A narrative where a child conquers their fears.", seed=2)

    assert board.scenes[0].setting == "hallway"
    assert {scene.time_of_day for scene in board.scenes} == {TimeOfDay.NIGHT}
