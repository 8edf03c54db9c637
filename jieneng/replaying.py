"""Replays at the command line: what is meant, who is asked, how far it is, how it ended."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from api.times import asked_span, iso, zone_of
from energy.errors import ConfigError
from energy.text import Text
from jieneng.partitions import collector_name
from jieneng.registry.intake import author
from storage.records import health, replays
from storage.records import registry as registry_records
from storage.records.replays import Replay

if TYPE_CHECKING:
    from jieneng.wiring import House

POLL_S = 0.3
TELL_S = 2.0
PATIENCE_S = 60.0
"""Chosen: who has not moved for so long waits for a store that is away, or is not running."""
RECENT = 20

COUNTED = {
    "read": Text("读出", "read"),
    "kept": Text("已在库中", "in the store"),
    "refused": Text("被拒收", "refused by the store"),
    "outside": Text("不在所求范围", "of other times or meters"),
}
"""What people call the balance: the first is the sum of the others."""
DRY = Text("将写入", "would be written")


def wanted_of(
    house: "House",
    *,
    start: str,
    end: str,
    meters: Sequence[str],
    everything: bool,
    is_dry: bool,
    why: str,
) -> Replay:
    """Return the request that a command means.

    Raises:
        ConfigError: If a time cannot be read, or nobody said which times.
    """
    if bool(start or end) == everything:
        raise ConfigError(
            Text(
                "请用 --from、--to 写明读数的时间；全部则只写 --all。",
                "Say of which times: --from, --to; or --all alone for every time.",
            )
        )
    with house.records.reading() as session:
        zone = zone_of(registry_records.load(session))
    span = asked_span(start=start, end=end, zone=zone)
    return Replay("", span.start, span.end, tuple(meters), is_dry, author(), why)


def unknown(house: "House", meters: Sequence[str]) -> list[str]:
    """Return the meters that the registry does not have: perhaps it had them once."""
    with house.records.reading() as session:
        known = registry_records.load(session).meter
    return [meter for meter in meters if meter not in known]


def ask_for(house: "House", wanted: Replay) -> list[int]:
    """Ask every collector that the records know, each for its own raw log; return the numbers."""
    with house.records.session() as session:
        names = {one.collector for one in health.all(session)} or {collector_name(house.settings)}
        return replays.put(session, wanted, names)


def found(house: "House", numbers: Sequence[int]) -> list[Replay]:
    """Return requests by their numbers."""
    with house.records.reading() as session:
        return replays.these(session, numbers)


def recent(house: "House") -> list[Replay]:
    """Return the newest requests, newest first."""
    with house.records.reading() as session:
        return replays.recent(session, RECENT)


def wait_for(house: "House", numbers: Sequence[int], tell: Callable[[Text], None]) -> None:
    """Wait until requests are done, or nothing has moved for a while; tell how far they are."""
    moved = told = time.monotonic()
    before: list[Replay] = []
    while True:
        now, these = time.monotonic(), found(house, numbers)
        if these != before:
            moved, before = now, these
        waiting = [one for one in these if not one.ended]
        if not waiting or now - moved > PATIENCE_S:
            return
        if now - told > TELL_S:
            told = now
            for one in waiting:
                tell(_how_far(one))
        time.sleep(POLL_S)


def _how_far(one: Replay) -> Text:
    done, segments = one.progress.get("done", 0), one.progress.get("segments", 0)
    read = one.progress.get("read", 0)
    return Text(
        f"{one.collector}：{segments} 段中已完成 {done} 段，读出 {read:,} 个读数",
        f"{one.collector}: {done} of {segments} segments, {read:,} readings read",
    )


def lines_of(one: Replay) -> Iterator[Text]:
    """Yield what became of a request; problems last."""
    yield Text(f"第 {one.number} 次重放，", f"replay {one.number} of ") + _how_far(one)
    called = COUNTED | ({"kept": DRY} if one.is_dry else {})
    for name, text in called.items():
        count = f"{one.progress.get(name, 0):>14,}  "
        yield Text(count, count) + text
    if one.trouble:
        from api.reasons import reason_text

        yield Text("首个拒收原因：", "first refusal: ") + reason_text(one.trouble)
    if unreadable := one.progress.get("unreadable", 0):
        yield Text(
            f"有 {unreadable} 段损坏，只读出了开头；日志中有文件名。",
            f"{unreadable} segments are damaged and were read up to there; the log names them.",
        )
    if one.ended and not one.progress.get("segments", 0):
        yield Text(
            "原始日志是空的：JIENENG_RAWLOG_DAYS 是否为 0？",
            "The raw log is empty: is JIENENG_RAWLOG_DAYS 0?",
        )
    if not one.ended:
        yield Text(
            "尚未完成；采集程序会继续：jieneng replay --list",
            "Not done yet; the collector goes on with it: jieneng replay --list",
        )


def row_of(one: Replay) -> dict[str, Any]:
    """Return a request as JSON values; times as ISO 8601 in UTC, ``ended`` null while it waits."""
    times = {"start": iso(one.start), "end": iso(one.end), "at": iso(one.at)}
    ended = iso(one.ended) if one.ended else None
    return asdict(one) | times | {"ended": ended}
