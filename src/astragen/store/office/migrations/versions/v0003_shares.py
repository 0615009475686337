"""Links that show a film."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "film_shares",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("hash", KEY, nullable=False, unique=True),
        *(sa.Column(name, KEY, nullable=False) for name in ("film", "owner")),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("created_at", "expires_at")),
    )
    op.create_index("film_shares_of_film", "film_shares", ["film"])
