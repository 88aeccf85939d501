"""Alembic's entry: runs the steps on the connection that `service.store.database` opened, within its transaction."""

from __future__ import annotations

from alembic import context

from service.store.tables import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables)
with context.begin_transaction():
    context.run_migrations()
