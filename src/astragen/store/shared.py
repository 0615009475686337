"""Artifacts that many machines share: in a bucket, with a folder of this machine as its cache.

What was put is in the bucket before `put_bytes` and `put_file` return, so whoever knows its hash can have it anywhere.
Bytes are checked against their hash when they come from the bucket, and once for each process when they lie in the
folder; what is cut or wrong counts as missing. Start reading at `SharedArtifacts`; `opened_artifacts` opens a store
by its URL.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from astragen.errors import MediaError
from astragen.model.base import content_hash
from astragen.model.take import Artifact
from astragen.store.artifacts import ArtifactStore, Stored, file_hash, write_whole
from astragen.store.bucket import PATIENCE_S, Bucket, Kept, opened_bucket
from astragen.store.prune import DEFAULT_MAX_BYTES, prune

KNOWN_S: Final = 3600.0  # that the bucket is not asked again for what it was seen to have
FRESH_S: Final = 12 * 3600.0  # what is older in the bucket is put again when it is asked for, so `collect` spares it
_REMEMBERED_MAX: Final = 100_000  # hashes; 20 MB
_TRIM_PART: Final = 0.05  # of the cache's size that may come in before it is trimmed again


class SharedArtifacts(ArtifactStore):
    """The artifacts in *bucket*; *root* keeps those last used here, each at `root/<first two digits>/<hash>`.

    What the bucket says of one artifact is believed for an hour. Threads and processes may share *root*.
    """

    def __init__(
        self,
        root: Path,
        bucket: Bucket,
        *,
        max_bytes: int = DEFAULT_MAX_BYTES,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """Nothing is asked before something is put or wanted.

        *max_bytes*: of the folder, which may take more while what was used within the last hour does.
        """
        super().__init__(root)
        self.bucket = bucket
        self._max_bytes, self._now_s = max_bytes, now_s
        self._known: dict[str, float] = {}  # seen in the bucket -> until when that is believed
        self._sure: set[str] = set()  # whose bytes in the folder were hashed by this process
        self._came = float(max_bytes)  # bytes since the folder was trimmed; at first nobody knows

    def put_bytes(self, content: bytes, media_type: str) -> Artifact:
        """Keep *content*.

        Raises:
            OSError: it cannot be written here; nothing is left behind.
            StoreError: the bucket did not take it.
        """
        artifact = Artifact(hash=content_hash(content), media_type=media_type, bytes=len(content))
        if not self._is_whole(artifact):
            write_whole(self._place(artifact.hash), content)
            self._arrived(artifact)
        self._send(artifact)
        return artifact

    def put_file(self, path: Path, media_type: str) -> Artifact:
        """Keep the file at *path* by moving it to the cache, on whose file system it must be, and sending a copy.

        Raises:
            OSError: it cannot be read or moved.
            StoreError: the bucket did not take it; the file stays in the cache.
        """
        artifact = super().put_file(path, media_type)
        self._arrived(artifact)
        self._send(artifact)
        return artifact

    def has(self, artifact: Artifact) -> bool:
        """Whether *artifact* is in the bucket, whole by its size; asking makes it young for `prune` and `collect`.

        What the bucket lost and the cache still has is put back.

        Raises:
            StoreError: the bucket does not answer.
        """
        is_here = self._is_here(artifact)
        if self._is_known(artifact):
            return True
        found = self.bucket.find(artifact.hash)
        if found is None or found.bytes != artifact.bytes or self._is_old(found):
            if not (is_here and self._is_whole(artifact)) and (found is None or not self._fetch(artifact)):
                return False
            self._send(artifact)
        self._remember(artifact)
        return True

    def path(self, artifact: Artifact) -> Path:
        """Where *artifact* lies on this machine, for reading only; it is fetched when it does not yet.

        Raises:
            MediaError: it is not in the bucket, or not whole.
            StoreError: the bucket does not answer.
            OSError: there is no room for it.
        """
        if not self._is_whole(artifact) and not self._fetch(artifact):
            raise MediaError(
                f"Artifact {artifact.hash[:12]} ({artifact.media_type}, {artifact.bytes} bytes) is not in "
                f"{self.bucket.name}.",
                hint="It was removed or damaged; retry the film, which makes it again.",
            )
        return self._place(artifact.hash)

    def url(self, artifact: Artifact, name: str, *, seconds: int) -> str | None:
        """Where anybody gets *artifact*, to be saved as *name*, for *seconds*; None: only from here."""
        return self.bucket.url(artifact, name, seconds=seconds)

    def origin(self) -> str:
        """Where the addresses of `url` lead, as https://bucket.example; empty: there are none.

        Raises:
            StoreError: the key of the machine's role, which signs them, cannot be had.
        """
        return self.bucket.origin()

    def listing(self) -> Iterator[Stored]:
        """All that the bucket holds, in no order.

        Raises:
            StoreError: the bucket does not answer.
        """
        return self.bucket.listing()

    def remove(self, digest: str, *, unused_since_s: float) -> bool:
        """Remove what is kept under *digest*, unless it was put or made young since then; return whether it was.

        Raises:
            StoreError: the bucket does not answer.
        """
        found = self.bucket.find(digest)
        if found is not None and found.at_s > unused_since_s:
            return False
        self._known.pop(digest, None)
        self._place(digest).unlink(missing_ok=True)
        if found is not None:
            self.bucket.delete(digest)
        return found is not None

    def _send(self, artifact: Artifact) -> None:
        """See that the bucket has *artifact*, whose file here is whole, and has it young."""
        if self._is_known(artifact):
            return
        found = self.bucket.find(artifact.hash)
        if found is None or found.bytes != artifact.bytes or self._is_old(found):
            self.bucket.put(artifact, self._place(artifact.hash), is_new=found is None)
        self._remember(artifact)

    def _fetch(self, artifact: Artifact) -> bool:
        """Get *artifact* from the bucket; False when it is not there, or is not what its hash says, and was removed."""
        self._known.pop(artifact.hash, None)
        place = self._place(artifact.hash)
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{artifact.hash[:12]}-", dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                kept = self.bucket.get(artifact.hash, file.write)
            if kept is None:
                return False
            if file_hash(Path(name)) != artifact.hash:
                self.bucket.discard(kept)
                return False
            os.replace(name, place)
        finally:
            Path(name).unlink(missing_ok=True)
        self._arrived(artifact)
        return True

    def _is_whole(self, artifact: Artifact) -> bool:
        """Whether the file here has the bytes that its hash says; one that has not is removed."""
        if not self._is_here(artifact):
            return False
        if artifact.hash not in self._sure:  # a power cut may leave a file of the right size and other bytes
            place = self._place(artifact.hash)
            try:
                is_right = file_hash(place) == artifact.hash
            except FileNotFoundError:  # pruned by another process meanwhile
                return False
            if not is_right:
                place.unlink(missing_ok=True)
                return False
            self._be_sure(artifact)
        return True

    def _arrived(self, artifact: Artifact) -> None:
        """Note that the file of *artifact* is here and right; trim the folder when much has come."""
        self._be_sure(artifact)
        self._came += artifact.bytes
        if self._came > self._max_bytes * _TRIM_PART:
            self._came = 0.0
            prune(self.root, max_bytes=self._max_bytes, now_s=self._now_s())

    def _be_sure(self, artifact: Artifact) -> None:
        if len(self._sure) >= _REMEMBERED_MAX:
            self._sure.clear()
        self._sure.add(artifact.hash)

    def _remember(self, artifact: Artifact) -> None:
        if len(self._known) >= _REMEMBERED_MAX:
            self._known.clear()
        self._known[artifact.hash] = self._now_s() + KNOWN_S

    def _is_known(self, artifact: Artifact) -> bool:
        return self._known.get(artifact.hash, 0.0) > self._now_s()

    def _is_old(self, kept: Kept) -> bool:
        return kept.at_s < self._now_s() - FRESH_S


def opened_artifacts(
    url: str,
    folder: Path,
    *,
    variables: Mapping[str, str] | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
    patience_s: float = PATIENCE_S,
) -> ArtifactStore:
    """The store at *url*, which was seen to answer, with *folder* as its cache; an empty *url*: the store in *folder*.

    Args:
        url: s3://bucket/prefix, or file:///folder of a file system that all machines mount.
        folder: on this machine, on the file system of the scratch folders.
        variables: those of `bucket.AWS_NAMES` that are set, for S3.
        max_bytes: see `SharedArtifacts`.
        patience_s: how long a bucket that does not answer is asked again.

    Raises:
        SettingsError: *url* is none of these, or the bucket does not answer or refuses.
    """
    if not url:
        return ArtifactStore(folder)
    return SharedArtifacts(
        folder, opened_bucket(url, variables=variables or {}, patience_s=patience_s), max_bytes=max_bytes
    )
