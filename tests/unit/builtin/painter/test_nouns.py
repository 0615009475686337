"""What users type is shown, and in the right sense: the lists of `bench/nouns.json`."""

import json
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[4] / "bench" / "nouns.py"


@pytest.fixture(scope="module")
def bench() -> dict[str, Any]:
    """The benchmark's functions."""
    return runpy.run_path(str(BENCH))


@pytest.mark.parametrize(("name", "least"), [("prompts", 0.97), ("everyday", 0.95)])
def test_nearly_every_noun_is_shown_rightly(bench: dict[str, Any], name: str, least: float):
    """A noun whose picture changes counts as a miss until somebody has looked at the new one."""
    lists = json.loads(BENCH.with_suffix(".json").read_text(encoding="utf-8"))
    nouns = bench["united"](lists[name].values())
    ways = Counter(bench["way"](noun, right) for noun, right in nouns.items())

    assert bench["shown"](ways) / len(nouns) >= least, [
        n for n, r in nouns.items() if bench["way"](n, r) == "wrong sense"
    ]


def test_the_lists_are_long_enough_and_say_where_they_come_from():
    """The nouns of at least 80 topics, and 300 everyday ones."""
    lists = json.loads(BENCH.with_suffix(".json").read_text(encoding="utf-8"))

    assert len(lists["prompts"]) >= 75
    assert sum(len(group) for group in lists["everyday"].values()) >= 300
    assert "MM_StoryAgent" in lists["origin"]
    assert "Apache" in lists["licence"]


def test_another_picture_is_a_wrong_sense(bench: dict[str, Any]):
    """The benchmark can fail: a fox pinned to a wolf, a word that nobody knows, one that has a kind."""
    assert bench["way"]("fox", "quadruped/wolf") == "wrong sense"
    assert bench["way"]("zorblax", None) == "none"
    assert bench["way"]("stegosaurus", None) == "nearest kind"
