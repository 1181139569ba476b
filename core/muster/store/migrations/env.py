"""Run by alembic: brings the database behind the connection it is given up to date."""

from __future__ import annotations

from alembic import context

from muster.store.schema import metadata

with context.begin_transaction():
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    context.run_migrations()
