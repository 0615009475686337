"""Machines that share a store, each of which may be a process of its own."""

from __future__ import annotations

import time
from pathlib import Path

from astragen.model.take import Artifact
from astragen.store.bucket import opened_bucket
from astragen.store.shared import SharedArtifacts


class Machine:
    """A machine with a cache of its own at a store that is a folder; its clock can be set."""

    def __init__(self, folder: Path, name: str = "here", **options) -> None:
        self.at_s = time.time()
        self.remote = folder / "all" / "sha256"
        bucket = opened_bucket(f"file://{folder}/all", variables={})
        self.store = SharedArtifacts(folder / name, bucket, now_s=lambda: self.at_s, **options)

    def there(self, artifact: Artifact) -> Path:
        """The object of *artifact* in the bucket."""
        return self.remote / artifact.hash[:2] / artifact.hash

    def here(self, artifact: Artifact) -> Path:
        """The file of *artifact* in the cache."""
        return self.store.root / artifact.hash[:2] / artifact.hash


def put_and_read(folder: str, name: str) -> None:
    """Put sixty artifacts, and read each."""
    machine = Machine(Path(folder), name)
    for number in range(60):
        content = b"%d" % number * 2000
        assert machine.store.read(machine.store.put_bytes(content, "a/b")) == content
