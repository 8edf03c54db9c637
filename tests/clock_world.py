"""A collector on the way into a store, and the findings over it, hour by hour of a told story."""

import json
from dataclasses import replace
from pathlib import Path

import formats
from analytics.findings.keep import keep_findings
from collector.keeping.spool import Spool
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.shipper import Shipper
from collector.taking.intake import Intake
from energy.finding import FindingState
from energy.messages.message import Format
from energy.offers import offers
from energy.reference import Reference
from energy.span import HOUR_MS
from jieneng.publisher import RecordsPublisher
from storage.readings import ReadingStore
from storage.records import findings, outbox
from storage.records.book import Records
from storage.records.findings import StoredFinding
from tests.builders import MAIN_METER, PANEL, SUB_METER, registry_of

FORMATS = offers(formats, "FORMAT", Format)
START = 1_767_196_800_000
"""Midnight of 1 January 2026 in Shanghai."""
QUARTER = 15 * 60_000
WAY = 1500
SHED = replace(PANEL, device="shed", gateway="gw", format="own_batch")
SHED_METER = replace(MAIN_METER, meter="shed_main", device="shed", interval_s=900)
METERS = (
    replace(MAIN_METER, interval_s=900),
    replace(SUB_METER, interval_s=900),
    SHED_METER,
)
REGISTRY = replace(registry_of(*METERS, devices=(PANEL, SHED)), number=1)


class ClockWorld:
    """Time goes on in quarters of an hour; every hour the rules look.

    Args:
        folder: For spool, state and records.
        store: Where readings and findings go.

    Attributes:
        now: The right time [ms].
        behind: How far the clock of the panel is behind [ms].
        is_away: Whether the gateway of the shed has no network and keeps what it hears.
    """

    def __init__(self, folder: Path, store: ReadingStore) -> None:
        self.store, self.now = store, START
        self.behind = 0
        self.is_away = False
        self._backlog: list[dict[str, object]] = []
        self._state = State(folder / STATE_FILE)
        self._spool = Spool(
            folder / SPOOL_FOLDER, max_bytes=10**8, shipped=self._state.shipped().position
        )
        self._intake = Intake(self._spool, FORMATS, lambda: REGISTRY, future_ms=600_000)
        self._shipper = Shipper(self._spool, self._state, store, clock=lambda: self.now)
        self._records = Records.open(f"sqlite:{folder / 'records.db'}")
        self._publisher = RecordsPublisher(self._records, collector="north")

    def close(self) -> None:
        self._spool.close()
        self._state.close()
        self._records.close()

    def live(self, hours: float) -> None:
        """Let time go on."""
        for _ in range(round(hours * 4)):
            self._say()
            self.now += QUARTER
            if self.now % HOUR_MS == 0:
                self._look()

    def open(self, rule: str) -> list[StoredFinding]:
        """Return the findings of a rule that are open."""
        return [one for one in self.every(rule) if one.state is FindingState.OPEN]

    def every(self, rule: str) -> list[StoredFinding]:
        """Return the findings of a rule, those that ended too."""
        with self._records.reading() as session:
            kept = findings.current(session)
        return [one for one in kept if one.finding.rule == rule]

    def told(self) -> list[str]:
        """Return the keys of all alerts that wait to be sent."""
        with self._records.reading() as session:
            return [entry.key for entry in outbox.due(session, self.now, 100)]

    def _say(self) -> None:
        count = (self.now - START) // QUARTER
        own = {
            "time": (self.now - self.behind) // 1000,
            "values": {"ep": 100 + count, "ep_light": 10 + count},
        }
        self._take("meters/panel", own)
        self._backlog.append(
            {"device": "shed", "time": self.now // 1000, "values": {"ep": 100 + count}}
        )
        if not self.is_away:
            for entry in self._backlog:
                self._take("meters/batch/gw", [entry])
            self._backlog = []
        self._intake.commit()
        while self._shipper.ship_once():
            pass

    def _take(self, topic: str, payload: object) -> None:
        self._intake.take(
            topic, json.dumps(payload).encode(), retained=False, arrived=self.now + WAY
        )

    def _look(self) -> None:
        self._publisher.clocks_ahead(self._intake.ahead.all())
        keep_findings(
            store=self.store,
            records=self._records,
            registry=REGISTRY,
            reference=Reference(),
            now_ms=self.now,
        )


def a_wrong_clock_is_found_once_and_ends_when_it_is_mended(
    folder: Path, store: ReadingStore
) -> None:
    world = ClockWorld(folder, store)
    world.live(24)
    assert world.told() == []
    world.behind = 8 * HOUR_MS
    world.live(4)
    assert world.every("device_clock") == []
    world.live(20)
    (found,) = world.open("device_clock")
    assert found.finding.meter == "hall_light"
    assert found.finding.evidence["behind_s"] == 8 * 3600 + WAY / 1000
    assert found.finding.start == START + 24 * HOUR_MS + WAY
    assert "since 2026-01-02 00:00 its" in found.finding.sentence_en
    assert world.every("silent_or_flat") == []
    assert len(world.told()) == 1

    world.behind = 0
    world.live(20)
    assert len(world.open("device_clock")) == 1  # data ends after a day
    world.live(6)
    assert world.open("device_clock") == []
    assert len(world.told()) == 1
    world.close()


def a_gateway_that_was_away_and_sends_its_backlog_has_a_right_clock(
    folder: Path, store: ReadingStore
) -> None:
    world = ClockWorld(folder, store)
    world.live(12)
    world.is_away = True
    world.live(10)
    assert [one.finding.meter for one in world.open("silent_or_flat")] == ["shed_main"]
    world.is_away = False
    world.live(14)
    world.is_away = True
    world.live(12)
    assert world.every("device_clock") == []
    world.close()


def a_clock_that_is_ahead_is_found_though_nothing_of_it_is_stored(
    folder: Path, store: ReadingStore
) -> None:
    world = ClockWorld(folder, store)
    world.behind = -8 * HOUR_MS
    world.live(5)
    (found,) = world.open("device_clock")
    assert store.newest().keys() == {"shed_main"}
    assert found.finding.evidence["behind_s"] == -8 * 3600 + WAY / 1000
    assert found.finding.start == START + WAY
    world.behind = 0
    world.live(23)
    assert len(world.open("device_clock")) == 1
    world.live(2)
    assert world.open("device_clock") == []

    world.behind = -8 * HOUR_MS
    world.live(12)
    (again,) = world.open("device_clock")
    assert again.number == found.number
    assert world.every("silent_or_flat") == []
    assert len(world.told()) == 2
    world.close()


PROMISES = (
    a_wrong_clock_is_found_once_and_ends_when_it_is_mended,
    a_gateway_that_was_away_and_sends_its_backlog_has_a_right_clock,
    a_clock_that_is_ahead_is_found_though_nothing_of_it_is_stored,
)
