"""Candidate events as lines, with the command that confirms each."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from analytics.swaps import commands_of
from energy.life import event_called
from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from storage.records.event_candidates import CONFIRMED, OPEN, SWAPPED, EventCandidate

_STATES = {
    "open": Text("待确认", "open"),
    "confirmed": Text("已确认", "confirmed"),
    "dismissed": Text("已排除", "dismissed"),
    "healed": Text("已化解", "healed"),
    "paired": Text("互换的一侧", "one side of a swap"),
}
_LOOKS = {
    "replacement": Text("更换", "replacement"),
    "reset": Text("清零", "reset"),
    "rollover": Text("走满归零", "rollover"),
    "ratio": Text("倍率变更", "ratio"),
    "swapped": Text("互换", "swapped"),
}


def line(one: EventCandidate, registry: Registry, language: str) -> str:
    """Return a candidate as a line: number, state, meter, what it looks like, when, evidence."""
    meter = registry.meter.get(one.meter)
    zone = None if meter is None else registry.site[meter.site].zone
    after, before = (
        from_ms(time).astimezone(zone).isoformat(timespec="minutes")
        for time in (one.after, one.before)
    )
    evidence = Text(one.evidence_zh, one.evidence_en).get(language)
    said = f"  {one.by}: {one.reason}" if one.by else ""
    state, looks = _STATES[one.state].get(language), _LOOKS[one.looks].get(language)
    meters = f"{one.meter} <-> {one.factor}" if one.looks == SWAPPED else one.meter
    said += _confirmed_by(one, registry, language)
    return f"{one.number:4}  {state}  {meters}  {looks}  {after} .. {before}  {evidence}{said}"


def _confirmed_by(one: EventCandidate, registry: Registry, language: str) -> str:
    """Return the event that confirmed a candidate, and who entered it; "" for none."""
    if one.state != CONFIRMED:
        return ""
    events = registry.events_of(one.meter)
    found = [event for event in events if one.after <= event.time <= one.before]
    comma, colon = Text("，", ", ").get(language), Text("：", ": ").get(language)
    return "".join(
        f"  {event_called(event.event).get(language)}{comma}{event.author}{colon}{event.reason}"
        for event in found[:1]
    )


def swap_lines(
    one: EventCandidate, found: Sequence[EventCandidate], registry: Registry
) -> Iterator[Text]:
    """Yield the commands that settle a candidate of two meters that were swapped."""
    if one.looks != SWAPPED or one.state != OPEN:
        return
    swap, *events = commands_of(one, found, registry)
    if not swap:
        return
    yield Text(f"      通道接反：{swap}", f"      channels were crossed: {swap}")
    for command in events:
        yield Text(f"      表计互换位置：{command}", f"      instruments changed places: {command}")


def row_of(
    one: EventCandidate, found: Sequence[EventCandidate], registry: Registry
) -> dict[str, object]:
    """Return a candidate as JSON values, with the command that books swapped readings back."""
    is_waiting = one.looks == SWAPPED and one.state == OPEN
    command = commands_of(one, found, registry)[0] if is_waiting else ""
    return {**asdict(one), "command": command}


def advice(found: Sequence[EventCandidate]) -> Text:
    """Return what to do about those that are open."""
    count = sum(one.state == OPEN for one in found)
    if not count:
        return Text("没有待确认的候选事件。", "No candidate waits for anybody.")
    return Text(
        f"{count} 个待确认。若确有其事：jieneng meters event METER EVENT --at TIME --reason TEXT；"
        "若并无其事：jieneng meters candidates --dismiss ID --by NAME --reason TEXT",
        f"{count} to confirm. If it happened: jieneng meters event METER EVENT --at TIME --reason "
        "TEXT; if not: jieneng meters candidates --dismiss ID --by NAME --reason TEXT",
    )
