from __future__ import annotations

import os
import time
from pathlib import Path

from astragen.model.take import Artifact
from astragen.store.artifacts import ArtifactStore
from astragen.store.prune import YOUNG_S, prune

NOW_S = time.time()


def kept(store: ArtifactStore, content: bytes, *, hours_ago: float) -> Artifact:
    artifact = store.put_bytes(content, "a/b")
    used_s = NOW_S - hours_ago * 3600
    os.utime(store.root / artifact.hash[:2] / artifact.hash, (used_s, used_s))
    return artifact


def names(root: Path) -> set[str]:
    return {path.name for path in root.rglob("*") if path.is_file()}


def test_the_longest_unused_goes_first_and_only_as_much_as_needed(tmp_path):
    """Three files of 100 bytes in room for 250: the oldest goes, two stay."""
    store = ArtifactStore(tmp_path)
    oldest = kept(store, b"a" * 100, hours_ago=9)
    middle = kept(store, b"b" * 100, hours_ago=5)
    newest = kept(store, b"c" * 100, hours_ago=2)

    assert prune(tmp_path, max_bytes=250, now_s=NOW_S) == 100
    assert names(tmp_path) == {middle.hash, newest.hash}
    assert oldest.hash not in names(tmp_path)


def test_what_was_used_within_the_hour_stays_however_full_it_is(tmp_path):
    """A film in the making keeps its pieces."""
    store = ArtifactStore(tmp_path)
    young = kept(store, b"a" * 100, hours_ago=YOUNG_S / 3600 - 0.1)
    kept(store, b"b" * 100, hours_ago=2)

    prune(tmp_path, max_bytes=0, now_s=NOW_S)

    assert names(tmp_path) == {young.hash}


def test_using_an_artifact_makes_it_young(tmp_path):
    """A file that a new film reuses is not taken away under it."""
    store = ArtifactStore(tmp_path)
    old = kept(store, b"a" * 100, hours_ago=9)

    assert store.has(old)
    prune(tmp_path, max_bytes=0, now_s=NOW_S)

    assert names(tmp_path) == {old.hash}


def test_a_cache_below_its_limit_and_a_missing_one_are_left_alone(tmp_path):
    """Nothing to do is no error."""
    kept(ArtifactStore(tmp_path), b"a" * 100, hours_ago=9)

    assert prune(tmp_path, max_bytes=100, now_s=NOW_S) == 0
    assert prune(tmp_path / "nothing", max_bytes=0, now_s=NOW_S) == 0
