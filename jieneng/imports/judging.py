"""Reads and judges a whole file; what is good lies sorted in a folder afterwards."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from energy.meter import Meter
from energy.reading import GAUGE, REGISTER
from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from jieneng.imports.balance import Balance
from jieneng.imports.bulk import Bulk
from jieneng.imports.columns import layout_of, named_columns, told
from jieneng.imports.complaints import Complaint, Complaints
from jieneng.imports.judge import First, Judge
from jieneng.imports.opening import open_sheet
from jieneng.imports.repeats import once_each
from jieneng.imports.sheet import Sheet
from jieneng.imports.sorted_file import Entry, SortedFile
from jieneng.imports.sorter import Piece
from jieneng.imports.times import UNITS, Times
from jieneng.imports.wish import Wish
from jieneng.progress import Bar
from storage.records.chunks import Run

ROWS_AT_ONCE = 20_000
"""Judged together, and between two looks at the bar; chosen."""
ROWS_AT_FIRST = 100
"""Judged one by one until one is good, which is told as an example."""

Tell = Callable[[Text], None]


@dataclass(frozen=True)
class Judged:
    """A file that was read.

    Attributes:
        balance: Its counters, the store not yet asked.
        complaints: What is wrong in it.
        entries: Pieces of good readings, meter by meter in order of time.
    """

    balance: Balance
    complaints: Complaints
    entries: tuple[Entry, ...]


def judge_file(
    registry: Registry, path: Path, wish: Wish, *, arrived: int, folder: Path, tell: Tell, bar: Bar
) -> Judged:
    """Read a file, tell first how it is understood, and judge each of its values.

    Args:
        registry: The registry in force.
        path: The file.
        wish: What a person says of it.
        arrived: The time of the import [ms].
        folder: An empty folder for the good readings.
        tell: Says a line.
        bar: Shows how far it is.

    Raises:
        RegistryError: If it cannot be read, or what its columns mean cannot be told.
        OSError: If the folder or the report cannot be written.
    """
    with ExitStack() as stack:
        sheet = stack.enter_context(open_sheet(path, wish.how))
        named = named_columns(wish.columns)
        layout = layout_of(sheet, registry, named=named, ignored=wish.ignore)
        complaints = stack.enter_context(
            Complaints(sheet.file, sheet.sheet, report=wish.report, most=wish.show)
        )
        times = Times(wish.time, wish.local)
        judge = Judge(
            registry,
            layout,
            sheet.heading,
            times=times,
            complaints=complaints,
            arrived=arrived,
            folder=folder,
        )
        bulk = Bulk(judge, registry, layout, len(sheet.heading), times=times, arrived=arrived)
        stack.enter_context(closing(judge))
        tell(Text(f"{path}：", f"{path}: ") + sheet.told)
        tell(told(sheet, layout))
        tell(_times_told(wish))
        _tell_first(judge, registry, sheet, tell)
        while rows := list(islice(sheet.rows, ROWS_AT_ONCE)):
            bulk.take(rows)
            bar.show(done=sheet.done(), total=sheet.total)
        return _sorted(judge, registry, complaints, folder, sheet.heading[layout.time])


def _tell_first(judge: Judge, registry: Registry, sheet: Sheet, tell: Tell) -> None:
    """Judge the first rows until one is good, and tell how it is understood."""
    for row, cells in islice(sheet.rows, ROWS_AT_FIRST):
        judge.take(row, cells)
        if judge.first is not None:
            tell(_example(judge.first, registry.meter[judge.first.reading.meter]))
            return


def _sorted(
    judge: Judge, registry: Registry, complaints: Complaints, folder: Path, time_column: str
) -> Judged:
    seen = judge.seen
    balance = Balance(
        rows=seen.rows, blank=seen.blank, empty=seen.empty, readings=seen.readings,
        finer=judge.finer,
    )  # fmt: skip
    with closing(SortedFile(folder)) as good:
        for sorter in (judge.whole, judge.decimal):
            for piece in sorter.pieces():
                meter = registry.meters[piece.series]
                found = once_each(piece.times, piece.values)
                balance.duplicate += found.duplicates
                for index, first in found.against.tolist():
                    complaints.add(_contradiction(piece, meter, index, first, time_column))
                times, values = piece.times[found.first], piece.values[found.first]
                good.add(Run(meter.meter, meter.table, times, values))
    balance.refused = complaints.total
    return Judged(balance, complaints, tuple(good.entries))


def _contradiction(piece: Piece, meter: Meter, index: int, first: int, column: str) -> Complaint:
    time = from_ms(int(piece.times[index])).isoformat()
    reason = f"another value of this meter and time stands further up: row {piece.rows[first]}"
    return Complaint(int(piece.rows[index]), column, f"{meter.meter} {time}", reason)


def _times_told(wish: Wish) -> Text:
    said = Text("时间：", "times: ") + UNITS[wish.time]
    if not wish.zone:
        return said
    return said + Text(
        f"；当地时间均按 {wish.zone}（--zone）",
        f"; every wall clock is that of {wish.zone} (--zone)",
    )


def _example(first: First, meter: Meter) -> Text:
    """Return the first good reading as it stands and as it is understood."""
    reading = first.reading
    time = from_ms(reading.time).isoformat().replace("+00:00", "Z")
    if reading.table == REGISTER:
        rest = Text(
            f"{reading.value} 步，每步 {meter.step} {meter.unit}",
            f"{reading.value} steps of {meter.step} {meter.unit}",
        )
    elif reading.table == GAUGE:
        rest = Text(
            f"{reading.value} {meter.display_unit}", f"{reading.value} {meter.display_unit}"
        )
    else:
        rest = Text(
            f"{reading.value} 个基本单位（含倍率 {meter.ratio}）",
            f"{reading.value} base units, the ratio {meter.ratio} included",
        )
    given = f"{reading.meter} {first.time!r} {first.value!r}"
    return (
        Text(
            f"例如第 {first.row} 行：{given} = {time}，",
            f"such as row {first.row}: {given} = {time}, ",
        )
        + rest
    )
