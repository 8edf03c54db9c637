"""Nothing changes in the tables: behind this form links say what confirmed rows read then.

Those of before get theirs in storage/records/upgrade.py, once the tables are those of today.
"""

revision = "0035"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing."""
