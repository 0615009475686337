"""Flags of the brief: their names, limits and errors all come from `Brief`."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from astragen.cli.brief_options import brief_from, brief_options
from astragen.errors import BriefError
from astragen.model.brief import Brief


def parse(*arguments: str) -> dict[str, object]:
    """The wishes that a command gets for *arguments*."""
    heard: dict[str, object] = {}

    @click.command()
    @brief_options
    def command(**wishes: object) -> None:
        heard.update(wishes)

    outcome = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return heard


def test_every_field_of_the_brief_has_a_flag():
    """A new field of the brief is a new flag without a change here."""
    assert set(parse()) == set(Brief.model_fields) - {"version", "prompt"}


def test_flags_reach_the_brief():
    """One of each kind of flag: number, whole number, word, pair, and the two renamed ones."""
    wishes = parse(
        *("--seconds", "12.5", "--scenes", "3", "--aspect", "9:16", "--fps", "30", "--no-music", "--deadline", "90"),
        *("--max-cost", "1.5", "--script", "--language", "pt-BR", "--seed", "7"),
    )

    brief = brief_from("A fox in the snow.", wishes)

    assert brief == Brief(
        prompt="A fox in the snow.",
        seconds=12.5,
        scenes=3,
        aspect="9:16",
        fps=30,
        music=False,
        deadline_s=90,
        max_cost_usd=1.5,
        is_script=True,
        language="pt-BR",
        seed=7,
    )


def test_what_was_not_said_keeps_the_defaults_of_the_brief():
    """No flag has a default of its own."""
    assert brief_from("A fox.", parse()) == Brief(prompt="A fox.")


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        pytest.param({"seconds": 0.0}, "--seconds is 0; it must be from 5 to 600.", id="seconds"),
        pytest.param({"seconds": float("nan")}, "--seconds is nan; it must be from 5 to 600.", id="nan"),
        pytest.param({"scenes": "400"}, "--scenes is 400; it must be from 1 to 40 or auto.", id="scenes"),
        pytest.param({"scenes": "few"}, "--scenes is few; it must be from 1 to 40 or auto.", id="scenes-word"),
        pytest.param({"aspect": "4:3"}, "--aspect is 4:3; it must be one of 16:9, 9:16, 1:1, 4:5, 21:9.", id="aspect"),
        pytest.param(
            {"look": "sepia"},
            "--look is sepia; it must be one of auto, none, film, scope, super8, bleach, monochrome, dream, cold.",
            id="look",
        ),
        pytest.param({"fps": 23}, "--fps is 23; it must be one of 24, 25, 30, 60.", id="fps"),
        pytest.param({"height": 361}, "--height 361 is odd; 4:2:0 video needs an even height.", id="odd-height"),
        pytest.param({"language": "q q"}, "--language is q q; it must be a BCP 47 tag, or auto.", id="language"),
        pytest.param({"deadline_s": 1.0}, "--deadline is 1; it must be from 5 to 86400 or none.", id="deadline"),
        pytest.param({"max_cost_usd": -1.0}, "--max-cost is -1; it must be from 0 to 10000.", id="max-cost"),
        pytest.param({"seed": -1}, "--seed is -1; it must be from 0 to 2147483647.", id="seed"),
    ],
)
def test_a_value_out_of_its_limits_is_named_with_its_flag_and_limit(wishes, message):
    """The user reads what was typed and what may be typed instead."""
    with pytest.raises(BriefError) as caught:
        brief_from("A fox.", wishes)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        pytest.param("", "The prompt has no letter or digit; write at least one word.", id="empty"),
        pytest.param("a" * 100_000, "The prompt has 100000 characters; it may have 20000. Shorten it.", id="long"),
        pytest.param(
            "a\x07b", "The prompt has a control character U+0007 at position 1; remove it.", id="control-character"
        ),
    ],
)
def test_a_prompt_that_cannot_be_used_says_why(prompt, message):
    """An empty, an endless and an unreadable prompt are told apart."""
    with pytest.raises(BriefError) as caught:
        brief_from(prompt, {})

    assert str(caught.value) == message
