"""What every store of artifacts does: in a folder, in a folder that machines share, in S3."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from astragen.errors import MediaError
from astragen.model.base import content_hash
from astragen.model.take import Artifact
from astragen.store.artifacts import ArtifactStore
from astragen.store.collect import collect
from astragen.store.shared import opened_artifacts

DAY_S = 24 * 3600.0


@pytest.fixture(params=["folder", "shared folder", "S3"])
def opened(request, tmp_path) -> Callable[[str], ArtifactStore]:
    """Opens the same store again and again; each name has a cache of its own where there is a cache."""
    if request.param == "folder":
        return lambda name: opened_artifacts("", tmp_path / "store")
    if request.param == "shared folder":
        return lambda name: opened_artifacts(f"file://{tmp_path}/all", tmp_path / name)
    s3 = request.getfixturevalue("s3")
    bucket = s3.new_bucket()
    return lambda name: opened_artifacts(
        f"s3://{bucket}/some/prefix", tmp_path / name, variables=s3.variables, patience_s=1
    )


def test_bytes_come_back_as_they_were(opened):
    """To whoever opens the store."""
    artifact = opened("here").put_bytes(b"waves", "audio/wav")

    assert (artifact.hash, artifact.bytes, artifact.media_type) == (content_hash(b"waves"), 5, "audio/wav")
    assert opened("here").read(artifact) == b"waves"
    assert opened("there").has(artifact)
    assert opened("there").read(artifact) == b"waves"


def test_a_file_is_moved_in(opened, tmp_path):
    """Also one that is sent in parts; it lies under the root for processes that look there."""
    made = tmp_path / "made.mp4"
    made.write_bytes(os.urandom(1000) * 9_000)
    content = made.read_bytes()

    artifact = opened("here").put_file(made, "video/mp4")

    assert (artifact.hash, artifact.bytes) == (content_hash(content), 9_000_000)
    assert not made.exists()
    store = opened("there")
    store.bring([artifact])
    assert (store.root / artifact.hash[:2] / artifact.hash).read_bytes() == content


def test_nothing_is_something(opened):
    """An empty file has its hash as well."""
    artifact = opened("here").put_bytes(b"", "text/plain")

    assert opened("there").read(artifact) == b""


def test_what_was_never_put_is_missing(opened):
    """Without a traceback of somebody's client."""
    artifact = Artifact(hash=content_hash(b"never"), media_type="a/b", bytes=5)

    assert not opened("here").has(artifact)
    with pytest.raises(MediaError, match=f"{artifact.hash[:12]}.*is not in"):
        opened("here").path(artifact)
    with pytest.raises(MediaError):
        opened("here").bring([artifact])


def test_all_that_is_kept_is_listed(opened):
    """With its size and when it was put."""
    store = opened("here")
    kept = {store.put_bytes(content, "a/b") for content in (b"a", b"bb", b"ccc")}

    found = list(opened("there").listing())

    assert {(one.hash, one.bytes) for one in found} == {(one.hash, one.bytes) for one in kept}
    assert all(abs(one.used_s - time.time()) < 60 for one in found)


def test_what_no_film_holds_is_removed_after_a_day(opened):
    """What is held stays, and what is young: a film in the making may use it."""
    store = opened("here")
    held, unheld = store.put_bytes(b"held", "a/b"), store.put_bytes(b"unheld", "a/b")

    young = collect(store, {held.hash}, now_s=time.time())
    assert (young.removed, young.kept) == (0, 2)

    old = collect(store, {held.hash}, now_s=time.time() + DAY_S + 60)

    assert (old.removed, old.removed_bytes, old.kept, old.kept_bytes) == (1, 6, 1, 4)
    assert not opened("here").has(unheld)
    assert opened("here").read(held) == opened("there").read(held) == b"held"
    assert store.put_bytes(b"unheld", "a/b") == unheld
    assert opened("there").read(unheld) == b"unheld", "it can be put again"


def test_removing_asks_once_more_whether_it_is_used(opened):
    """Between the listing and the removal somebody may have asked for it."""
    store = opened("here")
    artifact = store.put_bytes(b"waves", "audio/wav")

    assert not store.remove(artifact.hash, unused_since_s=time.time() - 60)
    assert store.remove(artifact.hash, unused_since_s=time.time() + 60)
    assert not store.remove(artifact.hash, unused_since_s=time.time() + 60), "it is gone"


def test_what_died_in_the_middle_is_cleared_away(opened):
    """Parts of files in the folder, and folders in which something was made, after a day."""
    store = opened("here")
    store.put_bytes(b"waves", "audio/wav")
    part = Path(store.root, content_hash(b"waves")[:2], ".part-of-something")
    part.write_bytes(b"wav")
    folder = Path(store.root, "00", ".sample-of-a-voice")
    folder.mkdir(parents=True)
    (folder / "sample.wav").write_bytes(b"wav")

    collect(store, {content_hash(b"waves")}, now_s=time.time())
    assert part.exists()
    assert folder.exists()
    collect(store, {content_hash(b"waves")}, now_s=time.time() + DAY_S + 60)
    assert not part.exists()
    assert not folder.exists()
    assert store.read(store.put_bytes(b"waves", "audio/wav")) == b"waves"
