"""Bills, totals of earlier ledgers, and which figure is signed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(length=200)


def upgrade() -> None:
    """Create the tables."""
    _bills()
    op.create_table(
        "earlier_totals",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("institution", _NAME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_earlier_totals"),
    )
    op.create_index("ix_earlier_totals_institution", "earlier_totals", ["institution"])
    op.create_table(
        "bases",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("institution", _NAME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_bases"),
    )
    op.create_index("ix_bases_institution", "bases", ["institution"])


def _bills() -> None:
    op.create_table(
        "bills",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("bill", _NAME, nullable=False),
        sa.Column("institution", _NAME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("demand_w", sa.BigInteger(), nullable=True),
        sa.Column("power_factor", sa.Text(), nullable=True),
        sa.Column("capacity_va", sa.BigInteger(), nullable=True),
        sa.Column("reactive", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_bills"),
    )
    op.create_index("ix_bills_bill", "bills", ["bill"])
    op.create_index("ix_bills_institution", "bills", ["institution"])
