"""What a database's connection and its failures have in common, for all who speak to one by SQLAlchemy.

A server that stops answering is given up after half a minute; whoever stands still in a transaction, as a process that
is stopped, holds its locks for `IDLE_TRANSACTION_MS`. Start reading at `is_outage`.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import exc

IDLE_TRANSACTION_MS: Final = 10_000
SERVER: Final = {  # of libpq
    "application_name": "astragen",
    "connect_timeout": 10,  # s
    "tcp_user_timeout": 30_000,  # ms, for what was sent and is not confirmed
    "keepalives_idle": 10,  # s; these three while an answer is waited for
    "keepalives_interval": 10,
    "keepalives_count": 2,
}

_STOOD_STILL: Final = "25P03"  # how the server says that it ended a session for that
_DISK_FULL: Final = "53100"
_FULL: Final = ("database or disk is full", "disk i/o error", "no space left on device")


def is_outage(error: BaseException) -> bool:
    """Whether *error*, of SQLAlchemy, is the database's, so that it may be asked again."""
    if isinstance(error, (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)):
        return True
    if not isinstance(error, exc.DBAPIError):
        return False
    # A session that was ended for standing still fails with an InternalError.
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _STOOD_STILL


def says_full(error: BaseException) -> bool:
    """Whether *error*, of the driver or of SQLAlchemy, says that there is no room, or that the disk is broken."""
    said = getattr(error, "orig", None) or error
    return getattr(said, "sqlstate", None) == _DISK_FULL or any(mark in str(said).lower() for mark in _FULL)


def bound(connection: Any) -> None:  # noqa: ANN401 - psycopg's connection
    """Have the server end the new *connection* when it stands still in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_TRANSACTION_MS}")
    connection.commit()  # or the pool would undo it
