"""A storyboard that cannot be is refused with the path, the value, what is allowed and the next act."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from astragen.errors import StoryboardError
from astragen.model.storyboard import Storyboard
from astragen.model.upgrade import load_storyboard, upgrade

GOOD: dict[str, Any] = {
    "version": 1,
    "title": "Dusk",
    "characters": [{"id": "mia", "name": "Mia", "kind": "girl"}],
    "scenes": [
        {"id": "s1", "setting": "sea", "shots": [{"id": "s1-1"}]},
        {
            "id": "s2",
            "setting": "forest",
            "shots": [
                {"id": "s2-1", "subjects": [{"noun": "fox"}, {"noun": "girl", "character": "mia"}]},
                {"id": "s2-2", "tableau": {"layout": "bars", "items": ["a", "b"], "values": [1, 2]}},
            ],
        },
    ],
}
WITHOUT = object()  # what takes a field away


def changed(where: tuple[int | str, ...], value: object) -> dict[str, Any]:
    """The good storyboard with *value* at *where*."""
    document = copy.deepcopy(GOOD)
    inside: Any = document
    for part in where[:-1]:
        inside = inside[part]
    if value is WITHOUT:
        del inside[where[-1]]
    else:
        inside[where[-1]] = value
    return document


def refusal(document: object) -> StoryboardError:
    """The error that loading *document* gives."""
    with pytest.raises(StoryboardError) as caught:
        load_storyboard(document if isinstance(document, str) else json.dumps(document))
    return caught.value


S1 = ("scenes", 0, "shots", 0)
FOX = ("scenes", 1, "shots", 0, "subjects", 0)
BARS = ("scenes", 1, "shots", 1, "tableau")
FAULTS: Mapping[str, tuple[tuple[int | str, ...], object, str]] = {
    "too few": ((*FOX, "count"), 0, "scenes[1].shots[0].subjects[0].count: 0 is less than 1, the least allowed"),
    "too many": ((*FOX, "count"), 13, "scenes[1].shots[0].subjects[0].count: 13 is more than 12, the most allowed"),
    "half": ((*FOX, "count"), 1.5, "scenes[1].shots[0].subjects[0].count: 1.5 is a number; it must be a whole number"),
    "count in words": ((*FOX, "count"), "two", 'subjects[0].count: "two" is text; it must be a whole number'),
    "near word": (
        ("scenes", 1, "time_of_day"),
        "goldn",
        'scenes[1].time_of_day: "goldn" is not allowed; did you mean "golden"?',
    ),
    "spaces": ((*S1, "size"), "extreme close", 'shots[0].size: "extreme close" is not allowed; did you mean "extreme_'),
    "other word": (
        ("scenes", 0, "weather"),
        "wonderful",
        'weather: "wonderful" is not allowed; allowed: clear, cloudy, fog, rain, storm, snow',
    ),
    "word of another type": ((*S1, "angle"), 3, "shots[0].angle: 3 is not allowed; allowed: eye, low, high, aerial"),
    "layout": ((*BARS, "layout"), "bar", 'shots[1].tableau.layout: "bar" is not allowed; did you mean "bars"?'),
    "placement": ((*FOX, "placement"), "center", 'placement: "center" is not allowed; did you mean "centre"?'),
    "move": ((*S1, "move"), "push-in", 'move: "push-in" is not allowed; did you mean "push_in"?'),
    "unknown field": ((*S1, "lense"), "tele", 'scenes[0].shots[0].lense: unknown field; did you mean "lens"?'),
    "field of nothing": ((*FOX, "xyz"), 1, "subjects[0].xyz: unknown field; allowed: noun, phrase, count, action"),
    "field at the top": (("colour",), "red", "colour: unknown field; allowed: version, title, logline"),
    "no title": (("title",), WITHOUT, "title: is missing; add it"),
    "no setting": (("scenes", 1, "setting"), WITHOUT, 'scenes[1].setting: is missing; add it (Where: "ocean"'),
    "no noun": ((*FOX, "noun"), WITHOUT, "scenes[1].shots[0].subjects[0].noun: is missing"),
    "empty noun": ((*FOX, "noun"), " ", "subjects[0].noun: is empty; write at least one character"),
    "no layout": ((*BARS, "layout"), WITHOUT, "scenes[1].shots[1].tableau.layout: is missing"),
    "colour": ((*FOX, "color"), "red", 'subjects[0].color: "red" does not fit; a colour is written #rrggbb'),
    "id": (("scenes", 0, "id"), "Scene 1", 'scenes[0].id: "Scene 1" does not fit; an id is at most 40 of a-z'),
    "language": (("language",), "English!", 'language: "English!" does not fit; a language is a BCP 47 tag'),
    "long": (("title",), "x" * 201, "has 201 characters; at most 200 are"),
    "many": ((*S1, "palette"), ["#112233"] * 9, "shots[0].palette: has 9 entries; at most 8 are allowed"),
    "none": (("scenes",), [], "scenes: is an empty list; it needs at least one entry"),
    "no list": (("scenes",), "many", 'scenes: "many" is text; it must be a list'),
    "no object": ((*S1[:-1], 0), "wide", 'scenes[0].shots[0]: "wide" is text; it must be an object'),
    "null": (("title",), None, "title: is null; it must be text"),
    "number as text": (("title",), 7, "title: 7 is a number; it must be text"),
    "values without items": ((*BARS, "values"), [1], "scenes[1].shots[1].tableau: 1 values for 2 items; give each"),
    "text as value": ((*BARS, "values", 1), "lots", 'tableau.values[1]: "lots" is text; it must be a number'),
    "half of a character": ((*S1, "title"), "\ud800", 'shots[0].title: "\\ud800" has half a character'),
    "unlisted speaker": (
        ("scenes", 1, "shots", 0, "speaker"),
        "mya",
        'scenes[1].shots[0].speaker: no character has the id "mya" in the storyboard\'s "characters"; '
        'did you mean "mia"?',
    ),
    "unlisted character": (
        ("scenes", 1, "shots", 0, "subjects", 1, "character"),
        "mya",
        'scenes[1].shots[0].subjects[1].character: no character has the id "mya" in the storyboard\'s "characters"; '
        'did you mean "mia"?',
    ),
    "shot twice": (
        ("scenes", 1, "shots", 1, "id"),
        "s1-1",
        'scenes[1].shots[1].id: "s1-1" is the id of scenes[0].shots[0] too; give each shot its own',
    ),
    "scene twice": (("scenes", 1, "id"), "s1", 'scenes[1].id: "s1" is the id of scenes[0] too; give each scene'),
    "seed": ((*S1, "seed"), 2**31, "seed: 2147483648 is more than 2147483647, the most allowed"),
}


def test_the_good_storyboard_is_good():
    """What the faults below are put into has none."""
    assert load_storyboard(json.dumps(GOOD)) == Storyboard.model_validate(GOOD)


@pytest.mark.parametrize(("where", "value", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_with_its_path_and_what_is_allowed(where: tuple[int | str, ...], value: object, told: str):
    """The path as people write it, the value, the limit, and a next act."""
    error = refusal(changed(where, value))

    assert told in error.message
    assert error.message.startswith("The storyboard is not valid: ")
    assert "astragen schema storyboard" in error.hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param('{"title": "Dusk",\n}', r"not JSON \(line 2, column 1", id="comma"),
        pytest.param("", r"not JSON \(line 1, column 1", id="empty"),
        pytest.param("[]", r"is a list; it must be an object", id="list"),
        pytest.param("null", r"is null; it must be an object", id="null"),
        pytest.param('{"title": NaN}', "has the number NaN, which is not JSON", id="nan"),
        pytest.param('{"title": "a", "title": "b"}', r'an object with "title" twice \("a" and "b"\)', id="twice"),
        pytest.param('{"version": ' + "9" * 5000 + "}", "a number that cannot be read", id="digits"),
        pytest.param("[" * 100_000, "nested too deeply", id="deep"),
        pytest.param('{"version": 99}', "version is 99, newer than this program's 1", id="newer"),
        pytest.param('{"version": "1"}', "version is '1'; it must be a whole number", id="version"),
    ],
)
def test_text_that_is_no_storyboard_at_all_is_refused(text: str, told: str):
    """Each with where or what it is."""
    assert re.search(told, refusal(text).message)


def test_several_faults_are_told_at_once():
    """Three faults are mended in one go."""
    document = changed((*FOX, "count"), 0)
    document["scenes"][0]["mood"] = "hopefull"
    document["charcters"] = []

    message = refusal(document).message

    assert message.startswith("The storyboard has 3 faults:\n(1) ")
    assert 'scenes[0].mood: "hopefull" is not allowed; did you mean "hopeful"?' in message
    assert 'charcters: unknown field; did you mean "characters"?' in message


def test_no_more_than_ten_faults_are_told():
    """The rest is counted."""
    message = refusal(changed((*S1, "palette"), ["red"] * 8) | {f"x{i}": 0 for i in range(5)}).message

    assert "has 13 faults" in message
    assert "(10) " in message
    assert "(11) " not in message
    assert message.endswith("; and 3 more.")


def test_older_documents_go_through_every_step():
    """Version 1 reaches version 3 by two steps."""
    steps = {1: lambda document: {**document, "a": 1}, 2: lambda document: {**document, "b": document["a"] + 1}}

    assert upgrade({"version": 1}, steps, 3) == {"version": 3, "a": 1, "b": 2}
