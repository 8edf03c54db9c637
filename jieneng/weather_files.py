"""Weather from files, into the inbox of the collector."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import TextIO

from collector.screening.rule import scale_of
from energy.errors import Mistake, RegistryError
from energy.kinds import QUANTITIES
from energy.meter import Meter
from energy.reading import GAUGE, Reading, Source
from energy.registry import Registry
from energy.span import to_ms
from energy.text import Text
from jieneng.clock import now_ms
from jieneng.registry.intake import author
from storage.records import inbox
from storage.records import registry as registry_records
from storage.records.book import Records

EARLIEST = to_ms(datetime(2000, 1, 1, tzinfo=UTC))
DAY_MS = 24 * 3_600_000
EPW_HEADER_LINES = 8
EPW_TEMPERATURE = 6  # field 7, dry bulb [degC]
EPW_FIELDS = 8
EPW_MISSING = "99.9"

WEATHER = Text("气象文件", "weather file")


class Unreadable(Exception):  # noqa: N818 - a row that is data, told with all the others of its file
    """Why a row cannot be taken.

    Args:
        problem: What is wrong and what would be right.
    """

    def __init__(self, problem: Text) -> None:
        self.problem = problem
        super().__init__(problem.en)


def take_weather(records: Records, path: Path, *, meter: str, year: int) -> Text:
    """Put the outdoor temperatures of a CSV or EPW file into the inbox; return what was put.

    Raises:
        RegistryError: All mistakes of the file at once; nothing is put then.
    """
    registry = _registry(records)
    gauge = registry.meter.get(meter)
    if gauge is None or gauge.table != GAUGE:
        problem = Text(
            f"{meter!r} 不是登记表中的瞬时量（gauge）。",
            f"{meter!r} is not a gauge of the registry.",
        )
        raise RegistryError([Mistake(path.name, 0, "", problem)], WEATHER)
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
        except Unreadable as why:
            mistakes.append(Mistake(path.name, row, "", why.problem))
    if mistakes:
        raise RegistryError(mistakes, WEATHER)
    return _put(records, path, readings, reason="weather")


def _registry(records: Records) -> Registry:
    with records.reading() as session:
        return registry_records.load(session)


def _put(records: Records, path: Path, readings: list[Reading], *, reason: str) -> Text:
    with records.session() as session:
        inbox.put(session, readings, author=author(), reason=reason)
    count = len(readings)
    return Text(f"{path}   {count} 个读数已放入待收区", f"{path}   {count} readings in the inbox")


def _rows(path: Path, columns: tuple[str, ...], what: Text) -> Iterator[tuple[int, dict[str, str]]]:
    with _opened(path, what, encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            problem = Text(
                f"缺少列 {'、'.join(missing)}；需要：{'、'.join(columns)}。",
                f"column {', '.join(missing)} is missing; needed: {', '.join(columns)}.",
            )
            raise RegistryError([Mistake(path.name, 1, "", problem)], what)
        for row, entry in enumerate(reader, start=2):
            if any((value or "").strip() for value in entry.values() if isinstance(value, str)):
                yield row, {name: (entry[name] or "").strip() for name in columns}


@contextmanager
def _opened(path: Path, what: Text, *, encoding: str) -> Iterator[TextIO]:
    """Open a file for reading; whatever keeps it from being read is a mistake of the file."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield file
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problem = Text(f"无法读取：{error}。", f"it cannot be read: {error}.")
        raise RegistryError([Mistake(path.name, 0, "", problem)], what) from error


def _value(gauge: Meter, number: Decimal) -> float:
    """Return what the collector would make of the number: one rule for both ways in."""
    exact = Fraction(number) * scale_of(gauge)
    quantity = QUANTITIES[gauge.kind]
    if not quantity.lowest <= exact <= quantity.highest:
        problem = Text(
            f"{number} {gauge.unit} 不可能是真实的数值；应在 {quantity.lowest:g} 到 "
            f"{quantity.highest:g} {quantity.unit} 之间。",
            f"{number} {gauge.unit} cannot be true; it lies between {quantity.lowest:g} and "
            f"{quantity.highest:g} {quantity.unit}.",
        )
        raise Unreadable(problem)
    return float(exact)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Unreadable(Text(f"{text!r} 不是数字。", f"{text!r} is not a number.")) from error
    if not number.is_finite():
        problem = Text(f"{text!r} 不是有限的数。", f"{text!r} is not a finite number.")
        raise Unreadable(problem)
    return number


def _time(text: str) -> int:
    try:
        time = to_ms(datetime.fromisoformat(text))
    except ValueError as error:
        problem = Text(
            f"{text!r} 不是 2026-11-25T08:00:00+08:00 这样带时区偏移的时间。",
            f"{text!r} is not a time with its offset like 2026-11-25T08:00:00+08:00.",
        )
        raise Unreadable(problem) from error
    if not EARLIEST <= time <= now_ms() + DAY_MS:
        problem = Text(
            f"{text!r} 早于 2000 年或在未来。", f"{text!r} lies before 2000 or in the future."
        )
        raise Unreadable(problem)
    return time


def _temperature_rows(path: Path) -> Iterator[tuple[int, str, str]]:
    for row, entry in _rows(path, ("time", "temperature"), WEATHER):
        yield row, entry["time"], entry["temperature"]


def _epw(path: Path, year: int) -> Iterator[tuple[int, str, str]]:
    """Yield the rows of a typical year laid on a real one; an EPW hour is labelled with its END."""
    with _opened(path, WEATHER, encoding="latin-1") as file:
        lines = file.read().splitlines()
    fields = lines[0].split(",") if lines else []
    if len(fields) <= EPW_FIELDS or fields[0] != "LOCATION" or not year:
        problem = Text(
            "EPW 文件以 LOCATION 开头，并且需要用 --year 指定把典型年放到哪一年。",
            "an EPW file starts with LOCATION, and needs --year to lay its typical year on.",
        )
        raise RegistryError([Mistake(path.name, 1, "", problem)], WEATHER)
    offset = timedelta(hours=float(fields[EPW_FIELDS]))
    for row, line in enumerate(lines[EPW_HEADER_LINES:], start=EPW_HEADER_LINES + 1):
        parts = line.split(",")
        try:
            month, day, hour = (int(part) for part in parts[1:4])
            start = datetime(year, month, day, tzinfo=UTC) + timedelta(hours=hour - 1) - offset
            temperature = parts[EPW_TEMPERATURE]
        except (ValueError, IndexError) as error:
            problem = Text(
                f"不是 {year} 年某一小时的 EPW 数据行。",
                f"it is not an EPW row of an hour of {year}.",
            )
            raise RegistryError([Mistake(path.name, row, "", problem)], WEATHER) from error
        if temperature != EPW_MISSING:
            yield row, start.isoformat(), temperature
