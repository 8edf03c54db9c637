"""What a person asks of readings at the command line, understood and carried out."""

import mimetypes
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from analytics.edits.giving import Why, give
from analytics.edits.meters import meter_of
from analytics.edits.neighbours import LOOKED_MS, odd_beside
from analytics.edits.planning import Plan, number_before, standing
from analytics.edits.wishes import Editor
from api.times import asked_span
from collector.screening.device_clock import EARLIEST
from collector.screening.normalize import Normalizer, Refused
from energy.errors import ConfigError, OddError
from energy.messages.message import Said
from energy.reading import Reading
from energy.span import Span
from energy.text import Text
from jieneng.clock import now_ms
from jieneng.imports.judge import FILE, as_one_device, number
from jieneng.imports.times import Times
from jieneng.printing import printable_reason
from storage.records import edits, evidence
from storage.records import registry as registry_records
from storage.records.edits import Edit

if TYPE_CHECKING:
    from jieneng.desk import Desk

DAY_LENGTH = len("2026-01-31")


@dataclass(frozen=True)
class Asked:
    """What a person asks; JSON values.

    Attributes:
        what: A word of storage/records/edits.py.
        meters: One meter, or two.
        start: Local day or time from which on.
        end: Local day, included, or time before which; "" for until now.
        at: Local time of one reading; "" where a span is meant.
        seconds: How far SHIFT moves readings.
        value: What the meter showed, as the person wrote it.
        unit: Its unit; "" for that of the registry.
        edit: Number of the edit to undo.
        replaces: Whether readings in the way give way.
        accepts_odd: Whether a reading is taken that is odd beside the others.
        is_dry: Only say what would be done.
        by: Who.
        reason: Why.
        evidence: A file, or the SHA-256 of one that was kept; "" for none.
    """

    what: str
    meters: tuple[str, ...] = ()
    start: str = ""
    end: str = ""
    at: str = ""
    seconds: int = 0
    value: str = ""
    unit: str = ""
    edit: int = 0
    replaces: bool = False
    accepts_odd: bool = False
    is_dry: bool = False
    by: str = ""
    reason: str = ""
    evidence: str = ""


def editor_of(desk: "Desk") -> Editor:
    """Return an editor over the stores of a desk, with the registry in force."""
    house = desk.stores
    with house.records.reading() as session:
        registry = registry_records.load(session)
    return Editor(house.store, house.records, registry)


def planned(editor: Editor, asked: Asked) -> Plan:
    """Return what would be done.

    Raises:
        ConfigError: If it cannot be; with the sentence why.
        StoreError: If an edit of these meters before is not in the store yet.
    """
    meters = editor.edit(asked.edit).meters if asked.what == edits.UNDO else asked.meters
    # Before the first look at what stands: what comes in between is noticed when it is kept.
    before = number_before(editor.records, meters)
    return replace(_planned(editor, asked), before=before)


def _planned(editor: Editor, asked: Asked) -> Plan:
    match asked.what:
        case edits.UNDO:
            return editor.undo(asked.edit)
        case edits.VALUE | edits.MANUAL:
            return _said(editor, asked)
    first, second = asked.meters[0], asked.meters[-1]
    span = _span(editor, asked)
    match asked.what:
        case edits.SWAP:
            return editor.swap(first, second, span)
        case edits.MOVE:
            return editor.move(first, second, span, replaces=asked.replaces)
        case edits.SHIFT:
            return editor.shift(first, span, seconds=asked.seconds, replaces=asked.replaces)
    return editor.withdraw(first, span)


def carried_out(desk: "Desk", editor: Editor, asked: Asked, plan: Plan) -> Edit:
    """Keep evidence and edit, and leave its readings for the collector.

    Raises:
        ConfigError: If it cannot be done; nothing was changed then.
    """
    why = Why(asked.by, asked.reason)  # before a file is kept for nothing
    if asked.evidence:
        why = Why(asked.by, asked.reason, kept_evidence(desk, asked.evidence, by=asked.by).sha256)
    return give(editor.records, editor.registry, plan, why, now_ms=desk.stores.clock())


