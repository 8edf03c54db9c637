"""The state of the house as one plain object, for ``status``, the console and the API."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analytics.silence import heard, is_silent
from collector.telling.doubtful import doubtful_lines, without_meters
from collector.telling.room import room_alarm, waiting_alarm
from energy.finding import Stream
from energy.finding_step import NO_WASTE
from energy.handling import Handling
from energy.reading import GAUGE, INTERVAL, REGISTER
from energy.span import HOUR_MS, from_ms
from energy.text import Text
from jieneng.clock import now_ms
from jieneng.counting import counted, listed
from jieneng.partitions import balance_of, collector_name, together
from jieneng.printing import printable_reason
from jieneng.side_books import side_book_lines
from storage.records import (
    dead_letters,
    finding_steps,
    findings,
    health,
    inbox,
    late_arrivals,
    outbox,
    side_books,
    touched,
)
from storage.records import registry as registry_records

if TYPE_CHECKING:
    from jieneng.wiring import House

ALERTS_KEPT_MS = 30 * 24 * HOUR_MS
"""Chosen: that an older alert was refused helps nobody any more."""

NAMES = {
    REGISTER: Text("累计读数", REGISTER),
    INTERVAL: Text("时段量", INTERVAL),
    GAUGE: Text("瞬时量", GAUGE),
    Stream.WASTE: Text("用能异常", "waste"),
    Stream.DATA: Text("数据异常", "data"),
    "received": Text("已接收", "received"),
    "in_hand": Text("处理中", "in hand"),
    "spooled": Text("缓存中", "spooled"),
    "shipped": Text("已入库", "shipped"),
    "dead": Text("拒收", "dead"),
    "dropped": Text("放弃", "dropped"),
    "duplicate": Text("重复", "duplicate"),
    "retained": Text("消息代理留存", "retained"),
    "finer": Text("比步长更细", "finer than the step"),
    "cut": Text("原文不全", "cut"),
    "doubtful": Text("可疑", "doubtful"),
    "uncertain": Text("时间不明", "of unknown time"),
    "above_rate": Text("超出最大速率", "above the greatest rate"),
    "out_of_time": Text("时间矛盾", "out of time"),
    "elsewhere": Text("属于其他分区的报文", "messages of other partitions"),
    "heard_beyond": Text("未列出的陌生读数", "unknown values not listed"),
    "oldest_s": Text("最久等待秒数", "oldest [s]"),
    "oldest_max_s": Text("告警线", "alarm at"),
    "spool_left_s": Text("缓存还够秒数", "spool lasts [s]"),
    "letter_bytes": Text("拒收报文字节", "dead letter bytes"),
    "letter_max_bytes": Text("上限", "of"),
    "spool_bytes": Text("缓存字节", "spool bytes"),
    "spool_max_bytes": Text("上限", "of"),
    "broker_held": Text("消息代理为全部会话保存的报文", "held by the broker for all its sessions"),
    "broker_dropped": Text("消息代理丢弃的报文", "dropped by the broker"),
    "commits": Text("落盘次数", "commits"),
    "rawlog_bytes": Text("原始日志字节", "raw log bytes"),
    "rawlog_not_kept": Text("未留原始日志的段", "segments without raw log"),
    "is_window_limited": Text("受窗口限制", "limited by the window"),
}
"""What people call the tables, streams and counters of a status."""

COLON = Text("：", ": ")
NOTHING = Text("", "")


def status_of(house: "House") -> dict[str, Any]:
    """Return the state as JSON values: what is known without the store, and what it says.

    Raises:
        StoreError: If records or store do not answer.
    """
    return known_without_store(house) | said_by_store(house)


def known_without_store(house: "House") -> dict[str, Any]:
    """Return the part of the state that needs no store of readings.

    Keys: registry, counters (of the collector here, else the newest published ones) and when those
    that are not live were published [ms], dead_letters by reason, findings open by stream, touched
    meters waiting for a round, inbox rows waiting, finer values by meter, how many alerts of the
    last 30 days a channel refused for good and why the newest of these; the balances of imports and
    replays; of the listener for gateways here its address, who is connected and what it counted,
    nothing where none listens.

    Raises:
        StoreError: If the records do not answer.
    """
    with house.records.reading() as session:
        registry = registry_records.load(session)
        published = health.all(session)
        letters = dead_letters.counts(session)
        stored = findings.current(session)
        handlings = finding_steps.handlings(session)
        waiting, late = touched.waiting(session), late_arrivals.waiting(session)
        inbox_rows = inbox.waiting(session)
        beside = side_books.told(session)
        refused, why = outbox.refused_since(session, now_ms() - ALERTS_KEPT_MS)
    counters = {entry.collector: entry.counters for entry in published}
    counted_at = {entry.collector: entry.at for entry in published}
    finer: dict[str, int] = {}
    if house.collector is not None:
        here = collector_name(house.settings)
        # How long something has been waiting is published alone.
        counters[here] = counters.get(here, {}) | house.collector.counters().as_dict()
        counted_at.pop(here, None)
        finer = house.collector.finer()
    open_by_stream: dict[str, int] = {}
    for entry in stored:
        stage = handlings.get(entry.number, Handling()).stage_at(now_ms())
        if entry.state == "open" and stage not in NO_WASTE:
            stream = str(entry.finding.stream)
            open_by_stream[stream] = open_by_stream.get(stream, 0) + 1
    return {
        "registry": {"number": registry.number, "meters": len(registry.meters)},
        "counters": counters,
        "counted_at": counted_at,
        "dead_letters": letters,
        "findings_open": open_by_stream,
        "touched": waiting,
        "late_arrivals": late,
        "inbox": inbox_rows,
        "finer": finer,
        "alerts_refused": {"count": refused, "reason": why},
        "gateways": _gateways(house),
        **beside,
    }


def said_by_store(house: "House") -> dict[str, Any]:
    """Return the part of the state that only the store of readings knows.

    Keys: readings by table; meters with the time of their last reading ``last`` [ms], None where
    there is none, and ``missed``, how many readings should have come since by the interval in the
    registry; of these the silent ones with that time.

    Raises:
        StoreError: If records or store do not answer.
    """
    with house.records.reading() as session:
        registry = registry_records.load(session)
    newest, now = house.store.newest(), now_ms()
    lives = [
        (one, registry.events_of(one.meter), newest.get(one.meter))
        for one in registry.meters
        if one.meter not in registry.portions  # computed from others: they have to say something
    ]
    return {
        "readings": house.store.counts(),
        "meters": {meter.meter: heard(meter, events, last, now) for meter, events, last in lives},
        "silent": {
            meter.meter: last
            for meter, events, last in lives
            if is_silent(meter, events, last, now)
        },
    }


def _gateways(house: "House") -> dict[str, Any]:
    listener = house.collector.gateways if house.collector is not None else None
    if listener is None:
        return {}
    return {
        "address": listener.address,
        "connected": listener.connected,
        "counts": listener.counts.as_dict(),
    }


def status_lines(status: Mapping[str, Any]) -> list[Text]:
    """Return the state as lines for a person: figures first, problems last with what mends them.

    What only the store knows may be missing: then nothing is said of it.
    """
    registry = status["registry"]
    meters, number = registry["meters"], registry["number"]
    lines = [
        Text(
            f"计量点      {meters}（登记表第 {number} 版）",
            f"meters      {meters} (registry number {number})",
        ),
    ]
    if "readings" in status:
        lines.append(Text("读数        ", "readings    ") + named(status["readings"]))
    for name, counters in status["counters"].items():
        at = _as_of(status["counted_at"].get(name, 0)) + COLON
        who = Text(f"采集 {name}", f"collector {name}")
        lines.append(who + at + named(without_meters(counters)))
    if len(status["counters"]) > 1:
        lines.append(_together(list(status["counters"].values())))
    lines += side_book_lines(status)
    if gateways := status.get("gateways"):
        count, at = len(gateways["connected"]), gateways["address"]
        refused = gateways["counts"]["refused"]
        lines.append(
            Text(
                f"网关        {count} 个已接入 {at}，拒绝连接 {refused} 次",
                f"gateways    {count} connected to {at}, {refused} refused",
            )
        )
    opened = named(status["findings_open"]) if status["findings_open"] else Text("0", "0")
    lines.append(Text("未结异常    ", "findings    ") + opened)
    return lines + _waiting(status) + _problems(status)


def _together(counters: list[Mapping[str, int]]) -> Text:
    """Return the books of all collectors as one, and what they do not explain."""
    whole = together(counters)
    count, unexplained = len(counters), balance_of(whole)
    return (
        Text(f"合计 {count} 个采集程序：", f"all {count} collectors: ")
        + named(whole)
        + Text(f"，账目差额 {unexplained:,}", f", unexplained {unexplained:,}")
    )


def _as_of(time: int) -> Text:
    """Return when figures were published [ms]; nothing for 0: they are live."""
    if not time:
        return Text("", "")
    said = from_ms(time).isoformat(timespec="minutes")
    return Text(f"（截至 {said}）", f" (as of {said})")


def _waiting(status: Mapping[str, Any]) -> list[Text]:
    inbox_rows, meters, late = status["inbox"], status["touched"], status["late_arrivals"]
    rows = (
        (
            inbox_rows,
            f"待采集      {inbox_rows:,} 条人工录入的读数",
            f"inbox       {counted(inbox_rows, 'given reading')} waiting for the collector",
        ),
        (
            meters,
            f"待核算      {meters:,} 个计量点",
            f"touched     {counted(meters, 'meter')} waiting for a round",
        ),
        (
            late,
            f"迟到        {late:,} 段迟到读数待重新核算",
            f"late        {counted(late, 'span')} of late readings waiting for a round",
        ),
    )
    return [Text(zh, en) for count, zh, en in rows if count]


def named(figures: Mapping[str, int]) -> Text:
    """Return figures with their names, one behind the other."""
    return listed(figures, NAMES)


def _problems(status: Mapping[str, Any]) -> list[Text]:
    refused = sorted(status["dead_letters"].items(), key=lambda pair: -pair[1])
    lines = [
        Text(f"拒收 {count:,}：", f"refused {count:,}: ") + printable_reason(reason)
        for reason, count in refused
    ]
    counters = status["counters"].items()
    lines += [line for _, figures in counters for line in doubtful_lines(figures)]
    alarms = [alarm(*each) for each in counters for alarm in (room_alarm, waiting_alarm)]
    lines += [alarm for alarm in alarms if alarm is not None]
    for meter, time in sorted(status.get("silent", {}).items()):
        since = from_ms(time).isoformat(timespec="minutes") if time else ""
        missed = status.get("meters", {}).get(meter, {}).get("missed")
        gap = Text(f"，此后缺 {missed:,} 条", f", {missed:,} missed since") if missed else NOTHING
        lines.append(
            Text(
                f"{meter} 没有数据，最后读数：{since or '从未'}",
                f"{meter} is silent; last reading {since or 'never'}",
            )
            + gap
        )
    if (alerts := status["alerts_refused"])["count"]:
        lines.append(
            Text(f"告警未送达 {alerts['count']}：", f"alerts refused {alerts['count']}: ")
            + printable_reason(alerts["reason"])
        )
    if status["finer"]:
        lines.append(
            Text(
                "有的读数比登记的最小步长更细：jieneng check",
                "some values are finer than the step in the registry: jieneng check",
            )
        )
    return lines
