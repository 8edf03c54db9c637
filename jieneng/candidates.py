"""Candidate events as lines, with the command that confirms each."""

from collections.abc import Sequence

from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from storage.records.event_candidates import OPEN, EventCandidate

_STATES = {
    "open": Text("待确认", "open"),
    "confirmed": Text("已确认", "confirmed"),
    "dismissed": Text("已排除", "dismissed"),
    "healed": Text("已化解", "healed"),
}
_LOOKS = {
    "replacement": Text("更换", "replacement"),
    "reset": Text("清零", "reset"),
    "rollover": Text("走满归零", "rollover"),
    "ratio": Text("倍率变更", "ratio"),
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
    return f"{one.number:4}  {state}  {one.meter}  {looks}  {after} .. {before}  {evidence}{said}"


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
