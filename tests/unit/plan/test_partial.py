from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astragen.model.brief import Brief
from astragen.plan.partial import CHARS_MAX, SceneReader
from astragen.plan.wire import storyboard_from, unfinished
from scripted_chat import board

BOARD = board(scenes=3, shots=3)
HEAD = {name: value for name, value in BOARD.items() if name != "scenes"}
BRIEF = Brief(prompt="A fox in the first snow.", seconds=90)


def told(text: str, size: int = 7) -> list[tuple[object, object]]:
    reader = SceneReader()
    pieces = (text[start : start + size] for start in range(0, len(text), size))
    return [(early.head, early.scene) for piece in pieces for early in reader.feed(piece)]


@pytest.mark.parametrize("size", [1, 2, 9, 10**6])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="bare"),
        pytest.param("Here { you } are:\n```json\n{}\n```\nEnjoy {", id="fenced"),
        pytest.param('<think>{"scenes": [{"a": 1}]}</think> {}', id="thoughts"),
        pytest.param('An example: {"a": [{"b": 1}]} and mine: {}', id="another object"),
        pytest.param('{"meta": {"note": "\\\\\\" } ] \\\\"}, "storyboard": {}, "rest": [1]}', id="wrapped"),
    ],
)
def test_every_scene_is_told_once_it_is_whole(text, size):
    """With what stands before the scenes, whatever the text is wrapped in and however it is cut."""
    whole = text[::-1].replace("}{", json.dumps(BOARD, indent=1)[::-1], 1)[::-1] if text != "{}" else json.dumps(BOARD)

    assert told(whole, size) == [(HEAD, scene) for scene in BOARD["scenes"]]


def test_a_scene_is_told_with_its_last_bracket():
    """Not a character later."""
    text = json.dumps(BOARD)
    end = text.index('}, {"title": "Scene 2"') + 1
    reader = SceneReader()

    assert reader.feed(text[: end - 1]) == ()
    assert [early.scene for early in reader.feed(text[end - 1 : end])] == BOARD["scenes"][:1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No.",
        "[]",
        '{"scenes": 7}',
        '{"scenes": ["a", [{"b": 1}]]}',
        '{"scenes": []}',
        '{"a": {"b": {"scenes": [{}]}}}',
    ],
)
def test_what_has_no_scenes_tells_none(text):
    """A list that lies deeper than a model's wrapping is none."""
    assert told(text) == []


def test_a_scene_that_is_no_json_ends_the_telling():
    """What comes after it may be anything."""
    assert told('{"scenes": [{"a": 1}, {"b" 2}, {"c": 3}]}') == [({}, {"a": 1})]


def test_what_never_ends_is_given_up():
    """Nothing is kept beyond the limit."""
    assert told('{"title": "' + "x" * CHARS_MAX + '", "scenes": [{}]}', 100_000) == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='{}[]",:\\<>/think scenes1', max_size=60), st.integers(1, 9))
def test_any_text_can_be_read(text, size):
    """In any pieces, with the same result."""
    assert told(text, size) == told(text, 10**6)


def test_what_is_told_early_is_in_the_storyboard():
    """The scenes are those of the end, with their ids, title and bible."""
    final = storyboard_from(BOARD, BRIEF, language="en").storyboard
    assert final is not None

    for count in (1, 2, 3):
        early = unfinished({**HEAD, "scenes": BOARD["scenes"][:count]}, BRIEF, language="en")
        assert early is not None
        assert early.scenes == final.scenes[:count]
        assert (early.title, early.bible, early.characters) == (final.title, final.bible, final.characters)


def test_only_lines_are_shortened_afterwards():
    """A film without room for all words keeps the pictures that were told."""
    short = BRIEF.model_copy(update={"seconds": 20.0})
    final = storyboard_from(BOARD, short, language="en").storyboard
    early = unfinished(BOARD, short, language="en")
    assert final is not None
    assert early is not None

    def silent(shots):
        return [shot.model_copy(update={"line": ""}) for shot in shots]

    assert early.shots != final.shots
    assert silent(early.shots) == silent(final.shots)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({**BOARD, "scenes": []}, id="no scenes"),
        pytest.param({name: BOARD[name] for name in ("title", "mood", "style_notes", "scenes")}, id="no cast"),
        pytest.param(board(scenes=6, shots=8), id="more shots than fit"),
        pytest.param(7, id="a number"),
    ],
)
def test_what_the_end_may_change_is_not_told(answer):
    """Its pictures would be wasted."""
    assert unfinished(answer, BRIEF, language="en") is None
