from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astragen.errors import BadOutput
from astragen.providers.extract import CHARS_MAX, json_in

BOARD = {"title": "Dusk", "scenes": [{"line": "He said: go. It's 5 o'clock, {now}!", "n": 3, "last": None}]}
TEXT = json.dumps(BOARD)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT, id="bare"),
        pytest.param(f"```json\n{TEXT}\n```", id="fences"),
        pytest.param(f"Sure! Here is {{the storyboard}}:\n\n{TEXT}\n\nIt's what you wanted; enjoy {{it}}.", id="prose"),
        pytest.param(f"<think>Maybe {{}} or {TEXT[:-9]}</think>\n{TEXT}", id="thoughts"),
        pytest.param(f"so {{ I begin\n</think>\n\n{TEXT}", id="thoughts opened by the template"),
        pytest.param(
            f"<THINKING>a</THINKING>{TEXT}<think>that went well {{", id="thoughts on both sides, one unclosed"
        ),
        pytest.param(json.dumps(TEXT), id="a JSON string of it"),
        pytest.param(TEXT.replace("}", ",}").replace("]", ", ]"), id="commas too many"),
        pytest.param(TEXT.replace('"', "\x00").replace("\x00", '"', 2).replace("\x00", "”"), id="half typographic"),
        pytest.param(str(BOARD), id="Python"),
        pytest.param(TEXT.replace("null", "None"), id="a Python literal"),
        pytest.param(TEXT.replace('"title"', "title").replace('"n"', "n"), id="keys without quotes"),
        pytest.param(TEXT.replace("{", "{ // here\n").replace("}", "/* there * */}"), id="comments"),
        pytest.param(TEXT.replace("It's", "It\\'s"), id="an escape that is none"),
        pytest.param(f"{{}}\n{TEXT}\n{{}}", id="the longest of several"),
    ],
)
def test_an_object_is_found_whatever_is_around_it(text):
    """The same storyboard each time; a comment inside its text stays."""
    said = json.loads(json.dumps(BOARD))
    if "// here" in text:
        said["scenes"][0]["line"] = "He said: go. It's 5 o'clock, { // here\nnow/* there * */}!"
    if ",}" in text:
        said["scenes"][0]["line"] = "He said: go. It's 5 o'clock, {now,}!"

    assert json_in(text) == said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"line": "She said "go" and left."}', {"line": 'She said "go" and left.'}),
        ('{"line": "one\ntwo\t3"}', {"line": "one\ntwo\t3"}),
        ("{“title”: “Dusk”, ‘n’: 1}", {"title": "Dusk", "n": 1}),
        ('{"n": NaN, "m": Infinity, "k": 1e999, "j": -0.5}', {"n": None, "m": None, "k": None, "j": -0.5}),
        ("{'n': NaN, 'b': True, 'c': False,, }", {"n": None, "b": True, "c": False}),
        ('[{"a": 1}]', [{"a": 1}]),
        ('{"a": "\\u00e9\\n\\\\"}.', {"a": "é\n\\"}),
    ],
    ids=["inner quotes", "line ends", "typographic", "not finite", "literals", "a list", "escapes"],
)
def test_small_faults_are_mended(text, value):
    """What people mean, where there is one way to mean it."""
    assert json_in(text) == value


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("I cannot help with that.", 'begins "I cannot help'),
        ("<think>I will write { and", "inside its thoughts"),
        (TEXT[:-3], "cut off at the end: 3 brackets"),
        (f"```json\n{TEXT[:50]}", 'cut off inside the text "He said: go'),
        ('{"a": [1, 2}', 'has "}" at character 11 where "]" is due'),
        ('{"a": maybe}', 'the word "maybe" without quotes'),
        ('{"a": 1 "b": 2} ', "Expecting ',' delimiter"),
        ('{"a": <b>}', 'has "<" at character 6'),
        ('{"a":' * 65, "nested deeper than 64"),
        ("{" + "x" * CHARS_MAX, f"{CHARS_MAX} are read"),
    ],
    ids=["empty", "prose", "thoughts", "cut", "cut in a text", "brackets", "word", "comma", "markup", "deep", "long"],
)
def test_what_cannot_be_mended_is_named(text, what):
    """Exactly enough for the model to try again."""
    with pytest.raises(BadOutput) as raised:
        json_in(text)

    assert what in raised.value.message


@given(st.text() | st.text(alphabet="{}[]\",:\\'“”‘’ \n/*<>think1.eE+-NoneTru", max_size=200))
@settings(max_examples=500, deadline=None)
def test_any_text_has_an_object_or_a_fault(text):
    """Never another error, and what comes back is JSON."""
    with suppress(BadOutput):
        value = json_in(text)
        assert isinstance(value, dict | list)
        json.dumps(value, allow_nan=False)


PIECES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=8), PIECES, min_size=1, max_size=4), st.booleans())
@settings(max_examples=300, deadline=None)
def test_valid_json_in_prose_is_never_changed(value, is_ascii):
    """Mending must not touch what needs none."""
    text = json.dumps(value, ensure_ascii=is_ascii)
    if "<" in text:  # thoughts inside a text are cut off outside whole JSON
        assert json_in(text) == value
    else:
        assert json_in(f"Here it is:\n```\n{text}\n```") == value


@pytest.mark.parametrize(
    "piece",
    ["{", "{}", '{"', '{"a":', '{"a":{},', "{'", "[{", "}{", '{"a":1,', "{/*", '{"\\"', "<think>", "{“", "{a:"],
)
@pytest.mark.parametrize("length", [CHARS_MAX, 5_000_000])
def test_hostile_text_costs_no_time(piece, length):
    """Half a million characters in the worst of orders, and five million: a second at most, on a busy machine."""
    text = "x " + (piece * (length // len(piece)))[: length - 2]
    began = time.process_time()

    with suppress(BadOutput):
        json_in(text)

    assert time.process_time() - began < 1.0
