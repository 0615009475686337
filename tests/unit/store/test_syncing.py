import os
import sqlite3
import threading
import time

from astragen.store.syncing import Syncing


def test_all_who_wait_at_one_time_share_a_write_that_began_after_they_asked(tmp_path):
    """Nobody is told that it is done by a write that may have begun before the commit."""
    file = tmp_path / "a.sqlite"
    (tmp_path / "a.sqlite-wal").write_bytes(b"log")
    begun, go_on = threading.Event(), threading.Event()
    writes = []

    def slow(_):
        writes.append(len(writes))
        begun.set()
        assert go_on.wait(10)

    syncing = Syncing(file, to_disk=slow)
    first = threading.Thread(target=syncing.wait)
    first.start()
    assert begun.wait(10)
    later = [threading.Thread(target=syncing.wait) for _ in range(8)]
    for one in later:
        one.start()
    while syncing._asked < 9:
        time.sleep(0.001)
    go_on.set()
    for one in (first, *later):
        one.join(10)

    assert len(writes) == 2


def test_the_log_of_a_database_is_written_while_others_use_it(tmp_path):
    """It is the very file that the commit is in, and its locks stay as they are."""
    file = tmp_path / "a.sqlite"
    written = []

    def noted(handle):
        written.append(os.readlink(f"/proc/self/fd/{handle}"))
        os.fsync(handle)

    database = sqlite3.connect(file)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE a (b)")
    Syncing(file, to_disk=noted).wait()
    database.execute("INSERT INTO a VALUES (1)")
    database.commit()

    assert written == [f"{file}-wal"]
    database.close()


def test_without_a_log_there_is_nothing_to_write(tmp_path):
    """SQLite removes it when the last one closes the file."""
    Syncing(tmp_path / "a.sqlite", to_disk=os.fsync).wait()
