"""A zip of files, written while it is sent: no copy of it is ever made, on disk or in memory.

Its files are stored as they are, for films and pictures are compressed already. Start reading at `zipped`.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

BLOCK: Final = 256 * 2**10  # bytes read at once
FIRST_YEAR: Final = 1980  # that a zip can tell
READABLE: Final = 0o100644 << 16  # a file that its owner writes and everybody reads, as zip tells it of Unix


class _Outbox(io.RawIOBase):
    """What a zip has written and nobody has sent yet; it cannot be gone back in, so sizes follow their files."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, block: ReadableBuffer, /) -> int:
        """Take all of *block*."""
        before = len(self._waiting)
        self._waiting += block
        return len(self._waiting) - before

    def take(self) -> bytes:
        """All that waits, which waits no more."""
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


def zipped(files: Sequence[tuple[str, Path]], *, at: float) -> Iterator[bytes]:
    """The bytes of a zip of *files*, each under its name, in blocks of at most about BLOCK.

    Args:
        files: a name and where its bytes lie, each.
        at: when they were made, in Unix seconds; the zip tells it in UTC.

    Raises:
        OSError: a file cannot be read.
    """
    outbox = _Outbox()
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_STORED) as bundle:
        for name, path in files:
            entry = _entry(name, at=at, size=path.stat().st_size)
            with path.open("rb") as file, bundle.open(entry, "w") as written:
                while block := file.read(BLOCK):
                    written.write(block)
                    yield outbox.take()
    yield outbox.take()


def _entry(name: str, *, at: float, size: int) -> zipfile.ZipInfo:
    moment = time.gmtime(at)[:6]
    entry = zipfile.ZipInfo(name, moment if moment[0] >= FIRST_YEAR else (FIRST_YEAR, 1, 1, 0, 0, 0))
    entry.file_size = size  # so that it is known whether its length needs 64 bits
    entry.external_attr = READABLE
    return entry
