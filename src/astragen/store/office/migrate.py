"""Bringing the tables to this version of the program: by Alembic, in one transaction, one process at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from astragen.errors import SettingsError
from astragen.store.office.database import Database

HEAD: Final = "0004"  # the newest revision in migrations/versions
VERSION_TABLE: Final = "office_version"  # the engine keeps its own elsewhere


def migrate(database: Database) -> None:
    """Make or upgrade the tables; where they are up to date, only look.

    Raises:
        SettingsError: the database cannot be reached, or a newer program has been at it.
    """
    database.check()
    with database.reading() as connection:
        if _revision(connection) == HEAD:
            return
    with database.writing() as connection:
        database.alone(connection, "astragen office migration")
        revision = _revision(connection)
        if revision != HEAD:
            _upgrade(connection, database, revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()  # noqa: S608


def _upgrade(connection: Connection, database: Database, revision: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise SettingsError(
            f'The database "{database.place}" is of version {revision}, newer than this program\'s {HEAD}.',
            hint="Update astragen, or restore the copy of the database from before.",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
