"""Bodies that institutions report to, sizes of buildings over time, uses of meters."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT, _WHOLE = sa.Text(), sa.BigInteger()


def upgrade() -> None:
    """Create the tables, and add the columns with what they were before: nothing said."""
    op.create_table(
        "bodies",
        sa.Column("body", sa.String(length=200), nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("line", "parent")),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("name_zh", "name_en")),
        sa.PrimaryKeyConstraint("body", name="pk_bodies"),
    )
    op.create_table(
        "building_sizes",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("building", sa.String(length=200), nullable=False),
        sa.Column("measure", _TEXT, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", _WHOLE, nullable=False),
        sa.Column("source", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["building"], ["buildings.building"], name="fk_building_sizes_building"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_building_sizes"),
    )
    _add("institutions", ("reports_to", "also_in"), _TEXT, "")
    _add("buildings", ("serial",), _WHOLE, "0")
    _add("meters", ("use",), _TEXT, "")


def _add(table: str, columns: tuple[str, ...], kind: sa.Text | sa.BigInteger, was: str) -> None:
    # The default stays: to drop it SQLite would have to copy a table that others refer to.
    for column in columns:
        op.add_column(table, sa.Column(column, kind, nullable=False, server_default=was))
