"""One scenario before the whole platform, in the scenario's own time.

Meters publish to a real broker, the collector receives into an embedded store, and rounds run as
the weeks pass, so that what comes late is late and what is restated was stated before.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from energy.calendars import Calendar
from energy.errors import StoreError
from energy.registry import Registry
from energy.span import HOUR_MS, Span
from energy.text import Text
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from simulators.faults import handed_out
from simulators.grid import DAY_MS
from simulators.meters.happenings import Happenings
from simulators.run import Prepared, prepare, sent_since
from simulators.speech.messages import messages
from simulators.speech.publish import Publisher
from simulators.truth.truth_files import write_truth
from storage.records import registry as registry_records

if TYPE_CHECKING:
    from collector.collector import Collector
    from simulators.plan import Plan

ROUND_DAYS = 7
"""How often the ledger and the rules look; chosen: a year in some fifty looks."""
STILL_SECONDS = 60
"""Longest time in which nothing may arrive before we give up; chosen, far above any pause seen."""
_POLL_S = 0.002


class SimulatedClock:
    """Tells the scenario's time [ms since 1970 UTC]."""

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self) -> int:
        """Return the present [ms]."""
        return self.at


@dataclass(frozen=True)
class Stage:
    """The platform and the district that is played before it.

    Attributes:
        house: Store and records.
        registry: The district's, with what people write down of their meters.
        prepared: What truly happens, and what the meters say.
        truth: Folder of the truth files.
        clock: The scenario's time.
        collector: Receives.
        publisher: The meters' line to the broker.
    """

    house: House
    registry: Registry
    prepared: Prepared
    truth: Path
    clock: SimulatedClock
    collector: "Collector"
    publisher: Publisher

    @property
    def plan(self) -> "Plan":
        """The history that is played."""
        return self.prepared.plan

    def play(
        self, after_round: Callable[[int], None], progress: Callable[[int, int], None]
    ) -> None:
        """Play the whole history, with a round whenever one is due.

        Args:
            after_round: Called after each round with its time [ms].
            progress: Called with days done and days in all.

        Raises:
            StoreError: If what was sent does not arrive.
        """
        sent = sent_since(self.prepared, {})
        rounds = round_times(self.plan, self.prepared.happenings)
        edges = sorted(rounds | step_edges(self.plan, self.prepared.happenings))
        stop = threading.Event()
        received = 0
        for start, end in pairwise(edges):
            self.clock.at = end
            for message in messages(sent, Span(start, end)):
                self.publisher.publish(
                    message.topic, message.payload, stop=stop, retained=message.retained
                )
                received += message.readings + message.bad
            self._wait_for(received)
            if end in rounds:
                self._round()
                after_round(end)
            progress((end - self.plan.origin) // DAY_MS, (edges[-1] - self.plan.origin) // DAY_MS)

    def _wait_for(self, received: int) -> None:
        """Wait until so many readings have arrived.

        Raises:
            StoreError: If none arrives for a long time.
        """
        known, moved = -1, time.monotonic()
        while (now := self.collector.counters().received) < received:
            if now != known:
                known, moved = now, time.monotonic()
            if time.monotonic() - moved > STILL_SECONDS:
                raise StoreError(
                    Text(
                        f"已发布 {received} 个读数，收到 {now} 个，{STILL_SECONDS} 秒内没有进展。",
                        f"{received} readings were published and {now} received; nothing moved "
                        f"for {STILL_SECONDS} s.",
                    )
                )
            time.sleep(_POLL_S)

    def _round(self) -> None:
        self.collector.wait_until_idle(STILL_SECONDS)
        self.collector.publish_now()
        self.house.round_once()


def round_times(plan: "Plan", happenings: Happenings) -> set[int]:
    """Return when rounds run [ms]: once a week, at the end, and just before what comes late.

    Late is what is published after the next reading of its meter was due: without a round before
    it there would be nothing to restate.
    """
    found = {*range(plan.origin + ROUND_DAYS * DAY_MS, plan.now, ROUND_DAYS * DAY_MS), plan.now + 1}
    for told in happenings.told.values():
        late = told.published & (told.publish_at - told.time > told.meter.interval_s * 1000)
        hours = told.publish_at[late] // HOUR_MS * HOUR_MS
        # One for all that come within a day of each other: a round costs as much as many days.
        last = 0
        for hour, at in sorted(zip(hours.tolist(), told.publish_at[late].tolist(), strict=True)):
            if hour - last >= DAY_MS and at <= plan.now:
                last = hour
                found.add(at)
    return found


def step_edges(plan: "Plan", happenings: Happenings) -> set[int]:
    """Return the times [ms] between which messages are sent at once; the clock stands at the end.

    A day, but a slot where a device says a time that has not come yet: whether that is believed
    depends on when it arrives.
    """
    found = set(range(plan.origin, plan.now, DAY_MS))
    for told in happenings.told.values():
        ahead = told.published & (told.said_time > told.publish_at) & (told.publish_at <= plan.now)
        found.update((told.publish_at[ahead] + 1).tolist())
        found.update((told.publish_at[ahead] // plan.slot_ms * plan.slot_ms).tolist())
    return found


@contextmanager
def staged(
    plan: "Plan",
    registry: Registry,
    calendars: Mapping[str, Calendar],
    settings: Settings,
    broker_url: str,
) -> Iterator[Stage]:
    """Open a house for a scenario, furnish it, and let its collector listen.

    Args:
        plan: The scenario's history.
        registry: Its meters.
        calendars: Workdays by name.
        settings: Name a folder that is not there yet; the truth goes beside the stores.
        broker_url: A broker without other meters.

    Raises:
        StoreError: If a part does not start.
    """
    clock = SimulatedClock(plan.origin)
    prepared = prepare(plan, registry, calendars)
    truth = settings.state_dir / "truth"
    write_truth(truth, plan, prepared.district, prepared.happenings)
    events = tuple(event for event in prepared.happenings.events if event.time <= plan.now)
    registry = handed_out(registry, prepared.district.scenario.faults, (*registry.events, *events))
    house = open_house(settings, hold=True, clock=clock)
    try:
        take_reference(house.records, shipped("reference"))
        with house.records.session() as session:
            registry_records.replace(session, registry, author="proof", reason="scenario")
        collector = house.start_collector(broker_url=broker_url)
        collector.wait_until_subscribed(STILL_SECONDS)
        with Publisher(broker_url, client_id="jieneng-proof") as publisher:
            yield Stage(house, registry, prepared, truth, clock, collector, publisher)
    finally:
        house.close()
