"""How an uploaded file comes in: counted while it comes, straight to the disk of the store, never into memory.

A form (multipart/form-data) with one file, or the bare bytes. Whatever happens, its temporary file is gone
afterwards, unless the store has taken it over. Start at `received`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Final

from starlette.requests import ClientDisconnect, Request

from astragen.service.problems import Refusal

if TYPE_CHECKING:
    from astragen.service.house import House

PIECE: Final = 2**20  # bytes that are written at one time
FIELD_MAX: Final = 1_024  # bytes of a form's field that is no file
PARTS_MAX: Final = 8  # of a form: its file, what is said of it, and what strangers' forms bring along
NAME_MAX: Final = 255  # characters
FORM: Final = "multipart/form-data"


@dataclass
class Received:
    """A file that came in, and what was said of it.

    claimed: the media type that its sender names, in lower case, without parameters; "" for none.
    """

    path: Path
    name: str = ""
    claimed: str = ""
    size: int = 0
    fields: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def received(request: Request, house: House, *, limit: int) -> AsyncIterator[Received]:
    """The file that *request* brings, of at most *limit* bytes, until the block ends; it may be moved away.

    Raises:
        Refusal: 413, it is larger; 400, the form cannot be read, or has not one file.
        OSError: it cannot be written.
    """
    handle, name = await house.run(_temporary, house.artifacts.root / "00")
    found = Received(Path(name))
    try:
        with os.fdopen(handle, "wb") as file:
            sink = _Sink(file, found, limit)
            kind = request.headers.get("content-type", "")
            taking = _Form(sink, kind) if kind.lower().startswith(FORM) else _Bare(sink, request)
            await _poured(request, house, taking)
        found.name = plain_name(found.fields.get("name") or found.name)
        yield found
    finally:
        found.path.unlink(missing_ok=True)


def plain_name(name: str) -> str:
    """*name* without folders and control characters, and not too long; "file" for nothing."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(one for one in last if one.isprintable()).strip().lstrip(".")
    stem, dot, suffix = shown.rpartition(".")
    if len(shown) > NAME_MAX and dot and len(suffix) < 10:
        return f"{stem[: NAME_MAX - len(suffix) - 1]}.{suffix}"
    return shown[:NAME_MAX] or "file"


def _temporary(folder: Path) -> tuple[int, str]:
    """A file on the disk of the store, where `ArtifactStore.remove_parts` finds what a crash leaves."""
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.mkstemp(prefix=".upload-", dir=folder)


async def _poured(request: Request, house: House, taking: _Form | _Bare) -> None:
    """Hand the body of *request* to *taking*, a piece at a time, in a thread."""
    waiting = bytearray()
    try:
        async for chunk in request.stream():
            waiting += chunk
            if len(waiting) >= PIECE:
                await house.run(taking.take, bytes(waiting))
                waiting.clear()
    except ClientDisconnect as error:
        raise Refusal(400, "request.malformed", "The body broke off.") from error
    await house.run(taking.take, bytes(waiting))
    taking.end()


@dataclass
class _Sink:
    """Where the bytes of the file go."""

    file: IO[bytes]
    found: Received
    limit: int

    def write(self, piece: bytes | memoryview) -> None:
        self.found.size += len(piece)
        if self.found.size > self.limit:
            said = f"The file has more than {self.limit:,} bytes, the most that may be uploaded now."
            raise Refusal(413, "request.too_large", said, headers={"Connection": "close"})
        self.file.write(piece)


class _Bare:
    """The body is the file; its name stands in Content-Disposition or in the query."""

    def __init__(self, sink: _Sink, request: Request) -> None:
        self._sink = sink
        sink.found.claimed = _media_type(request.headers.get("content-type", ""))
        sink.found.name = request.query_params.get("name") or _file_name(request.headers.get("content-disposition", ""))

    def take(self, piece: bytes) -> None:
        """Take the next bytes of the body."""
        self._sink.write(piece)

    def end(self) -> None:
        """The body is over."""
        if not self._sink.found.size:
            raise Refusal(400, "request.malformed", "The body is empty; send the file's bytes, or a form with it.")


class _Form:
    """A form with one file, in the field "file"; other fields are text."""

    def __init__(self, sink: _Sink, content_type: str) -> None:
        from python_multipart.multipart import MultipartParser, parse_options_header

        self._sink = sink
        self._parts = self._files = 0
        self._header = bytearray()
        self._value = bytearray()
        self._headers: dict[str, str] = {}
        self._field = ""
        self._text: bytearray | None = None
        self._is_over = False
        boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
        if not boundary:
            raise _broken("its Content-Type names no boundary")
        callbacks: Any = {
            "on_part_begin": self._begin,
            "on_part_data": self._data,
            "on_part_end": self._end_part,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_end": self._end,
        }
        try:
            self._parser = MultipartParser(boundary, callbacks, max_header_count=8, max_header_size=4_096)
        except ValueError as error:  # FormParserError among them
            raise _broken(str(error)) from error

    def take(self, piece: bytes) -> None:
        """Take the next bytes of the body."""
        try:
            self._parser.write(piece)
        except ValueError as error:
            raise _broken(str(error)) from error

    def end(self) -> None:
        """The body is over."""
        if not self._is_over:
            raise _broken("it is cut short")
        if not self._files:
            raise _broken('it has no file in a field "file"')

    def _begin(self) -> None:
        self._parts += 1
        self._headers = {}
        if self._parts > PARTS_MAX:
            raise _broken(f"it has more than {PARTS_MAX} parts")

    def _end_header(self) -> None:
        self._headers[self._header.decode("latin-1").strip().lower()] = self._value.decode("utf-8", "replace").strip()
        self._header.clear()
        self._value.clear()

    def _end_headers(self) -> None:
        told = _parameters(self._headers.get("content-disposition", ""))
        self._field = told.get("name", "")
        self._text = bytearray()
        if self._field != "file":
            return
        self._text = None
        self._files += 1
        if self._files > 1:
            raise _broken("it has more than one file; upload one at a time")
        found = self._sink.found
        found.name, found.claimed = told.get("filename", ""), _media_type(self._headers.get("content-type", ""))

    def _data(self, data: bytes, start: int, end: int) -> None:
        piece = memoryview(data)[start:end]
        if self._text is None:
            self._sink.write(piece)
            return
        self._text += piece
        if len(self._text) > FIELD_MAX:
            raise _broken(f"a field other than the file has more than {FIELD_MAX} bytes")

    def _end_part(self) -> None:
        if self._text is not None:
            self._sink.found.fields[self._field[:64]] = self._text.decode("utf-8", "replace").strip()

    def _end(self) -> None:
        self._is_over = True


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def _file_name(disposition: str) -> str:
    """The name in a header Content-Disposition, that of RFC 5987 first."""
    message = Message()
    message["content-disposition"] = disposition
    return message.get_filename("") or ""


def _parameters(disposition: str) -> dict[str, str]:
    """Name and file name of a part, as browsers write them (HTML, 4.10.21.8)."""
    from python_multipart.multipart import parse_options_header

    said = parse_options_header(disposition.encode("utf-8").decode("latin-1"))[1]
    plain = {name.decode("latin-1"): value.decode("utf-8", "replace") for name, value in said.items()}
    return {name: value.replace("%22", '"').replace("%0D", "").replace("%0A", "") for name, value in plain.items()}


def _broken(what: str) -> Refusal:
    return Refusal(400, "request.malformed", f"The form cannot be read: {what}.")
