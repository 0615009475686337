"""The service as a user starts it, and the command line as its client."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

PATIENCE_S = 60


@contextmanager
def serving(
    executable: Path, environment: dict[str, str], folder: Path, *flags: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Its address and its process, which is told to end where it has not."""
    places = ["--data", folder / "data", "--cache", folder / "cache"]
    command = [executable, "serve", "--port", "0", "--drain", "5", *places, *flags]
    quiet = {**environment, "PYTHONWARNINGS": "ignore"}  # what its libraries warn of is theirs
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=quiet, stdout=subprocess.PIPE, stderr=log, text=True)
    with process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said.startswith("AstraGen serves http://127.0.0.1:"), (folder / "log").read_text()
            yield said.split()[-1], process
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def url(executable: Path, at_home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with a worker."""
    folder = tmp_path_factory.mktemp("service")
    with serving(executable, at_home(folder), folder) as (address, _):
        yield address


def films(run, url: str) -> list[dict[str, Any]]:
    """Those of the service, the newest first."""
    return json.loads(run("jobs", "list", "--server", url, "--json").stdout)


SMALL = ("--seconds", "5", "--height", "360", "--profile", "draft", "--no-music", "--no-ambience")


def test_a_film_of_a_service_is_as_one_of_this_machine(run, folder, url):
    """The same lines, names and report; a picture that was sent is called in its storyboard what it is called here."""
    Image.new("RGB", (64, 36), (200, 40, 40)).save(folder / "red.png")
    shot = {"id": "s1-1", "source": "red.png", "line": "All is red here."}
    board = {"title": "Red", "scenes": [{"id": "s1", "setting": "ocean", "shots": [shot]}]}
    (folder / "board.json").write_text(json.dumps(board))

    done = run("make", "board.json", *SMALL, "--server", url, "-o", "red.mp4")

    assert (done.returncode, done.stdout) == (0, b"red.mp4\n"), done.stderr
    assert b"render: done in" in done.stderr
    assert b"pictures: 1 of your own" in done.stderr
    names = {".mp4", ".jpg", ".srt", ".vtt", ".ass", ".storyboard.json"}
    assert {path.name for path in folder.glob("red.*")} == {
        "red.png",
        "red.report.json",
        *(f"red{one}" for one in names),
    }
    report = json.loads((folder / "red.report.json").read_text())
    assert report["sha256"] == {
        f"red{one}": hashlib.sha256((folder / f"red{one}").read_bytes()).hexdigest() for one in names
    }
    storyboard = json.loads((folder / "red.storyboard.json").read_text())
    assert storyboard["scenes"][0]["shots"][0]["source"] == str(folder / "red.png")
    [film] = films(run, url)
    again = run("jobs", "watch", film["id"], "--server", url, "-o", "again.mp4")
    assert (folder / "again.mp4").read_bytes() == (folder / "red.mp4").read_bytes(), again.stderr


def test_a_dry_run_asks_the_service_and_makes_nothing(run, folder, url):
    """Its estimate has the form of one made here."""
    before = films(run, url)

    done = run("make", "A fox in the snow", *SMALL, "--server", url, "--dry-run")

    assert b"film   5 s, 640x360 at 24 fps" in done.stdout
    assert films(run, url) == before
    assert list(folder.iterdir()) == []


def test_a_mistake_is_told_as_it_is_here(run, folder, url):
    """The service's words, and the exit code of a wrong flag; nothing is written."""
    done = run("make", "A fox in the snow", *SMALL, "--artist", "folder:/etc", "--server", url, "-o", "fox.mp4")

    assert done.returncode == 2
    assert done.stderr.startswith(b"astragen: error: ")
    assert len(done.stderr.splitlines()) == 1
    assert list(folder.iterdir()) == []
    assert run("jobs", "watch", "film_00000000000000000000000000", "--server", url).returncode == 5


def test_ctrl_c_cancels_the_film(executable, environment, run, folder, url):
    """As it stops one that is made here; nothing half-written is left."""
    wish = ["make", "A fox in the snow. It finds a lantern.", "--seconds", "60", "--server", url, "-o", "fox.mp4"]
    with subprocess.Popen(
        [executable, *wish], env=environment, cwd=folder, stderr=subprocess.PIPE, text=True
    ) as client:
        assert client.stderr is not None
        assert any(line.startswith("narrate: started") for line in client.stderr)
        client.send_signal(signal.SIGINT)
        rest = client.stderr.read()

    assert client.returncode == 130
    assert "asking the server to cancel" in rest
    assert films(run, url)[0]["status"] == "cancelled"
    assert list(folder.iterdir()) == []


def children_of(pid: int) -> set[int]:
    return {int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()}


def until(claim) -> bool:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if claim():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are counted in /proc")
def test_a_worker_that_is_killed_is_replaced_and_sigterm_ends_all(executable, environment, tmp_path):
    """The service lives on meanwhile, and leaves nobody behind."""
    with serving(executable, environment, tmp_path) as (_, process):
        assert until(lambda: len(children_of(process.pid)) == 1)
        [first] = children_of(process.pid)
        os.kill(first, signal.SIGKILL)
        assert until(lambda: children_of(process.pid) not in (set(), {first}))
        [second] = children_of(process.pid)

        process.terminate()

        assert process.wait(PATIENCE_S) == 0
        assert not Path(f"/proc/{second}").exists()


def test_an_address_that_cannot_be_served_is_named(run, tmp_path, url):
    """Before a worker is started: one that is taken, and one that would let everybody in."""
    port = url.rpartition(":")[2]
    taken = run("serve", "--port", port, "--data", tmp_path / "data", "--cache", tmp_path / "cache")
    open_to_all = run("serve", "--host", "0.0.0.0", "--data", tmp_path / "data", "--cache", tmp_path / "cache")

    assert (taken.returncode, open_to_all.returncode) == (2, 2)
    assert f"Port {port} of 127.0.0.1".encode() in taken.stderr
    assert b"astragen keys create" in open_to_all.stderr
