"""A finding on real records, seen by rounds day after day, and what people do about it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analytics.findings.alerts import announce
from analytics.findings.escalate import escalate
from analytics.findings.follow import Change, follow
from analytics.findings.handled import Handled, handle
from analytics.findings.steps import Outcome, Wish, take
from energy.finding import Finding, Stream
from energy.finding_step import Stage, Step, Taken
from energy.handling import Handling, handling_of
from energy.registry import Registry
from storage.records import finding_steps, outbox
from storage.records.book import Records
from tests.builders import MAIN_METER, SUB_METER, registry_of

DAY = 86_400_000
MEMORY_DAYS = 14
PUMP = Finding(
    rule="level_shift",
    version=1,
    meter="hall_main",
    stream=Stream.WASTE,
    start=100 * DAY,
    end=150 * DAY,
    goes_on=True,
    sentence_zh="夜间多用 10 kW。",
    sentence_en="10 kW more at night.",
    check_zh="查水泵。",
    check_en="Look at the pumps.",
    base_per_year=87_600_000,
    low=80_000_000,
    high=95_000_000,
    micro_yuan_per_year=70_000_000_000,
)
SILENT = replace(
    PUMP,
    rule="silent_or_flat",
    stream=Stream.DATA,
    base_per_year=None,
    low=None,
    high=None,
    micro_yuan_per_year=None,
)


@dataclass
class Life:
    """Rounds and people over records.

    Attributes:
        records: The records.
        registry: Meters.
        has_fallen: Whether meters use less since a fix; None where nobody can tell.
    """

    records: Records
    registry: Registry
    has_fallen: bool | None = True

    def round(
        self,
        day: int,
        *found: Finding,
        looked: Collection[str] | None = None,
        explained: dict[str, str] | None = None,
    ) -> list[Change]:
        """Let a round follow what was found on a day, and return what it would tell people of."""
        now = day * DAY
        explained = explained or {}
        with self.records.session() as session:
            finding_steps.begin(session)
            changes = follow(session, found=found, looked=looked, now_ms=now, explained=explained)
            handled = Handled(
                changes,
                explained,
                self.registry,
                lambda _rule: MEMORY_DAYS * DAY,
                lambda _entry, _handling: self.has_fallen,
                now,
            )
            lives = handle(session, handled)
            changes += lives.told
            announce(
                session,
                changes,
                registry=self.registry,
                link="http://console",
                handlings=lives.handlings,
                now_ms=now,
            )
            escalate(session, lives, registry=self.registry, now_ms=now, link="http://console")
        return changes

    def do(self, day: int, step: Step, number: int = 1, **wish: Any) -> Outcome:  # noqa: ANN401
        """Let a person take a step on a day."""
        given = {"by": "李工"} | wish
        with self.records.session() as session:
            return take(session, number, Wish(step, **given), now_ms=day * DAY)

    def steps(self, number: int = 1) -> list[Taken]:
        """Return the steps of a finding."""
        with self.records.reading() as session:
            return finding_steps.of_finding(session, number)

    def handling(self, number: int = 1) -> Handling:
        """Return where people are with a finding."""
        return handling_of(self.steps(number))

    def stage(self, day: int, number: int = 1) -> Stage:
        """Return the stage of a finding as people see it on a day."""
        return self.handling(number).stage_at(day * DAY)

    def alerts(self, *, limit: int = 99) -> list[str]:
        """Return the keys of all alerts, oldest first."""
        with self.records.reading() as session:
            return [entry.key for entry in reversed(outbox.recent(session, limit))]


@contextmanager
def life(folder: Path) -> Iterator[Life]:
    """Yield rounds and people over new records in a folder."""
    opened = Records.open(f"sqlite:{folder / 'records.db'}")
    yield Life(opened, registry_of(MAIN_METER, SUB_METER))
    opened.close()


def seen_on(day: int, finding: Finding = PUMP) -> Finding:
    """Return a finding as it is seen on a day."""
    return replace(finding, end=day * DAY)
