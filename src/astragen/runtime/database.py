"""The database of the engine: SQLite in a folder of this machine, or PostgreSQL.

Every process opens it the same way, or they would wait for each other in vain. Start reading at `opened_database`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal

import sqlalchemy as sa

from astragen.errors import DatabaseDown, SettingsError
from astragen.store.outages import SERVER, bound, is_outage, says_full

BUSY_MS: Final = 30_000  # that another process may hold the SQLite file; a write takes milliseconds
NETWORK_FILES: Final = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "smbclient",
        "afs",
        "9p",
        "fuse.sshfs",
        "fuse.s3fs",
        "davfs",
    }
)
_MOUNTS: Final = Path("/proc/self/mounts")


def opened_database(
    url: str, *, pool: int = 5, on_full: Callable[[], None] | None = None, sync: Literal["FULL", "NORMAL"] = "FULL"
) -> sa.Engine:
    """A pool of *pool* connections to *url*; *on_full* is called when a statement finds the disk full.

    SQLite is in WAL, and takes the write lock when a transaction begins, so that nobody fails half-way. *sync*: FULL,
    each commit waits for the disk; NORMAL: a killed process loses nothing, and who makes promises waits by himself
    (`store/syncing.py`).

    Raises:
        SettingsError: no such kind of database; its file cannot be used, or is on another machine.
    """
    address = _address(url)
    is_file = address.get_backend_name() == "sqlite"
    if is_file:
        _prepare_file(Path(address.database or ""))
    named = {} if is_file else {"connect_args": dict(SERVER)}
    engine = sa.create_engine(
        address,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=30,
        pool_pre_ping=not is_file,  # a server may have been restarted meanwhile
        hide_parameters=True,
        **named,
    )
    sa.event.listen(engine, "connect", _ready_file(sync) if is_file else _ready_server)
    sa.event.listen(engine, "handle_error", _tell_loss)
    if on_full is not None:
        sa.event.listen(
            engine, "handle_error", lambda context: on_full() if says_full(context.original_exception) else None
        )
    return engine


@contextmanager
def failures_told() -> Iterator[None]:
    """Let a database that goes away inside be an error of ours.

    Raises:
        DatabaseDown: it does not answer, or is full.
    """
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        if not is_outage(error):
            raise
        is_full = says_full(error)
        raise DatabaseDown(
            "The service's database has no room left." if is_full else "The service's database does not answer.",
            hint="Free space on its disk." if is_full else "Try again in a moment.",
            is_full=is_full,
        ) from error


def network_of(folder: Path, mounts: str) -> str:
    """The kind of network file system that holds *folder*; empty: none. *mounts*: the lines of /proc/mounts."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind if kind in NETWORK_FILES else ""


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise _unusable("it is no URL of a database") from None  # the message would show the password
    kind = address.get_backend_name()
    if kind in ("postgresql", "postgres") and find_spec("psycopg") is None:
        raise SettingsError(
            "PostgreSQL needs the package psycopg, which is not installed.",
            hint="Install it with: pip install 'astragen[postgres]'",
        )
    if kind == "sqlite" and address.database and address.database != ":memory:":
        return address
    if kind in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    raise _unusable(f'"{kind}" is neither sqlite with a file nor postgresql')


def _unusable(why: str) -> SettingsError:
    return SettingsError(
        f"The database of the service cannot be used: {why}.",
        hint="Set ASTRAGEN_DATABASE_URL to postgresql://user:password@host/name, or leave it out.",
    )


def _prepare_file(path: Path) -> None:
    """Make the SQLite file, in WAL: its kind is kept in the file, and can be changed only while nobody writes."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        where = path.parent.resolve()
        kind = network_of(where, _MOUNTS.read_text("utf-8", "replace")) if _MOUNTS.exists() else ""
        if kind or str(where).startswith("\\\\"):
            raise SettingsError(
                f'The database "{path}" is on a network file system ({kind or "a share"}), '
                "where SQLite loses what several processes write.",
                hint="Put --data-dir on a disk of this machine, or use PostgreSQL (ASTRAGEN_DATABASE_URL).",
            )
        db = sqlite3.connect(path, timeout=BUSY_MS / 1000)
        try:
            mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        finally:
            db.close()
    except (OSError, sqlite3.Error) as error:
        raise _unusable(f'the file "{path}": {error}') from error
    if mode != "wal":
        raise _unusable(f'the file "{path}" cannot be written ahead (its journal is "{mode}")')


def _tell_loss(context: sa.ExceptionContext) -> None:
    """Say that a connection is lost, where SQLAlchemy and DBOS go by words that psycopg does not use any more.

    DBOS waits for a database that went away only when it is told so; else a film would fail with it.
    """
    error: Any = context.original_exception
    if type(error).__module__.startswith("psycopg") and "OperationalError" in {
        one.__name__ for one in type(error).mro()
    }:
        context.is_disconnect = context.is_disconnect or error.sqlstate is None


def _ready_file(sync: str) -> Callable[[Any, object], None]:
    def ready(connection: Any, _: object) -> None:  # noqa: ANN401 - a DBAPI connection
        connection.isolation_level = "IMMEDIATE"
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute(f"PRAGMA synchronous = {sync}")
        connection.execute("PRAGMA foreign_keys = ON")

    return ready


def _ready_server(connection: Any, _: object) -> None:  # noqa: ANN401 - a DBAPI connection
    bound(connection)
