"""What DBOS has no call for, asked of its documented table of workflows; no code of DBOS is needed for it.

`requeue` is what its own recovery does, for the day on which its private method is gone.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Final

import sqlalchemy as sa

APPLICATION: Final = "astragen"
INTERNAL_QUEUE: Final = "_dbos_internal_queue"  # where a workflow without a queue is recovered to
OPEN: Final = ("ENQUEUED", "PENDING", "DELAYED")
BATCH: Final = 1000  # rows that are removed at one time

_TEXTS: Final = (
    "workflow_uuid",
    "status",
    "executor_id",
    "application_version",
    "application_name",
    "queue_name",
    "owner_xid",
)
_NUMBERS: Final = ("priority", "created_at", "updated_at", "completed_at", "started_at_epoch_ms")


class Rows:
    """The workflows of this application in *database*."""

    def __init__(self, database: sa.Engine) -> None:
        """*database* has the tables of DBOS; PostgreSQL in the schema `dbos`."""
        self._database = database
        schema = None if database.dialect.name == "sqlite" else "dbos"
        texts = [sa.column(name, sa.Text) for name in _TEXTS]
        numbers = [sa.column(name, sa.BigInteger) for name in _NUMBERS]
        self._table = sa.table("workflow_status", *texts, *numbers, schema=schema)
        self._is_ours = self._table.c.application_name == APPLICATION
        # As literals, not as parameters: only so do databases see that DBOS's indexes of some states will do, and a
        # look at the queue does not read every workflow that ever was.
        it = self._table.c
        self._is_held = it.status == sa.literal_column("'PENDING'")
        self._waits = sa.and_(
            sa.literal_column("status IN ('ENQUEUED', 'PENDING')"), it.status == sa.literal_column("'ENQUEUED'")
        )
        # Built once: every look at a film that waits asks these.
        order = (it.priority, it.created_at, it.workflow_uuid)
        mine = (sa.bindparam("priority", type_=sa.BigInteger), sa.bindparam("created_at", type_=sa.BigInteger))
        self._place = sa.select(it.queue_name, it.priority, it.created_at).where(
            it.workflow_uuid == sa.bindparam("id"), it.status == "ENQUEUED"
        )
        self._ahead = self._counted(
            it.queue_name == sa.bindparam("queue_name"),
            self._waits,
            sa.tuple_(*order) < sa.tuple_(*mine, sa.bindparam("id", type_=sa.Text)),
        )
        self._cancelled = self._counted(
            it.workflow_uuid.in_(sa.bindparam("ids", expanding=True)), it.status == "CANCELLED"
        )

    def owners(self, version: str) -> set[str]:
        """The executors that have a workflow of the graph *version* in hand, alive or dead."""
        it = self._table.c
        has_one = sa.and_(self._is_held, it.executor_id.is_not(None))
        return set(self._column(it.executor_id, has_one, it.application_version == version))

    def held_by(self, executor: str) -> set[str]:
        """The ids of the workflows that *executor* has in hand."""
        it = self._table.c
        return set(self._column(it.workflow_uuid, self._is_held, it.executor_id == executor))

    def requeue(self, executor: str, version: str, ids: Collection[str] | None = None) -> int:
        """Put back what *executor* has in hand, of the graph *version*: *ids*, or all of it.

        What it still does with it is recorded no more.
        """
        it = self._table.c
        is_held = sa.and_(self._is_held, it.executor_id == executor, it.application_version == version)
        if ids is not None:
            is_held = sa.and_(is_held, it.workflow_uuid.in_(ids))
        back = (
            sa.update(self._table)
            .where(is_held, self._is_ours)
            .values(
                status="ENQUEUED",
                owner_xid=None,
                started_at_epoch_ms=None,
                updated_at=_now_ms(),
                queue_name=sa.func.coalesce(it.queue_name, INTERNAL_QUEUE),
            )
        )
        return self._changed(back)

    def depth(self, queue: str) -> int:
        """How many workflows wait on *queue*."""
        with self._database.begin() as db:
            counted = self._counted(self._table.c.queue_name == queue, self._waits)
            return int(db.execute(counted).scalar_one())

    def position(self, id: str) -> int | None:
        """The place of *id* among those that wait on its queue, 1 being the next; None: it does not wait."""
        with self._database.begin() as db:
            mine = db.execute(self._place, {"id": id}).first()
            if mine is None:
                return None
            return 1 + int(db.execute(self._ahead, {"id": id, **mine._asdict()}).scalar_one())

    def pieces(self, id: str) -> set[str]:
        """The ids of the open workflows that belong to *id*: those that begin with it, and a dot or a slash."""
        it = self._table.c
        belongs = sa.or_(*(it.workflow_uuid.startswith(f"{id}{mark}", autoescape=True) for mark in "./"))
        return set(self._column(it.workflow_uuid, it.status.in_(OPEN), belongs))

    def is_any_cancelled(self, ids: Collection[str]) -> bool:
        """Whether one of the workflows *ids* was cancelled."""
        if not ids:
            return False
        with self._database.begin() as db:
            return int(db.execute(self._cancelled, {"ids": list(ids)}).scalar_one()) > 0

    def orphans(self, versions: Collection[str]) -> dict[str, int]:
        """How many open workflows there are of each graph version that is none of *versions*."""
        it = self._table.c
        counted = sa.select(it.application_version, sa.func.count()).group_by(it.application_version)
        is_foreign = sa.and_(it.application_version.is_not(None), it.application_version.not_in(versions))
        with self._database.begin() as db:
            rows = db.execute(counted.where(it.status.in_(OPEN), is_foreign, self._is_ours))
            return {str(version): int(count) for version, count in rows}

    def adopt(self, version: str, into: str) -> int:
        """Make the open workflows of *version* ones of *into*."""
        it = self._table.c
        relabelled = sa.update(self._table).where(it.application_version == version, it.status.in_(OPEN), self._is_ours)
        return self._changed(relabelled.values(application_version=into, updated_at=_now_ms()))

    def ended_before(self, at_s: float) -> Sequence[str]:
        """The ids of at most `BATCH` workflows that ended before *at_s*, in seconds since the epoch."""
        it = self._table.c
        ended_ms = sa.func.coalesce(it.completed_at, it.updated_at)
        chosen = sa.select(it.workflow_uuid).where(it.status.not_in(OPEN), ended_ms < int(at_s * 1000), self._is_ours)
        with self._database.begin() as db:
            return [str(id) for (id,) in db.execute(chosen.limit(BATCH))]

    def _column(self, column: sa.ColumnElement[str], *conditions: sa.ColumnElement[bool]) -> list[str]:
        with self._database.begin() as db:
            return [str(one) for (one,) in db.execute(sa.select(column).where(*conditions, self._is_ours).distinct())]

    def _counted(self, *conditions: sa.ColumnElement[bool]) -> sa.Select[int]:
        return sa.select(sa.func.count()).select_from(self._table).where(*conditions, self._is_ours)

    def _changed(self, statement: sa.Update) -> int:
        with self._database.begin() as db:
            return db.execute(statement).rowcount


def _now_ms() -> int:
    return int(time.time() * 1000)
