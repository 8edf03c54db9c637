"""``jieneng adopt``: rows of a device as a person wants them, written, and read again."""

import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from api.adopting import adopt, read_again
from api.guesses import Proposal
from energy.errors import ConfigError, Mistake, RegistryError
from energy.registry import Registry
from energy.text import Text
from jieneng.clock import now_ms
from jieneng.dead_letters import is_collecting, outcomes_of, said
from jieneng.desk import Desk
from jieneng.printing import printable
from jieneng.registry.intake import author, read_files, take_registry, try_registry
from storage.records import registry as registry_records
from storage.registry.adding import (
    COLUMNS,
    DEVICES,
    METERS,
    AddedRowsError,
    Rows,
    add_rows,
    files_with,
    line_of,
    read_added,
)

if TYPE_CHECKING:
    from jieneng.wiring import House

LOOKS = 3
"""How often it is looked for letters: some come while the collector takes the registry up."""
PAUSE_S = 2.0
SOME = 3
"""Meters that an error names; chosen."""
_ADOPTION = Text("采集设备的登记", "adoption")


@dataclass
class Adoption:
    """Rows of one device as they are to be written.

    Attributes:
        rows: New rows by file.
        guessed: Channel ("" for the device itself) and column of each cell that is a guess still.
    """

    rows: Rows
    guessed: set[tuple[str, str]] = field(default_factory=set)

    @property
    def device(self) -> str:
        """Its name in the registry; "" where a person must give one."""
        return next((row["device"] for row in (*self.rows[DEVICES], *self.rows[METERS])), "")


def chosen(proposed: Proposal, *, channels: Sequence[str], cells: Sequence[str]) -> Adoption:
    """Return rows as a person wants them.

    Args:
        proposed: What is known and guessed.
        channels: Those to adopt; empty for all.
        cells: COLUMN=VALUE for every row that has the column, CHANNEL.COLUMN=VALUE for one.

    Raises:
        ConfigError: If a channel is not heard, or a cell cannot be read.
    """
    meters = {row["channel"]: dict(row) for row in proposed.meters}
    for one in channels:
        if one not in meters:
            raise _no_channel(one, meters)
    meters = {name: row for name, row in meters.items() if not channels or name in channels}
    device = [] if proposed.device is None else [dict(proposed.device)]
    guessed = {(name, column) for name, column in proposed.guessed if not name or name in meters}
    for cell in cells:
        for name, column, value in _meant(cell, meters):
            row = meters[name] if name else next(iter(device), {})
            row[column] = value
            guessed.discard((name, column))
    return Adoption({DEVICES: device, METERS: list(meters.values())}, guessed)


