"""One file of readings from its first byte to the chunks that wait for the collector.

The file is read and judged in the process of the command; only the comparison with the store is
done where the store is open, so that a running house hardly notices an import.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from collector.lock import take_lock
from energy.errors import ConfigError
from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from jieneng.clock import now_ms
from jieneng.imports.balance import Balance, balance_lines
from jieneng.imports.judging import Judged, Tell, judge_file
from jieneng.imports.opening import fingerprint
from jieneng.imports.wish import Wish
from jieneng.progress import Bar
from jieneng.registry.intake import author
from storage.records import imports
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.imports import Import

FOLDER = "imports"
LOCK = "lock"

Keep = Callable[[Path, Import, Balance], Balance | None]
"""(folder of sorted readings, import, balance so far) -> balance after the comparison with the
store; None when that could not be done, and then nothing was kept."""


@dataclass(frozen=True)
class Importer:
    """Imports files.

    Attributes:
        records: Hold the registry, and what was imported before.
        state_dir: Where sorted readings lie meanwhile.
        keep: Compares with the store and, unless it is a dry run, keeps.
        tell: Says a line.
        bar: Shows how far it is.
    """

    records: Records
    state_dir: Path
    keep: Keep
    tell: Tell
    bar: Bar

    def take(self, path: Path, wish: Wish) -> int:
        """Import a file; return the exit code: 0 when it is imported, or was before.

        Raises:
            RegistryError: If it cannot be read, or what its columns mean cannot be told.
            StoreError: If the records do not answer, or another import is under way.
            ConfigError: If there is no registry.
        """
        key = wish.key(fingerprint(path))
        if not (wish.again or wish.dry_run) and self._is_there(key, path):
            return 0
        with self.records.reading() as session:
            registry = registry_records.load(session)
        if not registry.meters:
            problem = Text(
                "登记表是空的；请先导入：jieneng import registry FOLDER。",
                "The registry is empty; import it first: jieneng import registry FOLDER.",
            )
            raise ConfigError(problem)
        with _folder(self.state_dir) as folder:
            return self._take(registry, path, wish, key, folder)

    def _take(self, registry: Registry, path: Path, wish: Wish, key: str, folder: Path) -> int:
        arrived = now_ms()
        judged = judge_file(
            registry, path, wish, arrived=arrived, folder=folder, tell=self.tell, bar=self.bar
        )
        for line in judged.complaints.lines():
            self.tell(line)
        is_refused = bool(judged.balance.refused) and not wish.skip_bad
        if is_refused and not wish.dry_run:
            self._tell_refused(judged, path)
            return 1
        wanted = Import(key, path.name, author(), wish.reason, arrived)
        balance = self.keep(folder, wanted, judged.balance)
        if balance is None and not wish.dry_run:
            return 1
        self._tell_balance(balance, judged, wish)
        return 1 if is_refused else 0

    def _is_there(self, key: str, path: Path) -> bool:
        """Say so when the file was imported before, whole and in the same way."""
        with self.records.reading() as session:
            before = imports.newest_of(session, key)
        if before is None or before.balance.get("refused"):
            return False
        at = from_ms(before.at).isoformat(timespec="minutes")
        self.tell(
            Text(
                f"{path} 已于 {at} 导入（采集程序已收下 {before.taken:,} / {before.sent:,} 个读数）"
                "；没有改变任何内容。要再导入一次：--again。",
                f"{path} was imported at {at} (the collector has {before.taken:,} of "
                f"{before.sent:,} readings); nothing changed. To import it again: --again.",
            )
        )
        return True

    def _tell_refused(self, judged: Judged, path: Path) -> None:
        for line in balance_lines(judged.balance.as_dict()):
            self.tell(line)
        others = judged.balance.difference
        self.tell(Text(f"{others:>14,}  其余，也没有导入", f"{others:>14,}  others, kept out too"))
        self.tell(
            Text(
                f"{path} 没有导入：有 {judged.balance.refused:,} 个读数不能接收。请改正它们，"
                "或用 --skip-bad 只导入其余读数。",
                f"{path} is not imported: {judged.balance.refused:,} of its readings cannot be "
                "taken. Mend them, or take the others alone with --skip-bad.",
            )
        )

    def _tell_balance(self, balance: Balance | None, judged: Judged, wish: Wish) -> None:
        if wish.dry_run:
            for line in span_lines(judged):
                self.tell(line)
        if balance is None:
            balance = judged.balance
            balance.new = balance.readings - balance.refused - balance.duplicate
            self.tell(Text("没有与读数库比较。", "The store was not asked."))
        for line in balance_lines(balance.as_dict()):
            self.tell(line)
        if wish.dry_run:
            self.tell(Text("试运行：没有保存任何内容。", "Dry run: nothing was kept."))
        elif balance.sent:
            self.tell(
                Text(
                    f"{balance.sent:,} 个读数在等采集程序；进度：jieneng import list",
                    f"{balance.sent:,} readings wait for the collector; see: jieneng import list",
                )
            )
        else:
            self.tell(Text("没有改变任何内容。", "Nothing changed."))


def span_lines(judged: Judged) -> Iterator[Text]:
    """Yield a line a meter: how many readings, from when to when."""
    for meter, entries in groupby(judged.entries, key=lambda entry: entry.meter):
        pieces = list(entries)
        count = sum(piece.count for piece in pieces)
        first, last = (from_ms(ms).isoformat() for ms in (pieces[0].first, pieces[-1].last))
        yield Text(
            f"{meter}   {count:,} 个读数   {first} 至 {last}",
            f"{meter}   {count:,} readings   {first} to {last}",
        )


@contextmanager
def _folder(state_dir: Path) -> Iterator[Path]:
    """Give an empty folder to one import at a time; what one that died left behind goes."""
    folder = state_dir / FOLDER
    lock = take_lock(
        folder / LOCK,
        lambda owner: Text(
            f"另一个导入正在进行（pid {owner}）；请等它结束。",
            f"Another import is under way (pid {owner}); wait until it ends.",
        ),
    )
    inside = folder / "sorted"
    with lock:
        shutil.rmtree(inside, ignore_errors=True)
        inside.mkdir()
        try:
            yield inside
        finally:
            shutil.rmtree(inside, ignore_errors=True)
