"""Long gaps take the shape of like days: every register is computed again."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NUMBERS = sa.table("numbers", sa.column("name"), sa.column("number"))
_METERS = sa.table("meters", sa.column("meter"), sa.column("raw_table"))
_TOUCHED = sa.table("touched", sa.column("meter"), sa.column("generation"), sa.column("earliest"))


def upgrade() -> None:
    """Say of every register that all of it is new."""
    is_register = _METERS.c.raw_table == "register"
    registers = sa.select(_METERS.c.meter).where(is_register)
    op.execute(_TOUCHED.delete().where(_TOUCHED.c.meter.in_(registers)))
    newest = sa.select(_NUMBERS.c.number).where(_NUMBERS.c.name == "touched").scalar_subquery()
    rows = sa.select(_METERS.c.meter, sa.func.coalesce(newest, 0), sa.literal(0)).where(is_register)
    op.execute(_TOUCHED.insert().from_select(["meter", "generation", "earliest"], rows))
