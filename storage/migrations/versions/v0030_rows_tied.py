"""Nothing changes in the tables: behind this form every row that links repeat has one.

Those of before get theirs in storage/records/upgrade.py, once the tables are those of today.
"""

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing."""
