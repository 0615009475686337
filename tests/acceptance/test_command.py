"""The command as such: help, version, schemas, pipes."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

HELP_S = 0.5  # what `--help` may take
HEAVY = ("numpy", "cv2", "av", "PIL", "rich", "uharfbuzz", "anyio", "pydantic_settings")


@pytest.mark.parametrize("command", [[], ["make"], ["plan"], ["sheet"], ["doctor"], ["schema"]])
def test_help_answers_at_once(run, command):
    """The best of three, because the machine may be busy."""
    times_s = []
    for _ in range(3):
        start_s = time.perf_counter()
        done = run(*command, "--help")
        times_s.append(time.perf_counter() - start_s)

    assert done.returncode == 0
    assert done.stdout.startswith(b"Usage: astragen")
    assert min(times_s) < HELP_S


def test_help_loads_nothing_heavy(environment):
    """What makes films is loaded when one is made."""
    script = f"""
import sys
from astragen.cli.main import run
assert run(["make", "--help"]) == 0
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "[]"


def test_the_bare_command_prints_its_help(run):
    """No command is no error."""
    done = run()

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"astragen make" in done.stdout


def test_version_is_the_installed_one(run):
    """The same as the library's."""
    import astragen

    assert run("--version").stdout.decode().split() == ["astragen", astragen.__version__]


def test_schema_prints_json(run):
    """An editor can be pointed at it."""
    done = run("schema", "storyboard")

    assert done.returncode == 0
    assert set(json.loads(done.stdout)["properties"]) >= {"title", "scenes", "version"}


def test_a_reader_that_goes_away_is_no_error(executable, environment, folder):
    """`astragen schema storyboard | head -c 1` says nothing on stderr."""
    child = subprocess.Popen(
        [executable, "schema", "storyboard"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=folder,
    )
    assert child.stdout is not None
    child.stdout.close()
    _, said = child.communicate(timeout=30)

    assert (child.returncode, said) == (141, b"")
