"""Events in the life of a meter beyond its replacement: what they change, and what shows it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let readings be unknown, and add what an event may change."""
    with op.batch_alter_table("meter_events") as table:
        for column in ("closing", "opening", "digits"):
            table.alter_column(column, existing_type=sa.BigInteger(), nullable=True)
        table.add_column(sa.Column("evidence", sa.Text(), nullable=False, server_default=""))
        for column in ("ratio", "step", "max_rate"):
            table.add_column(sa.Column(column, sa.Text(), nullable=True))
    with op.batch_alter_table("meter_events") as table:
        table.alter_column("evidence", existing_type=sa.Text(), server_default=None)
