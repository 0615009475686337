"""Stored bytes by their hash: what is made once is made for all films.

A file appears under its final name only when it is whole (temporary name, then rename),
so any number of processes may share one store, and a crash leaves nothing half-written.
Start reading at `ArtifactStore`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from astragen.errors import MediaError
from astragen.model.base import content_hash
from astragen.model.take import Artifact

_BLOCK = 2**20  # bytes read at once
IS_HASH: Final = re.compile(r"[0-9a-f]{64}").fullmatch


class Stored(NamedTuple):
    """What a store holds under one hash; *used_s*: when it was last put or asked for, in seconds since the epoch."""

    hash: str
    bytes: int
    used_s: float


class ArtifactStore:
    """The artifacts under *root*, each at `root/<first two digits>/<hash>`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put_bytes(self, content: bytes, media_type: str) -> Artifact:
        """Keep *content*.

        Raises:
            OSError: it cannot be written; nothing is left behind.
        """
        artifact = Artifact(hash=content_hash(content), media_type=media_type, bytes=len(content))
        if not self._is_here(artifact):
            write_whole(self._place(artifact.hash), content)
        return artifact

    def put_file(self, path: Path, media_type: str) -> Artifact:
        """Keep the file at *path* by moving it here; it must be on the store's file system.

        Raises:
            OSError: it cannot be read or moved.
        """
        artifact = Artifact(hash=file_hash(path), media_type=media_type, bytes=path.stat().st_size)
        place = self._place(artifact.hash)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, place)
        return artifact

    def has(self, artifact: Artifact) -> bool:
        """Whether *artifact* is here, whole by its size; asking makes it young for `prune` and `collect`."""
        return self._is_here(artifact)

    def path(self, artifact: Artifact) -> Path:
        """Where *artifact* lies, for reading only.

        Raises:
            MediaError: it is not here, or not whole.
        """
        if not self._is_here(artifact):
            raise MediaError(
                f"Artifact {artifact.hash[:12]} ({artifact.media_type}, {artifact.bytes} bytes) is not in the cache.",
                hint="It was removed or damaged while the film was made; run the same command again.",
            )
        return self._place(artifact.hash)

    def read(self, artifact: Artifact) -> bytes:
        """The bytes of *artifact*; raises as `path` does."""
        return self.path(artifact).read_bytes()

    def bring(self, artifacts: Iterable[Artifact]) -> None:
        """See that *artifacts* lie under `root`, for processes that look for them there; raises as `path` does."""
        for artifact in artifacts:
            self.path(artifact)

    def url(self, artifact: Artifact, name: str, *, seconds: int) -> str | None:
        """Where anybody gets *artifact*, to be saved as *name*, for *seconds*; None: only from here."""
        return None

    def origin(self) -> str:
        """Where the addresses of `url` lead, as https://bucket.example; empty: there are none."""
        return ""

    def listing(self) -> Iterator[Stored]:
        """All that is kept, in no order."""
        for folder in self.root.glob("[0-9a-f][0-9a-f]"):
            for path in folder.iterdir():
                if IS_HASH(path.name) and (found := _status(path)):
                    yield Stored(path.name, found.st_size, found.st_mtime)

    def remove(self, digest: str, *, unused_since_s: float) -> bool:
        """Remove what is kept under *digest*, unless it was put or asked for since then; return whether it was."""
        place = self._place(digest)
        found = _status(place)
        if found is None or found.st_mtime > unused_since_s:
            return False
        place.unlink(missing_ok=True)
        return True

    def remove_parts(self, *, unused_since_s: float) -> None:
        """Remove what processes that died while they made a file here left, if it was not written to since then."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/.*"):
            found = _status(path)
            if found is None or found.st_mtime > unused_since_s:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)  # in which a sample was made
            else:
                path.unlink(missing_ok=True)

    def _is_here(self, artifact: Artifact) -> bool:
        place = self._place(artifact.hash)
        try:
            os.utime(place)
            return place.stat().st_size == artifact.bytes
        except OSError:
            return False

    def _place(self, digest: str) -> Path:
        return self.root / digest[:2] / digest


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def file_hash(path: Path) -> str:
    """SHA-256 of the file at *path* as 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write *content* to *path* so that nobody ever sees a part of it; makes the folder.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:12]}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
