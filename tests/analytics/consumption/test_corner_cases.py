"""Twelve hours of 10 kWh each through whole rounds, with what befalls registers: 120 kWh are true.

The cases are those in which other platforms lose or invent energy: a rollover, two replacements, an
outage with its catch-up, readings that come late, a sample that is too high, a sample of nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from analytics.rounds import round_once
from energy.meter import REPLACEMENT, Meter, MeterEvent
from energy.reading import Reading
from energy.span import HOUR_MS
from storage.engines.memory import MemoryStore
from storage.records import event_candidates, reference, touched
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.event_candidates import EventCandidate
from storage.tables import METER_HOUR
from tests.analytics.ledgers import REFERENCE, points
from tests.builders import MAIN_METER, registry_of

T0 = 1_767_196_800_000
"""Midnight of 1 January 2026 in Shanghai."""
QUARTER = HOUR_MS // 4
NOW = T0 + 13 * HOUR_MS
METER = replace(
    MAIN_METER, step=Fraction(1, 2), ratio=Fraction(1), digits=6, max_rate=Fraction(30),
    interval_s=900,
)  # fmt: skip
"""A register of half kilowatt hours; 5 steps a quarter flow through it, and 15 may."""
SWAP = 22
"""The replacement is between the quarters 22 and 23, three minutes behind the first."""
TRUE_HOURS = [10_000] * 12


@dataclass
class Point:
    """A metering point before whole rounds.

    Attributes:
        store: What was heard.
        records: Registry and candidates.
    """

    store: MemoryStore
    records: Records

    def known_as(self, meter: Meter, *events: MeterEvent) -> None:
        with self.records.session() as session:
            made = registry_of(meter, events=events)
            registry_records.replace(session, made, author="li", reason="as it is known")

    def say(self, readings: Sequence[tuple[int, int]]) -> None:
        """Let readings [quarter, steps] arrive, and a round run."""
        kept = [Reading("hall_main", "register", T0 + at * QUARTER, v) for at, v in readings]
        assert not self.store.write(kept)
        with self.records.session() as session:
            touched.publish(session, {"hall_main": 0})
        round_once(store=self.store, records=self.records, now_ms=NOW)

    def hours(self, field: str = "amount") -> list[int]:
        """Return what the ledger says of each hour: Wh or seconds."""
        rows = points(self.store, METER_HOUR, meter="hall_main")
        assert rows["time"].tolist() == [T0 + hour * HOUR_MS for hour in range(12)]
        return [int(value) for value in rows[field].fillna(0)]

    def candidates(self) -> list[EventCandidate]:
        with self.records.reading() as session:
            return event_candidates.open_candidates(session)


@pytest.fixture
def point(records: Records) -> Point:
    with records.session() as session:
        reference.replace(session, REFERENCE, author="test", reason="first")
    found = Point(MemoryStore(), records)
    found.known_as(METER)
    return found


def quarters(first: int, *, modulus: int = 10**6) -> list[tuple[int, int]]:
    return [(place, (first + 5 * place) % modulus) for place in range(49)]


def exchanged(closing: int, opening: int) -> list[tuple[int, int]]:
    """Return twelve hours in which another register takes over: 1 step before it, 4 behind it."""
    before = [(place, closing - 1 - 5 * (SWAP - place)) for place in range(SWAP + 1)]
    return before + [(place, opening + 4 + 5 * (place - SWAP - 1)) for place in range(SWAP + 1, 49)]


def replacement(closing: int, opening: int) -> MeterEvent:
    at = T0 + SWAP * QUARTER + QUARTER // 5
    return MeterEvent("hall_main", at, REPLACEMENT, closing, opening, 6, "li", "due")


def is_all_measured(point: Point) -> bool:
    unknown = sum(point.hours("unresolved_s")) + sum(point.hours("estimated_s"))
    return point.hours("measured_s") == [3600] * 12 and not unknown and not point.candidates()


def is_unresolved_at_the_replacement(point: Point, looks: str) -> bool:
    """Tell whether a quarter has no amount, and a task with what was read asks a person why."""
    hours = [5] * 12
    assert point.hours("unresolved_s") == [900 if hour == hours[0] else 0 for hour in range(12)]
    assert point.hours() == [7_500 if hour == hours[0] else 10_000 for hour in range(12)]
    (one,) = point.candidates()
    assert (one.after, one.before) == (T0 + SWAP * QUARTER, T0 + (SWAP + 1) * QUARTER)
    return one.looks == looks and " kWh to " in one.evidence_en


def test_a_register_that_rolls_over_at_10000_gives_its_true_120_kwh(point: Point) -> None:
    point.known_as(replace(METER, digits=4))

    point.say(quarters(9_900, modulus=10**4))

    assert point.hours() == TRUE_HOURS
    assert is_all_measured(point)


def test_a_meter_replaced_from_50000_kwh_to_0_gives_its_true_120_kwh_with_the_event(
    point: Point,
) -> None:
    point.known_as(METER, replacement(100_000, 0))

    point.say(exchanged(100_000, 0))

    assert point.hours() == TRUE_HOURS
    assert is_all_measured(point)


def test_a_meter_replaced_from_50000_kwh_to_0_without_the_event_is_unresolved_and_said_to_be(
    point: Point,
) -> None:
    point.say(exchanged(100_000, 0))

    # From 100,000 steps on to 4: a register of five digits would do the same.
    assert is_unresolved_at_the_replacement(point, "rollover")


def test_a_meter_replaced_from_100_kwh_to_50000_gives_its_true_120_kwh_with_the_event(
    point: Point,
) -> None:
    point.known_as(METER, replacement(200, 100_000))

    point.say(exchanged(200, 100_000))

    assert point.hours() == TRUE_HOURS
    assert is_all_measured(point)


def test_a_meter_replaced_from_100_kwh_to_50000_without_the_event_is_unresolved_and_said_to_be(
    point: Point,
) -> None:
    point.say(exchanged(200, 100_000))

    assert is_unresolved_at_the_replacement(point, "replacement")


def test_the_event_entered_later_gives_a_replaced_meter_its_true_120_kwh(point: Point) -> None:
    point.say(exchanged(100_000, 0))

    point.known_as(METER, replacement(100_000, 0))
    round_once(store=point.store, records=point.records, now_ms=NOW)

    assert point.hours() == TRUE_HOURS
    assert is_all_measured(point)


OUTAGE = range(20, 40)
"""Quarters of five hours in which nothing is heard."""


@pytest.mark.parametrize("max_rate", [30, 9_999])
def test_five_hours_of_outage_and_the_catch_up_give_their_true_120_kwh_and_no_false_peak(
    point: Point, max_rate: int
) -> None:
    point.known_as(replace(METER, max_rate=Fraction(max_rate)))

    point.say([one for one in quarters(0) if one[0] not in OUTAGE])

    assert point.hours() == TRUE_HOURS
    assert point.hours("unresolved_s") == [0] * 12
    assert sum(point.hours("estimated_s")) == (len(OUTAGE) + 1) * 900


def test_five_hours_that_arrive_late_are_measured_in_their_own_hours(point: Point) -> None:
    point.say([one for one in quarters(0) if one[0] not in OUTAGE])

    point.say([one for one in quarters(0) if one[0] in OUTAGE])

    assert point.hours() == TRUE_HOURS
    assert is_all_measured(point)


@pytest.mark.parametrize("limit", [30, 9_999])
def test_one_sample_that_is_1000_kwh_too_high_invents_nothing(point: Point, limit: int) -> None:
    point.known_as(replace(METER, max_rate=Fraction(limit)))

    point.say([(at, value + 2_000 if at == 20 else value) for at, value in quarters(100_000)])

    assert point.hours() == TRUE_HOURS
    assert point.hours("unresolved_s") == [0] * 12
    assert point.candidates() == []


def test_one_sample_of_0_loses_nothing(point: Point) -> None:
    point.say([(at, 0 if at == 20 else value) for at, value in quarters(100_000)])

    assert point.hours() == TRUE_HOURS
    assert point.hours("unresolved_s") == [0] * 12
    assert point.candidates() == []
