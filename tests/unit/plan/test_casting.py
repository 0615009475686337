"""Who has which of the built-in voice's voices."""

from __future__ import annotations

import json
from importlib.metadata import files

import pytest

from astragen.model.brief import Brief
from astragen.model.storyboard import Character, Scene, Shot, Storyboard
from astragen.plan.casting import cast_voices, variants
from astragen.plan.requests import plan_lines


def board(*characters: Character, speakers: tuple[str | None, ...] = ()) -> Storyboard:
    shots = tuple(Shot(id=f"s{n}", line="Hello.", speaker=one) for n, one in enumerate(speakers or (None,)))
    return Storyboard(title="T", characters=characters, scenes=(Scene(id="a", setting="sea", shots=shots),))


def who(name: str, kind: str, **fields: str) -> Character:
    return Character(id=name, name=name, kind=kind, **fields)


def test_characters_sound_as_what_they_are():
    """By the words for them."""
    cast = variants(board(who("anna", "woman"), who("bo", "old fisherman", look="A man with a beard.")))

    assert cast["anna"].startswith("f")
    assert cast["bo"].startswith("m")


def test_no_two_have_the_same_voice_while_there_are_enough():
    """Nor the narrator's."""
    cast = variants(board(*(who(f"w{n}", "woman") for n in range(4))), narrator="f3")

    assert len({*cast.values(), "f3"}) == 5


def test_more_characters_than_voices_share_them():
    """Rather than none."""
    cast = variants(board(*(who(f"w{n}", "woman") for n in range(12))))

    assert set(cast.values()) <= set(cast_voices())


def test_a_named_voice_is_taken_as_it_is():
    """And nobody else gets it."""
    cast = variants(board(who("anna", "woman"), who("bo", "man", voice="builtin:f3")))

    assert cast["bo"] == "f3"
    assert cast["anna"] != "f3"


def test_a_voice_stays_when_others_come():
    """A character behind it in the list changes nothing."""
    anna = who("anna", "woman")

    assert variants(board(anna))["anna"] == variants(board(anna, who("eva", "woman")))["anna"]


def test_lines_say_who_speaks_and_with_which_voice():
    """The narrator's is the film's."""
    requests = plan_lines(board(who("anna", "woman"), speakers=(None, "anna")), Brief(prompt="p"), variant="m3")

    assert [(one.speaker, one.voice) for one in requests] == [
        ("", "m3"),
        ("anna", variants(board(who("anna", "woman")), narrator="m3")["anna"]),
    ]


@pytest.mark.parametrize("name", cast_voices())
def test_the_engine_has_every_voice_of_the_table(name):
    """A file of its data."""
    shipped = {path.name for path in files("espeakng-loader") or () if "!v" in str(path)}

    assert name in shipped


def test_the_table_is_plain():
    """No word means both."""
    from importlib.resources import files as tables

    words = json.loads((tables("astragen.data") / "casting.json").read_text("utf-8"))["words"]
    assert not set(words["high"]) & set(words["low"])
