"""One line and one exit code for whatever goes wrong."""

from __future__ import annotations

import errno
import sys

import click
import pytest

from astragen.cli import errors
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
