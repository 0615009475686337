"""Requests at a fixed pace, whatever the answers take: what a client waits, counted from when its request was due.

One event loop and plain sockets, so that the client takes next to nothing of the machine that it measures; how late
it was itself is told as well. Start reading at `Load.paced`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

IDLE_S = 2.0  # that a connection may rest before it is used again; the service closes it after 5

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Ask(NamedTuple):
    """One request."""

    method: str
    path: str
    body: object = None

    def text(self) -> bytes:
        """As it is sent."""
        content = b"" if self.body is None else json.dumps(self.body).encode()
        head = f"{self.method} {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        if content:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        return head.encode() + b"\r\n" + content


class Waited(NamedTuple):
    """How long requests took, and how late the client was with them, in milliseconds."""

    took_ms: list[float]
    late_ms: list[float]


class Load:
    """A client of the service at *port*, with as many connections as it has requests under way; none between calls."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[float, Connection]] = []  # since when

    async def paced(self, asked: Sequence[Ask], per_s: float) -> Waited:
        """Ask *asked* at the pace of *per_s* a second, each at its time, and wait for all answers."""
        began_s = time.perf_counter()
        running = []
        late_ms = []
        for number, one in enumerate(asked):
            due_s = began_s + number / per_s
            await asyncio.sleep(due_s - time.perf_counter())
            late_ms.append(1_000 * (time.perf_counter() - due_s))
            running.append(asyncio.create_task(self._timed(one, due_s)))
        took_ms = await asyncio.gather(*running)
        self._close()
        return Waited(took_ms, late_ms)

    async def all(self, asked: Iterable[Ask], at_once: int = 4) -> None:
        """Ask *asked* as fast as they are answered, *at_once* at one time."""
        left = iter(asked)

        async def work() -> None:
            for one in left:
                await self._timed(one, 0.0)

        await asyncio.gather(*(work() for _ in range(at_once)))
        self._close()

    def _close(self) -> None:
        for _, (_, writer) in self._idle:
            writer.close()
        self._idle.clear()

    async def _timed(self, one: Ask, due_s: float) -> float:
        """Milliseconds from *due_s* to the end of the answer."""
        reader, writer = await self._connection()
        writer.write(one.text())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await reader.readexactly(int(head.partition("content-length:")[2].partition("\r\n")[0]))
        took_ms = 1_000 * (time.perf_counter() - due_s)
        self._idle.append((time.perf_counter(), (reader, writer)))
        status = head.split(" ", 2)[1]
        assert status in ("200", "202"), f"{one.method} {one.path}: {status}"
        return took_ms

    async def _connection(self) -> Connection:
        """One that was used a moment ago, else a new one."""
        while self._idle:
            since_s, (reader, writer) = self._idle.pop()
            if time.perf_counter() - since_s < IDLE_S and not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port)
