"""A film from the command line: what comes out, what is reused, what a stop leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from astragen.media.probe import probe
from astragen.model.film import FilmReport
from astragen.model.upgrade import load_storyboard

PROMPT = "A fox crosses the ice at dawn."
SMALL = ("--seconds", "5", "--height", "360")
BESIDE = {".jpg", ".srt", ".vtt", ".ass", ".storyboard.json", ".report.json"}


@pytest.fixture(scope="session")
def kept(tmp_path_factory) -> tuple[str, str]:
    """A cache that tests share in which it does not matter what was made before."""
    return ("--cache", str(tmp_path_factory.mktemp("kept")))


def names(folder: Path) -> set[str]:
    """The names of all files in *folder*."""
    return {path.name for path in folder.iterdir()}


def test_a_prompt_becomes_a_film_named_by_its_title(run, folder):
    """stdout is the path, alone; the film is what was asked; nothing else is left but what belongs beside it."""
    done = run("make", PROMPT, *SMALL)

    assert done.returncode == 0, done.stderr.decode()
    film = folder / done.stdout.decode().rstrip("\n")
    assert names(folder) == {film.name, *(f"{film.stem}{suffix}" for suffix in BESIDE)}
    found = probe(film)
    assert (found.picture.width, found.picture.height, found.picture.fps) == (640, 360, 24)
    assert found.seconds == pytest.approx(5, abs=0.6)
    assert found.sound.sample_rate == 48_000
    assert b"\x1b" not in done.stderr

    again = run("make", PROMPT, *SMALL)

    assert again.stdout.decode().rstrip("\n") == f"{film.stem}-2.mp4"
    assert b"reused" in again.stderr


def test_json_is_the_report_and_nothing_else(run, folder, kept):
    """The same report lies beside the film."""
    done = run("make", PROMPT, *SMALL, *kept, "-o", "fox.mp4", "--json")

    report = FilmReport.model_validate_json(done.stdout)
    assert report == FilmReport.model_validate_json((folder / "fox.report.json").read_text())
    assert report.fallbacks == ()
    assert report.seconds == pytest.approx(5, abs=0.6)


def test_an_edited_shot_is_made_again_and_the_others_are_not(run, folder):
    """Another seed in the last shot: another picture there, everything else from the cache."""
    first = run("make", PROMPT, "--seconds", "8", "--height", "360", "-o", "fox.mp4", "--json")
    path = folder / "fox.storyboard.json"
    board = json.loads(path.read_text())
    board["scenes"][-1]["shots"][-1]["seed"] -= 1
    path.write_text(json.dumps(board))

    done = run("make", path.name, "-o", "fox.mp4", "--json")

    shots = len(FilmReport.model_validate_json(first.stdout).shots)
    stages = {stage.name: stage for stage in FilmReport.model_validate_json(done.stdout).stages}
    assert stages["narrate"].reused == stages["narrate"].steps
    assert stages["render"].reused == stages["render"].steps - 1 >= shots - 1 > 0


def test_a_prompt_on_stdin_and_a_storyboard_on_stdin(run, kept):
    """`generate | astragen make -`; the plan of a prompt goes straight into a film."""
    board = run("plan", "-", *SMALL[:2], stdin=PROMPT.encode())
    assert load_storyboard(board.stdout.decode()).shots

    done = run("make", "-", *SMALL, *kept, "-o", "fox.mp4", stdin=board.stdout)

    assert (done.returncode, done.stdout) == (0, b"fox.mp4\n"), done.stderr.decode()


def test_a_dry_run_makes_nothing_and_says_what_it_would(run, folder, environment):
    """Scenes, shots, seconds, time and money; as JSON for programs."""
    told = run("make", PROMPT, *SMALL, "--dry-run").stdout.decode()
    forecast = json.loads(run("make", PROMPT, *SMALL, "--dry-run", "--json").stdout)

    assert forecast["seconds"] == 5
    assert forecast["cost_usd"] == 0
    assert forecast["wall_s"] > 0
    assert f"{forecast['scenes']} scene" in told
    assert f"{forecast['shots']} shot" in told
    assert names(folder) == set()
    assert names(Path(environment["HOME"])) <= {".cache"}


def test_a_plan_goes_to_a_file_that_make_takes(run, folder):
    """Nothing but the storyboard is written."""
    done = run("plan", "Why is the sky blue?", "-o", "sky.json")

    assert (done.returncode, done.stdout, names(folder)) == (0, b"sky.json\n", {"sky.json"})
    assert load_storyboard((folder / "sky.json").read_text()).language == "en"


def test_a_sheet_shows_every_shot(run, folder, kept):
    """With what lies beside the film, and without it."""
    run("make", PROMPT, *SMALL, *kept, "-o", "fox.mp4")

    assert run("sheet", "fox.mp4").stdout == b"fox-sheet.jpg\n"
    with_files = (folder / "fox-sheet.jpg").read_bytes()
    (folder / "fox.storyboard.json").unlink()
    assert run("sheet", "fox.mp4", "-o", "bare.jpg").returncode == 0
    assert with_files.startswith(b"\xff\xd8")
    assert (folder / "bare.jpg").read_bytes() != with_files


def test_doctor_finds_everything_ready(run):
    """On a machine that passes these tests nothing is missing."""
    done = run("doctor", "--json")

    checks = json.loads(done.stdout)
    assert [check for check in checks if not check["is_ready"]] == []
    topics = {"machine", "packages", "codecs", "crew", "writers", "fonts", "cache"}
    assert {check["topic"] for check in checks} == topics
    assert done.returncode == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill-9"])
def test_a_film_that_was_stopped_goes_on_where_it_was(executable, environment, folder, run, how):
    """No half film is left, no process either, and the second run reuses what the first had done."""
    command = [executable, "make", PROMPT, "--seconds", "10", "--height", "360", "-o", "fox.mp4"]
    child = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    wait_for(child, b"render: started")
    time.sleep(1.0)
    os.killpg(child.pid, how) if how == signal.SIGINT else child.send_signal(how)
    _, said = child.communicate(timeout=60)

    if how == signal.SIGINT:
        assert child.returncode == 130
        assert said.splitlines()[-1] == b"astragen: stopped; what is done is kept, run the same command to go on"
    assert not (folder / "fox.mp4").exists()
    assert_all_gone(child.pid)

    done = run(*command[1:], "--json")

    assert done.returncode == 0, done.stderr.decode()
    assert sum(stage["reused"] for stage in json.loads(done.stdout)["stages"]) > 0
    assert names(folder) == {"fox.mp4", *(f"fox{suffix}" for suffix in BESIDE)}


def wait_for(child: subprocess.Popen[bytes], line: bytes) -> None:
    """Read *child*'s stderr up to *line*."""
    assert child.stderr is not None
    for said in child.stderr:
        if line in said:
            return
    pytest.fail("the film was done before it could be stopped")


def assert_all_gone(session: int) -> None:
    """Every process of *session* ends within five seconds."""
    for _ in range(50):
        left = subprocess.run(["ps", "-o", "pid=,stat=,args=", "-s", str(session)], capture_output=True, text=True)
        alive = [line for line in left.stdout.splitlines() if line.split()[1][0] != "Z"]
        if not alive:
            return
        time.sleep(0.1)
    pytest.fail(f"still running: {alive}")
