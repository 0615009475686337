"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    """Make all tables."""
    _make_films()
    _make_histories()
    _make_keys()
    _make_files()
    _make_hooks()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, KEY, nullable=False)


def _float(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float, nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _short(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _make_films() -> None:
    op.create_table(
        "films",
        sa.Column("id", KEY, primary_key=True),
        *(_key("owner"), _key("family"), _integer("last_seq"), _short("state", 16), _text("stage")),
        *(_integer("progress"), _integer("attempt"), _text("title"), _integer("shots_total"), _integer("shots_done")),
        *(_float("created_at"), sa.Column("started_at", sa.Float), sa.Column("ended_at", sa.Float)),
        *(sa.Column("expires_at", sa.Float), _integer("version"), sa.Column("version_of", KEY)),
        *(_float("estimated_usd"), _float("spent_usd"), _text("webhook_url"), _text("metadata")),
        *(sa.Column("fault", sa.Text), _text("outputs"), _text("order"), sa.Column("report", sa.Text)),
    )
    op.create_index("films_of_owner", "films", ["owner", "id"])
    op.create_index("films_of_owner_in_state", "films", ["owner", "state", "id"])
    op.create_index("films_in_state", "films", ["state", "id"])
    op.create_index("films_of_family", "films", ["family"])
    _make_partial_index("films_that_expire", "films", "expires_at")
    op.create_table("film_labels", _key("label"), _key("film"), sa.PrimaryKeyConstraint("label", "film"))
    op.create_index("film_labels_of_film", "film_labels", ["film"])


def _make_histories() -> None:
    op.create_table(
        "film_events",
        *(_key("film"), _integer("seq"), _text("key"), _short("kind", 32), _float("at"), _text("event")),
        sa.PrimaryKeyConstraint("film", "seq"),
        sa.UniqueConstraint("film", "key", name="film_events_key"),
    )
    op.create_table(
        "film_attempts",
        *(_key("film"), _integer("attempt"), _key("owner"), _float("at"), _short("state", 16)),
        *(_float("seconds"), _float("usd")),
        sa.PrimaryKeyConstraint("film", "attempt"),
    )
    op.create_index("film_attempts_of_owner", "film_attempts", ["owner", "at"])
    op.create_index("film_attempts_at", "film_attempts", ["at"])
    op.create_table(
        "film_charges",
        *(_key("film"), _integer("attempt"), _text("provider"), _float("usd")),
        sa.PrimaryKeyConstraint("film", "attempt", "provider"),
    )


def _make_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", KEY, primary_key=True),
        *(_text("name"), _key("prefix"), _text("scopes"), _float("created_at")),
        *(sa.Column(name, sa.Float) for name in ("expires_at", "revoked_at", "last_used_at")),
        *(sa.Column(name, sa.Integer) for name in ("rate_per_minute", "queue_depth", "films_at_once")),
        sa.Column("spend_limit_usd", sa.Float),
    )
    op.create_table(
        "api_key_secrets",
        *(sa.Column("hash", KEY, primary_key=True), _key("prefix"), _key("key"), sa.Column("until", sa.Float)),
    )
    op.create_index("api_key_secrets_prefix", "api_key_secrets", ["prefix"])
    op.create_index("api_key_secrets_key", "api_key_secrets", ["key"])


def _make_files() -> None:
    op.create_table(
        "repeats",
        *(_key("owner"), _key("name"), _key("request"), _float("at"), _key("subject")),
        *(sa.Column("status", sa.Integer), sa.Column("headers", sa.Text), sa.Column("body", sa.LargeBinary)),
        sa.PrimaryKeyConstraint("owner", "name"),
    )
    op.create_index("repeats_at", "repeats", ["at"])
    op.create_table(
        "files",
        *(sa.Column("id", KEY, primary_key=True), _key("owner"), _text("name"), _short("kind", 32)),
        *(_float("created_at"), _key("hash"), _text("media_type"), sa.Column("bytes", sa.BigInteger, nullable=False)),
    )
    op.create_index("files_of_owner", "files", ["owner", "id"])
    writes = sa.Column("writes", sa.Integer, nullable=False, server_default="1")
    op.create_table("memo", sa.Column("key", KEY, primary_key=True), _float("at"), _text("text"), writes)
    op.create_index("memo_at", "memo", ["at"])


def _make_hooks() -> None:
    op.create_table(
        "hooks",
        *(sa.Column("id", KEY, primary_key=True), _key("owner"), _text("url"), _text("events"), _text("description")),
        *(_float("created_at"), sa.Column("is_disabled", sa.Boolean, nullable=False), _text("disabled_why")),
        *(_text("secret"), _text("old_secret"), sa.Column("old_until", sa.Float)),
    )
    op.create_index("hooks_of_owner", "hooks", ["owner", "id"])
    op.create_table(
        "deliveries",
        *(sa.Column("id", KEY, primary_key=True), sa.Column("key", sa.Text, nullable=False, unique=True)),
        *(_key("owner"), _key("hook"), _key("film"), _short("event", 64), _text("url"), _short("state", 16)),
        *(_float("created_at"), sa.Column("next_try_at", sa.Float), _integer("tries_left")),
        *(_text("tries"), _text("body")),
    )
    op.create_index("deliveries_of_owner", "deliveries", ["owner", "id"])
    op.create_index("deliveries_of_hook", "deliveries", ["hook", "id"])
    op.create_index("deliveries_of_film", "deliveries", ["film"])
    _make_partial_index("deliveries_due", "deliveries", "next_try_at")


def _make_partial_index(name: str, table: str, column: str) -> None:
    given = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, table, [column], sqlite_where=given, postgresql_where=given)
