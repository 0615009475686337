"""A real run in a process of its own, interrupted in the middle, and taken up again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from astragen.model.event import StageStarted

PROGRAM = """
import sys
from pathlib import Path
from astragen.face import make_film_sync
from astragen.model.brief import Brief
from astragen.model.upgrade import load_storyboard
from astragen.settings import Settings

folder = Path(sys.argv[1])
make_film_sync(
    Brief.model_validate_json(sys.argv[2]),
    folder / "film.mp4",
    storyboard=load_storyboard(sys.argv[3]),
    settings=Settings(cache_dir=folder / "cache", workers=2),
    on_event=lambda event: print(event.kind, getattr(event, "stage", ""), flush=True),
)
"""


def children(pid: int) -> list[int]:
    """The processes that *pid* started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if int(parent) == pid:
                found.append(int(entry.name))
    return found


def interrupted(folder: Path, brief, storyboard, how: signal.Signals) -> tuple[int, list[int], str]:
    """Film until the first shot is rendered, then send *how*; the exit code, the workers, what was said on stderr."""
    arguments = [str(folder), brief.model_dump_json(), storyboard.model_dump_json()]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            if line.split() == ["step_done", "render"]:
                break
        workers = children(process.pid)
        process.send_signal(how)
        _, said = process.communicate(timeout=20)
    return process.returncode, workers, said


def is_gone(pid: int) -> bool:
    try:
        return "Z" in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_ctrl_c_leaves_nothing_half_made_and_the_next_run_goes_on(tmp_path, filming, brief, storyboard):
    """In the middle of rendering: no file, no worker and no scratch stay; finished steps are not done again."""
    code, workers, said = interrupted(tmp_path, brief, storyboard, signal.SIGINT)

    assert code != 0
    assert "KeyboardInterrupt" in said
    assert "died" not in said
    assert workers
    assert all(is_gone(worker) for worker in workers)
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    assert list((tmp_path / "cache" / "scratch").iterdir()) == []

    made = filming(tmp_path, brief, storyboard)

    reused = made.steps(reused=True)
    assert {stage for stage, _ in reused} >= {"narrate", "generate", "render"}
    assert ("mux", "") in made.steps(reused=False)
    assert made.film.path.exists()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_after_kill_9_the_workers_go_and_the_next_run_clears_up(tmp_path, filming, brief, storyboard):
    """Nobody could tidy up: the workers notice, and the scratch folder is taken away once it is cold."""
    code, workers, _ = interrupted(tmp_path, brief, storyboard, signal.SIGKILL)

    assert code == -signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    (left,) = (tmp_path / "cache" / "scratch").iterdir()
    os.utime(left, (0, 0))

    made = filming(tmp_path, brief, storyboard)

    assert all(is_gone(worker) for worker in workers)
    assert not left.exists()
    assert ("narrate", "s1-1") in made.steps(reused=True)
    assert sum(isinstance(event, StageStarted) for event in made.events) == len(made.film.report.stages)
