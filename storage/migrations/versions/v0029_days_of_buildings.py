"""From when until when a building is its institution's."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two days; of buildings from before all days count, as they did."""
    for column, day in (("valid_from", "1970-01-01"), ("valid_to", "9999-01-01")):
        op.add_column(
            "buildings",
            sa.Column(column, sa.Date(), nullable=False, server_default=day),
        )
