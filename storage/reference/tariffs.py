"""Tariffs in the reference files: the price of each period of the local day."""

import re
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise

from energy.kinds import KINDS
from energy.provenance import SourceRow
from energy.tariffs.tariff import MICRO_YUAN, TariffRow, clock_text, unpriced
from energy.text import Text
from energy.units import base_units, units_of
from storage.csv_cells import Cells, is_name
from storage.reference.source_cells import SOURCE_COLUMNS, source_row, validity

TARIFF_COLUMNS = (
    "id", "tariff", "kind", "region", "valid_from", "valid_to", "months", "period", "from", "to",
    "priority", "price", "unit", *SOURCE_COLUMNS,
)  # fmt: skip
LATER_COLUMNS = ("id", "region", "source_date", "confirmed_by", "confirmed_at")
"""A file of before has none of them: then a row is called by what it prices."""

PERIODS = ("critical", "peak", "flat", "valley", "all")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_DAY_MINUTES = 24 * 60
_MONTHS = re.compile(r"([0-9]{1,2})(?:-([0-9]{1,2}))?")
_LAST_MONTH = 12
_HIGHEST = 100


def read_tariffs(
    rows: list[Cells],
) -> tuple[dict[str, tuple[TariffRow, ...]], list[tuple[Cells, SourceRow]]]:
    """Return each tariff's rows and where they come from; mistakes stay with the rows."""
    found: dict[str, list[tuple[Cells, TariffRow]]] = {}
    sourced: list[tuple[Cells, SourceRow]] = []
    for cells in rows:
        row = _row(cells)
        source = source_row(
            cells,
            TARIFF_COLUMNS,
            subject=row.tariff,
            valid=(row.valid_from, row.valid_to),
            named=_name_of(row, cells.row),
        )
        sourced.append((cells, source))
        found.setdefault(row.tariff, []).append((cells, replace(row, id=source.id)))
    for entries in found.values():
        _check_together(entries)
        _check_holes(entries)
    tariffs = {tariff: tuple(row for _, row in entries) for tariff, entries in found.items()}
    return tariffs, [(cells, source) for cells, source in sourced if cells.good]


def _name_of(row: TariffRow, number: int) -> str:
    """Return how a row without an id is called: no other begins so, or they meet in a minute."""
    if not is_name(row.tariff):
        return f"row-{number}"
    name = f"{row.tariff}-{row.valid_from}-{clock_text(row.from_minute).replace(':', '')}"
    if len(row.months) < _LAST_MONTH:
        name += "-m" + ".".join(map(str, row.months))
    return f"{name}-p{row.priority}" if row.priority else name


def _row(cells: Cells) -> TariffRow:
    kind = cells.one_of("kind", KINDS)
    valid_from, valid_to = validity(cells)
    row = TariffRow(
        tariff=cells.name("tariff"),
        kind=kind,
        valid_from=valid_from,
        valid_to=valid_to,
        months=_months(cells),
        period=cells.one_of("period", PERIODS),
        from_minute=_minute(cells, "from"),
        to_minute=_minute(cells, "to"),
        priority=cells.whole("priority", least=0, most=_HIGHEST, default=0),
        price_micro=_price(cells, kind),
        source=cells.cell("source"),
        confidence=cells.cell("confidence"),
    )
    if row.from_minute >= row.to_minute and cells.good:
        problem = Text(
            "不晚于 'from'；跨零点的时段要写成两行：一行到 24:00，一行从 00:00 开始。",
            "it is not after 'from'; a period over midnight is two rows, to 24:00 and from 0.",
        )
        cells.mistake("to", problem)
    return row


def _months(cells: Cells) -> tuple[int, ...]:
    """Read months such as 7-8, 1;12 or 1-12; an empty cell means all."""
    found: set[int] = set()
    for part in (cells.cell("months") or "1-12").split(";"):
        months = _MONTHS.fullmatch(part.strip())
        first = int(months[1]) if months else 0
        last = int(months[2] or first) if months else 0
        if not 1 <= first <= last <= _LAST_MONTH:
            problem = Text(
                f"{part!r} 不是月份，请写成 7-8、1;12 或 1-12 的形式。",
                f"{part!r} is not a month. Write 7-8, 1;12 or 1-12.",
            )
            cells.mistake("months", problem)
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def _minute(cells: Cells, column: str) -> int:
    text = cells.cell(column)
    clock = _CLOCK.fullmatch(text)
    minute = int(clock[1]) * 60 + int(clock[2]) if clock else -1
    if not 0 <= minute <= _DAY_MINUTES:
        problem = Text(
            f"{text!r} 不是时刻，请写成 07:00 或 24:00 的形式。",
            f"{text!r} is not a time of day. Write it like 07:00 or 24:00.",
        )
        cells.mistake(column, problem)
        return 0
    return minute


