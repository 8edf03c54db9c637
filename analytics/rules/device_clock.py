"""A clock that is steadily behind or ahead: amounts stand in the wrong hours, days and months."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from analytics.clock_error import (
    FEWEST,
    LEAST_HOURS,
    PAST_DAYS,
    RAREST_HOURS,
    SHARE,
    STEADY_MINUTES,
    ClockError,
)
from analytics.rule import Code, Evidence, Rule, Threshold
from energy.finding import Finding, Stream
from energy.meter import ON_TIME_INTERVALS, ON_TIME_MS
from energy.span import SECOND_MS, from_ms
from energy.text import Text
from energy.zones import is_about, is_half_hour_zone, is_quarter_hour_zone

_MINUTE_MS = 60 * SECOND_MS


def _gate(evidence: Evidence) -> str:
    if evidence.clock_error is not None:
        return ""
    return "never_read" if evidence.newest is None else "no_steady_arrival"


def _look(evidence: Evidence) -> list[Finding]:
    error = evidence.clock_error
    return [_finding(evidence, error)] if error is not None and error.behind_ms else []


def _length(length_ms: int) -> str:
    """Return a length of time in hours and minutes, or in minutes below an hour."""
    hours, minutes = divmod(round(abs(length_ms) / _MINUTE_MS), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _looks_like(evidence: Evidence, error: ClockError) -> Text:
    """Say which mistake of zones would make such an error; empty where none would."""
    zone = evidence.timezone
    local = from_ms(error.end).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    east_ms = local // timedelta(milliseconds=1)
    if is_about(error.behind_ms, east_ms):
        return Text(
            f"看起来是把 UTC 时间当作 {zone} 的当地时间。",
            f" It looks like UTC sent as the local time of {zone}.",
        )
    if is_about(-error.behind_ms, east_ms):
        return Text(
            f"看起来是把 {zone} 的当地时间当作 UTC。",
            f" It looks like the local time of {zone} sent as UTC.",
        )
    shown_ms = east_ms - error.behind_ms
    if is_half_hour_zone(shown_ms) or is_quarter_hour_zone(shown_ms):
        return Text("看起来是另一个时区的时间。", " It looks like the time of another zone.")
    return Text("", "")


def _since(evidence: Evidence, error: ClockError) -> Text:
    zone = ZoneInfo(evidence.timezone)
    begin = from_ms(error.start).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if error.is_begin_seen:
        return Text(f"自 {begin} 起", f"since {begin}")
    return Text(f"至少自 {begin} 起", f"since {begin} at least")


def _sentence(evidence: Evidence, error: ClockError) -> Text:
    meter, since = evidence.meter, _since(evidence, error)
    is_behind = error.behind_ms > 0
    off, spread = _length(error.behind_ms), f"{max(1, round(error.spread_ms / SECOND_MS))} s"
    refused = _FOR_THAT if error.is_refused else Text("", "")
    zh = (
        f"{meter.name_zh}的采集设备 {meter.device} 的时钟{'慢' if is_behind else '快'} {off}："
        f"{since.zh}读数到达总比其标注的时间{'晚' if is_behind else '早'}这么多{refused.zh}"
        f"（{error.deliveries} 次，相差不过 {spread}）。"
    )
    en = (
        f"The clock of {meter.device}, the device of {meter.name_en}, is {off} "
        f"{'behind' if is_behind else 'ahead'}: {since.en} its readings arrive so long "
        f"{'after' if is_behind else 'before'} the times they bear{refused.en} "
        f"(n={error.deliveries}, within {spread})."
    )
    return Text(zh, en) + _looks_like(evidence, error)


_FOR_THAT = Text("，因而被拒收", ", and are refused for that")
_COMPARE = Text(
    "核对采集设备和网关的时钟、时区和对时，以及登记表中该设备的 timezone；同一设备或网关的其他"
    "计量点也受影响。",
    "Compare clock, time zone and time server of device and gateway, and the device's timezone in "
    "the registry; their other meters are as wrong.",
)
_STORED = Text(
    "时钟无误时，查网关是否总是推迟发送。校正后，此前的读数仍在错误的时间上。",
    " If the clock is right, see whether the gateway always sends late. Readings of before stay at "
    "their wrong times.",
)
_REFUSED = Text(
    "拒收报文仍然保留；若错在登记表，改正后可以重读。",
    " What was refused is kept as dead letters; where the registry was wrong, they can be read "
    "again once it is right.",
)


def _finding(evidence: Evidence, error: ClockError) -> Finding:
    sentence = _sentence(evidence, error)
    check = _COMPARE + (_REFUSED if error.is_refused else _STORED)
    return Finding(
        rule=RULE.name,
        version=RULE.version,
        meter=evidence.meter.meter,
        stream=Stream.DATA,
        start=error.start,
        end=error.end,
        goes_on=True,
        sentence_zh=sentence.zh,
        sentence_en=sentence.en,
        check_zh=check.zh,
        check_en=check.en,
        coverage=1.0,
        evidence={
            "behind_s": error.behind_ms / SECOND_MS,
            "spread_s": error.spread_ms / SECOND_MS,
            "deliveries": float(error.deliveries),
        },
    )


RULE = Rule(
    name="device_clock",
    version=1,
    label_zh="设备时钟不准",
    label_en="Wrong clock of a device",
    stream=Stream.DATA,
    thresholds=(
        Threshold(
            "on_time",
            ON_TIME_MS / _MINUTE_MS,
            "min",
            "chosen: gateways gather; what is off by less than this is not seen",
        ),
        Threshold(
            "on_time_intervals",
            ON_TIME_INTERVALS,
            "1",
            "chosen: of the meter, for the same reason; the longer of both holds",
        ),
        Threshold(
            "steady",
            STEADY_MINUTES,
            "min",
            "chosen: messages differ in their way by less, and zones by a quarter of an hour",
        ),
        Threshold("share", SHARE, "1", "chosen: one delivery in ten may have waited for a network"),
        Threshold("fewest", FEWEST, "1", "chosen: an hourly meter has them before it is silent"),
        Threshold(
            "least", LEAST_HOURS, "h", "chosen: a backlog that is being sent is hours shorter then"
        ),
        Threshold(
            "rarest",
            RAREST_HOURS,
            "h",
            "chosen: who sends rarer, and rarer than every two readings, gathers first, and the "
            "age of what is sent tells nothing of the clock",
        ),
        Threshold("past", PAST_DAYS, "d", "chosen: a month, to say since when"),
    ),
    needs="Readings that bear a time of their own and arrive as they are taken, or a few at once.",
    disproof="A clock that is right, behind a gateway that always sends as much too late.",
    codes=(
        Code("never_read", "从未收到读数。", "No reading ever came."),
        Code(
            "no_steady_arrival",
            "近期读数到达不稳定或太少，看不出时钟是否准确。",
            "Too few readings came lately, or at no steady distance: the clock cannot be told.",
        ),
    ),
    gate=_gate,
    look=_look,
    memory_days=7,
)
