from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from astragen.errors import MediaError, StoreError
from astragen.model.base import content_hash
from astragen.model.take import Artifact
from astragen.store.bucket import opened_bucket
from astragen.store.collect import UNUSED_S, collect
from astragen.store.shared import FRESH_S, KNOWN_S, SharedArtifacts

HOUR_S = 3600.0


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


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.mark.parametrize("spoilt", [b"wav", b"WAVES"], ids=["cut", "other bytes"])
def test_what_is_spoilt_in_the_bucket_is_missing_and_put_again(machine, tmp_path, spoilt):
    """Nobody films wrong bytes; whoever makes them again mends the bucket for all."""
    artifact = machine.store.put_bytes(b"waves", "audio/wav")
    machine.there(artifact).write_bytes(spoilt)
    other = Machine(tmp_path, "other")

    with pytest.raises(MediaError, match="is not in file://"):
        other.store.path(artifact)
    assert not Machine(tmp_path, "third").store.has(artifact)

    assert other.store.put_bytes(b"waves", "audio/wav") == artifact
    assert machine.there(artifact).read_bytes() == b"waves"
    assert Machine(tmp_path, "third").store.read(artifact) == b"waves"


def test_no_part_of_what_is_spoilt_stays_in_the_cache(machine, tmp_path):
    """Neither under its name nor under another."""
    artifact = machine.store.put_bytes(b"waves", "audio/wav")
    machine.there(artifact).write_bytes(b"WAVES")
    other = Machine(tmp_path, "other")

    with pytest.raises(MediaError):
        other.store.path(artifact)

    assert [path for path in other.store.root.rglob("*") if path.is_file()] == []


def test_a_file_that_a_power_cut_spoilt_here_is_fetched_again(machine, tmp_path):
    """It has the right size and other bytes; each process looks once."""
    artifact = machine.store.put_bytes(b"waves", "audio/wav")
    machine.here(artifact).write_bytes(b"\0" * 5)

    assert Machine(tmp_path).store.read(artifact) == b"waves"


def test_wrong_bytes_here_are_never_sent(machine, tmp_path):
    """The bucket lost it, the cache has it spoilt: it is missing."""
    artifact = machine.store.put_bytes(b"waves", "audio/wav")
    machine.there(artifact).unlink()
    machine.here(artifact).write_bytes(b"\0" * 5)

    assert not Machine(tmp_path).store.has(artifact)
    assert not machine.there(artifact).exists()


def test_what_the_bucket_lost_is_put_back_from_the_cache(machine, tmp_path):
    """Another machine may need it."""
    artifact = machine.store.put_bytes(b"waves", "audio/wav")
    machine.there(artifact).unlink()

    assert Machine(tmp_path).store.has(artifact)
    assert machine.there(artifact).read_bytes() == b"waves"


def test_the_bucket_is_asked_once_an_hour(machine):
    """What it had is believed for so long, and not longer."""
    artifact = machine.store.put_bytes(b"waves", "audio/wav")
    machine.there(artifact).unlink()
    machine.here(artifact).unlink()

    assert machine.store.has(artifact)
    machine.at_s += KNOWN_S + 1
    assert not machine.store.has(artifact)


def test_what_is_missing_after_all_is_not_believed_any_more(machine):
    """`path` found it gone, so `has` says so from then on."""
    artifact = machine.store.put_bytes(b"waves", "audio/wav")
    machine.there(artifact).unlink()
    machine.here(artifact).unlink()

    with pytest.raises(MediaError):
        machine.store.path(artifact)

    assert not machine.store.has(artifact)


def test_asking_makes_an_old_artifact_young(machine, tmp_path):
    """A film that uses again what an old one made keeps it from the sweep, though no row names it yet."""
    artifact = machine.store.put_bytes(b"waves", "audio/wav")
    long_ago_s = machine.at_s - 5 * UNUSED_S
    os.utime(machine.there(artifact), (long_ago_s, long_ago_s))
    other = Machine(tmp_path, "other")

    assert other.store.has(artifact)
    swept = collect(machine.store, (), now_s=machine.at_s)

    assert (swept.removed, swept.kept) == (0, 1)
    assert other.store.read(artifact) == b"waves"


