"""Dead letters say which format refused them and how they are kept; requests about them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what is known of letters, and the requests."""
    texts = (("form", ""), ("kept", "whole"), ("sha256", ""))
    for name, before in texts:
        op.add_column(
            "dead_letters", sa.Column(name, sa.Text(), nullable=False, server_default=before)
        )
    for name in ("version", "length"):
        op.add_column(
            "dead_letters", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        )
    op.create_table(
        "letter_requests",
        sa.Column("number", BIG_KEY, nullable=False),
        sa.Column("collector", sa.String(length=200), nullable=False),
        sa.Column("letter", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_letter_requests"),
    )
    op.create_index("ix_letter_requests_collector", "letter_requests", ["collector"])
