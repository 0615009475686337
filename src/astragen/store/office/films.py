"""The films of the service: every change of state is one transaction, with the event that tells of it.

Who may see a film is decided here, too: a foreign one is not found. Start reading at `Films.add` and `Films.end`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from astragen.errors import JobNotFound, StateConflict
from astragen.model.base import content_hash
from astragen.model.event import Ended, Queued
from astragen.model.film import FilmReport
from astragen.model.job import ENDED, HELD, Fault, FilmRecord, FilmState
from astragen.model.office import OpenAttempt, Page, QueueLimits
from astragen.model.take import Artifact
from astragen.store.office import tables
from astragen.store.office.database import Database
from astragen.store.office.events import append
from astragen.store.office.holding import owners_held, released, stage_of
from astragen.store.office.limits import check_limits
from astragen.store.office.usage import charge, charged
from astragen.store.office.words import change_words, forget_words, has_words, keep_words

STATES: Final[frozenset[FilmState]] = frozenset({"queued", "in_progress", "completed", "failed", "cancelled"})
OPEN: Final = STATES - ENDED
FIXED: Final = frozenset({"id", "owner", "attempt", "created_at", "ended_at", "version", "version_of"})  # not by change

_FILMS: Final = tables.films
_FIELDS: Final = tuple(_FILMS.c[name] for name in FilmRecord.model_fields)
_NAMES: Final = frozenset(FilmRecord.model_fields)
_ONE: Final = select(*_FIELDS).where(_FILMS.c.id == bindparam("film"))  # built once: it is asked for most often
_OWN: Final = _ONE.where(_FILMS.c.owner == bindparam("whose"))


class Films:
    """The films in *database*."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._database = database
        self._now_s = now_s

    def add(self, film: FilmRecord, *, limits: QueueLimits | None = None) -> FilmRecord:
        """Keep a new film, tell that it is queued, and return it as it is kept.

        A new version of a film gets the number after the newest of its versions. A film that waits for others of its
        owner has the stage `HELD`: it is for `release` to let it go.

        Raises:
            QuotaReached: with it, its owner would have more than *limits* allow.
            StateConflict: there is a film of this id.
        """
        try:
            with self._database.writing() as connection:
                if limits is not None:
                    check_limits(self._database, connection, film, limits, now_s=self._now_s())
                if stage := stage_of(self._database, connection, film.owner, limits):
                    film = film.model_copy(update={"stage": stage})
                family = self._family(connection, film)
                film = _numbered(connection, film, family)
                row = {name: getattr(film, name) for name in FilmRecord.model_fields}
                connection.execute(insert(_FILMS), {**row, "family": family, "last_seq": 1})
                _label(connection, film.id, film.metadata)
                keep_words(connection, film)
                self._tell_queued(connection, film, 1)
        except IntegrityError as error:
            raise StateConflict(f'There is a film "{film.id}" already.') from error
        return film

    def get(self, film_id: str, *, owner: str | None = None) -> FilmRecord:
        """The film; *owner*: whose it must be, None: anybody's.

        Raises:
            JobNotFound: there is none, or it is another owner's.
        """
        with self._database.reading() as connection:
            chosen = _ONE if owner is None else _OWN
            row = connection.execute(chosen, {"film": film_id, "whose": owner}).one_or_none()
        if row is None:
            raise _not_found(film_id)
        return _film_of(row)

    def page(
        self,
        *,
        owner: str | None = None,
        limit: int = 20,
        after: str = "",
        before: str = "",
        newest_first: bool = True,
        state: FilmState | None = None,
        metadata: Mapping[str, str] = {},
        words: str = "",
        without: Collection[str] = (),
    ) -> Page:
        """At most *limit* films in the order of their ids.

        *after* and *before* are ids, of films that may be gone: the page has what follows *after*, or what comes right
        before *before*, in the order that was asked for. *metadata*: what a film's must have, all of it. *words*:
        what its title or its prompt must have, each of them. *without*: fields that are left at their defaults unread;
        "report" is two thirds of the time that a list takes.
        """
        backwards = bool(before) and not after
        cursor = before if backwards else after
        rising = newest_first == backwards
        where = [_FILMS.c.owner == owner] if owner is not None else []
        if state is not None:
            where.append(_FILMS.c.state == state)
        if cursor:
            where.append(_FILMS.c.id > cursor if rising else _FILMS.c.id < cursor)
        for label in _labels_of(metadata):
            where.append(_FILMS.c.id.in_(select(tables.labels.c.film).where(tables.labels.c.label == label)))
        where += has_words(words)
        order = _FILMS.c.id.asc() if rising else _FILMS.c.id.desc()
        columns = [column for column in _FIELDS if column.name not in without]
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).where(*where).order_by(order).limit(limit + 1)).all()
        films = tuple(_film_of(row) for row in rows[:limit])
        return Page(films[::-1] if backwards else films, has_more=len(rows) > limit)

    def change(
        self,
        film_id: str,
        *,
        only_from: Collection[FilmState] = STATES,
        of_attempt: int | None = None,
        **fields: Any,  # noqa: ANN401 - those of FilmRecord
    ) -> FilmRecord | None:
        """Set *fields* of a film that is in one of the states *only_from*, and return it; None: it is in another.

        *of_attempt*: the attempt that it must be at, None: any. A film ends by `end` only.

        Raises:
            JobNotFound: there is no such film.
            ValueError: a field that does not change, or its value is not one.
        """
        _check_changeable(fields)
        where = [_FILMS.c.id == film_id, _FILMS.c.state.in_(sorted(only_from))]
        if of_attempt is not None:
            where.append(_FILMS.c.attempt == of_attempt)
        with self._database.writing() as connection:
            row = connection.execute(update(_FILMS).where(*where).values(fields).returning(*_FIELDS)).one_or_none()
            if row is None:
                _must_exist(connection, film_id)
                return None
            if "metadata" in fields:
                connection.execute(delete(tables.labels).where(tables.labels.c.film == film_id))
                _label(connection, film_id, fields["metadata"])
            film = _film_of(row)  # here, so that a value that is none is not kept
            if "title" in fields:
                change_words(connection, film)
            return film

    def end(
        self,
        film_id: str,
        attempt: int,
        state: Literal["completed", "failed", "cancelled"],
        *,
        fault: Fault | None = None,
        outputs: Mapping[str, Artifact] | None = None,
        report: FilmReport | None = None,
        spent_usd: float | None = None,
        keep_s: float | None = None,
    ) -> bool:
        """End *attempt* of a film, tell so and charge it; False: it had ended, is at another attempt, or is gone.

        *spent_usd* is what this attempt cost, None: what the report says, or else what the film shows beyond its
        earlier attempts. The film's own spent_usd becomes the sum of all attempts, its title the one that the report
        has. *keep_s*: seconds until it expires, None: as it was.
        """
        now_s = self._now_s()
        goes_on = [_FILMS.c.id == film_id, _FILMS.c.attempt == attempt, _FILMS.c.state.in_(sorted(OPEN))]
        changed: dict[str, Any] = {"state": state, "stage": "", "fault": fault, "ended_at": now_s}
        changed |= {"progress": 100} if state == "completed" else {}
        changed |= {"outputs": dict(outputs)} if outputs is not None else {}
        changed |= {"report": report, "seconds": report.seconds, "title": report.title} if report is not None else {}
        changed |= {"expires_at": now_s + keep_s} if keep_s is not None else {}
        said = {"code": fault.code, "message": fault.message} if fault else {}
        with self._database.writing() as connection:
            film, seq = _locked(connection, goes_on)
            if film is None:
                return False
            earlier_usd = charged(connection, film_id)
            usd = _cost(film, report, spent_usd, earlier_usd)
            changed |= {"spent_usd": earlier_usd + usd, "last_seq": seq}
            connection.execute(update(_FILMS).where(_FILMS.c.id == film_id).values(changed))
            if report is not None:
                change_words(connection, film.model_copy(update={"title": report.title}))
            append(connection, film_id, seq, f"{attempt}/ended", Ended(state=state, attempt=attempt, **said), at=now_s)
            charge(connection, film, state, report, usd, at=now_s)
        return True

    def retry(self, film_id: str, *, owner: str | None = None, limits: QueueLimits | None = None) -> FilmRecord:
        """Queue a failed or cancelled film again as its next attempt, tell so, and return it.

        Raises:
            JobNotFound: there is no such film of this owner.
            StateConflict: it is completed, or has not ended.
            QuotaReached: as in `add`.
        """
        with self._database.writing() as connection:
            film, seq = _locked(connection, _of(film_id, owner))
            if film is None:
                raise _not_found(film_id)
            _check_retried(film)
            if limits is not None:
                check_limits(self._database, connection, film, limits, now_s=self._now_s())
            stage = stage_of(self._database, connection, film.owner, limits)
            anew = {"state": "queued", "stage": stage, "progress": 0, "shots_done": 0, "attempt": film.attempt + 1}
            anew |= {"started_at": None, "ended_at": None, "fault": None, "last_seq": seq}
            anew |= {"report": None, "seconds": None}
            changed = update(_FILMS).where(_FILMS.c.id == film_id).values(anew)
            film = _film_of(connection.execute(changed.returning(*_FIELDS)).one())
            self._tell_queued(connection, film, seq)
        return film

    def release(self, owner: str) -> list[OpenAttempt]:
        """Let those films of *owner* go that are held and need not be any more; they are for the caller to enqueue."""
        with self._database.writing() as connection:
            return released(self._database, connection, owner)

    def owners_held(self) -> list[str]:
        """The owners of films that are held."""
        with self._database.reading() as connection:
            return owners_held(connection)

    def delete(self, film_id: str, *, owner: str | None = None) -> None:
        """Remove a film and its history; what it was charged stays.

        Raises:
            JobNotFound: there is no such film of this owner.
        """
        with self._database.writing() as connection:
            if not connection.execute(delete(_FILMS).where(*_of(film_id, owner))).rowcount:
                raise _not_found(film_id)
            connection.execute(delete(tables.events).where(tables.events.c.film == film_id))
            connection.execute(delete(tables.labels).where(tables.labels.c.film == film_id))
            connection.execute(delete(tables.shares).where(tables.shares.c.film == film_id))
            forget_words(connection, film_id)

    def versions(self, film_id: str, *, owner: str | None = None) -> list[FilmRecord]:
        """All versions of the film of which *film_id* is one, the first one first; raises as `get` does."""
        family = select(_FILMS.c.family).where(*_of(film_id, owner)).scalar_subquery()
        where = [_FILMS.c.family == family, *_of_owner(owner)]
        with self._database.reading() as connection:
            rows = connection.execute(select(*_FIELDS).where(*where).order_by(_FILMS.c.version, _FILMS.c.id)).all()
        if not rows:
            raise _not_found(film_id)
        return [_film_of(row) for row in rows]

    def unfinished(self, limit: int = 100) -> list[FilmRecord]:
        """At most *limit* films that have not ended, the oldest first."""
        return self._chosen([_FILMS.c.state.in_(sorted(OPEN))], limit)

    def open_attempts(self, limit: int = 1000, after: str = "") -> list[OpenAttempt]:
        """As `unfinished`, without their weight and those that are held, after the id *after*.

        For whoever looks at all of them often.
        """
        columns = [_FILMS.c[name] for name in OpenAttempt._fields]
        where = [_FILMS.c.state.in_(sorted(OPEN)), _FILMS.c.stage != HELD, _FILMS.c.id > after]
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).where(*where).order_by(_FILMS.c.id).limit(limit))
            return [OpenAttempt(*row) for row in rows]

    def expired(self, now_s: float, limit: int = 100) -> list[FilmRecord]:
        """At most *limit* films that have ended and are to be removed by *now_s*."""
        return self._chosen([_FILMS.c.expires_at <= now_s, _FILMS.c.state.in_(sorted(ENDED))], limit)

    def counts(self, owner: str | None = None) -> dict[FilmState, int]:
        """How many films of *owner*, None: of all, are in each state."""
        counted = select(_FILMS.c.state, func.count()).where(*_of_owner(owner)).group_by(_FILMS.c.state)
        with self._database.reading() as connection:
            found = {state: int(count) for state, count in connection.execute(counted)}
        return {state: found.get(state, 0) for state in sorted(STATES)}

    def _chosen(self, where: list[ColumnElement[bool]], limit: int) -> list[FilmRecord]:
        with self._database.reading() as connection:
            rows = connection.execute(select(*_FIELDS).where(*where).order_by(_FILMS.c.id).limit(limit)).all()
        return [_film_of(row) for row in rows]

    def _family(self, connection: Connection, film: FilmRecord) -> str:
        """The id of the first version of *film*; until the transaction ends nobody else adds one."""
        if film.version_of is None:
            return film.id
        found = connection.execute(select(_FILMS.c.family).where(_FILMS.c.id == film.version_of)).scalar_one_or_none()
        family = found or film.version_of
        self._database.alone(connection, f"family {family}")
        return family

    def _tell_queued(self, connection: Connection, film: FilmRecord, seq: int) -> None:
        event = Queued(attempt=film.attempt)
        append(connection, film.id, seq, f"{film.attempt}/queued", event, at=self._now_s())


