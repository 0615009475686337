"""A real PostgreSQL server in a temporary folder, on a Unix socket only, and fresh databases in it.

PostgreSQL refuses to run as root, so as root it is run as "nobody".
"""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

START_S = 30.0
SETTINGS = (  # as quick as a test likes it; what was committed survives the server's crash, though not the machine's
    "fsync=off",
    "full_page_writes=off",
    "max_connections=100",
    "shared_buffers=32MB",
    "listen_addresses=",
)


def missing() -> str:
    """Why there can be no server here; empty: there can."""
    absent = [name for name in ("initdb", "postgres") if not shutil.which(name)]
    return f"{' and '.join(absent)} of PostgreSQL not found" if absent else ""


class PostgresServer:
    """A server; `start`, `crash` and `start` again as often as a test likes, then `remove`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: a socket's path has 107 bytes at most
        self._as_user = _other_user()
        if self._as_user:
            shutil.chown(self.folder, user=self._as_user["user"], group=self._as_user["group"])
        self._place = self.folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", str(self._place), "-U", "astragen", "--auth=trust", "--no-sync", "-E", "UTF8")

    @property
    def is_running(self) -> bool:
        """Whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = [part for setting in SETTINGS for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["postgres", "-D", str(self._place), "-k", str(self.folder), *options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                preexec_fn=_die_with_parent,
                **self._as_user,
            )
        until = time.monotonic() + START_S
        while not self._answers():
            if not self.is_running or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def crash(self) -> None:
        """Stop the server at once, as a power cut would: no connection ends well."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # to PostgreSQL: an immediate shutdown, children included
            self._process.wait(START_S)

    def remove(self) -> None:
        """Stop the server and remove all of it."""
        if self.is_running:
            self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """The URL of *database*, for SQLAlchemy and psycopg alike."""
        return f"postgresql://astragen@/{database}?host={self.folder}"

    def make_database(self, template: str = "") -> str:
        """The URL of a new database: empty, or a copy of the one at *template*, to which nobody is connected."""
        name = f"t{secrets.token_hex(8)}"
        source = _name(template) if template else "template1"
        self._tell(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove the database at *url*, whoever is connected to it."""
        self._tell(f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')

    def _tell(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _answers(self) -> bool:
        try:
            self._tell("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, capture_output=True, cwd=self.folder, check=False, **self._as_user)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stderr.decode()[-2000:]}")


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def _die_with_parent() -> None:
    """Ask the system to stop this process when the tests' process is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


def _other_user() -> dict[str, int]:
    """For a child process that must not run as root: who it runs as."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
