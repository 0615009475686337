"""How long films have become, for lists, which do not read reports; films from before get it of theirs."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_AT_ONCE = 100  # reports read at one time


def upgrade() -> None:
    """Make the column and fill it."""
    op.add_column("films", sa.Column("seconds", sa.Float))
    connection = op.get_bind()
    films = sa.table("films", sa.column("id"), sa.column("report"), sa.column("seconds"))
    after = ""
    while rows := connection.execute(
        sa.select(films.c.id, films.c.report)
        .where(films.c.id > after, films.c.report.is_not(None))
        .order_by(films.c.id)
        .limit(_AT_ONCE)
    ).all():
        for row in rows:
            seconds = json.loads(row.report)["seconds"]
            connection.execute(sa.update(films).where(films.c.id == row.id).values(seconds=seconds))
        after = rows[-1].id
