"""The service while its processes are killed: the bench of kills, small."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench" / "kill.py"
WELL = {"completed": 2, "double_charges": 0, "recorded_steps_rerun": 0, "event_gaps": 0, "problems": []}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are killed as Linux has them")
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_every_film_is_finished_whatever_dies(database):
    """Nothing is paid twice, no recorded step is done again, and no client misses an event."""
    if database == "postgres" and not shutil.which("initdb"):
        pytest.skip("initdb of PostgreSQL not found")
    done = subprocess.run(
        [sys.executable, BENCH, "--database", database, "--films", "2", "--kills", "3"],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert {name: found[name] for name in WELL} == WELL
    assert found["kills"] + found["stops"] > 0
