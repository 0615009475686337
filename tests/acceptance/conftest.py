"""The installed command, run as a user runs it: in a folder and with a cache of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

EXECUTABLE = Path(sys.executable).with_name("astragen")
PATIENCE_S = 240  # a tiny film takes seconds; the machine may be busy

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="session")
def executable() -> Path:
    """The command as pip installed it."""
    assert EXECUTABLE.is_file(), f"{EXECUTABLE} is missing; install astragen first"
    return EXECUTABLE


@pytest.fixture(scope="session")
def at_home() -> Callable[[Path], dict[str, str]]:
    """The environment of a user whose home is a folder, without the keys and servers of whoever runs the tests."""

    def environment_at(home: Path) -> dict[str, str]:
        theirs = ("ASTRAGEN_", "XDG_", "OLLAMA_", "OPENAI_")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(theirs) and not name.endswith(("_API_KEY", "_TOKEN"))
        }
        return {
            **kept,
            "HOME": str(home),
            "NO_COLOR": "1",
            "COLUMNS": "120",
            "PYTHONWARNINGS": "error",
            "ASTRAGEN_WRITER": "builtin",
        }

    return environment_at


@pytest.fixture
def environment(tmp_path: Path, at_home: Callable[[Path], dict[str, str]]) -> dict[str, str]:
    """A home of its own, so that no test meets another's cache, or the user's, nor their keys and servers."""
    home = tmp_path / "home"
    home.mkdir()
    return at_home(home)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The empty folder that the command runs in."""
    path = tmp_path / "work"
    path.mkdir()
    return path


@pytest.fixture
def run(executable: Path, environment: dict[str, str], folder: Path) -> Run:
    """Run `astragen` with arguments; `stdin` are bytes."""

    def run_it(*arguments: str | bytes | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [executable, *arguments],
            input=stdin,
            capture_output=True,
            cwd=folder,
            env=environment,
            timeout=PATIENCE_S,
            check=False,
        )

    return run_it
