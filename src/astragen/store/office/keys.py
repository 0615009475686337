"""API keys: a secret is shown once and kept as its SHA-256 only, which is enough for 256 bits of chance.

A secret is `ag_live_`, 32 random bytes and a checksum, in base62: what is mistyped is refused before the database
is asked, and scanners for leaked secrets know it by its form. Start reading at `ApiKeys.find`.
"""

from __future__ import annotations

import hmac
import secrets
import zlib
from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from astragen.errors import JobNotFound
from astragen.model.base import content_hash
from astragen.model.office import KeyRecord, Scope
from astragen.store.office import tables
from astragen.store.office.database import Database
from astragen.store.office.ids import new_id

MARK: Final = "ag_live_"
PREFIX: Final = len(MARK) + 8  # characters that are kept, to find and to show it by
USED_EVERY_S: Final = 60.0  # between two notes of a key's use
ROTATION_S: Final = 86_400.0  # that a rotated key's old secret is still good

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY: Final = 43  # digits of 32 bytes
_CHECK: Final = 6  # digits of a CRC-32
_NOBODY: Final = "0" * 64  # compared with where nothing is found, so that it takes as long

_COLUMNS: Final = tuple(tables.keys.c[name] for name in KeyRecord.model_fields)
_ANY: Final = select(tables.keys.c.id).limit(1)
_KNOWN: Final = (
    select(tables.secrets.c.hash, tables.secrets.c.until, *_COLUMNS)
    .join_from(tables.secrets, tables.keys, tables.secrets.c.key == tables.keys.c.id)
    .where(tables.secrets.c.prefix == bindparam("beginning"))
)


class ApiKeys:
    """The keys in *database*."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._database = database
        self._now_s = now_s

    def create(
        self,
        name: str,
        scopes: Iterable[Scope],
        *,
        expires_at: float | None = None,
        rate_per_minute: int | None = None,
        queue_depth: int | None = None,
        films_at_once: int | None = None,
        spend_limit_usd: float | None = None,
    ) -> tuple[KeyRecord, str]:
        """A new key, and its secret, which nobody can ever read again."""
        secret = _new_secret()
        now_s = self._now_s()
        record = KeyRecord(
            id=new_id("key", now_s),
            name=name,
            prefix=secret[:PREFIX],
            scopes=tuple(scopes),
            created_at=now_s,
            expires_at=expires_at,
            rate_per_minute=rate_per_minute,
            queue_depth=queue_depth,
            films_at_once=films_at_once,
            spend_limit_usd=spend_limit_usd,
        )
        with self._database.writing() as connection:
            row = {field: getattr(record, field) for field in KeyRecord.model_fields}
            connection.execute(insert(tables.keys).values(row))
            _keep(connection, record.id, secret)
        return record, secret

    def find(self, secret: str) -> KeyRecord | None:
        """The valid key of *secret*, and note that it was used; None: there is none."""
        if not is_well_formed(secret):
            return None
        digest, now_s = content_hash(secret), self._now_s()
        with self._database.reading() as connection:
            rows = connection.execute(_KNOWN, {"beginning": secret[:PREFIX]}).all()
        found = [row for row in rows if hmac.compare_digest(row.hash, digest)]
        if not rows:
            hmac.compare_digest(_NOBODY, digest)
        if not found or (found[0].until is not None and now_s >= found[0].until):
            return None
        record = _record_of(found[0])
        if not record.is_valid(now_s):
            return None
        self._note_use(record, now_s)
        return record

    def get(self, key_id: str) -> KeyRecord:
        """The key.

        Raises:
            JobNotFound: there is none.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(tables.keys.c.id == key_id)).one_or_none()
        if row is None:
            raise _not_found(key_id)
        return _record_of(row)

    def were_made(self) -> bool:
        """Whether there ever was a key; those that were revoked count."""
        with self._database.reading() as connection:
            return connection.execute(_ANY).first() is not None

    def list(self) -> list[KeyRecord]:
        """All keys, revoked ones too, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*_COLUMNS).order_by(tables.keys.c.id.desc()))
            return [_record_of(row) for row in rows]

    def revoke(self, key_id: str) -> KeyRecord:
        """Make a key open nothing from now on; once more changes nothing. Raises as `get` does."""
        table = tables.keys
        with self._database.writing() as connection:
            valid = update(table).where(table.c.id == key_id, table.c.revoked_at.is_(None))
            connection.execute(valid.values(revoked_at=self._now_s()))
            connection.execute(delete(tables.secrets).where(tables.secrets.c.key == key_id))
        return self.get(key_id)

    def rotate(self, key_id: str, *, overlap_s: float = ROTATION_S) -> tuple[KeyRecord, str]:
        """A new secret for a key; those of before are good for *overlap_s* more seconds, those of before them for none.

        Raises:
            JobNotFound: there is no such key, or it is revoked.
        """
        secret = _new_secret()
        table, until = tables.secrets, self._now_s() + overlap_s
        with self._database.writing() as connection:
            valid = update(tables.keys).where(tables.keys.c.id == key_id, tables.keys.c.revoked_at.is_(None))
            row = connection.execute(valid.values(prefix=secret[:PREFIX]).returning(*_COLUMNS)).one_or_none()
            if row is None:
                raise _not_found(key_id)
            connection.execute(delete(table).where(table.c.key == key_id, table.c.until.is_not(None)))
            connection.execute(update(table).where(table.c.key == key_id).values(until=until))
            _keep(connection, key_id, secret)
        return _record_of(row), secret

    def _note_use(self, record: KeyRecord, now_s: float) -> None:
        if record.last_used_at is not None and now_s - record.last_used_at < USED_EVERY_S:
            return
        with self._database.writing() as connection:
            used = update(tables.keys).where(tables.keys.c.id == record.id)
            connection.execute(used.values(last_used_at=now_s))


def is_well_formed(secret: str) -> bool:
    """Whether *secret* has the form of one, checksum and all; says nothing of whether it opens anything."""
    body = secret[len(MARK) : -_CHECK]
    return (
        len(secret) == len(MARK) + _BODY + _CHECK
        and secret.startswith(MARK)
        and secret.isascii()
        and secret[len(MARK) :].isalnum()
        and secret[-_CHECK:] == _checksum(body)
    )


def _new_secret() -> str:
    body = _base62(secrets.randbits(256), _BODY)
    return f"{MARK}{body}{_checksum(body)}"


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECK)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


def _keep(connection: Connection, key_id: str, secret: str) -> None:
    row = {"hash": content_hash(secret), "prefix": secret[:PREFIX], "key": key_id, "until": None}
    connection.execute(insert(tables.secrets).values(row))


def _record_of(row: Row[Any]) -> KeyRecord:
    return KeyRecord.model_validate({name: row._mapping[name] for name in KeyRecord.model_fields})


def _not_found(key_id: str) -> JobNotFound:
    return JobNotFound(f'There is no valid key "{key_id[:64]}".', hint="astragen keys list shows those that are there.")
