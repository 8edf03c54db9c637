"""What became of each reading of a file; it always balances."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from energy.span import from_ms
from energy.text import Text
from storage.records.imports import Import

NAMES = {
    "rows": Text("数据行", "rows"),
    "blank": Text("空行", "blank rows"),
    "empty": Text("空单元格", "empty cells"),
    "readings": Text("读数", "readings"),
    "refused": Text("拒收", "refused"),
    "duplicate": Text("文件内重复", "said again in the file"),
    "same": Text("库中已有且相同", "stored already"),
    "outranked": Text("让位于库中的读数", "weaker than stored"),
    "changing": Text("将改变库中的值", "changing stored values"),
    "new": Text("新增", "new"),
    "finer": Text("比步长更细", "finer than the step"),
}
"""What people call the counters, in the order in which they are told."""


@dataclass
class Balance:
    """Counters of one import.

    readings = refused + duplicate + same + outranked + changing + new, always.

    Attributes:
        rows: Rows below the heading.
        blank: Rows without any cell.
        empty: Cells for a value that hold none: missing, never zero.
        readings: Values that are there.
        refused: Not taken, each with its reason.
        duplicate: Said again what an earlier row said of the same meter and time.
        same: The store has that value already; not written again.
        outranked: The store has another value that wins: read by hand, or corrected.
        changing: The store has another value, which this one overrules.
        new: The store has nothing at that time; all, where it was not compared.
        finer: Of those taken, how many were floored to the step; a note on the side.
    """

    rows: int = 0
    blank: int = 0
    empty: int = 0
    readings: int = 0
    refused: int = 0
    duplicate: int = 0
    same: int = 0
    outranked: int = 0
    changing: int = 0
    new: int = 0
    finer: int = 0

    @property
    def sent(self) -> int:
        """Readings that go to the collector."""
        return self.changing + self.new

    @property
    def difference(self) -> int:
        """Readings that the counters cannot explain: 0, or a promise of ours is broken."""
        explained = self.refused + self.duplicate + self.same + self.outranked + self.sent
        return self.readings - explained

    def as_dict(self) -> dict[str, int]:
        """Return the counters by name."""
        return asdict(self)


def balance_lines(counters: Mapping[str, int]) -> list[Text]:
    """Return the counters for a person, a line each; what is 0 and may be is left out."""
    always = ("rows", "readings", "refused", "new")
    return [
        Text(f"{counters[name]:>14,}  {said.zh}", f"{counters[name]:>14,}  {said.en}")
        for name, said in NAMES.items()
        if counters.get(name) or name in always
    ]


def import_lines(one: Import) -> list[Text]:
    """Return what became of an imported file, for a person."""
    at = from_ms(one.at).isoformat(timespec="minutes")
    said = [
        Text(f"{count:,} {name.zh}", f"{count:,} {name.en}")
        for key, name in NAMES.items()
        if (count := one.balance.get(key))
    ]
    zh, en = "，".join(part.zh for part in said), ", ".join(part.en for part in said)
    return [
        Text(
            f"{at}   {one.file}   {one.author}：{one.reason}",
            f"{at}   {one.file}   {one.author}: {one.reason}",
        ),
        Text(f"    {zh}", f"    {en}"),
        Text(
            f"    采集程序已收下 {one.taken:,} / {one.sent:,}",
            f"    the collector has {one.taken:,} of {one.sent:,}",
        ),
    ]
