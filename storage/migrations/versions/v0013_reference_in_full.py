"""Where reference data comes from, who confirmed it, heating seasons and regions."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and give factors their id, data year and publication."""
    for name in ("id", "published", "density_id"):
        op.add_column("factor_rows", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "factor_rows", sa.Column("data_year", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_table(
        "reference_sources",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reference_sources"),
    )
    op.create_table(
        "reference_confirmations",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reference_confirmations"),
    )
    op.create_table(
        "heating_seasons",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("last", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_heating_seasons"),
    )
    op.create_table(
        "regions",
        sa.Column("region", sa.String(length=200), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("region", name="pk_regions"),
    )
