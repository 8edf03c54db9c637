"""Nothing changes in the tables: behind this form every edit has a link of the chain.

Those of before get theirs in storage/records/upgrade.py, once the tables are those of today.
"""

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing."""
