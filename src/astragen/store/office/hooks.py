"""Webhook endpoints, and the log of what was sent to them: each message is written before it is sent.

Whoever sends asks for what is due, which nobody else is given meanwhile, and notes how it went; the next try's time
comes from `plan/deliveries.py`. Start reading at `Hooks.due`.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterable
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import ColumnElement, Row, bindparam, delete, insert, select, update

from astragen.errors import JobNotFound
from astragen.model.office import HookRecord
from astragen.store.office import tables
from astragen.store.office.database import Database
from astragen.store.office.deliveries import Deliveries
from astragen.store.office.ids import new_id

SECRET_MARK: Final = "whsec_"  # as Standard Webhooks has it  # noqa: S105
SECRET_BYTES: Final = 32
ROTATION_S: Final = 86_400.0  # that messages are signed with the old secret, too
CHANGEABLE: Final = frozenset({"url", "events", "description", "is_disabled"})

_TABLE: Final = tables.hooks
_ALL: Final = select(_TABLE).order_by(_TABLE.c.id.desc())
_OWN: Final = _ALL.where(_TABLE.c.owner == bindparam("whose"))


class Hooks:
    """The endpoints in *database*, and what is sent to them."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._database = database
        self._now_s = now_s
        self.deliveries = Deliveries(database, now_s)

    def create(self, owner: str, url: str, *, events: Iterable[str] = (), description: str = "") -> HookRecord:
        """A new endpoint with a secret of its own; whether *url* may be asked is for the caller to check."""
        now_s = self._now_s()
        row: dict[str, Any] = {"id": new_id("hook", now_s), "owner": owner, "url": url, "events": tuple(events)}
        row |= {"description": description, "created_at": now_s, "is_disabled": False, "disabled_why": ""}
        row |= {"secret": _new_secret(), "old_secret": ""}
        with self._database.writing() as connection:
            made = connection.execute(insert(_TABLE).values(row).returning(_TABLE)).one()
        return self._record_of(made)

    def get(self, hook_id: str, *, owner: str | None = None) -> HookRecord:
        """The endpoint; *owner*: whose it must be, None: anybody's.

        Raises:
            JobNotFound: there is none, or it is another owner's.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(_TABLE).where(*_of(hook_id, owner))).one_or_none()
        if row is None:
            raise _not_found(hook_id)
        return self._record_of(row)

    def list(self, owner: str | None = None) -> list[HookRecord]:
        """The endpoints of *owner*, None: all; the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_ALL if owner is None else _OWN, {"whose": owner})
            return [self._record_of(row) for row in rows]

    def change(self, hook_id: str, *, owner: str | None = None, **fields: Any) -> HookRecord:  # noqa: ANN401
        """Set some of url, events, description and is_disabled; raises as `get` does."""
        wrong = sorted(set(fields) - CHANGEABLE)
        if wrong:
            raise ValueError(f"a webhook's {', '.join(wrong)} cannot be changed")
        if fields.get("is_disabled") is False:
            fields["disabled_why"] = ""
        return self._changed(hook_id, owner, fields) if fields else self.get(hook_id, owner=owner)

    def disable(self, hook_id: str, why: str) -> HookRecord:
        """Stop sending to an endpoint, on the service's own account; raises as `get` does."""
        return self._changed(hook_id, None, {"is_disabled": True, "disabled_why": why})

    def rotate(self, hook_id: str, *, owner: str | None = None, overlap_s: float = ROTATION_S) -> HookRecord:
        """Give an endpoint a new secret; messages are signed with both for *overlap_s*. Raises as `get` does."""
        until = self._now_s() + overlap_s
        return self._changed(
            hook_id, owner, {"old_secret": _TABLE.c.secret, "old_until": until, "secret": _new_secret()}
        )

    def delete(self, hook_id: str, *, owner: str | None = None) -> None:
        """Remove an endpoint and its log; raises as `get` does."""
        with self._database.writing() as connection:
            if not connection.execute(delete(_TABLE).where(*_of(hook_id, owner))).rowcount:
                raise _not_found(hook_id)
            connection.execute(delete(tables.deliveries).where(tables.deliveries.c.hook == hook_id))

    def _changed(self, hook_id: str, owner: str | None, values: dict[str, Any]) -> HookRecord:
        with self._database.writing() as connection:
            changed = update(_TABLE).where(*_of(hook_id, owner)).values(values).returning(_TABLE)
            row = connection.execute(changed).one_or_none()
        if row is None:
            raise _not_found(hook_id)
        return self._record_of(row)

    def _record_of(self, row: Row[Any]) -> HookRecord:
        is_old_good = row.old_until is not None and self._now_s() < row.old_until
        good = [row.secret, row.old_secret] if is_old_good else [row.secret]
        values = {name: row._mapping[name] for name in HookRecord.model_fields if name != "secrets"}
        return HookRecord(**values, secrets=tuple(SecretStr(secret) for secret in good))


def _new_secret() -> str:
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _of(hook_id: str, owner: str | None) -> list[ColumnElement[bool]]:
    return [_TABLE.c.id == hook_id, *([] if owner is None else [_TABLE.c.owner == owner])]


def _not_found(hook_id: str) -> JobNotFound:
    return JobNotFound(f'There is no webhook "{hook_id[:64]}".', hint="List those that are there.")
