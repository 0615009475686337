"""Storyboards by a server that nobody here wrote, and a tiny random model; docs/explanation/a-real-local-model.md.

Opt-in: ASTRAGEN_TEST_LLM_PYTHON is a Python that has `gguf` and one or both of the servers.
ASTRAGEN_TEST_LLM_TRANSCRIPT is a file that everything said on the wire is appended to.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import anyio
import pytest

from astragen.builtin.writer import write
from astragen.face import write_storyboard
from astragen.media.probe import probe
from astragen.model.brief import Brief
from astragen.model.storyboard import Storyboard
from astragen.model.written import Written
from astragen.providers.access import Access
from astragen.providers.registry import chosen_chat
from astragen.settings import Settings
from emulators.loopback import Asked, LoopbackServer, Sent

HERE = Path(__file__).parent
PYTHON = os.environ.get("ASTRAGEN_TEST_LLM_PYTHON", "")
TRANSCRIPT = os.environ.get("ASTRAGEN_TEST_LLM_TRANSCRIPT", "")
MODULES = {"llama-server": "xllamacpp", "llama-cpp-python": "llama_cpp.server"}
BRIEF = Brief(prompt="A lighthouse keeper waits for a letter.", seconds=5, height=360, deadline_s=600)
START_S = 60.0
SEEDS = range(3)  # chance may leave the list of scenes empty in three answers; not three times in a row

pytestmark = pytest.mark.skipif(not PYTHON, reason="ASTRAGEN_TEST_LLM_PYTHON names no Python with a real server")


class Relay(LoopbackServer):
    """Hands everything on to the server at *target*, and keeps what came back: (status, body)."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self.target = target
        self.replies: list[tuple[int, bytes]] = []

    @property
    def forms(self) -> list[str | None]:
        """The response format of each question, in order; JSON mode with a schema is "json_object schema"."""
        questions = (asked.body for asked in self.asked if asked.method == "POST")
        wanted = [question.get("response_format") for question in questions]
        return [form and " ".join([form["type"], *(["schema"] if "schema" in form else [])]) for form in wanted]

    def answer(self, asked: Asked) -> Sent:
        """What the server says."""
        kind = {"content-type": "application/json"}
        request = urllib.request.Request(self.target + asked.path, asked.raw or None, kind, method=asked.method)
        try:
            with urllib.request.urlopen(request, timeout=600) as reply:
                status, body, kind = reply.status, reply.read(), {"content-type": reply.headers["content-type"]}
        except urllib.error.HTTPError as error:
            status, body, kind = error.code, error.read(), {"content-type": error.headers["content-type"]}
        self.replies.append((status, body))
        if TRANSCRIPT:
            with Path(TRANSCRIPT).open("a", encoding="utf-8") as file:
                row = {"path": asked.path, "sent": asked.body, "status": status, "said": body.decode()}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        return Sent(status, body, kind)


@cache
def model_of(kind: str, folder: Path) -> Path:
    """The file of the tiny model of *kind*."""
    path = folder / f"{kind}.gguf"
    subprocess.run([PYTHON, HERE / "tiny_model.py", path, kind], check=True, timeout=60)
    return path


