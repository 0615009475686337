from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from astragen.errors import MediaError
from astragen.model.base import content_hash
from astragen.store.artifacts import ArtifactStore, file_hash


def files(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_bytes_come_back_as_they_were(tmp_path):
    """An artifact is named by the hash of its bytes and read by it."""
    store = ArtifactStore(tmp_path)

    artifact = store.put_bytes(b"waves", "audio/wav")

    assert store.read(artifact) == b"waves"
    assert (artifact.hash, artifact.bytes, artifact.media_type) == (content_hash(b"waves"), 5, "audio/wav")
    assert store.path(artifact) == tmp_path / artifact.hash[:2] / artifact.hash


def test_equal_bytes_are_kept_once(tmp_path):
    """Two films of the same shot share its file."""
    store = ArtifactStore(tmp_path)

    assert store.put_bytes(b"same", "a/b") == store.put_bytes(b"same", "a/b")
    assert len(files(tmp_path)) == 1


def test_a_file_is_moved_in(tmp_path):
    """What a worker wrote is not copied, and is gone from where it was."""
    store = ArtifactStore(tmp_path / "store")
    made = tmp_path / "made.mp4"
    made.write_bytes(b"frames" * 500_000)
    digest = file_hash(made)

    artifact = store.put_file(made, "video/mp4")

    assert (artifact.hash, artifact.bytes) == (digest, 3_000_000)
    assert not made.exists()
    assert store.read(artifact) == b"frames" * 500_000


def test_a_missing_or_cut_artifact_is_not_given_out(tmp_path):
    """A file of another size is as good as none: reading says so instead of making a broken film."""
    store = ArtifactStore(tmp_path)
    artifact = store.put_bytes(b"waves", "audio/wav")

    store.path(artifact).write_bytes(b"wav")

    assert not store.has(artifact)
    with pytest.raises(MediaError, match="not in the cache"):
        store.path(artifact)
    assert store.put_bytes(b"waves", "audio/wav") == artifact
    assert store.read(artifact) == b"waves"


def test_a_failed_write_leaves_nothing(tmp_path):
    """The folder of the hash is a file here, so the bytes cannot be kept; no temporary file stays."""
    store = ArtifactStore(tmp_path)
    (tmp_path / content_hash(b"waves")[:2]).write_text("in the way")

    with pytest.raises(OSError, match=content_hash(b"waves")[:2]):
        store.put_bytes(b"waves", "audio/wav")

    assert files(tmp_path) == [content_hash(b"waves")[:2]]


def _put_many(root: str) -> None:
    store = ArtifactStore(Path(root))
    for number in range(200):
        store.put_bytes(b"%d" % number * 2000, "a/b")


def test_processes_may_write_the_same_artifacts_at_once(tmp_path):
    """Four processes put the same 200 artifacts: each is there once and whole."""
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_put_many, args=(str(tmp_path),)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0] * 4
    assert len(files(tmp_path)) == 200
    assert all(content_hash(path.read_bytes()) == path.name for path in tmp_path.rglob("*") if path.is_file())
