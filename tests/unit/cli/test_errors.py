"""One line and one exit code for whatever goes wrong."""

from __future__ import annotations

import errno
import sys

import click
import pytest

from astragen.cli import errors
from astragen.cli.main import run
from astragen.errors import BriefError, BudgetExceeded, JobCancelled, RateLimited, RenderError


@pytest.mark.parametrize(
    ("error", "exit_code", "line"),
    [
        pytest.param(BriefError("--seconds is 0.", hint="Use 5."), 2, "error: --seconds is 0. Use 5.", id="input"),
        pytest.param(RateLimited("acme refused\nshot s1."), 3, "error: acme refused shot s1.", id="provider"),
        pytest.param(RenderError("film.mp4: short."), 4, "error: film.mp4: short.", id="media"),
        pytest.param(JobCancelled("job 7."), 5, "error: job 7.", id="job"),
        pytest.param(BudgetExceeded("$3 of $2."), 6, "error: $3 of $2.", id="budget"),
        pytest.param(
            OSError(errno.ENOSPC, "No space left on device", "film.mp4"),
            4,
            "error: film.mp4: no space left on the disk. Free some, then run the same command to go on.",
            id="full-disk",
        ),
        pytest.param(
            PermissionError(errno.EACCES, "Permission denied", "/root"),
            2,
            "error: /root: cannot be written or read. Choose another folder with --out or --cache.",
            id="forbidden",
        ),
        pytest.param(
            click.UsageError("No such option: --foo"),
            2,
            "error: No such option: --foo. See: astragen --help",
            id="usage",
        ),
        pytest.param(KeyboardInterrupt(), 130, errors.STOPPED, id="ctrl-c"),
    ],
)
def test_an_error_is_one_line_and_its_exit_code(capsys, error, exit_code, line):
    """The table of exit codes, and the words."""
    assert errors.report(error) == exit_code
    assert capsys.readouterr().err == f"astragen: {line}\n"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="ExceptionGroup is built in from Python 3.11")
def test_the_error_inside_a_task_group_is_the_one_that_is_told(capsys):
    """Concurrent work wraps errors in groups; the user meets the cause."""
    group = ExceptionGroup("tasks", [ExceptionGroup("more", [BriefError("--fps is 23.")])])  # noqa: F821

    assert errors.report(group) == 2
    assert "--fps is 23." in capsys.readouterr().err


def test_a_bug_keeps_its_traceback_in_a_file_that_the_line_names(capsys, tmp_path, monkeypatch):
    """No traceback on the screen, and none lost."""
    monkeypatch.setattr(errors, "_log_folder", lambda: tmp_path)
    try:
        [][1]
    except IndexError as error:
        exit_code = errors.report(error)

    (log,) = tmp_path.iterdir()
    line = capsys.readouterr().err
    assert exit_code == 70
    assert line.count("\n") == 1
    assert str(log) in line
    assert "[][1]" in log.read_text()


@pytest.mark.parametrize(
    ("words", "example"),
    [
        (["translate", "--language", "es"], "astragen translate board.json --language es,ja"),
        (["make"], 'astragen make "A lighthouse keeper befriends a whale"'),
        (["revise", "board.json"], "astragen revise board.json"),
    ],
)
def test_a_missing_argument_is_shown_by_an_example(capsys, words, example):
    """Not by the bare word that click has for it."""
    assert run(words) == 2

    said = capsys.readouterr().err
    assert "Missing argument" in said
    assert f"For example: {example}" in said
    assert f"See: astragen {words[0]} --help" in said


def test_a_text_that_is_not_utf_8_is_no_bug(capsys, tmp_path):
    """A terminal of another encoding hands it over so."""
    assert run(["say", "caf\udce9", "-o", str(tmp_path / "x.wav")]) == 2

    assert "The text is not UTF-8." in capsys.readouterr().err
