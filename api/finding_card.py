"""A finding as people see it: what it says, where people are with it, and what happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from analytics.findings.refusals import not_there
from analytics.findings.steps import possible
from api.times import zone_of
from energy.errors import ConfigError
from energy.finding import Finding, FindingState
from energy.finding_step import NO_WASTE, WAITING, Seen, Stage, Step, Taken
from energy.handling import Handling, handling_of
from energy.handling_words import STAGES, STEPS
from energy.kinds import KINDS
from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from storage.records import evidence, finding_steps, findings, people
from storage.records import registry as registry_records
from storage.records.findings import FindingChange, StoredFinding
from storage.records.session import Session

MICRO = 1_000_000
_WHOLE = 100
DATA: dict[FindingState, Text] = {
    FindingState.OPEN: Text("数据中未结", "open in the data"),
    FindingState.ENDED: Text("数据中已结", "ended in the data"),
}
TO_DO, ENDED, ALL = "todo", "ended", "all"
"""What a list may show beside one stage: what waits for somebody, what has ended, everything."""


@dataclass(frozen=True)
class Card:
    """A finding with where it is and who is at it.

    Attributes:
        stored: The finding.
        handling: Where people are with it.
        registry: Names of places.
        now_ms: The present [ms].
    """

    stored: StoredFinding
    handling: Handling
    registry: Registry
    now_ms: int

    @property
    def finding(self) -> Finding:
        """What the rule says."""
        return self.stored.finding

    @property
    def stage(self) -> Stage:
        """The stage as people see it now."""
        return self.handling.stage_at(self.now_ms)

    @property
    def zone(self) -> ZoneInfo:
        """Wall clock of its site; of the district where its meter is gone."""
        meter = self.registry.meter.get(self.finding.meter)
        site = self.registry.site.get(meter.site) if meter is not None else None
        return zone_of(self.registry) if site is None else site.zone

    @property
    def institution(self) -> str:
        """Whose meter it is at; "" where that is gone."""
        meter = self.registry.meter.get(self.finding.meter)
        return "" if meter is None else meter.institution

    @property
    def where(self) -> Text:
        """The building, and the meter as people call it."""
        meter = self.registry.meter.get(self.finding.meter)
        if meter is None:
            return Text(self.finding.meter, self.finding.meter)
        building = self.registry.building.get(meter.building)
        place = Text("", "")
        if building is not None:
            place = Text(f"{building.name_zh} · ", f"{building.name_en} · ")
        name = Text(meter.name_zh or meter.meter, meter.name_en or meter.meter)
        return place + name + Text(f"（{meter.meter}）", f" ({meter.meter})")

    @property
    def waste(self) -> Text | None:
        """Waste a year with its interval; None without an amount."""
        return self.amount_of(self.finding.base_per_year, self.finding.low, self.finding.high)

    def amount_of(self, base: int | None, low: int | None, high: int | None) -> Text | None:
        """Return an amount a year with its 80 % interval; None without an amount."""
        meter = self.registry.meter.get(self.finding.meter)
        if base is None or meter is None:
            return None
        per, unit = KINDS[meter.kind].base_per_display, meter.display_unit
        main = _figures(base / per)
        if low is None or high is None:
            return Text(f"{main} {unit}/年", f"{main} {unit} a year")
        first, last = _figures(low / per), _figures(high / per)
        return Text(
            f"{main} {unit}/年（80 % 区间 {first} 至 {last}）",
            f"{main} {unit} a year (80 %: {first} to {last})",
        )

    @property
    def cost(self) -> Text | None:
        """Cost a year; None without a price."""
        return yuan(self.finding.micro_yuan_per_year)

    def day(self, time: int | None) -> str:
        """Return the local day of a time [ms]; "" for none."""
        return "" if time is None else f"{from_ms(time).astimezone(self.zone):%Y-%m-%d}"

    def last_day(self, time: int | None) -> str:
        """Return the last local day before a time [ms], as deadlines are given; "" for none."""
        return "" if time is None else self.day(time - 1)

    def minute(self, time: int) -> str:
        """Return the local minute of a time [ms]."""
        return f"{from_ms(time).astimezone(self.zone):%Y-%m-%d %H:%M}"

    @property
    def may(self) -> list[Step]:
        """The steps that a person may take now."""
        return possible(self.stored, self.handling)

    def is_shown(self, which: str) -> bool:
        """Tell whether a list shows it that asks for a stage, or for TO_DO, ENDED or ALL."""
        is_open = self.stored.state is FindingState.OPEN
        if which == TO_DO:
            waits = is_open and self.stage in WAITING | {Stage.FIXED}
            return waits or self.handling.unproven
        if which == ENDED:
            return not is_open
        return which in (ALL, self.stage.value)

    @property
    def order(self) -> tuple[bool, int, int]:
        """What counts first in a list: what is open, then what costs most, then the newest."""
        is_open = self.stored.state is FindingState.OPEN and self.stage not in NO_WASTE
        cost = self.finding.micro_yuan_per_year or 0
        return not is_open, -cost, -self.stored.opened


def see_state(state: str) -> None:
    """See that a list can be asked for.

    Raises:
        ConfigError: If not.
    """
    known = [TO_DO, ENDED, ALL, *(stage.value for stage in Stage)]
    if state not in known:
        raise ConfigError(
            Text(
                f"没有状态 {state!r}。可选：{'、'.join(known)}。",
                f"There is no state {state!r}. Known: {', '.join(known)}.",
            )
        )


def cards(session: Session, now_ms: int) -> list[Card]:
    """Return every finding, what counts most first."""
    registry = registry_records.load(session)
    handlings = finding_steps.handlings(session)
    found = [
        Card(entry, handlings.get(entry.number, Handling()), registry, now_ms)
        for entry in findings.current(session)
    ]
    return sorted(found, key=lambda card: card.order)


def card_of(session: Session, number: int, now_ms: int) -> Card:
    """Return a finding by its number.

    Raises:
        ConfigError: If there is none.
    """
    stored = findings.get(session, number)
    if stored is None:
        raise ConfigError(not_there(number))
    handling = handling_of(finding_steps.of_finding(session, number))
    return Card(stored, handling, registry_records.load(session), now_ms)


@dataclass(frozen=True)
class Event:
    """One line of what happened to a finding.

    Attributes:
        at: When [ms].
        what: What happened.
        by: Who did it, by name; what the platform is called where nobody did.
        words: What was said with it.
        until: Last day of what it set; "" for none.
        evidence: SHA-256 of a file; "" for none.
        file: Name of that file.
    """

    at: int
    what: Text
    by: Text
    words: Text
    until: str = ""
    evidence: str = ""
    file: str = ""


PLATFORM = Text("平台", "the platform")


def history(session: Session, card: Card) -> list[Event]:
    """Return what the data and people did, the newest first."""
    changes = findings.history(session, card.stored.number)
    steps = finding_steps.of_finding(session, card.stored.number)
    found = [*_of_data(changes), *_of_people(session, card, steps)]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _of_data(changes: Sequence[FindingChange]) -> Iterator[Event]:
    for change in changes:
        yield Event(
            change.at, DATA[change.state], PLATFORM, Text(change.sentence_zh, change.sentence_en)
        )


def _of_people(session: Session, card: Card, steps: Sequence[Taken]) -> Iterator[Event]:
    for taken in steps:
        what = STEPS[taken.step]
        if taken.to:
            whom = person_called(session, taken.to)
            what += Text(f"给{whom.zh}", f" to {whom.en}")
        file = evidence.find(session, taken.evidence) if taken.evidence else None
        yield Event(
            taken.at,
            what,
            person_called(session, taken.by),
            Text(taken.zh, taken.en),
            card.last_day(taken.until),
            taken.evidence,
            "" if file is None else file.name,
        )


def person_called(session: Session, who: str) -> Text:
    """Return the name of a person, or that it was erased; the platform where nobody did it."""
    if not who:
        return PLATFORM
    person = people.get(session, who)
    return Text(who, who) if person is None else person.shown


def frozen_text(card: Card, seen: Seen) -> Text:
    """Return what was frozen when a finding was accepted, from which savings are measured."""
    amount = card.amount_of(seen.base_per_year, seen.low, seen.high)
    waste = Text("", "") if amount is None else Text("，", ", ") + amount
    first, last = card.day(seen.start), card.day(seen.end)
    return (
        Text(
            f"{first} 至 {last}，规则 {seen.rule} 第 {seen.version} 版",
            f"{first} to {last}, rule {seen.rule} version {seen.version}",
        )
        + waste
    )


def state_text(card: Card) -> Text:
    """Return the stage with what belongs to it: until when, or by which other finding."""
    stage, handling = STAGES[card.stage], card.handling
    if card.stage in {Stage.SNOOZED, Stage.EXPECTED}:
        day = card.last_day(handling.quiet_until)
        return stage + Text(f"，至 {day}", f" until {day}")
    if handling.unproven:
        return STEPS[Step.UNPROVEN]
    if card.stage is Stage.SUPERSEDED:
        other = handling.superseded_by
        return stage + Text(f"（第 {other} 号）", f" by finding {other}")
    return stage


def yuan(micro: int | None) -> Text | None:
    """Return a cost a year; None without a price."""
    if micro is None:
        return None
    shown = _figures(micro / MICRO)
    return Text(f"{shown} 元/年", f"{shown} yuan a year")


def is_overdue(card: Card) -> bool:
    """Tell whether a deadline is over and somebody is still to do something."""
    due = card.handling.due
    return due is not None and due <= card.now_ms and card.handling.stage in WAITING


def _figures(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _WHOLE else f"{value:.3g}"
