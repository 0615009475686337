import shutil
import threading
from types import SimpleNamespace

import pytest

from astragen.errors import StoreError
from astragen.service.routes import health
from little_house import ELSEWHERE, client


def test_anybody_may_ask_whether_it_lives_and_is_ready(rooms):
    """Probes have no key."""
    rooms.office.keys.create("one", ["films:read"])
    asking = client(rooms, client=ELSEWHERE)

    assert asking.get("/healthz").json() == {"status": "ok"}
    ready = asking.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert ready.json()["checks"] == {"database": "ok", "store": "ok", "queue": "ok", "disk": "ok"}


def test_a_folder_that_cannot_be_written_is_not_ready(rooms, caplog):
    """A file stands where the store would be; the log says what, the answer only which."""
    rooms.artifacts.root.write_text("in the way")
    ready = client(rooms).get("/readyz")

    assert ready.status_code == 503
    assert ready.json()["status"] == "not_ready"
    assert ready.json()["checks"] == {"database": "ok", "store": "failed", "queue": "ok", "disk": "ok"}
    assert str(rooms.artifacts.root) not in ready.text
    assert "store" in [getattr(record, "check", "") for record in caplog.records]


def test_a_database_that_is_gone_is_not_ready(rooms, tmp_path):
    """It is really asked: its file is no database any more."""
    rooms.office.close()
    (path,) = [one for one in rooms.settings.data_dir.iterdir() if one.name == "astragen.sqlite"]
    for one in rooms.settings.data_dir.glob("astragen.sqlite*"):
        one.unlink()
    path.mkdir()

    assert client(rooms).get("/readyz").json()["checks"]["database"] == "failed"


def test_a_bucket_that_does_not_answer_is_not_ready(rooms):
    """It is asked for what it cannot have, so no memory of it helps."""

    class Down(type(rooms.artifacts)):
        def has(self, artifact):
            raise StoreError("The bucket does not answer.")

    with pytest.raises(StoreError):
        health.try_store(Down(rooms.artifacts.root))


def test_a_disk_with_little_room_is_told(rooms, monkeypatch, caplog):
    """All but films is served, so it is ready; the log says how much is missing where."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=10_000_000))
    ready = client(rooms).get("/readyz")

    assert (ready.status_code, ready.json()["status"], ready.json()["checks"]["disk"]) == (200, "ready", "low")
    assert str(rooms.settings.data_dir) not in ready.text
    assert "10 MB are free" in " ".join(str(getattr(record, "error", "")) for record in caplog.records)


def test_a_check_that_hangs_is_given_up(rooms, monkeypatch):
    """The probe gets its answer in time, though the thread still waits."""
    monkeypatch.setattr(health, "PATIENCE_S", 0.05)
    hanging = threading.Event()
    rooms.counter.depth = lambda _: hanging.wait(5)
    try:
        assert client(rooms).get("/readyz").json()["checks"]["queue"] == "failed"
    finally:
        hanging.set()


def test_many_who_ask_at_once_ask_once(rooms):
    """Anybody may ask, so asking costs nothing within a second."""
    asked = []
    rooms.counter.depth = lambda _: asked.append(1) or 0
    asking = client(rooms)
    for _ in range(5):
        asking.get("/readyz")

    assert len(asked) == 1
