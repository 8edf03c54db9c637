"""Reference data at rest: tariffs, coefficients, emission factors, calendars."""

from collections.abc import Iterable, Sequence
from dataclasses import replace as changed
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.calendars import Calendar, DayType
from energy.factors import Factor
from energy.reading import REGISTER
from energy.reference import Reference
from energy.span import midnight
from energy.tariffs.rows import rows_by_name
from energy.tariffs.tariff import TariffRow
from storage.records import (
    audit,
    instrument_rules,
    reference_sources,
    regions,
    tariff_versions,
    touched,
)
from storage.records.meters import MeterRow
from storage.records.places import SiteRow
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
    """A row of a tariff of one figure; columns as in energy.tariffs.tariff.TariffRow.

    Months are written as "1,2,12".
    """

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
    id: Mapped[str] = mapped_column(server_default="")


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
    id: Mapped[str] = mapped_column(server_default="")
    data_year: Mapped[int] = mapped_column(server_default="0")
    published: Mapped[str] = mapped_column(server_default="")
    density_id: Mapped[str] = mapped_column(server_default="")


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


TABLES: tuple[type[Row], ...] = (
    TariffPriceRow,
    FactorRow,
    CalendarDayRow,
    CalendarRow,
    tariff_versions.TariffVersionRow,
    regions.HeatingSeasonRow,
    regions.RegionRow,
    reference_sources.ReferenceSourceRow,
    instrument_rules.InstrumentTypeRow,
    instrument_rules.AccuracyNeedRow,
    instrument_rules.EquipTargetRow,
)
"""All that reference data is kept in, but for what people confirmed of it."""


def number(session: Session) -> int:
    """Return the number of the reference data; 0 before the first was stored."""
    return number_of(session, _NUMBER)


def load(session: Session) -> Reference:
    """Return the reference data as one snapshot, with the confirmations that hold."""
    return changed(_imported(session), sources=reference_sources.load(session))


def _imported(session: Session) -> Reference:
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
        heating=regions.heating(session),
        regions=regions.parents(session),
        sources=reference_sources.imported(session),
        instruments=instrument_rules.load(session),
    )


def replace(session: Session, reference: Reference, *, author: str, reason: str) -> int:
    """Make the records hold this reference data and return its number.

    In the same transaction: the number rises, the audit says who and why, and every meter whose
    tariff or whose kind's factors differ is touched from its beginning. A day of another type than
    before may change the shape of gaps on it and behind it, so the registers of its sites are
    touched from there on. Equal reference data changes nothing.
    """
    take_turn(session, "reference")
    stored = _imported(session)
    if number(session) and stored == _ordered(reference):
        return number(session)
    for table in (TariffPriceRow, FactorRow, CalendarDayRow, CalendarRow):
        session.execute(delete(table))
    session.expunge_all()
    _add(session, reference)
    tariff_versions.replace(session, reference.full_tariffs)
    regions.replace(session, reference.heating, reference.regions)
    reference_sources.replace(session, reference.sources)
    instrument_rules.replace(session, reference.instruments)
    meters = _meters(session, stored, reference)
    touched.publish(session, _with_other_days(session, stored, reference))
    touched.publish(session, dict.fromkeys(meters, 0))
    new_number = raise_number(session, _NUMBER)
    detail = f"number {new_number}, {len(meters)} meters touched: {reason}"
    audit.add(session, author, "reference data replaced", detail, tables=TABLES)
    return new_number


def _meters(session: Session, before: Reference, after: Reference) -> list[str]:
    tariffs = {
        name
        for name in before.tariffs.keys() | after.tariffs.keys()
        if _prices(before.tariffs.get(name)) != _prices(after.tariffs.get(name))
    }
    kinds = {kind for _, kind, *_ in _weights(before) ^ _weights(after)}
    concerned = select(MeterRow.meter).where(
        MeterRow.tariff.in_(sorted(tariffs)) | MeterRow.kind.in_(sorted(kinds))
    )
    return sorted(session.scalars(concerned))


def _prices(rows: Sequence[TariffRow] | None) -> list[tuple[object, ...]]:
    """Return what decides costs, in order: of rows of one priority the first wins."""
    return [row.weight for row in rows or ()]


def _with_other_days(session: Session, before: Reference, after: Reference) -> dict[str, int]:
    """Return the registers where days are of another type, and from when on [ms]."""
    found: dict[str, int] = {}
    for name in before.calendars.keys() | after.calendars.keys():
        old, new = before.calendars.get(name), after.calendars.get(name)
        one, other = (dict(known.exceptions) if known else {} for known in (old, new))
        days = {day for day, _ in one.items() ^ other.items()}
        if days:
            begun = midnight(min(days) - timedelta(days=1), ZoneInfo("UTC"))  # on every clock
            concerned = select(MeterRow.meter).join(SiteRow, SiteRow.site == MeterRow.site)
            concerned = concerned.where(SiteRow.calendar == name, MeterRow.table == REGISTER)
            found.update(dict.fromkeys(session.scalars(concerned), max(begun, 1)))
    return found


def _weights(reference: Reference) -> set[tuple[str, str, str, date, date, Fraction]]:
    """Return what decides figures: a new source or a confirmation touches no meter."""
    return {row.weight for rows in reference.factors.values() for row in rows}


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
        heating=tuple(sorted(reference.heating, key=lambda row: row.id)),
        regions=dict(reference.regions),
        sources=dict(reference.sources),
        instruments=reference.instruments,
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