def _numbered(connection: Connection, film: FilmRecord, family: str) -> FilmRecord:
    if film.version_of is None:
        return film
    newest = connection.execute(select(func.max(_FILMS.c.version)).where(_FILMS.c.family == family)).scalar_one()
    return film.model_copy(update={"version": max(film.version, (newest or 0) + 1)})


def _label(connection: Connection, film_id: str, metadata: Mapping[str, str]) -> None:
    rows = [{"label": label, "film": film_id} for label in _labels_of(metadata)]
    if rows:
        connection.execute(insert(tables.labels), rows)


def _labels_of(metadata: Mapping[str, str]) -> list[str]:
    """A hash of each entry: of one length, and of any characters."""
    return [content_hash(f"{len(name)} {name}{value}") for name, value in metadata.items()]


def _cost(film: FilmRecord, report: FilmReport | None, spent_usd: float | None, earlier_usd: float) -> float:
    if spent_usd is not None:
        return spent_usd
    return report.cost_usd if report is not None else max(0.0, film.spent_usd - earlier_usd)


def _locked(connection: Connection, where: list[ColumnElement[bool]]) -> tuple[FilmRecord | None, int]:
    """The film that nobody else changes until the transaction ends, and the number of its next event."""
    chosen = select(*_FIELDS, _FILMS.c.last_seq).where(*where).with_for_update()
    row = connection.execute(chosen).one_or_none()
    return (_film_of(row), row.last_seq + 1) if row is not None else (None, 0)


