"""Bad input: exit code 2, one clear line on stderr, nothing on stdout, nothing written."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

LONG = 100_000  # characters of a prompt that nobody means


def board(**changes: object) -> dict[str, object]:
    """A storyboard of one shot, as a document, with *changes* at its top."""
    shot = {"id": "s1-1", "frames": 48}
    return {"version": 1, "title": "Dusk", "scenes": [{"id": "s1", "setting": "sea", "shots": [shot]}], **changes}


def broken_shot(**changes: object) -> dict[str, object]:
    """The same with *changes* in its only shot."""
    return board(scenes=[{"id": "s1", "setting": "sea", "shots": [{"id": "s1-1", "frames": 48, **changes}]}])


def assert_refused(done: subprocess.CompletedProcess[bytes], folder: Path, *pieces: str) -> None:
    """One line with every one of *pieces*, exit code 2, an empty stdout and an untouched folder."""
    text = done.stderr.decode()
    assert (done.returncode, done.stdout, text.count("\n")) == (2, b"", 1), text
    assert text.startswith("astragen: error: ")
    assert [piece for piece in pieces if piece not in text] == [], text
    assert "Traceback" not in text
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "pieces"),
    [
        pytest.param([""], ["prompt", "write at least one word"], id="empty-prompt"),
        pytest.param(["  \n "], ["prompt", "write at least one word"], id="blank-prompt"),
        pytest.param(["a\x07fox"], ["control character U+0007 at position 1"], id="control-character"),
        pytest.param([b"a fox \xff"], ["not UTF-8"], id="argument-not-utf-8"),
        pytest.param(["a fox", "--seconds", "0"], ["--seconds is 0", "from 5 to 600"], id="seconds-0"),
        pytest.param(["a fox", "--seconds", "-3"], ["--seconds is -3", "from 5 to 600"], id="seconds-negative"),
        pytest.param(["a fox", "--seconds", "nan"], ["--seconds is nan", "from 5 to 600"], id="seconds-nan"),
        pytest.param(["a fox", "--seconds", "soon"], ["--seconds", "soon"], id="seconds-word"),
        pytest.param(["a fox", "--scenes", "400"], ["--scenes is 400", "from 1 to 40 or auto"], id="scenes-400"),
        pytest.param(["a fox", "--aspect", "4:3"], ["--aspect is 4:3", "16:9, 9:16"], id="unknown-aspect"),
        pytest.param(["a fox", "--height", "361"], ["--height 361 is odd"], id="odd-height"),
        pytest.param(["a fox", "--fps", "23"], ["--fps is 23", "24, 25, 30, 60"], id="unknown-fps"),
        pytest.param(["a fox", "--language", "??"], ["--language is ??", "BCP 47"], id="no-language"),
        pytest.param(["a fox", "--colour", "red"], ["--colour", "--help"], id="unknown-flag"),
        pytest.param([], ["--help"], id="no-prompt"),
        pytest.param(["missing.json"], ["missing.json does not exist"], id="missing-storyboard"),
    ],
)
def test_a_brief_that_cannot_be_is_refused(run, folder, arguments, pieces):
    """The line names the flag, the value and the limit."""
    assert_refused(run("make", *arguments), folder, *pieces)


def test_a_plan_has_the_limits_of_a_film(run, folder):
    """The same flags, refused in the same words."""
    assert_refused(run("plan", "a fox", "--seconds", "0"), folder, "--seconds is 0", "from 5 to 600")


def test_a_prompt_of_100_000_characters_is_refused(run, folder):
    """An argument of that length is legal for the system, and read from stdin it has no limit at all."""
    pieces = ("The prompt has 100000 characters; it may have 20000.",)

    assert_refused(run("make", "a" * LONG), folder, *pieces)
    assert_refused(run("make", "-", stdin=b"a" * LONG), folder, *pieces)


def test_stdin_that_is_not_utf_8_is_refused(run, folder):
    """Latin-1 text is named with its first byte that cannot be."""
    assert_refused(run("make", "-", stdin="ein Füchslein".encode("latin-1")), folder, "not UTF-8", "0xFC at 5")


@pytest.mark.parametrize(
    ("document", "pieces"),
    [
        pytest.param(board(colour="red"), ["colour", "unknown field"], id="unknown-field"),
        pytest.param(broken_shot(lense="tele"), ["scenes[0].shots[0].lense", "unknown field"], id="unknown-shot-field"),
        pytest.param(broken_shot(frames=0), ["scenes[0].shots[0].frames", "0 is less than 1"], id="shot-of-0-frames"),
        pytest.param(broken_shot(size="huge"), ["scenes[0].shots[0].size", "huge"], id="unknown-size"),
        pytest.param(board(version=99), ["version is 99", "newer", "Update"], id="newer-version"),
        pytest.param(board(version="1"), ["version is '1'"], id="version-no-number"),
        pytest.param(board(scenes=[]), ["scenes"], id="no-scenes"),
        pytest.param([], ["must be an object"], id="list"),
    ],
)
def test_a_storyboard_that_cannot_be_is_refused(run, folder, tmp_path, document, pieces):
    """The line names the file and the place in it; the same from stdin."""
    path = tmp_path / "board.json"
    path.write_text(json.dumps(document))

    assert_refused(run("make", path), folder, "board.json", *pieces)


def test_a_storyboard_from_stdin_is_checked_as_well(run, folder):
    """What starts with { is a storyboard."""
    assert_refused(
        run("make", "-", stdin=json.dumps(board(colour="red")).encode()), folder, "standard input", "unknown field"
    )


def test_text_that_is_not_json_is_named_with_its_line(run, folder, tmp_path):
    """A comma too many is found without a debugger."""
    path = tmp_path / "board.json"
    path.write_text('{"title": "Dusk",\n}')

    assert_refused(run("make", path), folder, "board.json", "not JSON", "line 2")


@pytest.mark.parametrize("command", ["make", "plan"])
def test_an_output_folder_that_is_missing_is_refused(run, folder, command):
    """A typing error must not become a new folder."""
    name = "film.mp4" if command == "make" else "board.json"

    assert_refused(run(command, "a fox", "-o", f"flims/{name}"), folder, "flims", "does not exist")


@pytest.mark.parametrize("command", ["make", "plan"])
def test_an_output_folder_that_cannot_be_written_to_is_refused(run, folder, read_only_folder, command):
    """Known before a second of work."""
    name = "film.mp4" if command == "make" else "board.json"

    assert_refused(run(command, "a fox", "-o", read_only_folder / name), folder, str(read_only_folder))


def test_an_output_that_is_no_mp4_is_refused(run, folder):
    """The line says the name to use."""
    assert_refused(run("make", "a fox", "-o", "film.mov"), folder, "film.mov", 'Name it "film.mp4"')


@pytest.mark.parametrize("command", ["", "make", "sheet"])
def test_an_unknown_flag_or_command_is_one_line(run, folder, command):
    """Usage errors look like all others."""
    arguments = [command, "--bogus"] if command else ["direct"]

    assert_refused(run(*arguments), folder, "--help")


def test_an_unknown_schema_lists_the_known_ones(run, folder):
    """The line is enough to try again."""
    assert_refused(run("schema", "movie"), folder, '"movie"', "brief, storyboard, take, timeline, film, report, event")


def test_a_full_disk_is_one_line_and_leaves_no_half_film(run, tiny_disk):
    """The film does not fit; what is left there is nothing that looks finished."""
    done = run(
        *("make", "a fox in the snow", "-o", tiny_disk / "film.mp4", "--cache", tiny_disk / "cache"),
        *("--seconds", "5", "--height", "360"),
    )

    text = done.stderr.decode()
    errors = [line for line in text.splitlines() if line.startswith("astragen: error: ")]
    assert done.returncode in (2, 4), text
    assert len(errors) == 1, text
    assert "full" in errors[0]
    assert str(tiny_disk) in errors[0]
    assert "Traceback" not in text
    assert not (tiny_disk / "film.mp4").exists()


@pytest.fixture
def read_only_folder(tmp_path: Path):
    """A folder that even root cannot write to, where the test may mount one."""
    path = tmp_path / "read-only"
    path.mkdir()
    if os.geteuid() != 0:
        path.chmod(0o500)
        yield path
        path.chmod(0o700)
        return
    yield from mounted(path, "ro,size=64k")


@pytest.fixture
def tiny_disk(tmp_path: Path):
    """A disk of 400 kB."""
    path = tmp_path / "tiny"
    path.mkdir()
    yield from mounted(path, "size=400k")


def mounted(path: Path, options: str):
    """Mount a disk in memory at *path* for the time of a test; skip where that is not allowed."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"mounting needs root and the right to mount: {done.stderr.decode().strip()}")
    yield path
    subprocess.run(["umount", path], check=True)
