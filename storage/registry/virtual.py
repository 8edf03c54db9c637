"""What virtual meters are made of, in the registry files."""

import re
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from energy.counting.virtual import MINUS, PLUS, VirtualPart, cycle_of
from energy.meter import MAIN, Meter
from energy.period import NO_FIRST_DAY, NO_LAST_DAY, day_named
from energy.reading import GAUGE, INTERVAL
from energy.text import Text
from storage.csv_cells import Cells, exact_text
from storage.registry.counted_once import check_counted_once

VIRTUAL_COLUMNS = ("meter", "input", "sign", "share", "valid_from", "valid_to")

MOST_TIMES = 1000
"""How many times an input may count; chosen: more is a ratio in the wrong place."""

_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,6}))?%")

_Row = tuple[Cells, VirtualPart]


def read_virtual(
    rows: list[Cells], meters: Mapping[str, Meter], names: Collection[str] | None
) -> tuple[VirtualPart, ...]:
    """Return the inputs of virtual meters; mistakes stay with their rows.

    Args:
        rows: Rows of virtual.csv.
        meters: What meters.csv says, by name.
        names: Names of meters.csv; None if it cannot be read.
    """
    found = [(cells, _part(cells, names)) for cells in rows]
    inputs: dict[str, list[str]] = {}
    for _, part in found:
        inputs.setdefault(part.meter, []).append(part.source)
    for cells, part in found:
        meter, source = meters.get(part.meter), meters.get(part.source)
        if meter is not None and source is not None:
            _check_pair(cells, meter, source)
        if meter is not None:
            _check_hangs_on_nothing(cells, meter)
        way = cycle_of(part.meter, inputs)
        if part.source in way[:2]:
            _cycle(cells, way)
    _check_apart([row for row in found if row[0].good])
    check_counted_once(found, meters)
    _check_adds_something(found, meters)
    return tuple(part for _, part in found)


def virtual_cells(part: VirtualPart) -> Sequence[str]:
    """Return the cells of an input's row."""
    return (
        part.meter,
        part.source,
        part.sign,
        "" if part.share == 1 else exact_text(part.share),
        day_named(part.valid_from),
        day_named(part.valid_to),
    )


def _part(cells: Cells, names: Collection[str] | None) -> VirtualPart:
    part = VirtualPart(
        meter=cells.known("meter", names, where="meters.csv", needed=True),
        source=cells.known("input", names, where="meters.csv", needed=True),
        sign=cells.one_of("sign", (PLUS, MINUS), default=PLUS),
        share=_share(cells),
        valid_from=cells.day("valid_from", default=NO_FIRST_DAY),
        valid_to=cells.day("valid_to", default=NO_LAST_DAY),
    )
    if cells.good and part.valid_to <= part.valid_from:
        begin = part.valid_from.isoformat()
        problem = Text(f"不晚于 valid_from 的 {begin}。", f"it is not after valid_from, {begin}.")
        cells.mistake("valid_to", problem)
    return part


def _share(cells: Cells) -> Fraction:
    percent = _PERCENT.fullmatch(cells.cell("share"))
    if percent:
        digits = percent[2] or ""
        share = Fraction(int(percent[1] + digits), 100 * 10 ** len(digits))
    else:
        share = cells.exact("share", default=Fraction(1))
    is_times = share.denominator == 1 and 1 <= share <= MOST_TIMES
    if not (0 < share <= 1 or is_times):
        problem = Text(
            f"份额应大于 0 且不超过 1（100%），或为不超过 {MOST_TIMES:,} 的整数倍。",
            f"a share is above 0 and at most 1 (100%), or a whole number up to {MOST_TIMES:,}.",
        )
        cells.mistake("share", problem)
        return Fraction(1)
    return share


def _check_pair(cells: Cells, meter: Meter, source: Meter) -> None:
    if source.table == GAUGE:
        problem = Text(
            f"{source.meter} 是瞬时量（gauge），没有用量。",
            f"{source.meter} is a gauge; it has no amount.",
        )
        cells.mistake("input", problem)
    elif source.kind != meter.kind:
        problem = Text(
            f"{source.meter} 计量的是 {source.kind}，不是 {meter.kind}。",
            f"{source.meter} counts {source.kind}, not {meter.kind}.",
        )
        cells.mistake("input", problem)
    if source.site != meter.site:
        problem = Text(
            f"{source.meter} 位于 {source.site}，不是 {meter.site}；两地的日界可能不同。",
            f"{source.meter} stands on {source.site}, not {meter.site}, whose days may differ.",
        )
        cells.mistake("input", problem)


def _check_hangs_on_nothing(cells: Cells, meter: Meter) -> None:
    if meter.table == INTERVAL and not meter.device:
        return
    problem = Text(
        f"虚拟计量点 {meter.meter} 在 meters.csv 中应为 table interval，"
        "device 和 channel 留空：它由其他计量点算出，自身没有读数。",
        f"in meters.csv a virtual meter such as {meter.meter} has the table interval and neither "
        "device nor channel: it follows from others and has no readings of its own.",
    )
    cells.mistake("meter", problem)


def _cycle(cells: Cells, way: Sequence[str]) -> None:
    shown = " → ".join(way)
    problem = Text(
        f"{way[0]} 由自身算出：{shown}；请去掉其中一行。",
        f"{way[0]} is made of itself: {shown}; take one of these rows away.",
    )
    cells.mistake("input", problem)


def _check_apart(rows: Sequence[_Row]) -> None:
    """One input with one sign has one share at a time."""
    last: dict[tuple[str, str, str], _Row] = {}
    for cells, part in sorted(rows, key=lambda row: row[1].valid_from):
        key = part.meter, part.source, part.sign
        before = last.get(key)
        if before is not None and part.valid_from < before[1].valid_to:
            problem = Text(
                f"第 {before[0].row} 行同时已写明 {part.source} 的份额；有效期不能重叠。",
                f"row {before[0].row} has a share of {part.source} at the same time; what is valid "
                "must not overlap.",
            )
            cells.mistake("valid_from", problem)
        if before is None or part.valid_to > before[1].valid_to:
            last[key] = cells, part


def _check_adds_something(rows: Sequence[_Row], meters: Mapping[str, Meter]) -> None:
    """A main adds something: what is only taken away is less than nothing."""
    adding = {part.meter for _, part in rows if part.sign != MINUS}
    for cells, part in rows:
        meter = meters.get(part.meter)
        if meter is not None and meter.role == MAIN and part.meter not in adding:
            problem = Text(
                f"总表 {part.meter} 只减不加，用量将小于零；请写明它由什么相加（sign +）。",
                f"the main {part.meter} only takes away, so it would use less than nothing; say "
                "what it adds (sign +).",
            )
            cells.mistake("sign", problem)
