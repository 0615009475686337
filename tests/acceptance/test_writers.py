"""Language models on the command line, against a loopback server."""

from __future__ import annotations

import json
import subprocess
import time

import pytest

from astragen.model.upgrade import load_storyboard
from emulators.chat_server import ChatServer
from scripted_chat import board, text


@pytest.fixture
def server(environment):
    """A server that writes one good storyboard; the command is told its address."""
    with ChatServer(texts=(text(),)) as server:
        environment["ASTRAGEN_COMPATIBLE_BASE_URL"] = f"{server.url}/v1"
        yield server


def test_a_plan_by_a_language_model(run, folder, server):
    """Its storyboard in the file, its name on stderr; a second plan, and a film, are made of what was kept."""
    command = ("plan", "A fox in the snow.", "--writer", "compatible", "-o", "fox.json")
    done = run(*command)

    assert (done.returncode, done.stdout) == (0, b"fox.json\n"), done.stderr
    assert done.stderr.startswith(b"written by compatible m\n")
    assert load_storyboard((folder / "fox.json").read_text()).title == "The Fox and the Lights"
    assert run(*command).returncode == 0
    assert len(server.questions) == 1


def test_a_plan_says_what_was_mended(run, environment):
    """The first place, and how many more: the other sizes, and the words that do not fit."""
    told = board(scenes=1, shots=6)
    for shot in told["scenes"][0]["shots"]:
        shot["size"] = "purple"
    with ChatServer(texts=(json.dumps(told),)) as server:
        environment["ASTRAGEN_COMPATIBLE_BASE_URL"] = f"{server.url}/v1"
        done = run("plan", "A fox in the snow.", "--writer", "compatible")

    last = done.stderr.decode().splitlines()[-1]
    assert last.startswith("mended in its answer: scenes[0].shots[0].size: "), last
    assert last.endswith("; and 6 more")


def test_auto_takes_what_is_configured(run, server):
    """Without a flag, as it is without ASTRAGEN_WRITER."""
    done = run("plan", "A fox in the snow.", "--writer", "auto")

    assert done.stderr.startswith(b"written by compatible m\n")


def test_a_plan_falls_back_and_says_so(run, environment):
    """A server that is not there costs the model's storyboard, not the plan."""
    environment["ASTRAGEN_COMPATIBLE_BASE_URL"] = "http://127.0.0.1:9/v1"

    done = run("plan", "A fox in the snow.", "--writer", "compatible")

    assert done.returncode == 0
    assert b"could not be reached; the builtin writer wrote it" in done.stderr
    assert load_storyboard(done.stdout.decode()).title


def test_a_storyboard_is_revised_by_an_instruction(run, folder, server):
    """Only what is needed changes, and stderr says what."""
    run("plan", "A fox in the snow.", "--writer", "compatible", "-o", "fox.json")
    server.texts.append(json.dumps({"removed": ["s2-3"], "title": "The Fox Comes Home"}))

    done = run("revise", "fox.json", "a shorter ending", "--writer", "compatible", "-o", "new.json")

    assert (done.returncode, done.stdout) == (0, b"new.json\n"), done.stderr
    assert done.stderr == b"removed s2-3; 5 of 6 shots stay as they were; by compatible m\n"
    old, new = (json.loads((folder / name).read_text()) for name in ("fox.json", "new.json"))
    assert new["title"] == "The Fox Comes Home"
    del old["scenes"][1]["shots"][2]
    assert new["scenes"] == old["scenes"]


@pytest.mark.parametrize(
    ("arguments", "pieces"),
    [
        pytest.param(["plan", "a fox", "--writer", "openai"], ["OPENAI_API_KEY"], id="no key"),
        pytest.param(["make", "a fox", "--writer", "openai", "--dry-run"], ["OPENAI_API_KEY"], id="no key, dry run"),
        pytest.param(["make", "a fox", "--writer", "homer"], ['"homer"', "auto, builtin, "], id="unknown writer"),
        pytest.param(["make", "{board}", "--writer", "openai"], ["--writer is for prompts", "revise"], id="make board"),
        pytest.param(["plan", "{board}", "--writer-model", "x"], ["--writer-model is for prompts"], id="plan board"),
        pytest.param(["revise", "{board}", "sadder"], ["OPENAI_API_KEY", "Ollama"], id="builtin cannot revise"),
        pytest.param(["revise", "a fox", "sadder"], ["Only a storyboard", "astragen plan"], id="revise a prompt"),
        pytest.param(["revise", "{board}"], ["INSTRUCTION", "--help"], id="no instruction"),
    ],
)
def test_what_cannot_be_written_is_refused(run, folder, tmp_path, arguments, pieces):
    """One line that says what is needed, exit code 2, and nothing is left."""
    board = tmp_path / "board.json"
    board.write_text('{"title": "Dusk", "scenes": [{"id": "s1", "setting": "sea", "shots": [{"id": "s1-1"}]}]}')

    done = run(*(argument.format(board=board) for argument in arguments))

    said = done.stderr.decode()
    assert (done.returncode, done.stdout, said.count("\n")) == (2, b"", 1), said
    assert [piece for piece in pieces if piece not in said] == []
    assert list(folder.iterdir()) == []


def test_a_dry_run_says_what_the_key_will_cost(run, environment):
    """Nothing is sent, so it works without the network."""
    environment["OPENAI_API_KEY"] = "sk-canary"

    done = run("make", "a fox", "--writer", "auto", "--dry-run")

    assert done.returncode == 0
    assert b"money  about $0.00" in done.stdout
    assert b"for openai gpt-6-luna, at most $0.25\n" in done.stdout
    assert b"canary" not in done.stdout + done.stderr


def test_a_paid_writer_is_refused_where_nothing_may_be_spent(run, environment, folder):
    """With its own exit code; auto writes without it."""
    environment["OPENAI_API_KEY"] = "sk-canary"

    done = run("make", "a fox", "--writer", "openai", "--max-cost", "0")

    assert (done.returncode, done.stdout) == (6, b"")
    assert b"openai charges" in done.stderr
    assert b"--max-cost" in done.stderr
    assert list(folder.iterdir()) == []
    assert b"money  $0.00 of at most $0.00\n" in run("make", "a fox", "--max-cost", "0", "--dry-run").stdout


def test_acts_that_a_killed_command_has_are_not_asked_again(run, executable, environment, folder):
    """kill -9 while the third of four acts is out: the next command asks for that and the last one only."""
    acts = [text(opening=f"{name}. ") for name in ("One", "Two", "Three", "Four")]
    command = ("plan", "A fox in the snow.", "--seconds", "240", "--writer", "compatible")
    with ChatServer("good", "good", "silent", texts=(*acts[:3], *acts[2:])) as server:
        environment["ASTRAGEN_COMPATIBLE_MODEL"] = "m"
        environment["ASTRAGEN_COMPATIBLE_BASE_URL"] = f"{server.url}/v1"
        with subprocess.Popen([executable, *command], cwd=folder, env=environment, stderr=subprocess.DEVNULL) as killed:
            while len(server.questions) < 3 and killed.poll() is None:
                time.sleep(0.02)
            killed.kill()

        done = run(*command)

        assert (done.returncode, done.stderr) == (0, b"written by compatible m\n")
        assert len(server.questions) == 5
    lines = done.stdout.decode()
    assert all(f"{name}. " in lines for name in ("One", "Two", "Three", "Four"))
