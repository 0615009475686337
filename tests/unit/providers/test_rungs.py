from __future__ import annotations

import json

import pytest

from astragen.providers.chat import Rung
from astragen.providers.rungs import ENTRIES_MAX, KEEP_S, RungMemory

URL, MODEL = "http://user:secret@127.0.0.1:1234/v1", "tiny"


def test_a_model_that_nobody_met_is_asked_strictly(tmp_path):
    """The highest rung first."""
    assert RungMemory(tmp_path / "rungs.json").rung(URL, MODEL) is Rung.STRICT


def test_what_worked_is_known_to_the_next_run(tmp_path):
    """For this model at this address only; a slash at the end makes no other address."""
    RungMemory(tmp_path / "new" / "rungs.json").note(URL, MODEL, Rung.JSON)

    memory = RungMemory(tmp_path / "new" / "rungs.json")
    assert memory.rung(f"{URL}/", MODEL) is Rung.JSON
    assert memory.rung(URL, "other") is Rung.STRICT
    assert memory.rung("http://127.0.0.1:1/v1", MODEL) is Rung.STRICT


def test_a_server_gets_another_chance_after_a_week(tmp_path):
    """It may have learned schemas since."""
    RungMemory(tmp_path / "rungs.json", now_s=lambda: 1_000.0).note(URL, MODEL, Rung.PROMPT)

    assert RungMemory(tmp_path / "rungs.json", now_s=lambda: 999.0 + KEEP_S).rung(URL, MODEL) is Rung.PROMPT
    assert RungMemory(tmp_path / "rungs.json", now_s=lambda: 1_001.0 + KEEP_S).rung(URL, MODEL) is Rung.STRICT


def test_no_address_and_no_password_is_in_the_file(tmp_path):
    """Hashes only."""
    RungMemory(tmp_path / "rungs.json").note(URL, MODEL, Rung.JSON)

    text = (tmp_path / "rungs.json").read_text()
    assert [word for word in ("secret", "127.0.0.1", MODEL) if word in text] == []
    assert [path.name for path in tmp_path.iterdir()] == ["rungs.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"rungs": 3}', '{"rungs": {"a": [9, 1], "b": "x", "c": [true, 1], "d": [1, null]}}', "[" * 99_999],
    ids=["empty", "cut", "list", "wrong type", "wrong entries", "deep"],
)
def test_a_damaged_file_is_as_none_and_is_replaced(tmp_path, text):
    """It costs one question more, and the next note mends it."""
    path = tmp_path / "rungs.json"
    path.write_text(text)
    memory = RungMemory(path)

    assert memory.rung(URL, MODEL) is Rung.STRICT
    memory.note(URL, MODEL, Rung.JSON)

    assert RungMemory(path).rung(URL, MODEL) is Rung.JSON
    assert list(json.loads(path.read_text())) == ["version", "rungs"]


def test_a_place_that_cannot_be_written_is_no_error(tmp_path):
    """What was learned holds for this object."""
    (tmp_path / "file").write_text("")
    memory = RungMemory(tmp_path / "file" / "rungs.json")

    memory.note(URL, MODEL, Rung.JSON)

    assert memory.rung(URL, MODEL) is Rung.JSON


def test_the_file_stays_small(tmp_path):
    """The oldest are forgotten."""
    memory = RungMemory(tmp_path / "rungs.json", now_s=iter(range(10_000)).__next__)
    for number in range(ENTRIES_MAX + 5):
        memory.note(URL, f"m{number}", Rung.JSON)

    assert len(json.loads((tmp_path / "rungs.json").read_text())["rungs"]) == ENTRIES_MAX
    assert memory.rung(URL, "m0") is Rung.STRICT
    assert memory.rung(URL, f"m{ENTRIES_MAX + 4}") is Rung.JSON
