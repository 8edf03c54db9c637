"""Readings and weather from files, into the inbox of the collector."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

from collector.normalize import scale_of
from energy.errors import Mistake, RegistryError
from energy.kinds import QUANTITIES
from energy.meter import Meter
from energy.reading import GAUGE, REGISTER, Reading, Source
from energy.registry import Registry
from energy.span import to_ms
from jieneng.clock import now_ms
from jieneng.intake import author
from storage.records import inbox
from storage.records import registry as registry_records
from storage.records.book import Records

EARLIEST = to_ms(datetime(2000, 1, 1, tzinfo=UTC))
DAY_MS = 24 * 3_600_000
EPW_HEADER_LINES = 8
EPW_TEMPERATURE = 6  # field 7, dry bulb [degC]
EPW_FIELDS = 8
EPW_MISSING = "99.9"


def take_readings(records: Records, path: Path, *, reason: str) -> str:
    """Put the readings of a CSV file (meter,time,value) into the inbox; return what was put.

    Raises:
        RegistryError: All mistakes of the file at once; nothing is put then.
    """
    registry = _registry(records)
    mistakes: list[Mistake] = []
    readings: list[Reading] = []
    for row, entry in _rows(path, ("meter", "time", "value")):
        try:
            readings.append(_reading(registry, entry))
        except ValueError as error:
            mistakes.append(Mistake(path.name, row, "", str(error)))
    return _put(records, path, readings, mistakes, reason=reason)


def take_weather(records: Records, path: Path, *, meter: str, year: int) -> str:
    """Put the outdoor temperatures of a CSV or EPW file into the inbox; return what was put.

    Raises:
        RegistryError: All mistakes of the file at once; nothing is put then.
    """
    registry = _registry(records)
    gauge = registry.meter.get(meter)
    if gauge is None or gauge.table != GAUGE:
        problem = f"{meter!r} is not a gauge of the registry."
        raise RegistryError([Mistake(path.name, 0, "", problem)])
    mistakes: list[Mistake] = []
    readings: list[Reading] = []
    rows = _epw(path, year) if path.suffix.lower() == ".epw" else _temperature_rows(path)
    for row, time, value in rows:
        try:
            readings.append(
                Reading(
                    meter, GAUGE, _time(time), _value(gauge, _number(value)), source=Source.IMPORT
                )
            )
        except ValueError as error:
            mistakes.append(Mistake(path.name, row, "", str(error)))
    return _put(records, path, readings, mistakes, reason="weather")


def _registry(records: Records) -> Registry:
    with records.reading() as session:
        return registry_records.load(session)


def _put(
    records: Records,
    path: Path,
    readings: list[Reading],
    mistakes: list[Mistake],
    *,
    reason: str,
) -> str:
    if mistakes:
        raise RegistryError(mistakes)
    with records.session() as session:
        inbox.put(session, readings, author=author(), reason=reason)
    return f"{path}   {len(readings)} readings in the inbox"


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            problem = f"column {', '.join(missing)} is missing; needed: {', '.join(columns)}."
            raise RegistryError([Mistake(path.name, 1, "", problem)])
        for row, entry in enumerate(reader, start=2):
            if any((value or "").strip() for value in entry.values() if isinstance(value, str)):
                yield row, {name: (entry[name] or "").strip() for name in columns}


def _reading(registry: Registry, entry: dict[str, str]) -> Reading:
    meter = registry.meter.get(entry["meter"])
    if meter is None:
        raise ValueError(f"meter {entry['meter']!r} is not in the registry.")
    value = _value(meter, _number(entry["value"]))
    return Reading(meter.meter, meter.table, _time(entry["time"]), value, source=Source.MANUAL)


def _value(meter: Meter, number: Decimal) -> int | float:
    """Return what the collector would make of the number: one rule for both ways in."""
    exact = Fraction(number) * scale_of(meter)
    if meter.table == GAUGE:
        quantity = QUANTITIES[meter.kind]
        if not quantity.lowest <= exact <= quantity.highest:
            raise ValueError(f"{number} {meter.unit} cannot be true.")
        return float(exact)
    if exact < 0:
        raise ValueError(f"{number} is negative; registers and amounts are not.")
    whole = exact.numerator // exact.denominator
    if meter.table == REGISTER and whole >= meter.modulus:
        raise ValueError(f"{number} is more than the {meter.digits} digits of {meter.meter} hold.")
    return whole


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a number.") from error
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a finite number.")
    return number


def _time(text: str) -> int:
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a time like 2026-11-25T08:00:00+08:00.") from error
    time = to_ms(when)
    if not EARLIEST <= time <= now_ms() + DAY_MS:
        raise ValueError(f"{text!r} lies before 2000 or in the future.")
    return time


def _temperature_rows(path: Path) -> Iterator[tuple[int, str, str]]:
    for row, entry in _rows(path, ("time", "temperature")):
        yield row, entry["time"], entry["temperature"]


def _epw(path: Path, year: int) -> Iterator[tuple[int, str, str]]:
    """Yield the rows of a typical year laid on a real one; an EPW hour is labelled with its END."""
    lines = path.read_text(encoding="latin-1").splitlines()
    fields = lines[0].split(",") if lines else []
    if len(fields) <= EPW_FIELDS or fields[0] != "LOCATION" or not year:
        problem = "an EPW file starts with LOCATION, and needs --year to lay its typical year on."
        raise RegistryError([Mistake(path.name, 1, "", problem)])
    offset = timedelta(hours=float(fields[EPW_FIELDS]))
    for row, line in enumerate(lines[EPW_HEADER_LINES:], start=EPW_HEADER_LINES + 1):
        parts = line.split(",")
        month, day, hour = (int(part) for part in parts[1:4])
        start = datetime(year, month, day, tzinfo=UTC) + timedelta(hours=hour - 1) - offset
        if parts[EPW_TEMPERATURE] != EPW_MISSING:
            yield row, start.isoformat(), parts[EPW_TEMPERATURE]