def test_what_is_believed_outlives_no_sweep(machine):
    """What was young enough not to be put again is still there when it is asked about again."""
    assert FRESH_S + KNOWN_S < UNUSED_S


def test_the_cache_is_kept_within_its_size_and_fills_again(tmp_path):
    """The longest unused goes; it comes back from the bucket."""
    machine = Machine(tmp_path, max_bytes=2500)
    first = machine.store.put_bytes(b"a" * 1000, "a/b")
    os.utime(machine.here(first), (machine.at_s - 3 * HOUR_S,) * 2)
    second = machine.store.put_bytes(b"b" * 1000, "a/b")
    os.utime(machine.here(second), (machine.at_s - 2 * HOUR_S,) * 2)

    machine.store.put_bytes(b"c" * 1000, "a/b")

    assert [machine.here(one).exists() for one in (first, second)] == [False, True]
    assert machine.store.read(first) == b"a" * 1000


def test_what_a_film_used_within_the_hour_stays_in_the_cache(tmp_path):
    """However full it is: its processes read it there."""
    machine = Machine(tmp_path, max_bytes=1500)
    kept = [machine.store.put_bytes(bytes([number]) * 1000, "a/b") for number in range(4)]

    assert all(machine.here(one).exists() for one in kept)


def test_equal_bytes_are_sent_once(machine, tmp_path):
    """By one machine, and by the next."""
    artifact = machine.store.put_bytes(b"waves", "audio/wav")
    put_s = machine.there(artifact).stat().st_mtime_ns

    machine.store.put_bytes(b"waves", "audio/wav")
    Machine(tmp_path, "other").store.put_bytes(b"waves", "audio/wav")

    assert machine.there(artifact).stat().st_mtime_ns == put_s


PUT = """
import sys
from pathlib import Path
from astragen.store.shared import opened_artifacts

store = opened_artifacts(f"file://{sys.argv[1]}/all", Path(sys.argv[1], sys.argv[2]))
for number in range(60):
    content = b"%d" % number * 2000
    assert store.read(store.put_bytes(content, "a/b")) == content
"""


def test_machines_may_put_the_same_artifacts_at_once(tmp_path):
    """A machine with two processes and one with a single one: each artifact is there once and whole."""
    names = ("one", "one", "two")
    processes = [subprocess.Popen((sys.executable, "-c", PUT, str(tmp_path), name)) for name in names]

    assert [process.wait() for process in processes] == [0] * 3
    objects = [path for path in (tmp_path / "all").rglob("*") if path.is_file()]
    assert len(objects) == 60
    assert all(content_hash(path.read_bytes()) == path.name for path in objects)


def test_a_disk_without_room_is_told_as_such(machine, tmp_path):
    """The cache cannot be written: the system's error, which the pipeline explains, and no store that failed."""
    artifact = machine.store.put_bytes(b"waves", "audio/wav")
    other = Machine(tmp_path, "other")
    other.store.root.write_text("in the way")

    with pytest.raises(OSError, match="other"):
        other.store.path(artifact)


def test_a_bucket_that_refuses_leaves_the_file_for_the_next_try(machine):
    """The folder of the hash is a file there, so it takes nothing; when it does, nothing is made again."""
    digest = content_hash(b"waves")
    machine.remote.mkdir(parents=True, exist_ok=True)
    (machine.remote / digest[:2]).write_text("in the way")

    with pytest.raises(StoreError, match=r"file://.*cannot be"):
        machine.store.put_bytes(b"waves", "audio/wav")
    (machine.remote / digest[:2]).unlink()
    artifact = machine.store.put_bytes(b"waves", "audio/wav")

    assert machine.there(artifact).read_bytes() == b"waves"
