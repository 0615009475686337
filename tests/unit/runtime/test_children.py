"""Children: restarted when they fail, asked to end, killed when they do not, gone with their parent."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from astragen.runtime.children import Children

LOG = "open(sys.argv[1], 'a').write(f'{__import__(\"os\").getpid()}\\n')"
NAP = "__import__('time').sleep(60)"


def pids_in(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def wait_until(claim) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if claim():
            return True
        time.sleep(0.01)
    return False


def test_a_child_that_is_killed_is_started_again(tmp_path, caplog):
    """In its place runs another one, and the log says so."""
    log = tmp_path / "pids"
    children = Children(f"{LOG}; {NAP}", [str(log)], 1, backoff_s=0.01)
    children.start()
    assert wait_until(lambda: len(pids_in(log)) == 1)

    os.kill(pids_in(log)[0], signal.SIGKILL)

    assert wait_until(lambda: len(pids_in(log)) == 2)
    assert wait_until(lambda: children.pids == (pids_in(log)[1],))
    children.end()
    assert children.wait(5)
    assert not any(is_alive(pid) for pid in pids_in(log))
    assert "ended with -9" in caplog.text


def test_a_child_that_is_done_is_not_started_again(tmp_path):
    """Exit code 0 is no failure."""
    log = tmp_path / "pids"
    children = Children(LOG, [str(log)], 2, backoff_s=0.01)

    children.start()

    assert wait_until(lambda: len(pids_in(log)) == 2 and children.pids == ())
    time.sleep(0.05)
    assert len(pids_in(log)) == 2
    children.end()
    assert children.wait(1)


def test_the_wait_before_a_restart_doubles(tmp_path, caplog):
    """A child that cannot live does not keep a processor busy."""
    children = Children("sys.exit(3)", [], 1, backoff_s=0.01)
    children.start()

    assert wait_until(lambda: len(caplog.records) >= 3)

    children.end()
    assert children.wait(1)
    assert [record.args[3] for record in caplog.records[:3]] == pytest.approx([0.01, 0.02, 0.04])


def test_a_child_that_does_not_end_is_killed(tmp_path):
    """One that ignores SIGTERM costs no more than the time to drain, and is told of."""
    log = tmp_path / "pids"
    ignoring = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    children = Children(f"{ignoring}; {LOG}; {NAP}", [str(log)], 1)
    children.start()
    assert wait_until(lambda: len(pids_in(log)) == 1)

    children.end()

    assert not children.wait(0.1)
    assert not is_alive(pids_in(log)[0])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_children_die_with_a_parent_that_is_killed(tmp_path):
    """Not even kill -9 leaves one behind."""
    log = tmp_path / "pids"
    parent_of = (
        "from astragen.runtime.children import Children; import time;"
        f"Children({f'{LOG}; {NAP}'!r}, [{str(log)!r}], 2).start(); time.sleep(60)"
    )
    source = f"import sys; sys.path[:] = {sys.path!r}; {parent_of}"
    with subprocess.Popen([sys.executable, "-c", source]) as parent:
        assert wait_until(lambda: len(pids_in(log)) == 2)
        assert all(is_alive(pid) for pid in pids_in(log))

        parent.kill()

        assert wait_until(lambda: not any(is_alive(pid) for pid in pids_in(log)))


def test_a_child_that_cannot_be_started_is_started_later(tmp_path, monkeypatch, caplog):
    """The machine had no room for another process at that moment."""
    log, popen, tries = tmp_path / "pids", subprocess.Popen, []

    def full(*arguments, **named):
        tries.append(arguments)
        if len(tries) < 3:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return popen(*arguments, **named)

    monkeypatch.setattr(subprocess, "Popen", full)
    children = Children(LOG, [str(log)], 1, backoff_s=0.01)
    children.start()

    assert wait_until(lambda: len(pids_in(log)) == 1)
    assert "cannot be started" in caplog.text
    children.end()
    assert children.wait(5)
