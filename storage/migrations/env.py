"""Entered by Alembic: runs the steps on the connection that storage.records.upgrade opened."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["schema"],
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