def _check_retried(film: FilmRecord) -> None:
    if film.state not in ("failed", "cancelled"):
        hint = "Revise a completed film instead." if film.state == "completed" else "Wait until it has ended."
        raise StateConflict(
            f'The film "{film.id}" is {film.state}; only a failed or cancelled one is retried.', hint=hint
        )


def _check_changeable(fields: Mapping[str, object]) -> None:
    wrong = sorted(set(fields) - set(FilmRecord.model_fields) | set(fields) & FIXED)
    if wrong or not fields:
        raise ValueError(f"a film's {', '.join(wrong) or 'nothing'} cannot be changed")
    if fields.get("state") in ENDED:
        raise ValueError("a film ends by Films.end only")


def _must_exist(connection: Connection, film_id: str) -> None:
    if connection.execute(select(_FILMS.c.id).where(_FILMS.c.id == film_id)).scalar_one_or_none() is None:
        raise _not_found(film_id)


def _of(film_id: str, owner: str | None) -> list[ColumnElement[bool]]:
    return [_FILMS.c.id == film_id, *_of_owner(owner)]


def _of_owner(owner: str | None) -> list[ColumnElement[bool]]:
    return [] if owner is None else [_FILMS.c.owner == owner]


def _not_found(film_id: str) -> JobNotFound:
    return JobNotFound(f'There is no film "{film_id[:64]}".', hint="List those that are there.")


def _film_of(row: Any) -> FilmRecord:  # noqa: ANN401 - a row of the films, by name
    return FilmRecord.model_validate({name: value for name, value in row._asdict().items() if name in _NAMES})
