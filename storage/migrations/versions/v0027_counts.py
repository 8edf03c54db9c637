"""How registers count: up, both ways, or from 0 again whenever they lose their power."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; all count up, as they did before."""
    # The default stays: to drop it SQLite would have to copy a table that others refer to.
    op.add_column("meters", sa.Column("counts", sa.Text(), nullable=False, server_default=""))
