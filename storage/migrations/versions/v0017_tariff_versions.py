"""Tariffs in full: versions with components, periods, demand, power factor and tiers."""

import sqlalchemy as sa
from alembic import op

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table of versions; rows of one figure stay where they are."""
    op.create_table(
        "tariff_versions",
        sa.Column("number", BIG_KEY, nullable=False),
        sa.Column("tariff", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tariff_versions")),
    )
