"""Findings as lines of the command line."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from api.finding_card import (
    DATA,
    Card,
    card_of,
    cards,
    frozen_text,
    history,
    is_overdue,
    person_called,
    see_state,
    state_text,
)
from api.finding_rows import finding_row, step_rows
from api.finding_wish import AskedStep, step_called
from energy.finding_step import Step
from energy.handling_words import COMMANDS, STAGES, STEPS
from energy.text import Text
from jieneng.edits.asked import kept_evidence
from jieneng.findings import step_taken
from jieneng.printing import printable
from storage.records.session import Session

if TYPE_CHECKING:
    from jieneng.desk import Desk


def list_lines(desk: "Desk", *, state: str, institution: str, as_json: bool) -> Iterator[str]:
    """Yield the findings of a state, two lines each, what costs most first."""
    see_state(state)
    language = desk.settings.cli_language
    with desk.stores.records.reading() as session:
        found = [
            card
            for card in cards(session, desk.stores.clock())
            if card.is_shown(state) and institution in ("", card.institution)
        ]
        if as_json:
            rows = [finding_row(card) for card in found]
            yield json.dumps(rows, ensure_ascii=False)
            return
        for card in found:
            yield printable(_head(card).get(language))
            yield "      " + printable(_sentence(card).get(language))
    if not found:
        yield Text(
            f"没有这样的异常（{state}）。全部：jieneng findings list --state all",
            f"There is no such finding ({state}). All: jieneng findings list --state all",
        ).get(language)


def _head(card: Card) -> Text:
    number = f"{card.stored.number:>4}  "
    due = Text("", "")
    if is_overdue(card):
        day = card.last_day(card.handling.due)
        due = Text(f"（{day} 已过期）", f" (was due on {day})")
    cost = card.cost or Text("无价格", "no price")
    gap = Text("   ", "   ")
    ended = Text("", "")
    if card.stored.state != "open":
        ended = Text("；数据中已结", "; ended in the data")
    return Text(number, number) + state_text(card) + due + ended + gap + cost + gap + card.where


def _sentence(card: Card) -> Text:
    return Text(card.finding.sentence_zh, card.finding.sentence_en)


def show_lines(desk: "Desk", number: int, *, as_json: bool) -> Iterator[str]:
    """Yield everything about a finding.

    Raises:
        ConfigError: If there is none of this number.
    """
    language = desk.settings.cli_language
    with desk.stores.records.reading() as session:
        card = card_of(session, number, desk.stores.clock())
        if as_json:
            row = finding_row(card) | {"steps": step_rows(session, number)}
            yield json.dumps(row, ensure_ascii=False)
            return
        for text in _told(session, card):
            yield printable(text.get(language))


def _told(session: Session, card: Card) -> Iterator[Text]:
    finding, handling = card.finding, card.handling
    yield _head(card)
    yield _sentence(card)
    yield Text("核查    ", "check     ") + Text(finding.check_zh, finding.check_en)
    if card.waste is not None:
        yield Text("浪费    ", "waste     ") + card.waste
    first, last = card.day(finding.start), card.minute(finding.end)
    yield Text(f"自      {first}，看到 {last}", f"since     {first}, seen until {last}")
    yield Text("数据    ", "data      ") + DATA[card.stored.state]
    covered = f"{finding.coverage:.0%}"
    yield Text(
        f"依据    {_evidence(card)}；实测 {covered}；规则 {finding.rule} 第 {finding.version} 版",
        f"because   {_evidence(card)}; {covered} measured; rule {finding.rule} version "
        f"{finding.version}",
    )
    if handling.assignee:
        yield Text("办理人  ", "with      ") + person_called(session, handling.assignee)
    if handling.due is not None:
        day = card.last_day(handling.due)
        yield Text(f"期限    {day}", f"due       {day}")
    if handling.accepted is not None:
        yield Text("冻结    ", "frozen    ") + frozen_text(card, handling.accepted)
    for event in history(session, card):
        at = card.minute(event.at)
        until = Text(f" 至 {event.until}", f" until {event.until}") if event.until else Text("", "")
        said = f" {event.file} {event.evidence[:12]}" if event.evidence else ""
        yield (
            Text(f"  {at}  ", f"  {at}  ")
            + event.what
            + until
            + Text(f"（{event.by.zh}）", f" ({event.by.en})")
            + Text(said, said)
            + (Text("：", ": ") + event.words if event.words.en else Text("", ""))
        )
    may = ", ".join(COMMANDS[step] for step in card.may)
    yield Text(f"可以    {may}", f"may       {may}")


def _evidence(card: Card) -> str:
    told = (f"{name} {value:.4g}" for name, value in card.finding.evidence.items())
    return ", ".join(told) or "—"


def do_step(desk: "Desk", **given: Any) -> int:  # noqa: ANN401 - JSON values
    """Take a step and say what came of it.

    Raises:
        ConfigError: If it cannot be taken; with what can be.
    """
    number = given.pop("number")
    asked = AskedStep(finding=number, **given)
    if step_called(asked.step) is Step.ATTACH:
        house = desk.stores
        with house.records.reading() as session:
            card_of(session, number, house.clock())  # before a file is kept for nothing
        kept = kept_evidence(desk, asked.evidence, by=asked.by)
        asked = AskedStep(**{**given, "finding": number, "evidence": kept.sha256})
    outcome = step_taken(desk.stores, asked)
    with desk.stores.records.reading() as session:
        card = card_of(session, number, desk.stores.clock())
        by = person_called(session, outcome.taken.by)
    stage = STAGES[card.stage]
    did = STEPS[outcome.taken.step]
    desk.tell(
        Text(
            f"第 {number} 号异常：{did.zh}（{by.zh}）。状态：{stage.zh}。",
            f"Finding {number}: {did.en} ({by.en}). It is {stage.en}.",
        )
    )
    if outcome.newcomer:
        who, newcomer = outcome.taken.to, outcome.newcomer
        desk.tell(
            Text(
                f"{newcomer} 此前没有登记，现已登记，编号 {who}。若写错了名字，请重新指派。",
                f"{newcomer} was not known and is now, as {who}. If that is a slip, assign it "
                "again.",
            )
        )
    if outcome.taken.step is Step.FIX:
        desk.tell(
            Text(
                "数据不再显示时由计量验证；仍然显示则重新打开。",
                "The meter verifies it when the data show it no more; else it is opened again.",
            )
        )
    return 0
