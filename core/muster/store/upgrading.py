"""Brings a database's own tables up to date when it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from muster.store.engine import shown
from muster.store.failures import NewerDatabaseError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

HEAD = "0002"
"""The newest migration; a test compares it with the folder of migrations."""


def found_revision(connection: Connection) -> str | None:
    """Return the migration a database stands at, None where it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def upgrade(connection: Connection) -> None:
    """Apply the migrations that are missing; refuse a database that a newer muster made."""
    found = found_revision(connection)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise NewerDatabaseError(shown(connection.engine), found, HEAD)
    from alembic import command

    command.upgrade(configuration(connection), "head")


def configuration(connection: Connection | None = None) -> Config:
    """Return alembic's configuration for the migrations inside this package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "muster.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
