from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from astragen.runtime.scratch import remove_stale, scratch_folder

HOLD = """
import sys, time
from pathlib import Path
from astragen.runtime.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "half.mp4").write_text("half")
    print(folder.name, flush=True)
    time.sleep(60)
"""


def fail_in(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "half.mp4").write_text("half")
    raise ZeroDivisionError


def test_a_scratch_folder_is_gone_after_its_run(tmp_path):
    """With everything in it, also when the run failed."""
    with pytest.raises(ZeroDivisionError), scratch_folder(tmp_path) as folder:
        fail_in(folder)

    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_killed_run_is_taken_away_and_that_of_a_living_one_is_not(tmp_path):
    """A process holds a folder; while it lives the folder stays, after kill -9 it goes."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with process:
        folder = tmp_path / process.stdout.readline().strip()
        long_ago = time.time() - 3600
        os.utime(folder, (long_ago, long_ago))

        remove_stale(tmp_path)
        assert (folder / "half.mp4").exists()

        process.kill()
        process.wait()
        remove_stale(tmp_path)
        assert not folder.exists()


def test_a_folder_that_is_just_being_made_is_left_alone(tmp_path):
    """Between making its folder and locking it a run must not lose it."""
    (tmp_path / "run-new").mkdir()

    remove_stale(tmp_path)

    assert (tmp_path / "run-new").exists()
