"""`astragen critique`: the worst first, for people and for programs."""

from __future__ import annotations

import json

import pytest

from astragen.cli.main import run
from astragen.model.brief import Brief
from astragen.model.film import FilmReport
from astragen.model.storyboard import Scene, Shot, Storyboard, Subject

HERON = Shot(id="s1-1", subjects=(Subject(noun="heron"),), line="A heron waits.")
BOARD = Storyboard(title="Robots", scenes=(Scene(id="s1", setting="lake", shots=(HERON,)),))


@pytest.fixture
def path(tmp_path):
    """A storyboard of a heron, for a prompt about robots."""
    path = tmp_path / "film.storyboard.json"
    path.write_text(BOARD.model_dump_json(), encoding="utf-8")
    return path


def test_the_worst_comes_first_with_the_next_act(path, capsys):
    """Score, mark, finding and shots on one row, what to do below."""
    assert run(["critique", str(path), "--prompt", "A robot"]) == 0

    head, _, first, act, *_ = capsys.readouterr().out.splitlines()
    assert head.startswith("Robots: 0.")
    assert first.startswith("0.00  coverage")
    assert first.endswith("neither seen nor said: robot")
    assert act.strip() == 'Show it or say it: give a shot a subject "robot".'


def test_json_is_all_that_is_printed(path, capsys):
    """One object with the marks in a fixed order."""
    assert run(["critique", str(path), "--json"]) == 0

    card = json.loads(capsys.readouterr().out)
    assert (card["title"], card["marks"][0]["name"]) == ("Robots", "variety")


def test_what_the_film_was_asked_for_counts(path, capsys):
    """The report beside the storyboard has the prompt and the length."""
    brief = Brief(prompt="A heron in the reeds", seconds=30)
    size = {"width": 640, "height": 360, "fps": 24, "frames": 720, "seconds": 30}
    cost = {"wall_s": 1, "deadline_s": 60, "deadline_met": True, "cost_usd": 0, "stages": (), "shots": ()}
    report = FilmReport(title="Robots", brief=brief, **size, **cost)
    path.with_name("film.report.json").write_text(report.model_dump_json(), encoding="utf-8")

    assert run(["critique", str(path), "--json"]) == 0

    card = json.loads(capsys.readouterr().out)
    assert card["words_per_s"] == pytest.approx(0.1)
    assert "reed" not in card["marks"][3]["finding"]


def test_text_is_no_storyboard(capsys):
    """The error says how to get one."""
    assert run(["critique", "A fox in the snow"]) == 2
    assert "astragen plan PROMPT -o board.json" in capsys.readouterr().err
