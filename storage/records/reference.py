"""Reference data at rest: tariffs, coefficients, emission factors, calendars."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import TypeVar

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.calendars import Calendar, DayType
from energy.factors import Factor
from energy.reference import Reference
from energy.tariff import TariffRow
from energy.tariff_rows import rows_by_name
from storage.records import audit, tariff_versions, touched
from storage.records.meters import MeterRow
from storage.records.schema import (
    BIG_KEY,
    NAME,
    Row,
    cells_of,
    number_of,
    raise_number,
    take_turn,
    value_of,
)

Dated = TypeVar("Dated", TariffRow, Factor)

_NUMBER = "reference"


class TariffPriceRow(Row):
    """A row of a tariff of one figure; columns as in energy.tariff.TariffRow, months "1,2,12"."""

    __tablename__ = "tariff_rows"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    tariff: Mapped[str]
    kind: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    months: Mapped[str]
    period: Mapped[str]
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    priority: Mapped[int]
    price_micro: Mapped[int]
    source: Mapped[str]
    confidence: Mapped[str]


PRICE_COLUMNS = tuple(column.name for column in TariffPriceRow.__table__.columns)[1:]


class FactorRow(Row):
    """A row of a set of factors; columns as in energy.factors.Factor."""

    __tablename__ = "factor_rows"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    factor_set: Mapped[str]
    kind: Mapped[str]
    region: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    per_display: Mapped[Fraction]
    source: Mapped[str]
    confidence: Mapped[str]


class CalendarRow(Row):
    """A calendar."""

    __tablename__ = "calendars"

    name: Mapped[str] = mapped_column(NAME, primary_key=True)
    known_to: Mapped[date]


class CalendarDayRow(Row):
    """A day that is not what its weekday says."""

    __tablename__ = "calendar_days"

    calendar: Mapped[str] = mapped_column(NAME, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    day_type: Mapped[str]


def number(session: Session) -> int:
    """Return the number of the reference data; 0 before the first was stored."""
    return number_of(session, _NUMBER)


def load(session: Session) -> Reference:
    """Return the reference data as one snapshot."""
    take_turn(session, "reference", reading=True)
    prices = session.scalars(select(TariffPriceRow).order_by(TariffPriceRow.number))
    factors = session.scalars(select(FactorRow).order_by(FactorRow.number))
    return Reference(
        full_tariffs=(versions := tariff_versions.load(session)),
        tariffs=_by_name((row.tariff, _price(row)) for row in prices) | rows_by_name(versions),
        factors=_by_name((row.factor_set, value_of(Factor, row)) for row in factors),
        calendars={
            row.name: Calendar(row.name, _days(session, row.name), row.known_to)
            for row in session.scalars(select(CalendarRow).order_by(CalendarRow.name))
        },
    )


def replace(session: Session, reference: Reference, *, author: str, reason: str) -> int:
    """Make the records hold this reference data and return its number.

    In the same transaction: the number rises, the audit says who and why, and every meter whose
    tariff or whose kind's factors differ is touched from its beginning. Calendars change no amount.
    Equal reference data changes nothing.
    """
    take_turn(session, "reference")
    stored = load(session)
    if number(session) and stored == _ordered(reference):
        return number(session)
    for table in (TariffPriceRow, FactorRow, CalendarDayRow, CalendarRow):
        session.execute(delete(table))
    session.expunge_all()
    _add(session, reference)
    tariff_versions.replace(session, reference.full_tariffs)
    meters = _meters(session, stored, reference)
    touched.publish(session, dict.fromkeys(meters, 0))
    new_number = raise_number(session, _NUMBER)
    detail = f"number {new_number}, {len(meters)} meters touched: {reason}"
    audit.add(session, author, "reference data replaced", detail)
    return new_number


def _meters(session: Session, before: Reference, after: Reference) -> list[str]:
    tariffs = {
        name
        for name in before.tariffs.keys() | after.tariffs.keys()
        if before.tariffs.get(name) != after.tariffs.get(name)
    }
    kinds = {
        row.kind
        for name in before.factors.keys() | after.factors.keys()
        for row in set(before.factors.get(name, ())) ^ set(after.factors.get(name, ()))
    }
    concerned = select(MeterRow.meter).where(
        MeterRow.tariff.in_(sorted(tariffs)) | MeterRow.kind.in_(sorted(kinds))
    )
    return sorted(session.scalars(concerned))


def _ordered(reference: Reference) -> Reference:
    """Return the same with plain dicts, so that it compares with what was loaded."""
    return Reference(
        full_tariffs=dict(reference.full_tariffs),
        tariffs=dict(reference.tariffs),
        factors=dict(reference.factors),
        calendars={
            name: Calendar(entry.name, dict(entry.exceptions), entry.known_to)
            for name, entry in reference.calendars.items()
        },
    )


def _add(session: Session, reference: Reference) -> None:
    prices: list[dict[str, object]] = [
        {name: getattr(row, name) for name in PRICE_COLUMNS}
        | {"months": ",".join(map(str, row.months))}
        for name, rows in reference.tariffs.items()
        if name not in reference.full_tariffs
        for row in rows
    ]
    factors: list[dict[str, object]] = [
        cells_of(row) for rows in reference.factors.values() for row in rows
    ]
    calendars: list[dict[str, object]] = [
        {"name": entry.name, "known_to": entry.known_to} for entry in reference.calendars.values()
    ]
    days: list[dict[str, object]] = [
        {"calendar": entry.name, "day": day, "day_type": day_type.value}
        for entry in reference.calendars.values()
        for day, day_type in entry.exceptions.items()
    ]
    tables: tuple[tuple[type[Row], list[dict[str, object]]], ...] = (
        (TariffPriceRow, prices),
        (FactorRow, factors),
        (CalendarRow, calendars),
        (CalendarDayRow, days),
    )
    for table, cells in tables:
        if cells:
            session.execute(insert(table), cells)


def _by_name(named: Iterable[tuple[str, Dated]]) -> dict[str, tuple[Dated, ...]]:
    return {
        name: tuple(row for _, row in rows)
        for name, rows in groupby(named, key=lambda pair: pair[0])
    }


def _price(row: TariffPriceRow) -> TariffRow:
    cells = {name: getattr(row, name) for name in PRICE_COLUMNS}
    cells["months"] = tuple(int(month) for month in row.months.split(","))
    return TariffRow(**cells)


def _days(session: Session, calendar: str) -> dict[date, DayType]:
    rows = session.scalars(select(CalendarDayRow).where(CalendarDayRow.calendar == calendar))
    return {row.day: DayType(row.day_type) for row in rows}
