"""One run of simulated meters: the history at full speed, then live.

Time never runs ahead of the wall clock: nothing is published before the moment it was read at. At
speed N > 1 the live part begins a day before now and runs N times as fast until it meets the wall
clock; from there on it is as fast as the world.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from energy.calendars import Calendar
from energy.meter import MeterEvent
from energy.registry import Registry
from energy.span import HOUR_MS, Span
from simulators.district import build
from simulators.faults import afflict
from simulators.meters.happenings import Happenings, still_to_come
from simulators.plan import Plan
from simulators.scenario_files.scenario_file import read_scenario
from simulators.speech.message import Message, Sent, without_history
from simulators.speech.messages import messages
from simulators.speech.pace import Pace
from simulators.speech.publish import Publisher
from simulators.trees.ground_truth import District
from simulators.truth.truth_files import write_truth

AHEAD_HOURS = 48
"""How far the truth is built beyond now, so that live readings need no new build every hour."""

_STEP_MS = 7 * 24 * HOUR_MS
LIVE_BEFORE_MS = 24 * HOUR_MS
"""How far back the live part begins when it runs faster than the world."""

_TICK_S = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        readings: Readings sent so far, repeats included, bad ones not.
        bad: Readings sent so far that must be refused.
        messages: Messages sent so far.
        total: Readings of the history that are to be sent, repeats not counted.
        until: Everything up to this time was sent [ms since 1970 UTC].
        live: Whether the history is done and acknowledged.
    """

    readings: int = 0
    bad: int = 0
    messages: int = 0
    total: int = 0
    until: int = 0
    live: bool = False


@dataclass(frozen=True)
class Prepared:
    """A history that is built and can be sent."""

    plan: Plan
    district: District
    happenings: Happenings

    @property
    def horizon(self) -> int:
        """Time up to which it is built [ms]."""
        return self.district.grid.end - HOUR_MS


