"""Answers that come piece by piece: bytes into lines, lines into messages.

Two forms are known, and told apart by their first line: text/event-stream (WHATWG HTML,
9.2.6) and one JSON value a line. A server that was asked for either and sends one JSON value, or a
web page, is understood, too: that is one message. Pure but for the lines that are awaited; nothing
is read as JSON here. Start reading at `messages`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Final, NamedTuple

from astragen.errors import BadOutput

DONE: Final = "[DONE]"  # how OpenAI's streams end
LINE_MAX_BYTES: Final = 2_000_000  # of a stream; a whole storyboard may stand in one

_EVENTS = re.compile(r"(data|event|id|retry)(:|\Z)|:")  # what a line of text/event-stream begins with


class Message(NamedTuple):
    """A message of a stream: *data* as it was sent, its *event*, "" for one without a name, and its *id*, if any."""

    event: str
    data: str
    id: str = ""


class LineSplitter:
    """Bytes as they arrive, in lines that end with CR, LF or both; a character is never cut in two."""

    def __init__(self) -> None:
        self._open = bytearray()  # the line that has not ended
        self._ended_with_cr = False

    @property
    def waiting(self) -> int:
        """Bytes of the line that has not ended."""
        return len(self._open)

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The lines that end in *piece*, without their ends."""
        if self._ended_with_cr and piece[:1] == b"\n":
            piece = piece[1:]
            self._ended_with_cr = False
        if not piece:
            return
        self._ended_with_cr = piece.endswith(b"\r")
        *ended, rest = re.split(rb"\r\n|\r|\n", piece)
        for line in ended:
            yield bytes(self._open) + line
            self._open.clear()
        self._open += rest

    def rest(self) -> bytes:
        """The last line, which nothing ended."""
        return bytes(self._open)


async def lines_in(pieces: AsyncIterator[bytes]) -> AsyncGenerator[str, None]:
    """The lines of *pieces* of text in UTF-8, without their ends; a last one that nothing ended is left out."""
    splitter = LineSplitter()
    async for piece in pieces:
        for line in splitter.feed(piece):
            yield line.decode("utf-8", "replace")
        if splitter.waiting > LINE_MAX_BYTES:
            raise BadOutput(f"A line of the stream has more than {LINE_MAX_BYTES / 1e6:g} MB.")


async def messages(lines: AsyncIterator[str]) -> AsyncGenerator[Message, None]:
    """The messages in *lines*, each as soon as it is whole."""
    async for line in lines:
        if not line.strip():
            continue
        reader = _Events() if _EVENTS.match(line) else _Values(line)
        for message in reader.feed(line):
            yield message
        async for following in lines:
            for message in reader.feed(following):
                yield message
        for message in reader.end():
            yield message


class _Events:
    """Lines of text/event-stream; comments and reconnection times are for others."""

    def __init__(self) -> None:
        self._event = self._id = ""
        self._data: list[str] = []

    def feed(self, line: str) -> Iterator[Message]:
        if not line:
            yield from self.end()
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._event = value
        elif name == "id":
            self._id = value
        elif name == "data":
            self._data.append(value)

    def end(self) -> Iterator[Message]:
        """The message that an empty line ends, or the end of all where a server leaves that line out."""
        if self._data:
            yield Message(self._event, "\n".join(self._data), self._id)
        self._event = self._id = ""
        self._data = []


class _Values:
    """JSON values, one a line; one alone over many lines where the *first* line does not hold a whole one."""

    def __init__(self, first: str) -> None:
        self._is_one = not first.rstrip().endswith("}")
        self._lines: list[str] = []

    def feed(self, line: str) -> Iterator[Message]:
        if self._is_one:
            self._lines.append(line)
        elif line.strip():
            yield Message("", line)

    def end(self) -> Iterator[Message]:
        if self._lines:
            yield Message("", "\n".join(self._lines))
