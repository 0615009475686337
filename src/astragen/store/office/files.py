"""The files that users uploaded: whose they are and what they are; their bytes are artifacts."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, insert, select

from astragen.errors import JobNotFound, QuotaReached
from astragen.model.office import FilePage, FileRecord
from astragen.model.take import Artifact
from astragen.store.office import tables
from astragen.store.office.database import Database

_TABLE: Final = tables.files


class Files:
    """The files in *database*."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, record: FileRecord, *, max_bytes: int | None = None) -> None:
        """Keep a file; *max_bytes*: what its owner's files may take together, None: any number.

        Raises:
            QuotaReached: with it, they would take more.
        """
        row = {name: getattr(record, name) for name in ("id", "owner", "name", "kind", "created_at")}
        row |= record.artifact.model_dump()
        with self._database.writing() as connection:
            if max_bytes is not None:
                self._database.alone(connection, f"files {record.owner}")
                used = int(connection.execute(_used(record.owner)).scalar_one())
                _check(record, used, max_bytes)
            connection.execute(insert(_TABLE).values(row))

    def get(self, file_id: str, *, owner: str | None = None) -> FileRecord:
        """The file; *owner*: whose it must be, None: anybody's.

        Raises:
            JobNotFound: there is none, or it is another owner's.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(_TABLE).where(*_of(file_id, owner))).one_or_none()
        if row is None:
            raise _not_found(file_id)
        return _record_of(row)

    def page(self, *, owner: str | None = None, limit: int = 20, after: str = "") -> FilePage:
        """At most *limit* files after the id *after*, the newest first."""
        where = [] if owner is None else [_TABLE.c.owner == owner]
        where += [_TABLE.c.id < after] if after else []
        with self._database.reading() as connection:
            rows = connection.execute(select(_TABLE).where(*where).order_by(_TABLE.c.id.desc()).limit(limit + 1)).all()
        return FilePage(tuple(_record_of(row) for row in rows[:limit]), has_more=len(rows) > limit)

    def delete(self, file_id: str, *, owner: str | None = None) -> None:
        """Remove a file's row; films that use it keep its bytes. Raises as `get` does."""
        with self._database.writing() as connection:
            if not connection.execute(delete(_TABLE).where(*_of(file_id, owner))).rowcount:
                raise _not_found(file_id)

    def used_bytes(self, owner: str) -> int:
        """What the files of *owner* take."""
        with self._database.reading() as connection:
            return int(connection.execute(_used(owner)).scalar_one())


def _used(owner: str) -> Any:  # noqa: ANN401 - a statement
    return select(func.coalesce(func.sum(_TABLE.c.bytes), 0)).where(_TABLE.c.owner == owner)


def _check(record: FileRecord, used: int, max_bytes: int) -> None:
    if used + record.artifact.bytes > max_bytes:
        raise QuotaReached(
            f'The file "{record.name}" has {record.artifact.bytes} bytes; {used} of {max_bytes} are used.',
            hint="Delete files that are not needed.",
            quota="files",
        )


def _of(file_id: str, owner: str | None) -> list[ColumnElement[bool]]:
    return [_TABLE.c.id == file_id, *([] if owner is None else [_TABLE.c.owner == owner])]


def _record_of(row: Row[Any]) -> FileRecord:
    artifact = Artifact(hash=row.hash, media_type=row.media_type, bytes=row.bytes)
    return FileRecord(
        id=row.id, owner=row.owner, artifact=artifact, name=row.name, kind=row.kind, created_at=row.created_at
    )


def _not_found(file_id: str) -> JobNotFound:
    return JobNotFound(f'There is no file "{file_id[:64]}".', hint="Upload it first.")
