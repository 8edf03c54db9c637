"""The books of imports and replays in a status: they have balances of their own."""

from collections.abc import Iterator, Mapping
from typing import Any

from energy.text import Text
from jieneng.counting import counted, listed
from jieneng.imports.balance import NAMES as OF_FILES
from jieneng.replaying import COUNTED as OF_RAW_LOGS
from storage.records.side_books import IMPORTS, REPLAYS

_UNEXPLAINED = {"unexplained": Text("账目差额", "unexplained")}
_WAITING = {"waiting": Text("采集程序尚未收下", "not with the collector yet")}
_IMPORTED = OF_FILES | _UNEXPLAINED | _WAITING
_REPLAYED = {"readings": OF_RAW_LOGS["read"]} | OF_RAW_LOGS | _UNEXPLAINED
"""What people call the figures, in the order in which they are told."""


def side_book_lines(status: Mapping[str, Any]) -> Iterator[Text]:
    """Yield a line for imports and one for replays; none where there was none."""
    imports, replays = status.get(IMPORTS, {}), status.get(REPLAYS, {})
    if files := imports.get("times"):
        start = Text(f"导入        {files:,} 个文件：", f"imports     {counted(files, 'file')}: ")
        yield start + _figures(imports, _IMPORTED)
    if times := replays.get("times"):
        start = Text(f"重放        {times:,} 次：", f"replays     {counted(times, 'request')}: ")
        open_ = replays["going_on"]
        rest = Text(f"，{open_:,} 次未完成", f", {open_:,} not done yet") if open_ else Text("", "")
        yield start + _figures(replays, _REPLAYED) + rest


def _figures(book: Mapping[str, int], names: Mapping[str, Text]) -> Text:
    """Return figures with their names; what is 0 and may be is left out."""
    always = ("readings", "unexplained")
    told = {key: book[key] for key in names if key in book and (book[key] or key in always)}
    return listed(told, names)
