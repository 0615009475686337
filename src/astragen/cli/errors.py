"""One line and one exit code for everything that can go wrong.

Errors of the tree carry their own exit code (`astragen.errors`); the table below has
the rest. No traceback reaches the user: that of a bug goes to a file, and the line
says which. Start reading at `report`.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from astragen.errors import AstraGenError, RenderError, SettingsError

EXIT_USAGE = 2  # also every InputError
EXIT_BUG = 70  # EX_SOFTWARE of sysexits.h
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells say it
EXIT_BROKEN_PIPE = 141  # 128 + SIGPIPE

STOPPED = "stopped; what is done is kept, run the same command to go on"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def report(error: BaseException) -> int:
    """Say *error* in one line on stderr and return the exit code."""
    error = _innermost(error)
    if isinstance(error, OSError):
        error = _of_the_tree(error)
    if isinstance(error, AstraGenError):
        return _say(f"error: {error}", error.exit_code)
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return _say(STOPPED, EXIT_INTERRUPTED)
    if isinstance(error, click.ClickException):
        return _say(f"error: {_usage(error)}", EXIT_USAGE)
    if isinstance(error, BrokenPipeError | SystemExit):  # click turns the one into the other
        return _leave_quietly()
    return _say(f"error: {_bug(error)}", EXIT_BUG)


def _innermost(error: BaseException) -> BaseException:
    """The first error inside a task group's group of errors."""
    inside: Sequence[BaseException] = getattr(error, "exceptions", ())
    return _innermost(inside[0]) if inside else error


def _of_the_tree(error: OSError) -> BaseException:
    """A full disk and a forbidden path, in the words of our tree; other system errors as they are."""
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in _FULL:
        return RenderError(f"{where}no space left on the disk.", hint="Free some, then run the same command to go on.")
    if error.errno in _FORBIDDEN:
        return SettingsError(f"{where}cannot be written or read.", hint="Choose another folder with --out or --cache.")
    return error


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "astragen"
    example = context.command.epilog if context and isinstance(error, click.MissingParameter) else ""
    return f"{error.format_message().rstrip('.')}. {f'{example}. ' if example else ''}See: {command} --help"


def _bug(error: BaseException) -> str:
    kept = _keep_traceback(error)
    where = f"The traceback is in {kept}; please report it." if kept else "Its traceback could not be kept."
    return f"this is a bug in astragen: {type(error).__name__}: {error}. {where}"


def _keep_traceback(error: BaseException) -> Path | None:
    """Write the traceback beside the cache, or in the system's temporary folder; None if neither works."""
    text = "".join(traceback.format_exception(error))
    name = f"error-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.log"
    for folder in (_log_folder(), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return folder / name
    return None


def _log_folder() -> Path:
    """Beside what is kept of films; anywhere else when the settings themselves are broken."""
    from astragen.settings import read_settings

    try:
        return read_settings().cache_dir / "logs"
    except AstraGenError:
        return Path(tempfile.gettempdir())


def _say(text: str, exit_code: int) -> int:
    click.echo(f"astragen: {' '.join(text.split())}", err=True)
    return exit_code


def _leave_quietly() -> int:
    """Nobody reads stdout any more: close it so that the interpreter's own flush cannot complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_BROKEN_PIPE
