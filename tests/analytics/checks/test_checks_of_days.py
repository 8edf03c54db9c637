"""Checks that hold a day to the days before it, and its hours to the register."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from analytics.check import EVER, Failed
from analytics.check_days import judged_of
from analytics.ledger.following import Told, follow
from analytics.ledger.rows import ROW, Patch, no_rows, rows_of
from energy.meter import RATIO, REPLACEMENT, Meter, MeterEvent
from energy.reading import Reading
from energy.span import HOUR_MS, Span
from storage.engines.memory import MemoryStore
from storage.tables import CHECK_DAY, METER_HOUR
from tests.analytics.ledger.test_ledger_sums import MAIN, START, hourly
from tests.analytics.ledgers import everything, ledger_of, points, run_round
from tests.builders import registry_of

DAYS = 60
DAY = 24 * HOUR_MS
NOW = START + DAYS * DAY
ALONE = registry_of(MAIN)
STEPS = 10_000
"""An hour of 100 kWh."""


def rises(days: dict[int, float]) -> list[int]:
    """Return hours of days of 2,400 kWh, more or less by place, some of them so many times that."""
    each = [STEPS + 7 * (place % 24) for place in range(DAYS * 24)]
    return [int(rise * days.get(place // 24, 1)) for place, rise in enumerate(each)]


def failed(store: MemoryStore, check: str = "high_low_usage") -> list[int]:
    there = points(store, CHECK_DAY)
    return sorted(((there[there["check"] == check]["time"] - START) // DAY).tolist())


def told(days: dict[int, float], *, meter: Meter = MAIN) -> list[int]:
    readings = hourly(meter, rises(days))
    return failed(ledger_of(registry_of(meter), readings, now_ms=NOW))


def test_days_like_those_before_them_are_in_the_band() -> None:
    assert told({day: 1 + day % 5 / 6 for day in range(DAYS)}) == []


@pytest.mark.parametrize(
    ("times", "fails"), [(2.01, True), (1.99, False), (0.49, True), (0.51, False)]
)
def test_a_day_of_twice_the_highest_or_half_the_lowest_is_told(
    times: float, *, fails: bool
) -> None:
    assert told({50: times}) == [50] * fails


def test_what_was_seen_is_told_with_the_band() -> None:
    store = ledger_of(ALONE, hourly(MAIN, rises({40: 0.8, 55: 3})), now_ms=NOW)

    (row,) = points(store, CHECK_DAY).to_dict("records")
    assert (row["check"], row["severity"], row["failed"]) == ("high_low_usage", "look", 1)
    assert row["evidence_en"] == (
        "The day used 7258 kWh; 49 days before it used 1935 to 2419 kWh each."
    )
    assert "7258 kWh" in row["evidence_zh"]


def test_a_level_that_stays_is_told_for_a_week_and_then_is_the_level() -> None:
    assert told(dict.fromkeys(range(45, DAYS), 3)) == list(range(45, 52))


def test_fewer_than_four_weeks_have_no_band() -> None:
    assert told({33: 3}) == []
    assert told({34: 3}) == [34]


def test_what_rests_and_begins_is_in_no_band_and_a_day_of_nothing_is_asked_elsewhere() -> None:
    assert told(dict.fromkeys(range(45), 0)) == []
    assert told(dict.fromkeys(range(45, DAYS), 0)) == []


def test_little_for_what_is_connected_is_no_matter() -> None:
    large = replace(MAIN, max_rate=Fraction(60_000))

    assert told({50: 3}, meter=large) == []


def test_days_that_are_not_known_throughout_are_neither_held_nor_held_to() -> None:
    readings = hourly(MAIN, rises(dict.fromkeys(range(10, 40), 0.9)))
    readings = [*readings[: 10 * 24], *readings[40 * 24 :]]
    broken = [one._replace(value=one.value + 5 * 10**7) for one in readings[10 * 24 :]]
    whole = [*readings[: 10 * 24], *broken]  # unresolved for a month: 23 days before day 57

    assert failed(ledger_of(ALONE, whole, now_ms=NOW)) == []


def test_late_readings_change_what_is_said_of_days_behind_them_and_end_as_if_on_time() -> None:
    readings = hourly(MAIN, rises({10: 3, 50: 4.5}))
    late = readings[10 * 24 + 1 : 12 * 24]
    # What two days used together is laid over both: three and one are two and two.
    on_time = sorted({*readings} - {*late})
    store = ledger_of(ALONE, on_time, now_ms=NOW)
    before = failed(store)

    store.write(readings)
    news = {MAIN.meter: [Span(late[0].time, late[-1].time + 1)]}
    run_round(store, ALONE, news, now_ms=NOW)

    assert (before, failed(store)) == ([50], [])
    assert everything(store) == everything(ledger_of(ALONE, readings, now_ms=NOW))


def test_day_by_day_the_same_is_said_as_all_at_once() -> None:
    readings = hourly(MAIN, rises({40: 3, 48: 0.3}))
    store = ledger_of(ALONE, readings[: 35 * 24], now_ms=NOW)

    for day in range(35, DAYS):
        new = readings[day * 24 : (day + 1) * 24 + (day == DAYS - 1)]
        store.write(new)
        run_round(store, ALONE, {MAIN.meter: new[0].time}, now_ms=NOW)

    assert failed(store) == [40, 48]
    assert everything(store) == everything(ledger_of(ALONE, readings, now_ms=NOW))


def sums(
    readings: Sequence[Reading], *, events: Sequence[MeterEvent] = (), wrong: int = 0, at: int = 0
) -> list[Failed]:
    """Return what the sum check says of the ledger of some readings.

    Args:
        readings: All of the meter.
        events: Its events.
        wrong: Base units that an hour has too many.
        at: Which hour.
    """
    store = ledger_of(replace(ALONE, events=tuple(events)), readings, now_ms=NOW)
    hours = rows_of(points(store, METER_HOUR))
    hours.numbers[ROW["amount"], at] += wrong
    told = Told(store, MAIN, events, "Asia/Shanghai")
    (followed,) = follow(told, news=[EVER])
    judged = judged_of(told, followed, Patch(EVER, hours), lambda _start: no_rows())
    return [one for _, one in judged.failed if one.check == "sum_check"]


def jittered() -> list[Reading]:
    """Return readings 20 minutes after each hour, so that no edge of a day is one."""
    return [one._replace(time=one.time + HOUR_MS // 3) for one in hourly(MAIN, rises({})[:240])]


@pytest.mark.parametrize("readings", [hourly(MAIN, rises({})[:240]), jittered()])
def test_the_hours_of_the_ledger_add_up_to_the_register(readings: list[Reading]) -> None:
    assert sums(readings) == []


@pytest.mark.parametrize("wrong", [3, -3])
def test_hours_that_are_off_by_three_watt_hours_are_told(wrong: int) -> None:
    (told_of,) = sums(hourly(MAIN, rises({})[:240]), wrong=wrong, at=3 * 24 + 7)

    assert (told_of.check, told_of.severity) == ("sum_check", "wrong")
    assert told_of.span == Span(START + 3 * DAY, START + 4 * DAY)
    assert "The ledger has 2419.32 kWh of the day" in told_of.evidence.en


def test_between_readings_a_day_may_be_cut_anywhere_and_not_beyond_them() -> None:
    hour = STEPS * 10  # Wh

    assert sums(jittered(), wrong=-hour // 2, at=3 * 24 + 7) == []
    assert [one.check for one in sums(jittered(), wrong=3 * hour, at=3 * 24 + 7)] == ["sum_check"]


def test_a_register_that_rolls_over_adds_up_and_an_outage_does() -> None:
    over = [one._replace(value=(one.value + 10**8 - 500_000) % 10**8) for one in jittered()]
    lost = [one for place, one in enumerate(over) if not 60 <= place < 100]

    assert sums(over) == sums(lost) == []
    assert len(sums(lost, wrong=10**8, at=3 * 24)) == 1


def test_where_a_register_or_its_ratio_changes_the_day_is_left_to_the_events() -> None:
    readings = hourly(MAIN, rises({})[:240])
    at = readings[80].time + HOUR_MS // 2
    ratio = MeterEvent(
        MAIN.meter, at, RATIO, int(readings[80].value), None, None, "li", "works", ratio=Fraction(3)
    )
    swapped = [
        one._replace(value=one.value - (readings[81].value - 50 if one.time > at else 0))
        for one in readings
    ]
    closing = int(readings[80].value) + 3
    other = MeterEvent(MAIN.meter, at, REPLACEMENT, closing, 0, None, "li", "works")

    assert sums(readings, events=[ratio]) == sums(swapped, events=[other]) == []
    assert len(sums(readings, events=[ratio], wrong=10**7, at=6 * 24)) == 1