def kept_evidence(desk: "Desk", text: str, *, by: str) -> evidence.Evidence:
    """Return the evidence that a path or a SHA-256 names; a file is kept if it is new.

    Raises:
        ConfigError: If there is no such file, or it is empty or too large.
    """
    records = desk.stores.records
    path = desk.path(text)
    with records.reading() as session:
        known = evidence.find(session, text)
    if known is not None:
        return known
    if not path.is_file():
        raise ConfigError(
            Text(
                f"没有文件 {path}，也没有这个 SHA-256 的凭证。",
                f"There is no file {path}, and no evidence with this SHA-256.",
            )
        )
    evidence.see_size(path.name, path.stat().st_size)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    with records.session() as session:
        return evidence.put(
            session,
            path.read_bytes(),
            name=path.name,
            media_type=media_type,
            author=by,
            at=desk.stores.clock(),
        )


def _said(editor: Editor, asked: Asked) -> Plan:
    """Plan a reading that a person gives, judged as one of a file.

    Raises:
        ConfigError: If it cannot be true.
        OddError: If it is odd and that was not accepted.
    """
    reading = reading_of(editor, asked)
    plan = editor.say(reading, is_correction=asked.what == edits.VALUE)
    meter = meter_of(editor.registry, reading.meter)
    around = Span(reading.time - LOOKED_MS, reading.time + LOOKED_MS)
    zone = editor.registry.site[meter.site].zone
    events = editor.registry.events_of(meter.meter)
    others = standing(editor.store, reading[:2], around)
    odd = odd_beside(meter, events, reading, others, zone)
    if odd is not None and not asked.accepts_odd:
        why = Text(
            f"{asked.value} 与前后的读数不合：{odd.zh}。没有改动。",
            f"{asked.value} does not fit the readings around it: {odd.en}. Nothing was changed.",
        )
        insist = Text(
            "请再看一次；如果确实如此，加 --yes。", " Look again; if it is so, add --yes."
        )
        raise OddError(why + insist, why)
    return plan


def reading_of(editor: Editor, asked: Asked) -> Reading:
    """Return the reading that a person says, as the collector would understand it.

    Raises:
        ConfigError: If it cannot be one.
    """
    meter = meter_of(editor.registry, asked.meters[0])
    if meter.meter in editor.registry.portions:
        inputs = ", ".join(editor.registry.sources[meter.meter])
        raise ConfigError(
            Text(
                f"{meter.meter} 由其他计量点计算，没有读数。请抄：{inputs}。没有改动。",
                f"{meter.meter} is computed from others and has no readings. Read these: "
                f"{inputs}. Nothing was changed.",
            )
        )
    normalizer = Normalizer(
        as_one_device(editor.registry), future_ms=0, past_ms=now_ms() - EARLIEST
    )
    try:
        time = Times().of(asked.at, editor.registry.site[meter.site].zone)
        said = Said(FILE, meter.meter, time, number(asked.value), asked.unit)
        reading = normalizer.reading(said, gateway="", form=FILE, arrived=now_ms())
    except Refused as why:
        reason = printable_reason(str(why))
        raise ConfigError(
            Text(
                f"读数不能接受：{reason.zh}。没有改动。",
                f"Refused: {reason.en}. Nothing was changed.",
            )
        ) from why
    return reading


def _span(editor: Editor, asked: Asked) -> Span:
    """Return the span that is meant; days and times are the wall clock of the first meter's site.

    Raises:
        ConfigError: If it cannot be read, or ends before it starts.
    """
    zone = editor.registry.site[meter_of(editor.registry, asked.meters[0]).site].zone
    if asked.at:
        time = _time(asked.at, zone)
        return Span(time, time + 1)
    if not asked.start:
        problem = Text(
            "请用 --from 写明从何时起。没有改动。",
            "Say from when with --from. Nothing was changed.",
        )
        raise ConfigError(problem)
    return asked_span(start=_instant(asked.start, zone), end=_instant(asked.end, zone), zone=zone)


def _instant(text: str, zone: ZoneInfo) -> str:
    """Return a day as it is, and a time of the wall clock with its offset."""
    if len(text) <= DAY_LENGTH:
        return text
    from api.times import iso

    return iso(_time(text, zone)).replace("Z", "+00:00")


def _time(text: str, zone: ZoneInfo) -> int:
    try:
        return Times().of(text, zone)
    except Refused as why:
        raise ConfigError(
            Text(
                f"{text!r} 不是 2026-01-31 08:00 这样的时间。",
                f"{text!r} is not a time such as 2026-01-31 08:00.",
            )
        ) from why
