"""Run by Alembic with the connection that `astragen.store.office.migrate` gives, inside its transaction."""

from __future__ import annotations

from alembic import context

from astragen.store.office.migrate import VERSION_TABLE
from astragen.store.office.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    transactional_ddl=True,  # on SQLite, too: the transaction is begun by us
)
with context.begin_transaction():
    context.run_migrations()