@contextmanager
def served(name: str, model: Path) -> Iterator[Relay]:
    """The server *name* with *model*, behind a relay; skips where it is not installed."""
    have = subprocess.run([PYTHON, "-c", f"import gguf, {MODULES[name]}"], capture_output=True, timeout=60)
    if have.returncode:
        pytest.skip(f"{PYTHON} has no gguf, or no {MODULES[name]}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = model.with_suffix(f".{name}.log")
    with log.open("wb") as output:
        command = [PYTHON, HERE / "real_server.py", name, model, str(port)]
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(child, f"http://127.0.0.1:{port}", log)
        with Relay(f"http://127.0.0.1:{port}") as relay:
            yield relay
    finally:
        child.kill()
        child.wait()


def _wait_for(child: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Return when the server at *url* lists its model."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and child.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/v1/models", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    """Where the model files are."""
    return tmp_path_factory.mktemp("models")


def settings_for(relay: Relay, writer: str, folder: Path) -> Settings:
    return Settings(cache_dir=folder / "cache", workers=2, providers={writer: Access(base_url=f"{relay.url}/v1")})


def written(relay: Relay, writer: str, folder: Path, brief: Brief = BRIEF) -> Written:
    async def work() -> Written:
        return await write_storyboard(brief, settings=settings_for(relay, writer, folder), writer=writer)

    return anyio.run(work)


def written_by_it(relay: Relay, writer: str, folder: Path) -> Written:
    """The first storyboard of SEEDS that is the model's own."""
    done = None
    for seed in SEEDS:
        done = written(relay, writer, folder, BRIEF.model_copy(update={"seed": seed}))
        if not done.fallbacks:
            break
    assert done is not None
    return done


@cache
def known_words() -> frozenset[str]:
    """What the model can say, from the source of its file, whose imports are not to be had here."""
    source = (HERE / "tiny_model.py").read_text("utf-8").split('WORDS = """')[1]
    return frozenset(source.split('"""')[0].split())


def check(done: Written, relay: Relay, made_by: str) -> None:
    """*done* is a storyboard by *made_by* in the model's own words, and its answers were counted."""
    assert (done.made_by, done.fallbacks) == (made_by, ())
    assert Storyboard.model_validate_json(done.storyboard.model_dump_json()) == done.storyboard
    said = " ".join(shot.line for shot in done.storyboard.shots if shot.line).lower()
    assert said
    assert set(said.replace(".", "").split()) <= known_words()
    assert done.tokens_out > 0
    assert done.tokens_in > 10_000  # a byte is a token, and nothing of the prompt was cut off


@pytest.mark.parametrize("writer", ["llamacpp", "compatible"])
def test_llama_server_keeps_even_a_random_model_to_the_schema(models, tmp_path, writer):
    """On the strict rung, where every question stays; the storyboard is valid, and of the model's words."""
    with served("llama-server", model_of("terse", models)) as relay:
        done = written_by_it(relay, writer, tmp_path)

    check(done, relay, f"{writer} tiny-random")
    assert set(relay.forms) == {"json_schema"}
    assert {status for status, _ in relay.replies} == {200}


def test_llama_cpp_python_keeps_it_to_the_schema_one_rung_down(models, tmp_path):
    """It refuses schemas once, with status 500, and is not asked so again; in JSON mode it enforces ours."""
    with served("llama-cpp-python", model_of("terse", models)) as relay:
        done = written_by_it(relay, "llamacpp", tmp_path)

    check(done, relay, "llamacpp tiny-random")
    assert relay.forms[0] == "json_schema"
    assert set(relay.forms[1:]) == {"json_object schema"}
    assert [status for status, _ in relay.replies if status != 200] == [500]


def test_a_random_model_without_a_schema_is_replaced(models, tmp_path):
    """In plain JSON mode it writes JSON and no storyboard, three times; the built-in writer writes, and says why."""
    with served("llama-cpp-python", model_of("terse", models)) as relay:
        done = written(relay, "compatible", tmp_path)

    assert (done.made_by, done.storyboard) == ("builtin", write(BRIEF))
    (fallback,) = done.fallbacks
    assert fallback.reason.startswith('compatible "tiny-random" gave no storyboard in')
    assert relay.forms[:2] == ["json_schema", "json_object"]
    assert set(relay.forms[2:]) <= {"json_object", None}


def test_a_model_that_never_ends_has_its_share_of_the_deadline(models, tmp_path):
    """And no more: the film does not wait for it."""
    brief = BRIEF.model_copy(update={"deadline_s": 12.0})
    with served("llama-server", model_of("endless", models)) as relay:
        begun = time.monotonic()
        done = written(relay, "llamacpp", tmp_path, brief)
        took_s = time.monotonic() - begun

    assert done.made_by == "builtin"
    assert done.fallbacks[0].reason == "llamacpp tiny-random did not answer within 5 s"
    assert took_s < 10


@pytest.mark.parametrize(("name", "writer"), [("llama-server", "llamacpp"), ("llama-cpp-python", "compatible")])
def test_auto_finds_the_server_and_knows_it(models, tmp_path, name, writer):
    """By who owns its model; one that llama.cpp does not own is any compatible one."""
    with served(name, model_of("terse", models)) as relay:
        settings = settings_for(relay, "llamacpp", tmp_path)

        async def work():
            return await chosen_chat("auto", settings.access_to)

        chat = anyio.run(work)

    assert chat is not None
    assert (chat.capability.name, chat.model) == (writer, "tiny-random")


def test_a_whole_film_by_a_random_model(models, tmp_path):
    """Five seconds from the command line: nonsense, and a film with a report that says whose."""
    with served("llama-server", model_of("terse", models)) as relay:
        for seed in SEEDS:
            report = _made(relay, tmp_path, seed)
            if report["written_by"] != "builtin":
                break

    assert report["written_by"] == "llamacpp tiny-random"
    assert not [one for one in report["fallbacks"] if one["stage"] == "write"]
    found = probe(tmp_path / "film.mp4")
    assert found.picture is not None
    assert (found.picture.width, found.picture.height) == (640, 360)
    assert found.seconds == pytest.approx(5, abs=1)


def _made(relay: Relay, folder: Path, seed: int) -> dict:
    """The report of the film of BRIEF that the command line makes."""
    options = ["--seconds", "5", "--height", "360", "--seed", str(seed), "--deadline", "600", "--json"]
    command = [Path(sys.executable).with_name("astragen"), "make", BRIEF.prompt, "--writer", "llamacpp", *options]
    environment = {**os.environ, "ASTRAGEN_LLAMACPP_BASE_URL": f"{relay.url}/v1"}
    done = subprocess.run(
        [*command, "-o", "film.mp4", "--cache", "cache"], cwd=folder, env=environment, capture_output=True, timeout=590
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
