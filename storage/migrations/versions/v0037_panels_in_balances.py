"""Panels that are a main stand in the balance of the main beside them: they are computed again."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0035"
branch_labels = None
depends_on = None

_NUMBERS = sa.table("numbers", sa.column("name"), sa.column("number"))
_METERS = sa.table("meters", sa.column("meter"), sa.column("role"), sa.column("use"))
_TOUCHED = sa.table("touched", sa.column("meter"), sa.column("generation"), sa.column("earliest"))


def upgrade() -> None:
    """Say of every main of own generation that all of it is new."""
    is_panels = sa.and_(_METERS.c.role == "main", _METERS.c.use == "own_generation")
    panels = sa.select(_METERS.c.meter).where(is_panels)
    op.execute(_TOUCHED.delete().where(_TOUCHED.c.meter.in_(panels)))
    newest = sa.select(_NUMBERS.c.number).where(_NUMBERS.c.name == "touched").scalar_subquery()
    rows = sa.select(_METERS.c.meter, sa.func.coalesce(newest, 0), sa.literal(0)).where(is_panels)
    op.execute(_TOUCHED.insert().from_select(["meter", "generation", "earliest"], rows))
