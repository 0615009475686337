"""A house in a folder, with its real office, store and hub; only what would run films is a stand-in that records."""

from __future__ import annotations

import time
from contextlib import contextmanager

from starlette.testclient import TestClient

from astragen.service.access import Access
from astragen.service.app import create_app
from astragen.service.house import House
from astragen.service.hub import Hub
from astragen.settings import Settings
from astragen.store.artifacts import ArtifactStore
from astragen.store.office import Office

HERE = ("127.0.0.1", 50_000)
ELSEWHERE = ("203.0.113.9", 50_000)


class RecordingCounter:
    """Takes films, and makes none: nobody works here."""

    def __init__(self):
        self.submitted, self.cancelled = [], []

    def submit(self, queue, workflow, *arguments, id):
        if id not in [one[-1] for one in self.submitted]:
            self.submitted.append((queue, workflow, *arguments, id))

    def cancel(self, id):
        self.cancelled.append(id)

    def depth(self, queue):
        return sum(one[0] == queue for one in self.submitted)

    def position(self, id):
        waiting = [one[-1] for one in self.submitted]
        return waiting.index(id) + 1 if id in waiting else None

    def orphans(self):
        return {}

    def close(self):
        """There is nothing to let go of."""


@contextmanager
def house(folder, *, host="127.0.0.1", now_s=time.time, **settings):
    """A house that is served at *host*; its database is closed in the end."""
    given = Settings(data_dir=folder, cache_dir=folder / "cache", config_dir=folder, **settings)
    folder.mkdir(parents=True, exist_ok=True)
    office = Office(given.database, now_s=now_s)
    office.migrate()
    try:
        yield House(
            settings=given,
            office=office,
            artifacts=ArtifactStore(folder / "artifacts"),
            counter=RecordingCounter(),
            access=Access(office.keys, allowed_hosts=given.allowed_hosts, host=host),
            hub=Hub(office),
            now_s=now_s,
        )
    finally:
        office.close()


def client(rooms, *, key=None, client=HERE, base_url="http://127.0.0.1", app=None, **headers):
    """Who asks the app of the house *rooms*, with *key*, from the address *client*."""
    headers |= {"Authorization": f"Bearer {key}"} if key else {}
    served = app or create_app(rooms)
    return TestClient(served, client=client, base_url=base_url, headers=headers, raise_server_exceptions=False)
