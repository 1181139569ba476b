"""Run by alembic: brings the database behind the connection it is given up to date, within its transaction."""

from __future__ import annotations

from alembic import context

from muster.store.every_table import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