def _meant(cell: str, meters: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield channel ("" for the device), column and value of each cell that a person means."""
    left, equals, value = cell.partition("=")
    channel, dot, column = left.rpartition(".")
    if dot and channel in meters and column in COLUMNS[METERS] and equals:
        yield channel, column, value
    elif equals and left in (*COLUMNS[DEVICES], *COLUMNS[METERS]):
        if left in COLUMNS[DEVICES]:
            yield "", left, value
        if left in COLUMNS[METERS]:
            yield from ((name, left, value) for name in meters)
    else:
        columns = ", ".join(dict.fromkeys((*COLUMNS[DEVICES], *COLUMNS[METERS])))
        raise ConfigError(
            Text(
                f"--set {cell!r}：请写成 列=值，或 通道.列=值；列可以是：{columns}。",
                f"--set {cell!r}: write COLUMN=VALUE, or CHANNEL.COLUMN=VALUE; a column is one of "
                f"{columns}.",
            )
        )


def _no_channel(name: str, meters: Collection[str]) -> ConfigError:
    known = ", ".join(map(printable, meters))
    return ConfigError(
        Text(
            f"没有收到过未登记的通道 {name!r}；收到的有：{known}。",
            f"Nothing unregistered is heard of a channel {name!r}, but of {known}.",
        )
    )


def lines_of(adoption: Adoption, *, only: str = "") -> Iterator[str]:
    """Yield the rows as CSV, each file under its name and heading; or of one file alone, bare."""
    for file, columns in COLUMNS.items():
        rows = adoption.rows[file]
        if only in ("", file) and rows:
            if not only:
                yield from (file, ",".join(columns))
            for row in rows:
                yield line_of(columns, {name: printable(cell) for name, cell in row.items()})


def guesses(adoption: Adoption) -> Text | None:
    """Return a sentence that names what is only guessed; None where nothing is."""
    if not adoption.guessed:
        return None
    order = [*COLUMNS[METERS], *COLUMNS[DEVICES]]
    columns = ", ".join(sorted({column for _, column in adoption.guessed}, key=order.index))
    return Text(f"其中 {columns} 只是估计，请核对。", f"Only guessed, so look at them: {columns}.")


def write(house: "House", adoption: Adoption, folder: Path | None, *, why: str) -> Text:
    """Register a device; return one line that says what the registry holds.

    Args:
        house: With records and store.
        adoption: What to add.
        folder: Registry files that get the rows first, and are imported then; None adds the rows
            to the registry in force alone.
        why: For the audit.

    Raises:
        RegistryError: All mistakes at once; nothing is changed then.
    """
    try:
        if folder is not None:
            return _write_files(house, adoption.rows, folder, why=why)
        number = adopt(house.records, adoption.rows, author=author(), reason=why, now_ms=now_ms())
    except AddedRowsError as error:
        raise _named(error, adoption.rows) from error
    return Text(f"登记表第 {number} 版", f"registry number {number}")


def _write_files(house: "House", rows: Rows, folder: Path, *, why: str) -> Text:
    """Add rows to files that do not have them, and import the files."""
    files = read_files(folder)
    _check_is_in_force(house, files, folder)
    new = _not_in(files, rows)
    heard = house.store.newest()

    def read(copy: Path) -> Registry:
        found = read_files(copy)
        try_registry(house.records, found, copy, heard=heard)
        return found

    with files_with(folder, new) as copy:
        read_added(copy, new, read)
    add_rows(folder, new)
    store = house.store
    return take_registry(house.records, folder, heard=heard, reason=why, store=store)


def _check_is_in_force(house: "House", files: Registry, folder: Path) -> None:
    """Refuse other files than those of this registry: adopting one device must not drop others."""
    with house.records.reading() as session:
        registry = registry_records.load(session)
    gone = sorted(registry.meter.keys() - files.meter.keys())
    if not gone:
        return
    some = ", ".join(gone[:SOME]) + (", ..." if gone[SOME:] else "")
    raise ConfigError(
        Text(
            f"{folder} 缺少现行登记表中的 {len(gone)} 个计量点：{some}。请换用现行登记表的"
            "文件：jieneng export registry FOLDER；确要删除它们，请先 jieneng import registry。",
            f"{folder} lacks {len(gone)} of the meters in force: {some}. Take the files of the "
            "registry in force: jieneng export registry FOLDER. If those meters are to go, run "
            "jieneng import registry first.",
        )
    )


def _not_in(registry: Registry, rows: Rows) -> Rows:
    """Return rows that are not in the files: a command that was cut off may be repeated."""
    return {
        DEVICES: [row for row in rows[DEVICES] if row["device"] not in registry.device],
        METERS: [
            row for row in rows[METERS] if (row["device"], row["channel"]) not in registry.channel
        ],
    }


def _named(error: AddedRowsError, rows: Rows) -> RegistryError:
    """Return mistakes of new rows under the name of their channel: nobody sees a row number."""
    named = [
        Mistake(
            printable(rows[file][place]["channel" if file == METERS else "device"]) or file,
            0,
            mistake.column,
            mistake.problem,
        )
        for file, place, mistake in error.of_rows
    ]
    return RegistryError([*named, *error.others], _ADOPTION)


def retry(desk: Desk, device: str, *, why: str) -> Iterator[Text]:
    """Have read again what a device said before; yield what became of it.

    Where no collector runs, the requests wait for one.
    """
    house = desk.stores
    asked: set[tuple[str, int]] = set()
    outcomes: Counter[str] = Counter()
    for look in range(LOOKS):
        if look:
            time.sleep(PAUSE_S)
        found = read_again(house.records, device, author=author(), reason=why, but_for=asked)
        if not found.letters and look:
            break
        asked |= set(found.letters)
        if not is_collecting(house):
            outcomes[""] += len(found.letters)
            break
        if found.letters:
            outcomes += Counter(outcomes_of(house, found.before, len(found.letters), desk.warn))
    count = len(asked)
    yield Text(f"重读它的 {count:,} 封拒收报文", f"{count:,} dead letters of it read again")
    yield from said(outcomes)
