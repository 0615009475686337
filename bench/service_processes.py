"""The service as an operator runs it, for benchmarks: API, workers, database and providers in processes of their own.

Any of them may be killed and started again. Start reading at `Service`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent / "tests"
COMMAND = [sys.executable, "-c", "from astragen.cli.main import main; main()"]
KEY = "bad-day-canary-1"
PROVIDERS = ("pollinations", "fal", "replicate")
READY_S = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Postgres:
    """A PostgreSQL server in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder / "postgres", free_port()
        self.folder.mkdir(parents=True)
        self._as = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(self.folder, "nobody")
            for parent in [*self.folder.parents][:-1]:
                if not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode | 0o011)
        self._run("initdb", "-D", str(self.folder / "db"), "-U", "astragen", "-A", "trust", "--no-sync")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "astragen", "astragen")

    @property
    def url(self) -> str:
        """Of its database."""
        return f"postgresql://astragen@127.0.0.1:{self.port}/astragen"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        self._run("pg_ctl", "-D", str(self.folder / "db"), "-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop it; "immediate" is as a crash."""
        self._run("pg_ctl", "-D", str(self.folder / "db"), "-m", how, "-w", "stop")

    def _run(self, *command: str) -> None:
        subprocess.run([*self._as, *command], check=True, capture_output=True, cwd=self.folder)


class Providers:
    """The emulators of a bad day, in a process of their own."""

    def __init__(self, seed: str, share: float, picture_s: float | None = None) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "emulators.bad_day"],
            cwd=TESTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        order = {"seed": seed, "share": share, "picture_s": picture_s}
        self.urls: dict[str, str] = self._ask(open="day", **order)

    def close(self) -> dict[str, Any]:
        """What was charged."""
        told = self._ask(close="day")
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(30)
        return told

    def _ask(self, **order: object) -> dict[str, Any]:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(json.dumps(order) + "\n")
        self._child.stdin.flush()
        answer: dict[str, Any] = json.loads(self._child.stdout.readline())
        return answer


class Service:
    """One API process and some workers, on one database and one data folder."""

    def __init__(
        self, folder: Path, *, database: str, workers: int, providers: Mapping[str, str], lease_s: float, films: int = 1
    ) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._films = films
        self._environment = environment(folder, database, providers, lease_s)
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self.names = ["api", *(f"worker-{number}" for number in range(1, workers + 1))]
        for name in self.names:
            self.start(name)
        self.wait_ready()

    def start(self, name: str) -> None:
        """Start the process *name*."""
        command = ["serve", "--port", str(self.port), "--workers", "0"]
        if name != "api":
            command = ["worker", "--films-at-once", str(self._films)]
        with self._lock, (self.folder / f"{name}.log").open("ab") as log:
            self._children[name] = subprocess.Popen(
                [*COMMAND, *command],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def signal(self, name: str, number: int) -> None:
        """Send a signal to the process *name* alone; what it started has to end by itself."""
        with self._lock:
            child = self._children[name]
        if child.poll() is None:
            child.send_signal(number)

    def kill(self, name: str) -> None:
        """Kill the process *name*."""
        self.signal(name, signal.SIGKILL)
        self._children[name].wait(30)

    def is_dead(self, name: str) -> bool:
        """Whether the process *name* has ended."""
        return self._children[name].poll() is not None

    def pid(self, name: str) -> int:
        """Of the process *name*."""
        return self._children[name].pid

    def wait_ready(self) -> None:
        """Return when the API answers that it is ready."""
        until_s = time.monotonic() + READY_S
        while time.monotonic() < until_s:
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise TimeoutError(f"the service is not ready after {READY_S:g} s; see {self.folder}/api.log")

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON (or bytes) of a request.

        Raises:
            OSError: nobody answers.
        """
        content = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **{name.replace("_", "-"): said for name, said in headers.items()}}
        request = urllib.request.Request(self.url + path, data=content, headers=sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, _read(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _read(error.read())

    def events(self, film: str, after: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """The events of *film* after number *after*, by one SSE connection, until it ends or breaks.

        Raises:
            OSError: the connection broke, or nobody answers.
        """
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        request = urllib.request.Request(f"{self.url}/v1/films/{film}/events", headers=headers)
        with urllib.request.urlopen(request, timeout=60) as stream:
            number, data = 0, ""
            for raw in stream:
                line = raw.decode().rstrip("\n").rstrip("\r")
                if line.startswith("id:"):
                    number = int(line[3:])
                elif line.startswith("data:"):
                    data = line[5:].strip()
                elif not line and data:
                    yield number, json.loads(data)
                    data = ""

    def close(self) -> None:
        """End all processes."""
        for name in self.names:
            self.signal(name, signal.SIGCONT)
            self.signal(name, signal.SIGTERM)
        for child in self._children.values():
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()


def environment(folder: Path, database: str, providers: Mapping[str, str], lease_s: float) -> dict[str, str]:
    """Nothing of the user's, and the emulated providers."""
    theirs = ("ASTRAGEN_", "FAL_", "REPLICATE_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(theirs) and not name.endswith(("_API_KEY", "_TOKEN"))
    }
    kept["ASTRAGEN_DATA_DIR"], kept["ASTRAGEN_CACHE_DIR"] = str(folder / "data"), str(folder / "cache")
    kept["ASTRAGEN_LEASE_S"] = str(lease_s)
    if database:
        kept["ASTRAGEN_DATABASE_URL"] = database
    for name, url in providers.items():
        kept[f"ASTRAGEN_{name.upper()}_BASE_URL"] = url
        kept[f"ASTRAGEN_{name.upper()}_API_KEY"] = KEY
    return kept


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for one bench."""
    return tempfile.TemporaryDirectory(prefix="astragen-service-")


def _read(content: bytes) -> Any:  # noqa: ANN401  (JSON of any shape, or bytes)
    try:
        return json.loads(content)
    except ValueError:
        return content
