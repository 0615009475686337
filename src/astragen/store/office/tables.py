"""The tables of the office. What changes here needs a migration; a test compares the two.

No foreign keys: what belongs to a film goes with it in `Films.delete`, and what it was charged stays. The heavy
columns come last, so that SQLite reads the others without them.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

from astragen.model.event import Event
from astragen.model.film import FilmReport
from astragen.model.job import Fault, Metadata, Order
from astragen.model.office import Try
from astragen.model.take import Artifact


class Plain(TypeDecorator[str]):
    """Text; PostgreSQL takes no NUL, so none is kept, nor looked for, anywhere."""

    impl: type[String] = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """NULs as replacement characters."""
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if value else value


class Key(Plain):
    """An id or a hash: sorted by its bytes on every database."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """PostgreSQL's own order depends on how it was set up."""
        return dialect.type_descriptor(String(64, collation="C" if dialect.name == "postgresql" else None))


class Json(TypeDecorator[Any]):
    """A value of the model *kind* as JSON text; None is NULL."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:  # noqa: ANN401 - whatever pydantic takes
        super().__init__()
        self.kind = kind  # part of the cache key
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401
        """The text of *value*."""
        return None if value is None else self._adapter.dump_json(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """The value of a text."""
        return None if value is None else self._adapter.validate_json(value)


METADATA: Final = MetaData()

films: Final = Table(
    "films",
    METADATA,
    Column("id", Key, primary_key=True),
    Column("owner", Key, nullable=False),
    Column("family", Key, nullable=False),  # the id of the first of its versions
    Column("last_seq", Integer, nullable=False),  # of its events
    Column("state", String(16), nullable=False),
    Column("stage", Plain, nullable=False),
    Column("progress", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("title", Plain, nullable=False),
    Column("shots_total", Integer, nullable=False),
    Column("shots_done", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("ended_at", Float),
    Column("expires_at", Float),
    Column("version", Integer, nullable=False),
    Column("version_of", Key),
    Column("estimated_usd", Float, nullable=False),
    Column("spent_usd", Float, nullable=False),
    Column("webhook_url", Plain, nullable=False),
    Column("metadata", Json(Metadata), nullable=False),
    Column("fault", Json(Fault)),
    Column("outputs", Json(dict[str, Artifact]), nullable=False),
    Column("order", Json(Order), nullable=False),
    Column("report", Json(FilmReport)),
    Column("seconds", Float),  # of the report, which lists do not read
    Index("films_of_owner", "owner", "id"),
    Index("films_of_owner_in_state", "owner", "state", "id"),
    Index("films_in_state", "state", "id"),
    Index("films_of_family", "family"),
    Index(
        "films_that_expire",
        "expires_at",
        sqlite_where=text("expires_at IS NOT NULL"),
        postgresql_where=text("expires_at IS NOT NULL"),
    ),
)

labels: Final = Table(  # the metadata of films, to find them by
    "film_labels",
    METADATA,
    Column("label", Key, nullable=False),  # a hash of name and value
    Column("film", Key, nullable=False),
    PrimaryKeyConstraint("label", "film"),
    Index("film_labels_of_film", "film"),
)

words: Final = Table(  # what films are searched by, as `words.py` makes it
    "film_words",
    METADATA,
    Column("film", Key, primary_key=True),
    Column("words", Plain, nullable=False),
)

shares: Final = Table(  # links that show a film; only hashes of their tokens are kept
    "film_shares",
    METADATA,
    Column("id", Key, primary_key=True),
    Column("hash", Key, nullable=False, unique=True),
    Column("film", Key, nullable=False),
    Column("owner", Key, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Index("film_shares_of_film", "film"),
)

events: Final = Table(
    "film_events",
    METADATA,
    Column("film", Key, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("key", Plain, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("at", Float, nullable=False),
    Column("event", Json(Event), nullable=False),
    PrimaryKeyConstraint("film", "seq"),
    UniqueConstraint("film", "key", name="film_events_key"),
)

attempts: Final = Table(  # one row an attempt that ended; stays when its film goes
    "film_attempts",
    METADATA,
    Column("film", Key, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("owner", Key, nullable=False),
    Column("at", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("usd", Float, nullable=False),
    PrimaryKeyConstraint("film", "attempt"),
    Index("film_attempts_of_owner", "owner", "at"),
    Index("film_attempts_at", "at"),
)

charges: Final = Table(  # what an attempt paid to whom
    "film_charges",
    METADATA,
    Column("film", Key, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("provider", Plain, nullable=False),
    Column("usd", Float, nullable=False),
    PrimaryKeyConstraint("film", "attempt", "provider"),
)

keys: Final = Table(
    "api_keys",
    METADATA,
    Column("id", Key, primary_key=True),
    Column("name", Plain, nullable=False),
    Column("prefix", Key, nullable=False),
    Column("scopes", Json(tuple[str, ...]), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
    Column("last_used_at", Float),
    Column("rate_per_minute", Integer),
    Column("queue_depth", Integer),
    Column("films_at_once", Integer),
    Column("spend_limit_usd", Float),
)

secrets: Final = Table(  # of API keys: their hashes; two of one key while it is rotated
    "api_key_secrets",
    METADATA,
    Column("hash", Key, primary_key=True),
    Column("prefix", Key, nullable=False),
    Column("key", Key, nullable=False),
    Column("until", Float),
    Index("api_key_secrets_prefix", "prefix"),
    Index("api_key_secrets_key", "key"),
)

repeats: Final = Table(  # replies by idempotency key
    "repeats",
    METADATA,
    Column("owner", Key, nullable=False),
    Column("name", Key, nullable=False),  # a hash of path and key
    Column("request", Key, nullable=False),  # a hash of what was asked
    Column("at", Float, nullable=False),
    Column("subject", Key, nullable=False),
    Column("status", Integer),  # NULL: there is no reply yet
    Column("headers", Json(dict[str, str])),
    Column("body", LargeBinary),
    PrimaryKeyConstraint("owner", "name"),
    Index("repeats_at", "at"),
)

files: Final = Table(
    "files",
    METADATA,
    Column("id", Key, primary_key=True),
    Column("owner", Key, nullable=False),
    Column("name", Plain, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("hash", Key, nullable=False),
    Column("media_type", Plain, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Index("files_of_owner", "owner", "id"),
)

hooks: Final = Table(
    "hooks",
    METADATA,
    Column("id", Key, primary_key=True),
    Column("owner", Key, nullable=False),
    Column("url", Plain, nullable=False),
    Column("events", Json(tuple[str, ...]), nullable=False),
    Column("description", Plain, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("is_disabled", Boolean, nullable=False),
    Column("disabled_why", Plain, nullable=False),
    Column("secret", Plain, nullable=False),  # as it is: messages are signed with it
    Column("old_secret", Plain, nullable=False),
    Column("old_until", Float),
    Index("hooks_of_owner", "owner", "id"),
)

deliveries: Final = Table(
    "deliveries",
    METADATA,
    Column("id", Key, primary_key=True),
    Column("key", Plain, nullable=False, unique=True),
    Column("owner", Key, nullable=False),
    Column("hook", Key, nullable=False),
    Column("film", Key, nullable=False),
    Column("event", String(64), nullable=False),
    Column("url", Plain, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("next_try_at", Float),
    Column("tries_left", Integer, nullable=False),
    Column("tries", Json(tuple[Try, ...]), nullable=False),
    Column("body", Plain, nullable=False),
    Index("deliveries_of_owner", "owner", "id"),
    Index("deliveries_of_hook", "hook", "id"),
    Index("deliveries_of_film", "film"),
    Index(
        "deliveries_due",
        "next_try_at",
        sqlite_where=text("next_try_at IS NOT NULL"),
        postgresql_where=text("next_try_at IS NOT NULL"),
    ),
)

memo: Final = Table(  # results by step key, see store/memo_shared.py
    "memo",
    METADATA,
    Column("key", Key, primary_key=True),
    Column("at", Float, nullable=False),
    Column("text", Plain, nullable=False),
    Column("writes", Integer, nullable=False, server_default="1"),  # how often it was put: more than once is done twice
    Index("memo_at", "at"),
)
