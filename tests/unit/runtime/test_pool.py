from __future__ import annotations

import errno
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import anyio
import pytest

from astragen.errors import RateLimited, RenderError
from astragen.runtime.pool import WorkerPool


def run(work):
    async def main():
        pool = WorkerPool(2)
        try:
            with anyio.fail_after(20):
                return await work(pool)
        finally:
            await pool.aclose()

    return anyio.run(main)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def wait_until(claim) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if claim():
            return True
        time.sleep(0.02)
    return False


def test_a_function_is_computed_in_another_process():
    """Its result comes back; the process is used again for the next call, and gone after the pool."""

    async def work(pool):
        return await pool.compute(os.getpid), await pool.compute(os.getpid), await pool.compute(divmod, 7, 3)

    first, second, result = run(work)

    assert first == second != os.getpid()
    assert result == (2, 1)
    assert wait_until(lambda: not is_alive(first))


# Evaluated in a worker, which cannot import this file: pages that the kernel handed out before and after 20 arrays
# of 4 MB were made and freed, one after the other; and how many threads there are after a large matrix product.
PAGES = "[*(bytearray(2**22)[:0] or resource.getrusage(0).ru_minflt for resource in [__import__('resource')] * 20)]"
THREADS = (
    "[np.ones((600, 600)) @ np.ones((600, 600)) for np in [__import__('numpy')]] "
    "and __import__('os').listdir('/proc/self/task')"
)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries cannot be told")
def test_freed_memory_is_used_again():
    """Of 19,456 pages that are asked for, one after the other, hardly any is fetched from the kernel."""

    async def work(pool):
        return await pool.compute(eval, PAGES)

    first, *_, last = run(work)
    assert last - first < 300


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="only Linux lists threads so")
def test_numpy_starts_no_threads_of_its_own():
    """A worker has two threads, whatever it multiplies: one process a core is enough."""

    async def work(pool):
        return await pool.compute(eval, THREADS)

    assert len(run(work)) == 2


def test_calls_run_side_by_side_up_to_the_number_of_workers():
    """Four naps of 0.5 s on two workers that are already up take about a second."""

    async def work(pool):
        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(pool.compute, time.sleep, 0.2)
        start = time.monotonic()
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(pool.compute, time.sleep, 0.5)
        return time.monotonic() - start

    assert 1.0 <= run(work) < 1.8


def test_an_error_comes_back_with_its_attributes_and_causes():
    """A provider's error keeps its fields, the system's its number; last comes the worker's own traceback."""

    async def work(pool):
        with pytest.raises(FileNotFoundError) as missing:
            await pool.compute(os.stat, "/nowhere")
        with pytest.raises(RateLimited) as limited:
            await pool.compute(exec, "from astragen.errors import *\nraise RateLimited('slow', retry_after_s=3)")
        with pytest.raises(RenderError) as full:
            await pool.compute(
                exec, "from astragen.errors import *\nraise RenderError('no') from OSError(28, 'No space left')"
            )
        return missing.value, limited.value, full.value

    missing, limited, full = run(work)

    assert missing.errno == errno.ENOENT
    assert limited.retry_after_s == 3
    assert isinstance(full.__cause__, OSError)
    assert full.__cause__.errno == errno.ENOSPC
    assert "in _reply" in str(missing.__cause__)


def test_a_worker_that_dies_is_an_error_and_is_replaced():
    """The next call gets a new one."""

    async def work(pool):
        with pytest.raises(RenderError, match="died"):
            await pool.compute(os.kill, await pool.compute(os.getpid), 9)
        return await pool.compute(divmod, 7, 3)

    assert run(work) == (2, 1)


def test_what_a_library_prints_does_not_break_the_wire(capfd):
    """A print in a worker goes to standard error."""

    async def work(pool):
        return await pool.compute(os.write, 1, b"noise\n")

    assert run(work) == 6
    assert "noise" in capfd.readouterr().err


def test_a_cancelled_call_kills_its_worker_at_once():
    """Thirty seconds of work end with the cancellation, not after it."""

    async def work(pool):
        pid = await pool.compute(os.getpid)
        start = time.monotonic()
        with anyio.move_on_after(0.3):
            await pool.compute(time.sleep, 30)
        return pid, time.monotonic() - start, pool

    pid, took, _ = run(work)

    assert took < 2
    assert not is_alive(pid)


SCRIPT = """
import os, sys, time, anyio
from astragen.runtime.pool import WorkerPool

async def main():
    pool = WorkerPool(1)
    print(await pool.compute(os.getpid), flush=True)
    await pool.compute(time.sleep, 60)

anyio.run(main)
"""


@pytest.mark.parametrize("how", ["-c", "file"])
def test_a_script_without_a_main_guard_may_use_the_pool(tmp_path, how):
    """The worker does not run the program's main module again; when the program is killed, it goes too."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    program = ["-c", SCRIPT] if how == "-c" else [str(script)]

    with subprocess.Popen([sys.executable, *program], stdout=subprocess.PIPE, text=True) as process:
        worker = int(process.stdout.readline())
        assert is_alive(worker)
        process.kill()

    assert wait_until(lambda: not is_alive(worker))


def test_what_a_call_left_in_cycles_is_gone_before_the_next(tmp_path):
    """A painted scene holds itself: the worker frees it when its call is done, not when a collector happens to run."""
    leave = """
import weakref
class Scene: pass
scene = Scene(); scene.itself = scene
weakref.finalize(scene, Path(told).touch)
"""

    told = tmp_path / "freed"

    async def work(pool):
        await pool.compute(exec, f"from pathlib import Path\ntold = {str(told)!r}\n{leave}")
        await pool.compute(divmod, 7, 3)

    run(work)

    assert told.exists()


def test_a_worker_that_died_while_it_waited_is_replaced_unseen():
    """The system took it when memory ran short: that is no failure of what is asked for next."""

    async def work(pool):
        dead = await pool.compute(os.getpid)
        os.kill(dead, 9)
        await pool._idle[0].process.wait()
        return dead, await pool.compute(os.getpid)

    dead, alive = run(work)

    assert dead != alive
