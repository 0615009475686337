from __future__ import annotations

import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from astragen.errors import DatabaseDown, SettingsError
from astragen.runtime.database import failures_told, network_of, opened_database

MOUNTS = """\
/dev/vda / ext4 rw,relatime 0 0
tmpfs /tmp tmpfs rw 0 0
server:/films /srv/films nfs4 rw,vers=4.2 0 0
//nas/video /mnt/my\\040video cifs rw 0 0
/dev/vdb /srv/films/local ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ann/films", ""),
        ("/srv/films", "nfs4"),
        ("/srv/films/2026", "nfs4"),
        ("/srv/films/local/deep", ""),
        ("/srv/filmsets", ""),
        ("/mnt/my video/x", "cifs"),
    ],
)
def test_the_innermost_mount_decides(folder, kind):
    """A disk mounted inside a share is a disk; a name that only begins alike is elsewhere."""
    assert network_of(Path(folder), MOUNTS) == kind


def test_a_file_on_a_share_is_refused(tmp_path, monkeypatch):
    """SQLite's locks do not hold there, and several processes write."""
    table = tmp_path / "mounts"
    table.write_text(f"nas:/x {tmp_path} nfs rw 0 0\n", "utf-8")
    monkeypatch.setattr("astragen.runtime.database._MOUNTS", table)

    with pytest.raises(SettingsError, match=r"network file system \(nfs\)"):
        opened_database(f"sqlite:///{tmp_path}/a.sqlite")


def test_a_new_file_writes_ahead(tmp_path):
    """In a folder that was not there; readers and a writer do not wait for each other."""
    database = opened_database(f"sqlite:///{tmp_path}/new/a.sqlite")

    with database.connect() as db:
        assert db.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
    database.dispose()


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:", "secret", ""])
def test_other_databases_are_refused_without_a_word_of_their_password(url):
    """What is wrong is said; the URL is not."""
    with pytest.raises(SettingsError) as caught:
        opened_database(url)

    assert "secret" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    """The message names the file and the reason."""
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(SettingsError, match=r"a\.sqlite"):
        opened_database(f"sqlite:///{tmp_path}/file/a.sqlite")


def test_a_full_file_is_told(tmp_path):
    """SQLite itself says that the file may grow no more; nothing else is told."""
    told = []
    database = opened_database(f"sqlite:///{tmp_path}/a.sqlite", pool=1, on_full=lambda: told.append("full"))
    with database.begin() as db:
        db.execute(sa.text("CREATE TABLE t (x TEXT)"))
        with pytest.raises(sa.exc.OperationalError):
            db.execute(sa.text("SELECT * FROM nothing"))
        assert told == []
        db.execute(sa.text("PRAGMA max_page_count = 3"))

    with pytest.raises(sa.exc.OperationalError), database.begin() as db:
        db.execute(sa.text("INSERT INTO t VALUES (:x)"), {"x": "x" * 100_000})

    assert told == ["full"]
    database.dispose()


def test_a_session_that_the_server_ended_is_an_outage(postgres_url):
    """A worker that was stopped goes on and finds its session ended: its films must not fail for it."""
    database = opened_database(postgres_url, pool=1)

    def stand_still():
        with failures_told(), database.begin() as db:
            db.execute(sa.text("SET idle_in_transaction_session_timeout = 20"))
            time.sleep(0.1)
            db.execute(sa.text("SELECT 1"))

    with pytest.raises(DatabaseDown):
        stand_still()

    with failures_told(), database.begin() as db:
        assert db.execute(sa.text("SELECT 1")).scalar_one() == 1
    database.dispose()


def test_a_mistake_of_ours_is_no_outage(tmp_path):
    """It is raised as it is."""
    database = opened_database(f"sqlite:///{tmp_path}/a.sqlite", pool=1)

    def twice():
        with failures_told(), database.begin() as db:
            db.execute(sa.text("CREATE TABLE t (x TEXT PRIMARY KEY)"))
            for _ in range(2):
                db.execute(sa.text("INSERT INTO t VALUES ('a')"))

    with pytest.raises(sa.exc.IntegrityError):
        twice()
    database.dispose()
