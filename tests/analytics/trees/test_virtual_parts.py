"""A virtual meter whose price changes within an hour is priced by the readings of its inputs."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from energy.counting.virtual import VirtualPart
from energy.meter import Meter
from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS, midnight
from storage.engines.memory import MemoryStore
from storage.records.book import Records
from storage.tables import METER_HOUR
from tests.analytics.ledgers import ledger_of, points
from tests.analytics.why.why_world import why
from tests.builders import MAIN_METER, NORTH, registry_of

KOLKATA = replace(NORTH, timezone="Asia/Kolkata")
"""Its clock is half an hour beside the hours of the ledger: eight o'clock lies within one."""
QUARTER_MS = HOUR_MS // 4
BEGIN = midnight(date(2026, 3, 2), KOLKATA.zone)
DAWN_HOUR = BEGIN + 7 * HOUR_MS + HOUR_MS // 2
"""From 7:30 to 8:30 on the wall: one yuan a kWh in its first half, two in its second."""
KWH = 1000
METER = replace(MAIN_METER, ratio=Fraction(1), role="check", interval_s=900)
EVER = date(1970, 1, 1), date(9999, 1, 1)


def virtual(name: str) -> Meter:
    return replace(METER, meter=name, table="interval", device="", channel="", interval_s=3600)


def district(*parts: VirtualPart, also: tuple[Meter, ...] = ()) -> Registry:
    made = dict.fromkeys(part.meter for part in parts)
    meters = (METER, *also, *map(virtual, made))
    return replace(registry_of(*meters, sites=(KOLKATA,)), virtual=parts)


def part(meter: str, source: str, share: str = "1", sign: str = "+") -> VirtualPart:
    return VirtualPart(meter, source, sign, Fraction(share), *EVER)


def counted(meter: Meter, kwh_a_quarter: list[int], *, without: range = range(0)) -> list[Reading]:
    """Return two days of readings every quarter of an hour, the same in every hour."""
    readings, steps = [], 0
    for quarter in range(2 * 96 + 1):
        time = BEGIN + quarter * QUARTER_MS
        if quarter not in without:
            readings.append(Reading(meter.meter, "register", time, steps))
        steps += 100 * kwh_a_quarter[quarter % 4]
    return readings


def hour_of(store: MemoryStore, meter: str, start: int = DAWN_HOUR) -> tuple[int, int]:
    """Return the amount [Wh] and the cost [1e-6 yuan] of an hour."""
    hours = points(store, METER_HOUR, meter=meter).set_index("time")
    return int(hours["amount"][start]), int(hours["cost"][start])


def test_what_was_used_before_the_price_rose_costs_what_it_cost_then() -> None:
    registry = district(part("copy", METER.meter), part("copy_of_copy", "copy"))
    # On the wall every hour begins at half past: all is used in its first quarter, at 7:30.
    store = ledger_of(registry, counted(METER, [0, 0, 4, 0]), now_ms=BEGIN + 3 * 24 * HOUR_MS)

    for name in (METER.meter, "copy", "copy_of_copy"):
        assert hour_of(store, name) == (4 * KWH, 4_000_000), name
    own, *others = (
        points(store, METER_HOUR, meter=name)[["time", "amount", "cost", "co2"]]
        for name in (METER.meter, "copy", "copy_of_copy")
    )
    assert all(one.to_numpy().tolist() == own.to_numpy().tolist() for one in others)


def test_each_input_is_cut_by_its_own_readings_and_taken_by_its_share() -> None:
    late = replace(METER, meter="late", channel="late")
    registry = district(
        part("rest", METER.meter), part("rest", "late", "1/2", "-"), part("half", "late", "1/2"),
        part("other_half", "late", "1/2"), also=(late,),
    )  # fmt: skip
    readings = [*counted(METER, [0, 0, 4, 0]), *counted(late, [0, 2, 0, 0])]
    store = ledger_of(registry, readings, now_ms=BEGIN + 3 * 24 * HOUR_MS)

    # 4 kWh at one yuan, less 1 kWh of the quarter from 8:15 on, at two.
    assert hour_of(store, "rest") == (3 * KWH, 4_000_000 - 2_000_000)
    assert hour_of(store, "half") == hour_of(store, "other_half") == (KWH, 2_000_000)


def test_an_hour_that_an_input_did_not_measure_lies_evenly_in_its_minutes() -> None:
    registry = district(part("copy", METER.meter))
    # Nothing is read between 7:00 and 8:15, in which 4 kWh are used: 2.4 of them from 7:30 on.
    gap = range(29, 33)
    readings = counted(METER, [0, 0, 4, 0], without=gap)
    store = ledger_of(registry, readings, now_ms=BEGIN + 3 * 24 * HOUR_MS)

    assert hour_of(store, "copy") == (2400, 1_200_000 + 2 * 1_200_000)


@pytest.mark.parametrize("without", [range(0), range(29, 33), range(24, 60)])
@pytest.mark.parametrize("key", ["2026-03-02T07", "2026-03-02T08", "2026-03-02", "2026-03"])
def test_a_why_finds_the_same_cost_by_hand(records: Records, without: range, key: str) -> None:
    late = replace(METER, meter="late", channel="late")
    registry = district(
        part("rest", METER.meter), part("rest", "late", "1/3", "-"), part("third", "rest", "1/3"),
        also=(late,),
    )  # fmt: skip
    readings = [*counted(METER, [1, 0, 4, 2], without=without), *counted(late, [3, 2, 1, 5])]
    store = ledger_of(registry, readings, now_ms=BEGIN + 3 * 24 * HOUR_MS)

    for name in ("rest", "third"):
        answer = why(records, store, registry, key, meter=name)
        assert [one for one in answer["figures"] if one["verdict"] != "same"] == [], name
