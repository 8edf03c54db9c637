"""What rules ask of instruments, at rest."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.instrument_rules import AccuracyNeed, EquipTarget, InstrumentRules, InstrumentType
from storage.records.schema import NAME, Row, Value, cells_of, value_of


class InstrumentTypeRow(Row):
    """How long certificates hold; columns as in energy.instrument_rules.InstrumentType."""

    __tablename__ = "instrument_types"

    id: Mapped[str] = mapped_column(NAME, primary_key=True)
    type: Mapped[str]
    part: Mapped[str]
    accuracy: Mapped[str]
    rule: Mapped[str]
    months: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date]


class AccuracyNeedRow(Row):
    """How fine instruments must be; columns as in energy.instrument_rules.AccuracyNeed."""

    __tablename__ = "accuracy_classes"

    id: Mapped[str] = mapped_column(NAME, primary_key=True)
    kind: Mapped[str]
    category: Mapped[str]
    accuracy: Mapped[str]
    ct_class: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]


class EquipTargetRow(Row):
    """How many points must be metered; columns as in energy.instrument_rules.EquipTarget."""

    __tablename__ = "equip_targets"

    id: Mapped[str] = mapped_column(NAME, primary_key=True)
    level: Mapped[str]
    percent: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date]


Rule = TypeVar("Rule", InstrumentTypeRow, AccuracyNeedRow, EquipTargetRow)


def load(session: Session) -> InstrumentRules:
    """Return the rules, each sort by id."""
    return InstrumentRules(
        _values(session, InstrumentType, InstrumentTypeRow),
        _values(session, AccuracyNeed, AccuracyNeedRow),
        _values(session, EquipTarget, EquipTargetRow),
    )


def replace(session: Session, rules: InstrumentRules) -> None:
    """Make the records hold these rules."""
    _replace(session, InstrumentTypeRow, rules.types)
    _replace(session, AccuracyNeedRow, rules.needs)
    _replace(session, EquipTargetRow, rules.targets)


def _values(session: Session, kind: type[Value], table: type[Rule]) -> tuple[Value, ...]:
    # Sorted here: databases sort texts differently, and what is loaded is compared with files.
    rows = sorted(session.scalars(select(table)), key=lambda row: row.id)
    return tuple(value_of(kind, row) for row in rows)


def _replace(session: Session, table: type[Row], entries: Iterable[object]) -> None:
    session.execute(delete(table))
    session.expunge_all()
    rows = [cells_of(entry) for entry in entries]
    if rows:
        session.execute(insert(table), rows)
