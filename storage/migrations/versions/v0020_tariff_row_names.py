"""Names of rows of tariffs of one figure, by which people confirm them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; rows have no name until the reference data is imported again."""
    op.add_column("tariff_rows", sa.Column("id", sa.Text(), nullable=False, server_default=""))