def _price(cells: Cells, kind: str) -> int:
    price = cells.exact("price", zero=True) * MICRO_YUAN
    money, _, per = cells.cell("unit").partition("/")
    if kind not in KINDS:
        return 0
    if money != "yuan" or per not in units_of(kind):
        right = f"yuan/{KINDS[kind].display_unit}"
        problem = Text(
            f"{cells.cell('unit')!r} 不是 {kind} 的价格单位；请写 {right}。",
            f"{cells.cell('unit')!r} does not price {kind}; write {right}.",
        )
        cells.mistake("unit", problem)
        return 0
    price *= KINDS[kind].base_per_display / base_units(kind=kind, unit=per)
    if price.denominator != 1:
        problem = Text(
            "比百万分之一元还细，请四舍五入。",
            "it is finer than a millionth of a yuan; round it.",
        )
        cells.mistake("price", problem)
    return int(price)


def _check_together(entries: list[tuple[Cells, TariffRow]]) -> None:
    """A tariff prices one kind, and no minute has two prices of the same priority."""
    for (first_cells, first), (cells, row) in combinations(entries, 2):
        if first.kind != row.kind:
            problem = Text(
                f"第 {first_cells.row} 行是 {first.kind} 的价格；一个价格表只能对应一种能源。",
                f"row {first_cells.row} prices {first.kind}; a tariff prices one kind.",
            )
            cells.mistake("kind", problem)
        elif first.priority == row.priority and _meet(first, row):
            problem = Text(
                f"与第 {first_cells.row} 行给同样的小时定了价；请给其中一行更高的 priority。",
                f"it prices hours that row {first_cells.row} prices; give one more priority.",
            )
            cells.mistake("priority", problem)


def _meet(one: TariffRow, other: TariffRow) -> bool:
    return (
        one.valid_from < other.valid_to
        and other.valid_from < one.valid_to
        and bool(set(one.months) & set(other.months))
        and one.from_minute < other.to_minute
        and other.from_minute < one.to_minute
    )


def _check_holes(entries: list[tuple[Cells, TariffRow]]) -> None:
    """From its first day to its last, a tariff has a price for every minute."""
    rows = [row for cells, row in entries if cells.good]
    if len(rows) < len(entries):
        return  # a row that cannot be read is no hole
    days = sorted({day for row in rows for day in (row.valid_from, row.valid_to)})
    for start, end in pairwise(days):
        holding = [row for row in rows if row.valid_from <= start < row.valid_to]
        holes: dict[tuple[int, int], list[int]] = {}
        for month in _months_between(start, end):
            for hole in unpriced([row for row in holding if month in row.months]):
                holes.setdefault(hole, []).append(month)
        for hole, months in holes.items():
            _say_hole(entries[0][0], hole, months, start, end)


def _months_between(start: date, end: date) -> list[int]:
    """Return the months of the year that lie within a stretch, 1 to 12."""
    count = (end.year - start.year) * _LAST_MONTH + end.month - start.month + (end.day > 1)
    return sorted(
        {(start.month - 1 + number) % _LAST_MONTH + 1 for number in range(min(count, _LAST_MONTH))}
    )


def _say_hole(
    cells: Cells, hole: tuple[int, int], months: list[int], start: date, end: date
) -> None:
    clock = "-".join(map(clock_text, hole))
    which = "1-12" if len(months) == _LAST_MONTH else ";".join(map(str, months))
    zh, en = (f"{start} 起", f"from {start} on")
    if end != date.max:
        zh, en = f"{start} 至 {end}", f"from {start} until {end}"
    tariff = cells.cell("tariff")
    problem = Text(
        f"{tariff} 在 {clock} 没有价格（{zh}，月份 {which}）；请补一行或延长相邻的时段。",
        f"{tariff} has no price at {clock} ({en}, months {which}); add a row or lengthen its "
        "neighbour.",
    )
    cells.mistake("from", problem)
