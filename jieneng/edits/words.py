"""How edits are told at the command line."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from analytics.closing.closed_notes import closed_notes
from analytics.edits.giving import days_of
from analytics.edits.planning import Plan, is_in_store
from analytics.edits.wishes import Editor
from analytics.why.readings import spoken
from api.times import EVER, zone_of
from energy.meter import Meter
from energy.reading import Quality, Reading
from energy.registry import Registry
from energy.span import Span, from_ms, local_date, next_day, wall_clock
from energy.text import Text
from jieneng.counting import counted
from storage.records import edits
from storage.records.edits import Edit

WORDS = {
    edits.SWAP: Text("互换", "swap"),
    edits.MOVE: Text("改记", "move"),
    edits.SHIFT: Text("移时", "shift"),
    edits.WITHDRAW: Text("撤回", "withdraw"),
    edits.VALUE: Text("改值", "value"),
    edits.MANUAL: Text("补录", "manual reading"),
    edits.UNDO: Text("撤销", "undo"),
}
"""What people call the kinds of edits."""


def plan_lines(editor: Editor, plan: Plan) -> Iterator[Text]:
    """Yield how many readings of each meter an edit writes, and which days it touches.

    Of closed periods among these days it says what to do.
    """
    registry, touched = editor.registry, days_of(editor.store, editor.registry, plan.versions)
    for meter, days in touched.items():
        count = sum(one.meter == meter for one in plan.versions)
        zone = registry.site[registry.meter[meter].site].zone
        yield Text(
            f"{meter}   {count:,} 个读数   {_days(days, zone)}（{len(days):,} 个台账日）",
            f"{meter}   {counted(count, 'reading')}   {_days(days, zone)} "
            f"({counted(len(days), 'ledger day')})",
        )
    if plan.replaced:
        yield Text(
            f"其中 {plan.replaced:,} 个取代已有的读数",
            f"{counted(plan.replaced, 'reading')} of these take the place of others",
        )
    with editor.records.reading() as session:
        for meter, days in touched.items():
            known = registry.meter[meter]
            zone = registry.site[known.site].zone
            dates = [local_date(day.start, zone) for day in days]
            yield from closed_notes(session, known.institution, min(dates), next_day(max(dates)))


def edit_line(edit: Edit, registry: Registry) -> Text:
    """Return an edit in one line."""
    at = f"{from_ms(edit.at).astimezone(zone_of(registry)):%Y-%m-%d %H:%M}"
    word, meters = WORDS.get(edit.what, Text(edit.what, edit.what)), ", ".join(edit.meters)
    return Text(
        f"{edit.number:>6}  {at}  {word.zh}  {meters}   {edit.readings:,} 个读数   "
        f"{edit.author}：{edit.reason}",
        f"{edit.number:>6}  {at}  {word.en}  {meters}   {counted(edit.readings, 'reading')}   "
        f"{edit.author}: {edit.reason}",
    )


def edit_lines(edit: Edit, editor: Editor, *, limit: int) -> Iterator[Text]:
    """Yield everything about an edit; of its readings the first so many, with what was before."""
    yield edit_line(edit, editor.registry)
    zone = _zone_of(editor.registry, edit.last_meter)
    for name, value in edit.parameters.items():
        line = f"        {name} = {_shown(name, value, zone)}"
        yield Text(line, line)
    if edit.evidence:
        line = f"jieneng evidence get {edit.evidence}"
        yield Text(f"        凭证：{line}", f"        evidence: {line}")
    if not is_in_store(editor.store, edit):
        yield Text(
            "        还没有全部入库：等采集程序运行",
            "        not all in the store yet: it waits for the collector",
        )
    wrote, before = editor.history(edit)
    for one in sorted(wrote, key=lambda one: (one.meter, one.time))[:limit]:
        time = wall_clock(one.time, _zone_of(editor.registry, one.meter))
        was = before.get(one[:3])
        start = f"        {one.meter}  {time}  "
        meter = editor.registry.meter.get(one.meter)
        yield Text(start, start) + _value(was, meter) + Text(" -> ", " -> ") + _value(one, meter)
    if len(wrote) > limit:
        yield Text(
            f"        只列出前 {limit} 个：--limit", f"        the first {limit} only: --limit"
        )


def _value(reading: Reading | None, meter: Meter | None) -> Text:
    """Return what a meter showed, in its unit; of one that is there no more, in steps."""
    if reading is None:
        return Text("-", "-")
    said = Text(f"{reading.value} 步", f"{reading.value} steps")
    if meter is not None:
        line = f"{spoken(meter, int(reading.value))} {meter.unit}"
        said = Text(line, line)
    mark = _MARKS.get(reading.quality)
    return said if mark is None else Text(f"{said.zh}（{mark.zh}）", f"{said.en} ({mark.en})")


_MARKS: dict[int, Text] = {
    Quality.DOUBTFUL: Text("存疑", "doubtful"),
    Quality.BAD: Text("已撤回", "withdrawn"),
    Quality.UNCERTAIN: Text("时间不明", "of unknown time"),
}


def _zone_of(registry: Registry, meter: str) -> ZoneInfo:
    """Return the wall clock at a meter; of one that is there no more, that of the first site."""
    known = registry.meter.get(meter)
    return registry.site[known.site].zone if known else zone_of(registry)


def _shown(name: str, value: object, zone: ZoneInfo) -> str:
    if value == EVER.end:
        return "-"
    if name in ("from", "to") and isinstance(value, int):
        return wall_clock(value, zone)
    return str(value)


def _days(days: Sequence[Span], zone: ZoneInfo) -> str:
    first, last = local_date(days[0].start, zone), local_date(days[-1].start, zone)
    return str(first) if first == last else f"{first} … {last}"
