"""The words by which films are found; films from before get theirs."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from astragen.store.office.words import words_of

revision = "0002"
down_revision = "0001"

KEY = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
_AT_ONCE = 500  # films read at one time


def upgrade() -> None:
    """Make the table and fill it."""
    op.create_table(
        "film_words",
        sa.Column("film", KEY, primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
    )
    connection, words = op.get_bind(), sa.table("film_words", sa.column("film"), sa.column("words"))
    films = sa.table("films", sa.column("id"), sa.column("title"), sa.column("order"))
    after = ""
    while rows := connection.execute(
        sa.select(films).where(films.c.id > after).order_by(films.c.id).limit(_AT_ONCE)
    ).all():
        kept = [{"film": row.id, "words": words_of(row.title, _prompt(row.order))} for row in rows]
        connection.execute(sa.insert(words), kept)
        after = rows[-1].id


def _prompt(order: str) -> str:
    return str(json.loads(order)["brief"]["prompt"])
