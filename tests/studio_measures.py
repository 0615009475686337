"""What a page of the studio costs: processor time of its tasks, and what of it stays in memory.

Both speak of the page and not of its neighbours on the machine: a task is measured by the time that its own thread
ran (the CPU time of a Chromium trace), and memory after the garbage collector. Start at `tasks_of` and `left_in`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

CATEGORIES = ["toplevel", "blink.user_timing", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8"]
MARK = "astragen-is-here"
ROUNDS = 5  # of the garbage collector
STEP = 10_000  # bytes
COUNTING = """
() => {
    const { createObjectURL, revokeObjectURL } = URL;
    window.held = new Set();
    URL.createObjectURL = (blob) => { const url = createObjectURL(blob); window.held.add(url); return url; };
    URL.revokeObjectURL = (url) => { window.held.delete(url); revokeObjectURL(url); };
    const { setInterval, clearInterval } = window;
    window.beating = new Set();
    window.setInterval = (...said) => { const id = setInterval(...said); window.beating.add(id); return id; };
    window.clearInterval = (id) => { window.beating.delete(id); clearInterval(id); };
}
"""


class Task(NamedTuple):
    """A task of the page's main thread, and the longest pieces of work in it, with their milliseconds."""

    cpu_ms: float
    wall_ms: float
    work: tuple[str, ...]


class Left(NamedTuple):
    """What a page holds: bytes of JavaScript, nodes and listeners of all documents, addresses of blobs, intervals."""

    heap: int
    documents: int
    nodes: int
    listeners: int
    blobs: int
    intervals: int


def tasks_of(page: Page, act: Callable[[], object]) -> list[Task]:
    """The tasks of *page* while *act* goes on, the longest first."""
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=CATEGORIES)
    try:
        page.evaluate(f"performance.mark('{MARK}')")
        act()
    finally:
        trace = browser.stop_tracing()
    return tasks_in(json.loads(trace)["traceEvents"])


def tasks_in(events: list[dict[str, Any]]) -> list[Task]:
    """The tasks of the thread that the mark is of, the longest first."""
    here = next((one["pid"], one["tid"]) for one in events if one["name"] == MARK)
    mine = [one for one in events if (one["pid"], one["tid"]) == here and one.get("ph") == "X" and "dur" in one]
    tasks = [one for one in mine if one["name"] == "ThreadControllerImpl::RunTask"]
    found = [one for one in tasks if "tdur" in one]  # one that the trace begins or ends in has none
    assert len(found) > 0.9 * len(tasks) > 0, "This system tells no time of threads."
    return sorted((_task(one, mine) for one in found), reverse=True)


def _task(task: dict[str, Any], events: list[dict[str, Any]]) -> Task:
    cpu_ms = task["tdur"] / 1000
    end = task["ts"] + task["dur"]
    inside = [] if cpu_ms < 10 else [one for one in events if task["ts"] <= one["ts"] < end and one is not task]
    longest = sorted(inside, key=lambda one: one.get("tdur", 0), reverse=True)[:8]
    work = tuple(f"{one['name']} {one.get('tdur', 0) / 1000:.1f}" for one in longest)
    return Task(cpu_ms, task["dur"] / 1000, work)


def left_in(page: Page, session: CDPSession) -> Left:
    """What is left in *page* after the garbage collector; `COUNTING` was evaluated in it before."""
    before, now = None, _left(page, session)
    for _ in range(ROUNDS):  # what is let go of may hold more, and a video ends in another process
        if now == before:
            break
        before, now = now, _left(page, session)
    return now


def _left(page: Page, session: CDPSession) -> Left:
    session.send("HeapProfiler.collectGarbage")
    page.evaluate("new Promise(requestAnimationFrame)")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    counted = session.send("Memory.getDOMCounters")
    blobs, intervals = page.evaluate("[window.held.size, window.beating.size]")
    heap -= heap % STEP  # it is never twice the same to the byte
    return Left(heap, counted["documents"], counted["nodes"], counted["jsEventListeners"], blobs, intervals)
