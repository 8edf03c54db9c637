"""What the commands of the ledger and of people do with the records."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from analytics.closing.roles import ROLES
from analytics.closing.rules import STATE_TEXT, state_of
from analytics.closing.sheet import maker_of
from analytics.closing.workflow import Sheet
from analytics.statements.printed.restated import change_text, changes_in_both
from api.task import institution_called
from energy.canonical import sha256_of
from energy.errors import ConfigError
from energy.span import from_ms
from energy.text import Text
from jieneng.counting import counted
from jieneng.ledger.as_of import time_of
from jieneng.ledger.come_in import not_yet_come
from jieneng.registry.intake import author
from jieneng.wiring import House
from storage.records import chain, people, restate_tasks, sheets
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.session import Session
from storage.records.sheets import SheetStep, Step

_STEP_TEXT = {
    Step.SUBMITTED: Text("提交", "submitted"),
    Step.CHECKED: Text("审核", "checked"),
    Step.RETURNED: Text("退回", "returned"),
    Step.CLOSED: Text("结账", "closed"),
    Step.RESTATED: Text("重述", "restated"),
    Step.ADJUSTED: Text("调整", "adjusted"),
}
_SHORT = 12
_SIGNED = (Step.SUBMITTED, Step.CHECKED, Step.CLOSED)
"""What somebody signs as the figures of the period: it is said then what has not come of it."""


def sheet_in(session: Session, house: House, institution: str, period: str) -> Sheet:
    """Return a sheet with the registry in force and the figures of the store."""
    registry = registry_records.load(session)
    reference = reference_records.load(session)
    make = maker_of(house.store, reference, now_ms=house.clock())
    return Sheet(session, registry, make, institution, period, house.clock(), reference)


def do_step(
    house: House, action: str, *, institution: str, period: str, by: str, reason: str, into: str
) -> list[Text]:
    """Do one step and return what is said of it, and of what has not come in of the period.

    Raises:
        ClosingError: If it is not possible; nothing is written then.
    """
    with house.records.session() as session:
        sheet = sheet_in(session, house, institution, period)
        if action == "submit":
            step = sheet.submit(by)
        elif action == "check":
            step = sheet.check(by)
        elif action == "return":
            step = sheet.return_(by, reason)
        elif action == "close":
            step = sheet.close(by)
        elif into:
            step = sheet.adjust(by, reason, into)
        else:
            step = sheet.restate(by, reason)
        lines = [_step_line(session, step, sheet.zone)]
        if step.sha256:
            lines.append(Text(f"报表 {step.sha256}", f"sheet {step.sha256}"))
        lines.append(Text(f"链首 {step.hash}", f"head  {step.hash}"))
        if step.step in _SIGNED:
            lines += not_yet_come(session, house, sheet.registry, institution, sheet.end)
    return [*lines, *_difference_lines(step.difference)]


def overview(house: House, institution: str, period: str) -> list[Text]:
    """Return where sheets are: one with its steps, or a line each."""
    with house.records.reading() as session:
        if institution and period:
            return _one(session, sheet_in(session, house, institution, period))
        registry = registry_records.load(session)
        keys = [key for key in sheets.begun(session) if institution in ("", key[0])]
        tasks = {
            (task.institution, task.period): task for task in restate_tasks.open_tasks(session)
        }
        lines = []
        for whose, when in keys:
            state = STATE_TEXT[state_of(sheets.history(session, whose, when))]
            task = tasks.get((whose, when))
            line = institution_called(registry, whose) + Text(
                f"   {when}   {state.zh}", f"   {when}   {state.en}"
            )
            lines.append(line if task is None else line + _task_text(task.lines))
    return lines or [Text("还没有提交过报表。", "No sheet was submitted yet.")]


def keep_handed_out(house: House, content: bytes, name: str) -> Text:
    """Keep bytes that leave the platform; return the line with the hash to print beside them."""
    with house.records.session() as session:
        at = house.clock()
        link = sheets.record_export(session, content, name, by=author(), at=at)
    sha256 = link.told["sha256"]
    return Text(
        f"已封存 {name}   {sha256}   链首 {link.hash}", f"kept {name}   {sha256}   head {link.hash}"
    )


def not_kept(house: House, content: bytes, name: str) -> Text:
    """Return the line with hash and head of bytes that leave the platform and are not kept."""
    with house.records.reading() as session:
        link = chain.head(session)
    sha256, head = sha256_of(content), link.hash if link else "—"
    return Text(
        f"未封存 {name}   {sha256}   链首 {head}", f"not kept {name}   {sha256}   head {head}"
    )


def handed_out_as_of(house: House, name: str, at: str) -> bytes:
    """Return what was last handed out under a name at a time.

    Raises:
        ConfigError: If nothing was, or the time cannot be read.
    """
    with house.records.reading() as session:
        site = next(iter(registry_records.load(session).sites), None)
        zone = site.zone if site else ZoneInfo("UTC")
        found = sheets.export_as_of(session, name, time_of(at, zone) if at else None)
    if found is None:
        raise ConfigError(
            Text(
                f"当时没有以 {name!r} 为名封存的导出。",
                f"Nothing was handed out as {name!r} at that time.",
            )
        )
    return found


def people_lines(house: House) -> list[Text]:
    """Return a line for each person."""
    with house.records.reading() as session:
        known = people.all(session)
    lines = []
    for person in known:
        roles = [ROLES[role] for role in person.roles.split(",") if role in ROLES]
        zh, en = "、".join(role.zh for role in roles), ", ".join(role.en for role in roles)
        shown = person.shown
        lines.append(
            Text(f"{person.person}   {shown.zh}   {zh}", f"{person.person}   {shown.en}   {en}")
        )
    return lines or [Text("还没有登记人员。", "Nobody was added yet.")]


def _one(session: Session, sheet: Sheet) -> list[Text]:
    steps = sheet.steps
    state = STATE_TEXT[state_of(steps)]
    whose = institution_called(sheet.registry, sheet.institution)
    tail = Text(f"   {sheet.period}   {state.zh}", f"   {sheet.period}   {state.en}")
    lines = [whose + tail]
    lines += [_step_line(session, step, sheet.zone) for step in steps]
    differences = sheet.open_differences()
    if differences:
        lines += [_task_text(len(differences)), *_difference_lines(differences)]
    head = chain.head(session)
    if head is not None:
        lines.append(Text(f"链首 {head.hash}", f"head  {head.hash}"))
    return lines


def _step_line(session: Session, step: SheetStep, zone: ZoneInfo) -> Text:
    person = people.get(session, step.by)
    name = Text(step.by, step.by) if person is None else person.shown
    when = from_ms(step.at).astimezone(zone).isoformat(sep=" ", timespec="seconds")
    done = _STEP_TEXT[step.step]
    number = f" {step.number}" if step.number else ""
    roles_zh = "、".join(ROLES[role].zh for role in step.roles)
    roles_en = ", ".join(ROLES[role].en for role in step.roles)
    tail = "".join(f"   {part}" for part in (step.into, step.reason, step.sha256[:_SHORT]) if part)
    return Text(
        f"{when}   {done.zh}{number}   {name.zh}（{roles_zh}）{tail}",
        f"{when}   {done.en}{number}   {name.en} ({roles_en}){tail}",
    )


def _difference_lines(differences: Mapping[str, Mapping[str, Any]]) -> list[Text]:
    return [
        Text(f"  {change_text(zh)}", f"  {change_text(en)}")
        for zh, en in changes_in_both(differences)
    ]


def _task_text(lines: int) -> Text:
    return Text(
        f"   有 {lines} 处与现在不同：jieneng ledger restate",
        f"   differs by now in {counted(lines, 'place')}: jieneng ledger restate",
    )
