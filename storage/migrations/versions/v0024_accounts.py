"""Which meters stand on the bills of which account."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "account_meters",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("meter", sa.String(length=200), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("contract_w", sa.BigInteger(), nullable=True),
        sa.Column("capacity_va", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["meter"], ["meters.meter"], name="fk_account_meters_meter"),
        sa.PrimaryKeyConstraint("number", name="pk_account_meters"),
    )
