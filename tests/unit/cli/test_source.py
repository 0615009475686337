"""A prompt or a storyboard: said, in a file, or on standard input."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from astragen.cli.source import read_source
from astragen.errors import BriefError, InputError, StoryboardError
from astragen.model.storyboard import Scene, Shot, Storyboard

BOARD = Storyboard(title="Dusk", scenes=(Scene(id="s1", setting="sea", shots=(Shot(id="s1-1", frames=48),)),))


def stdin(monkeypatch, raw: bytes) -> None:
    """Let *raw* be what standard input holds."""
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))


def test_words_are_a_prompt():
    """What names no file is what the film is about."""
    assert read_source("A fox in the snow") == "A fox in the snow"


def test_a_json_file_is_a_storyboard(tmp_path: Path):
    """A storyboard written by the product reads back equal."""
    path = tmp_path / "dusk.json"
    path.write_text(BOARD.model_dump_json(), encoding="utf-8")

    assert read_source(str(path)) == BOARD


def test_a_text_file_is_a_prompt(tmp_path: Path):
    """A script in a file is the prompt, whatever its mark of byte order."""
    path = tmp_path / "script.txt"
    path.write_bytes("\ufeffΤο φάρος ανάβει.".encode())

    assert read_source(str(path)) == "Το φάρος ανάβει."


def test_a_missing_json_file_is_no_prompt():
    """A typing error in a file's name must not become a film about it."""
    with pytest.raises(StoryboardError, match=r"duks\.json does not exist"):
        read_source("duks.json")


def test_a_missing_screenplay_is_no_prompt():
    """Likewise."""
    with pytest.raises(StoryboardError, match=r"duks\.fountain does not exist"):
        read_source("duks.fountain")


def test_a_folder_is_no_prompt(tmp_path):
    """A path that was cut short must not become a film about it; a bare word may be a folder's name too."""
    with pytest.raises(InputError, match="is a folder"):
        read_source(f"{tmp_path}/")


def test_a_dash_reads_a_prompt_or_a_storyboard(monkeypatch):
    """What starts with { is a storyboard."""
    stdin(monkeypatch, "Η φάλαινα".encode())
    assert read_source("-") == "Η φάλαινα"

    stdin(monkeypatch, b"\n " + BOARD.model_dump_json().encode())
    assert read_source("-") == BOARD


def test_bytes_that_are_not_utf_8_are_named_with_their_place(monkeypatch):
    """0xFF never occurs in UTF-8."""
    stdin(monkeypatch, b"a fox \xff")

    with pytest.raises(BriefError, match=r"not UTF-8 \(byte 0xFF at 6\)"):
        read_source("-")


def test_an_argument_that_is_not_utf_8_is_refused():
    """Python keeps undecodable bytes of an argument as lone surrogates."""
    with pytest.raises(BriefError, match="not UTF-8"):
        read_source("a fox \udcff")


def test_a_broken_storyboard_names_its_file_and_place(tmp_path: Path):
    """The message leads to the field."""
    path = tmp_path / "dusk.json"
    path.write_text(BOARD.model_dump_json().replace('"frames":48', '"frames":0'), encoding="utf-8")

    with pytest.raises(StoryboardError, match=r"dusk\.json: .*scenes\[0\]\.shots\[0\]\.frames: 0 is less than 1"):
        read_source(str(path))


def test_own_media_count_from_the_storyboard_s_folder(tmp_path: Path):
    """A path in a file means the same wherever the command is run."""
    shots = (Shot(id="s1-1", source="media/a.png"), Shot(id="s1-2", source="/b.mp4"))
    board = Storyboard(title="Dusk", scenes=(Scene(id="s1", setting="sea", shots=shots),))
    path = tmp_path / "dusk.json"
    path.write_text(board.model_dump_json(), encoding="utf-8")

    read = read_source(str(path))

    assert [shot.source for shot in read.shots] == [str(tmp_path / "media" / "a.png"), "/b.mp4"]
