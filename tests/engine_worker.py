"""Workers of the engine as processes of their own, for tests that kill them.

`main` is a nursery: it imports DBOS once, and forks a worker for each line of JSON that it reads, so that one is there
in a fraction of a second. It says on standard output what began and what ended how. Start reading at `Nursery`.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import anyio

from astragen.runtime.tasks import Queue

READY_S = 20.0
QUEUES = [Queue("films", 4), Queue("render", 2)]


def noted(folder, event, id, step):
    """Add a line to the history that all workers write: whole, whoever is killed."""
    line = json.dumps({"at": time.time(), "pid": os.getpid(), "event": event, "id": id, "step": step})
    handle = os.open(Path(folder) / "history", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.write(handle, (line + "\n").encode())
    os.close(handle)


def workflows(folder):
    """A film of several pieces, with a step before and one after; and one whose step is slow the first time only."""

    async def worked(id, step, seconds, value):
        noted(folder, "began", id, step)
        await anyio.sleep(seconds)
        noted(folder, "ended", id, step)
        return value

    async def film(task, pieces):
        count = await task.step("plan", worked, task.id, "plan", 0.05, pieces)
        children = [await task.spawn("render", "unit.v1", number, key=f"u{number}") for number in range(count)]
        drawn = [await child.result() for child in children]
        return await task.step("mux", worked, task.id, "mux", 0.05, "".join(drawn))

    async def unit(task, number):
        drawn = await task.step("draw", worked, task.id, "draw", 0.15, f"[{number}]")
        return await task.step("encode", worked, task.id, "encode", 0.1, drawn)

    async def slow_once(id):
        noted(folder, "began", id, "slow")
        first = Path(folder) / "was.slow"
        if not first.exists():
            first.touch()
            await anyio.sleep(30)
        noted(folder, "ended", id, "slow")
        return "slow"

    async def slow(task):
        await task.step("quick", worked, task.id, "quick", 0.0, 1)
        return await task.step("slow", slow_once, task.id)

    async def lasting(task, seconds):
        return await task.step("last", worked, task.id, "last", seconds, "done")

    async def stairs(task, count):
        for number in range(count):
            await task.step(f"stair {number}", worked, task.id, f"stair {number}", 0.1, number)

    async def fatal(task):
        async def die(id):
            noted(folder, "began", id, "die")
            os.kill(os.getpid(), signal.SIGKILL)

        await task.step("die", die, task.id)

    async def heavy(task, bytes_):
        return len(str(await task.step("write", worked, task.id, "write", 0.0, "x" * bytes_)))

    return {
        "film.v1": film,
        "unit.v1": unit,
        "slow.v1": slow,
        "lasting.v1": lasting,
        "stairs.v1": stairs,
        "fatal.v1": fatal,
        "heavy.v1": heavy,
    }


def work(order):
    """Be a worker until SIGTERM, then let steps end, for at most the seconds that *order* grants."""
    from astragen.runtime.dbos import Engine

    if order.get("file_bytes"):
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_bytes"], resource.RLIM_INFINITY))
    done = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: done.set())
    engine = Engine(
        order["url"],
        Path(order["folder"]) / order.get("machine", "machine"),
        workflows=workflows(order["folder"]),
        queues=QUEUES,
        ttl_s=order["ttl_s"],
        poll_s=0.1,
        attempts={"fatal.v1": 2},
    )
    engine.start()
    sys.stdout.write(json.dumps({"ready": os.getpid()}) + "\n")
    sys.stdout.flush()
    done.wait()
    os._exit(0 if engine.stop(order.get("drain_s", 5.0)) else 3)


def main():
    """Fork what is asked for; tell who ended how."""
    import dbos  # noqa: F401 - once, for all workers

    import astragen.runtime.dbos  # noqa: F401

    pids = set()
    while True:
        readable, _, _ = select.select([sys.stdin.fileno()], [], [], 0.03)
        if readable:
            line = sys.stdin.buffer.raw.readline()
            if not line:
                break
            pid = os.fork()
            if pid == 0:
                work(json.loads(line))
            pids.add(pid)
        for pid in sorted(pids):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                pids.discard(pid)
                code = os.waitstatus_to_exitcode(status)
                sys.stdout.write(json.dumps({"ended": pid, "code": code}) + "\n")
                sys.stdout.flush()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


class Nursery:
    """The process of `main`, seen from a test: `worker` begins one, and `kill` ends it; use it as a context manager."""

    def __init__(self):
        self.codes = {}
        self._ready = set()
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def worker(self, url, folder, *, ttl_s=2.0, **more):
        """Begin a worker; its pid, once it works."""
        known = set(self._ready)
        self._process.stdin.write(json.dumps({"url": url, "folder": str(folder), "ttl_s": ttl_s, **more}) + "\n")
        self._process.stdin.flush()
        return next(iter(self._await(lambda: self._ready - known)))

    def kill(self, pid, number=signal.SIGKILL):
        """Send *pid* a signal."""
        os.kill(pid, number)

    def code(self, pid):
        """With what *pid* ended; negative: the signal that ended it."""
        return self._await(lambda: [self.codes[pid]] if pid in self.codes else [])[0]

    @property
    def alive(self):
        """The pids of the workers that did not end."""
        return self._ready - set(self.codes)

    def end_all(self):
        """Kill every worker."""
        for pid in self.alive:
            self.kill(pid)
        for pid in tuple(self._ready):
            self.code(pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_all()
        self._process.stdin.close()
        self._process.wait(READY_S)
        self._thread.join(READY_S)
        self._process.stdout.close()

    def _listen(self):
        for line in self._process.stdout:
            said = json.loads(line)
            with self._changed:
                if "ready" in said:
                    self._ready.add(said["ready"])
                else:
                    self.codes[said["ended"]] = said["code"]
                self._changed.notify_all()

    def _await(self, found):
        with self._changed:
            assert self._changed.wait_for(found, READY_S), "the worker did not answer"
            return found()


if __name__ == "__main__":
    main()
