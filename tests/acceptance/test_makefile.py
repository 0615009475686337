"""`make film`: what was typed reaches the command as typed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[2] / "Makefile"

# Stands where pip would put the command: writes down what it was called with.
RECORDER = f"""#!{sys.executable}
import json, sys
print(json.dumps(sys.argv[1:]))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which everything is installed, its command being a recorder."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    (tmp_path / "pyproject.toml").touch()
    recorder = tmp_path / ".venv" / "bin" / "astragen"
    recorder.parent.mkdir(parents=True)
    recorder.write_text(RECORDER)
    recorder.chmod(0o755)
    (tmp_path / ".venv" / ".installed").touch()
    shutil.copy(MAKEFILE, tmp_path)
    return tmp_path


def make(checkout: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make in *checkout* with an environment of *variables*."""
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "prompt",
    [
        pytest.param("it's a \"fox\" & a 'hare'", id="quotes"),
        pytest.param("it costs $5, $$5, $HOME and ${HOME}", id="dollars"),
        pytest.param("$(shell touch pwned) `touch pwned` ; touch pwned", id="commands"),
        pytest.param("一只小纸船 🐋 naïve", id="unicode"),
        pytest.param("two\nlines", id="newline"),
        pytest.param("--seconds", id="flag"),
        pytest.param("50% #1 \\n = : C:\\films", id="signs"),
    ],
)
def test_a_prompt_reaches_the_command_as_typed(checkout, prompt):
    """From make's command line and from the environment; neither make nor a shell reads it."""
    wanted = ["make", "--out", "films/", "--", prompt]

    assert json.loads(make(checkout, "film", f"PROMPT={prompt}").stdout) == wanted
    assert json.loads(make(checkout, "film", PROMPT=prompt).stdout) == wanted
    assert not (checkout / "pwned").exists()


def test_out_and_args_reach_the_command(checkout):
    """OUT is one word whatever is in it; ARGS are flags as a shell reads them."""
    done = make(checkout, "film", "PROMPT=a fox", "OUT=my film.mp4", "ARGS=--seconds 20 --style 'noir'")

    assert json.loads(done.stdout) == [
        "make",
        "--out",
        "my film.mp4",
        "--seconds",
        "20",
        "--style",
        "noir",
        "--",
        "a fox",
    ]
    assert not (checkout / "films").exists()


def test_without_a_prompt_make_says_what_to_type(checkout):
    """Not an error of the command's, so make's own target says it."""
    done = make(checkout, "film")

    assert done.returncode != 0
    assert 'make film PROMPT="..."' in done.stderr


def test_make_alone_lists_the_targets(checkout):
    """The first thing a newcomer types."""
    done = make(checkout)

    targets = [line.split()[1] for line in done.stdout.splitlines()]
    assert targets == ["help", "film", "serve", "test", "test-browser", "check", "bench", "clean"]
