"""A service of its own for tests of the studio: as a user starts it, on a free port, everything in one folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PATIENCE_S = 60
COMMAND = [sys.executable, "-c", "from astragen.cli.main import main; main()"]


def environment_at(home: Path) -> dict[str, str]:
    """The environment of a user whose home is *home*, without the keys and servers of whoever runs the tests."""
    theirs = ("ASTRAGEN_", "XDG_", "OLLAMA_", "OPENAI_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(theirs) and not name.endswith(("_API_KEY", "_TOKEN"))
    }
    quiet = {"PYTHONWARNINGS": "ignore", "ASTRAGEN_WRITER": "builtin", "ASTRAGEN_ARTIST": "builtin"}
    return {**kept, **quiet, "HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


def start(folder: Path, *flags: str, port: int = 0, **variables: str) -> tuple[str, subprocess.Popen[str]]:
    """The address and the process of a service that keeps everything in *folder*."""
    places = ["--data", str(folder / "data"), "--cache", str(folder / "cache")]
    command = [*COMMAND, "serve", "--port", str(port), "--drain", "1", *places, *flags]
    environment = environment_at(folder) | {"ASTRAGEN_CONFIG_DIR": str(folder / "config")} | variables
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said.startswith("AstraGen serves http://127.0.0.1:"), (folder / "log").read_text()
    return said.split()[-1], process


def stop(process: subprocess.Popen[str]) -> None:
    """End a service, and its worker with it."""
    with process:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
