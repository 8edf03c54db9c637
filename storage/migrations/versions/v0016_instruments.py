"""Points that should be metered, instruments at meters, and what rules ask of them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.String(length=200)
_TEXT, _WHOLE, _DAY = sa.Text(), sa.BigInteger(), sa.Date()


def upgrade() -> None:
    """Create the tables."""
    _registry()
    _rules()


def _registry() -> None:
    texts = ("building", "level", "kind", "item", "name_zh", "name_en", "meter", "reason")
    op.create_table(
        "points",
        sa.Column("point", _NAME, nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("institution", _NAME, nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in texts),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution"], ["institutions.institution"], name="fk_points_institution"
        ),
        sa.PrimaryKeyConstraint("point", name="pk_points"),
    )
    said = (
        "serial", "maker", "model", "type", "category", "accuracy", "ct_class", "certificate",
        "evidence",
    )  # fmt: skip
    op.create_table(
        "instruments",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("meter", _NAME, nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in said),
        sa.Column("installed", _DAY, nullable=False),
        *(sa.Column(name, _DAY, nullable=True) for name in ("removed", "verified", "due")),
        sa.ForeignKeyConstraint(["meter"], ["meters.meter"], name="fk_instruments_meter"),
        sa.PrimaryKeyConstraint("number", name="pk_instruments"),
    )


def _rules() -> None:
    _rule("instrument_types", texts=("type", "part", "accuracy", "rule"), wholes=("months",))
    _rule("accuracy_classes", texts=("kind", "category", "accuracy", "ct_class"))
    _rule("equip_targets", texts=("level",), wholes=("percent",))


def _rule(table: str, *, texts: tuple[str, ...], wholes: tuple[str, ...] = ()) -> None:
    op.create_table(
        table,
        sa.Column("id", _NAME, nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in texts),
        *(sa.Column(name, _WHOLE, nullable=False) for name in wholes),
        sa.Column("valid_from", _DAY, nullable=False),
        sa.Column("valid_to", _DAY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
