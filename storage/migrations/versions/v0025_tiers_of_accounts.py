"""What the tiers of an account depend on: its quota of the year, its households, its persons."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nobody has said any of it yet."""
    for column in ("quota", "households", "persons"):
        op.add_column("account_meters", sa.Column(column, sa.BigInteger(), nullable=True))