def prepare(plan: Plan, registry: Registry, calendars: Mapping[str, Calendar]) -> Prepared:
    """Build the truth of a plan and what its meters say, up to two days after its now.

    Raises:
        ConfigError: If scenario, readings, mapping and registry do not fit each other.
    """
    scenario = read_scenario(Path(plan.scenario))
    # A rollover is planted by choosing the first reading, so its day must always be built.
    hours = max((plan.now - plan.origin) // HOUR_MS, scenario.days * 24) + AHEAD_HOURS + 1
    district = build(plan, registry, calendars, scenario, hours=hours)
    return Prepared(plan, district, afflict(district))


def planned_events(
    plan: Plan, registry: Registry, calendars: Mapping[str, Calendar]
) -> tuple[MeterEvent, ...]:
    """Return the meter events that somebody will have written down up to the plan's now.

    The registry must hold them before the first reading arrives.
    """
    happenings = prepare(plan, registry, calendars).happenings
    return tuple(event for event in happenings.events if event.time <= plan.now)


def sent_since(prepared: Prepared, resume: Mapping[str, int]) -> Sent:
    """Return what is still to be sent when the store already holds something.

    Args:
        prepared: The history.
        resume: Time of each meter's newest reading in the store [ms]; meters without any left out.

    Readings repeat from the longest planted delay before the newest one: whatever was published
    before the newest is then either in the store or sent again.
    """
    delay = prepared.happenings.longest_delay_ms
    return Sent(
        prepared.district.registry,
        prepared.happenings,
        since={meter: newest - delay for meter, newest in resume.items()},
        bad_since=resume,
    )


def total_readings(sent: Sent, until: int) -> int:
    """Return how many different readings are to be sent up to a time [ms]."""
    return sum(
        int(
            np.count_nonzero(
                (told.published & ~told.refused)
                & (told.publish_at <= until)
                & (told.time >= sent.since.get(told.meter.meter, 0))
            )
        )
        for told in sent.happenings.told.values()
    )


class _Run:
    """Sends spans of messages and counts."""

    def __init__(
        self,
        publisher: Publisher,
        report: Callable[[Progress], None],
        stop: threading.Event,
        pace: Pace,
    ) -> None:
        self.publisher = publisher
        self.report = report
        self.stop = stop
        self.pace = pace
        self.progress = Progress()

    def _send(self, message: Message) -> bool:
        if self.stop.is_set() or not self.pace.until(message.publish_at):
            return False
        if not self.publisher.publish(
            message.topic, message.payload, stop=self.stop, retained=message.retained
        ):
            return False
        self.progress = replace(
            self.progress,
            readings=self.progress.readings + message.readings,
            bad=self.progress.bad + message.bad,
            messages=self.progress.messages + 1,
        )
        return True

    def span(self, sent: Sent, span: Span) -> bool:
        """Send a span; return whether it went out whole."""
        for message in messages(sent, span):
            if not self._send(message):
                return False
        self.progress = replace(self.progress, until=span.end - 1)
        self.report(self.progress)
        return True


def _first_time(sent: Sent, origin: int) -> int:
    """Return from when on there may be something to send [ms]."""
    wanted = [sent.since.get(meter, origin) for meter in sent.happenings.told]
    return max(origin, min(wanted, default=origin))


def run(
    plan: Plan,
    registry: Registry,
    calendars: Mapping[str, Calendar],
    *,
    broker_url: str,
    resume: Mapping[str, int],
    report: Callable[[Progress], None],
    stop: threading.Event,
    speed: float = 1.0,
    history_only: bool = False,
    truth: Path | None = None,
    pace: float = 0.0,
    window: int = 200,
    ca: str = "",
    wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
) -> Progress:
    """Publish a history and go on live until told to stop.

    Args:
        plan: The history; its now is where the history ends and live begins.
        registry: Meters, devices, places.
        calendars: Workdays by name.
        broker_url: mqtt://user:password@host:port, or mqtts:// for TLS.
        resume: Time of each meter's newest reading in the store [ms].
        report: Called about once for each week of history, and for each live step.
        stop: Ends the run when set.
        speed: How many times faster than the world the live part catches up; see above.
        history_only: Return once the history is acknowledged.
        truth: Folder for the truth files; None writes none.
        pace: How many times as fast as the world the history is told; 0 for as fast as it goes.
        window: Most messages without an acknowledgement.
        ca: CA certificate file of a TLS broker.
        wall_ms: The wall clock [ms].

    Returns:
        How far it got.

    Raises:
        ConfigError: If scenario, readings, mapping and registry do not fit each other.
        UnreachableError: If the broker does not answer.
    """
    prepared = _prepared(plan, registry, calendars, truth)
    sent = without_history(sent_since(prepared, resume), plan.now)
    until = plan.now - (LIVE_BEFORE_MS if speed > 1 and not history_only else 0)
    with Publisher(broker_url, client_id="jieneng-simulator", window=window, ca=ca) as publisher:
        sending = _Run(publisher, report, stop, Pace(pace, stop))
        sending.progress = Progress(total=total_readings(sent, until))
        for start in range(_first_time(sent, plan.origin), until + 1, _STEP_MS):
            if not sending.span(sent, Span(start, min(start + _STEP_MS, until + 1))):
                return sending.progress
        if publisher.drain(stop=stop):
            sending.progress = replace(sending.progress, live=True)
        if not history_only:
            sending.pace = Pace(0.0, stop)
            live = _Live(prepared.horizon, _rest(sent, until), calendars, truth, until=until)
            del prepared, sent  # two years of a district: far more than live needs
            live.go_on(sending, plan, speed, wall_ms)
        report(sending.progress)
        return sending.progress


def _prepared(
    plan: Plan, registry: Registry, calendars: Mapping[str, Calendar], truth: Path | None
) -> Prepared:
    """Build a history and, where a folder is named, write its truth."""
    prepared = prepare(plan, registry, calendars)
    if truth is not None:
        write_truth(truth, plan, prepared.district, prepared.happenings)
    return prepared


def _rest(sent: Sent, until: int) -> Sent:
    return replace(sent, happenings=still_to_come(sent.happenings, until))


class _Live:
    """Goes on from the end of a history.

    Args:
        horizon: Time up to which it is built [ms].
        sent: What is still to be sent.
        calendars: Workdays by name, to build further.
        truth: Folder for the truth files; None writes none.
        until: Everything up to this time was sent [ms].
    """

    def __init__(
        self,
        horizon: int,
        sent: Sent,
        calendars: Mapping[str, Calendar],
        truth: Path | None,
        *,
        until: int,
    ) -> None:
        self.horizon = horizon
        self.sent = sent
        self.calendars = calendars
        self.truth = truth
        self.until = until

    def _extend(self, plan: Plan) -> None:
        """Build further; what was built before does not change."""
        prepared = _prepared(plan, self.sent.registry, self.calendars, self.truth)
        self.horizon = prepared.horizon
        self.sent = _rest(replace(self.sent, happenings=prepared.happenings), self.until)

    def go_on(self, sending: _Run, plan: Plan, speed: float, wall_ms: Callable[[], int]) -> None:
        """Report that the history is done, then send what becomes due, until told to stop."""
        sending.report(sending.progress)
        began, from_ms = wall_ms(), self.until
        while not sending.stop.wait(_TICK_S):
            wall = wall_ms()
            due = min(wall, from_ms + round((wall - began) * max(speed, 1.0)))
            if due >= self.horizon:
                self._extend(plan.at(due))
            if due > self.until and sending.span(self.sent, Span(self.until + 1, due + 1)):
                self.until = due
