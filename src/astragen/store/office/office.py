"""The office: all of the service's own tables behind one object. Its calls block; call them from threads."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Final

from sqlalchemy import Text, cast, select, text

from astragen.store.office import tables
from astragen.store.office.database import Database
from astragen.store.office.events import Events
from astragen.store.office.files import Files
from astragen.store.office.films import Films
from astragen.store.office.hooks import Hooks
from astragen.store.office.keys import ApiKeys
from astragen.store.office.migrate import migrate
from astragen.store.office.repeats import Repeats
from astragen.store.office.shares import Shares
from astragen.store.office.usage import Usage

_HASH: Final = re.compile(r'"hash":\s*"([0-9a-f]{64})"')
_AT_ONCE: Final = 500  # rows read at one time


class Office:
    """The service's tables in *database*, a URL: sqlite:///PATH or postgresql://...; threads may share it."""

    def __init__(self, database: str, *, now_s: Callable[[], float] = time.time) -> None:
        """Connect to nothing yet; *now_s*: seconds since the epoch.

        Raises:
            SettingsError: the URL cannot be one.
        """
        self.database = Database(database)
        self.films = Films(self.database, now_s)
        self.events = Events(self.database, now_s)
        self.keys = ApiKeys(self.database, now_s)
        self.files = Files(self.database)
        self.hooks = Hooks(self.database, now_s)
        self.repeats = Repeats(self.database, now_s)
        self.shares = Shares(self.database, now_s)
        self.usage = Usage(self.database)

    def migrate(self) -> None:
        """Make the tables, or bring them to this version; any number of processes may do so at one time.

        Raises:
            SettingsError: the database cannot be reached, or is of a newer version.
        """
        migrate(self.database)

    def settle(self) -> None:
        """Return when what was committed, here or by the engine in the same database, will outlive a power cut."""
        self.database.settle()

    def ping(self) -> None:
        """See that the database answers.

        Raises:
            DatabaseDown: it does not.
        """
        with self.database.reading() as connection:
            connection.execute(text("SELECT 1"))

    def referenced(self) -> Iterator[str]:
        """The hash of every artifact that a film, its order, its history or an uploaded file names; some twice.

        Collect them before doing slow work: until the last one is read, a transaction is open.
        """
        files, films, events = tables.files, tables.films, tables.events
        with self.database.reading() as connection:
            yield from connection.execute(select(files.c.hash)).scalars()
            named = [cast(films.c.outputs, Text), cast(films.c["order"], Text)]
            for row in connection.execute(select(*named)).yield_per(_AT_ONCE):
                yield from _HASH.findall(row[0] + row[1])
            shown = select(cast(events.c.event, Text)).where(events.c.kind == "take_made")
            for said in connection.execute(shown).yield_per(_AT_ONCE).scalars():
                yield from _HASH.findall(said)

    def close(self) -> None:
        """Close the database's connections."""
        self.database.close()
