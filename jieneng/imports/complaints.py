"""What is wrong in a file: counted by reason, some shown, all of them in a report on request."""

import csv
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Self

from api.reasons import reason_text
from energy.text import Text

MOST_SHOWN = 20
REPORT_COLUMNS = ("file", "sheet", "row", "column", "value", "reason_en", "reason_zh")
LONGEST_SHOWN = 60


class Complaint(NamedTuple):
    """Why one value is not taken.

    Attributes:
        row: Row as the person's program counts it.
        column: Heading of the column; "" when it is about the row.
        value: What stands there.
        reason: Why, one of api/reasons.py.
    """

    row: int
    column: str
    value: str
    reason: str


class Complaints:
    """Gathers complaints of one file in little memory.

    Args:
        file: Name of the file.
        sheet: Name of the sheet; "" where there is none.
        report: Where all of them are written as CSV; None for nowhere.
        most: How many are shown.

    Raises:
        OSError: If the report cannot be written.
    """

    def __init__(
        self, file: str, sheet: str, *, report: Path | None = None, most: int = MOST_SHOWN
    ) -> None:
        self.counts: Counter[str] = Counter()
        """Reason to how many."""
        self.shown: list[Complaint] = []
        """The first of them."""
        self._place = (file, sheet)
        self._most = most
        self._stack = ExitStack()
        self._report = None
        if report is not None:
            # With a mark at its start, so that spreadsheets see the Chinese.
            opened = report.open("w", encoding="utf-8-sig", newline="")
            self._report = csv.writer(self._stack.enter_context(opened), lineterminator="\n")
            self._report.writerow(REPORT_COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def total(self) -> int:
        """How many values are not taken."""
        return self.counts.total()

    def add(self, complaint: Complaint) -> None:
        """Count a complaint."""
        self.counts[_group(complaint.reason)] += 1
        if len(self.shown) < self._most:
            self.shown.append(complaint)
        if self._report is not None:
            row, column, value, reason = complaint
            said = reason_text(reason)
            self._report.writerow((*self._place, row, column, value, said.en, said.zh))

    def lines(self) -> list[Text]:
        """Return the complaints for a person: how many of each, then the first of them."""
        counted = [
            Text(f"拒收 {count:,}：", f"refused {count:,}: ") + reason_text(reason)
            for reason, count in self.counts.most_common()
        ]
        first = [self._line(complaint) for complaint in self.shown]
        left = self.total - len(self.shown)
        if left:
            more = Text(
                f"  另有 {left:,} 处；--report FILE 写出全部",
                f"  and {left:,} more; --report FILE writes all of them",
            )
            first.append(more)
        return counted + first

    def _line(self, complaint: Complaint) -> Text:
        file, sheet = self._place
        zh, en = f"  {file}", f"  {file}"
        if sheet:
            zh, en = f"{zh} 工作表 {sheet}", f"{en} sheet {sheet}"
        zh, en = f"{zh} 第 {complaint.row} 行", f"{en} row {complaint.row}"
        if complaint.column:
            zh, en = f"{zh} {complaint.column} 列", f"{en} column {complaint.column}"
        value = complaint.value[:LONGEST_SHOWN]
        return Text(f"{zh} {value!r}：", f"{en} {value!r}: ") + reason_text(complaint.reason)


def _group(reason: str) -> str:
    """Return a reason without the row it names: reasons are counted."""
    return reason.partition(": row")[0]
