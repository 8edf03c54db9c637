"""Checks that hold a meter to its relatives: parts, inputs, siblings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from analytics.judging_beside import checks_beside
from energy.counting.virtual import VirtualPart
from energy.meter import REMOVED, Meter, MeterEvent
from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span
from energy.tariffs.registers import total_of
from storage.engines.memory import MemoryStore
from storage.tables import CHECK_DAY
from tests.analytics.ledger.test_ledger_sums import MAIN, START, hourly
from tests.analytics.ledgers import everything, ledger_of, points, run_round
from tests.builders import registry_of

DAYS = 6
DAY = 24 * HOUR_MS
NOW = START + DAYS * DAY + HOUR_MS
LIGHT, HVAC = (
    replace(MAIN, meter=name, role="sub", parent=MAIN.meter, channel=name, device=name)
    for name in ("light", "hvac")
)
FAMILY = registry_of(MAIN, LIGHT, HVAC)
EVER = date(1970, 1, 1), date(9999, 1, 1)


def steady(meter: Meter, steps: int, odd: dict[int, int] | None = None) -> list[Reading]:
    """Return hours of so many steps each, on some days of others."""
    return hourly(meter, [(odd or {}).get(hour // 24, steps) for hour in range(DAYS * 24)])


def failed(store: MemoryStore) -> list[tuple[str, str, int]]:
    there = points(store, CHECK_DAY)
    there = there[there["check"].isin([check.name for check in checks_beside()])]
    days = ((there["time"] - START) // DAY).tolist()
    return sorted(zip(there["meter"], there["check"], days, strict=True))


def said(registry: Registry, *readings: Sequence[Reading]) -> list[tuple[str, str, int]]:
    every = [one for own in readings for one in own]
    return failed(ledger_of(registry, every, now_ms=NOW))


@pytest.mark.parametrize(("light", "fails"), [(560, False), (561, True)])
def test_parts_that_count_more_than_the_whole_are_told_beyond_what_meters_may_err(
    light: int, *, fails: bool
) -> None:
    # 24 x 960 and 2 %, and 2 steps of 3 registers: 23,040 may be 23,506 at the most.
    main, hvac = steady(MAIN, 941), steady(HVAC, 400)

    found = said(FAMILY, main, hvac, steady(LIGHT, 400, {3: light}))

    assert found == [(MAIN.meter, "sum_of_parts", 3)] * fails


def test_parts_of_which_one_is_silent_may_still_count_too_much() -> None:
    until = [one for one in steady(HVAC, 100) if one.time <= START + 2 * DAY]

    found = said(FAMILY, steady(MAIN, 500), until, steady(LIGHT, 400, {3: 600, 4: 450}))

    assert found == [(MAIN.meter, "sum_of_parts", 3)]


def test_what_no_part_counts_is_a_remainder_and_no_fault() -> None:
    assert said(FAMILY, steady(MAIN, 900), steady(HVAC, 100), steady(LIGHT, 100)) == []


def tariffs() -> Registry:
    total = replace(MAIN, channel="000000000012/00010000")
    peak, valley = (
        replace(one, device=MAIN.device, channel=f"000000000012/00010{tariff}00")
        for one, tariff in ((LIGHT, 2), (HVAC, 4))
    )
    return registry_of(total, peak, valley)


def test_tariff_registers_of_one_meter_make_up_its_total_and_less_is_told_too() -> None:
    found = said(tariffs(), steady(MAIN, 900), steady(LIGHT, 500), steady(HVAC, 400, {2: 350}))
    of_others = said(FAMILY, steady(MAIN, 900), steady(LIGHT, 500), steady(HVAC, 400, {2: 350}))

    assert found == [(MAIN.meter, "sum_of_parts", 2)]
    assert of_others == []


@pytest.mark.parametrize(
    ("channel", "total"),
    [
        ("000000000012/00010200", "000000000012/00010000"),
        ("000000000012/00023F00", "000000000012/00020000"),
        ("000000000012/00010000", ""),
        ("000000000012/02010100", ""),
        ("emeter/0/total", ""),
    ],
)
def test_the_total_of_a_tariff_register_is_named_by_its_identifier(
    channel: str, total: str
) -> None:
    assert total_of(channel) == total


def virtual(*parts: VirtualPart, name: str = "rest") -> Registry:
    rest = replace(
        MAIN, meter=name, role="check", table="interval", device="", channel="", tariff=""
    )
    first, second = (replace(one, role="check", parent="") for one in (LIGHT, HVAC))
    return replace(registry_of(rest, first, second), virtual=parts)


def part(source: str, sign: str, until: date = EVER[1]) -> VirtualPart:
    return VirtualPart("rest", source, sign, Fraction(1), EVER[0], until)


DIFFERENCE = virtual(part("light", "+"), part("hvac", "-"))


@pytest.mark.parametrize(("hvac", "fails"), [(102, False), (103, True)])
def test_a_difference_below_zero_is_told_beyond_what_meters_may_err(
    hvac: int, *, fails: bool
) -> None:
    # 2 % of 2,400 steps, and 2 steps of 2 registers: 52 steps below zero are the most.
    found = said(DIFFERENCE, steady(LIGHT, 100), steady(HVAC, 50, {2: hvac}))

    assert found == [("rest", "negative_remainder", 2)] * fails


def test_a_net_of_what_is_bought_and_sold_may_be_below_zero() -> None:
    sold = replace(DIFFERENCE.meter["hvac"], role="export")
    net = replace(DIFFERENCE, meters=tuple({**DIFFERENCE.meter, "hvac": sold}.values()))

    assert said(net, steady(LIGHT, 10), steady(HVAC, 500)) == []


def test_a_virtual_meter_says_which_input_it_misses_until_that_comes() -> None:
    registry = virtual(part("light", "+"), part("hvac", "+"))
    silent = [one for one in steady(HVAC, 10) if one.time < START + 2 * DAY + 20 * HOUR_MS]
    late = [one for one in steady(HVAC, 10) if one not in silent]
    store = ledger_of(registry, [*steady(LIGHT, 10), *silent], now_ms=NOW)
    before = failed(store)
    (first, *_) = points(store, CHECK_DAY).to_dict("records")

    store.write(late)
    run_round(store, registry, {"hvac": late[0].time}, now_ms=NOW)

    # Day 2 misses its last 5 hours.
    assert before == [("rest", "missing_input", day) for day in (2, 3, 4, 5)]
    assert "known of hvac" in first["evidence_en"]
    assert first["severity"] == "look"
    assert failed(store) == []
    every = [*steady(LIGHT, 10), *steady(HVAC, 10)]
    assert everything(store) == everything(ledger_of(registry, every, now_ms=NOW))


def test_an_input_that_takes_no_part_any_more_is_not_missed() -> None:
    registry = virtual(part("light", "+"), part("hvac", "+", until=date(2026, 2, 27)))
    two_days = [one for one in steady(HVAC, 10) if one.time <= START + 2 * DAY]

    assert said(registry, steady(LIGHT, 10), two_days) == []


ONE_DEVICE = registry_of(MAIN, replace(LIGHT, device=MAIN.device, role="check", parent=""))


def test_a_channel_that_is_silent_while_its_device_speaks_is_told_from_the_first_whole_day() -> (
    None
):
    until = [one for one in steady(LIGHT, 10) if one.time < START + 2 * DAY + 5 * HOUR_MS]

    found = said(ONE_DEVICE, steady(MAIN, 10), until)

    assert found == [("light", "sibling_present", day) for day in (3, 4, 5)]
    apart = registry_of(MAIN, replace(LIGHT, role="check", parent=""))
    assert said(apart, steady(MAIN, 10), until) == []


def test_a_channel_that_was_removed_or_a_device_that_is_silent_misses_nobody() -> None:
    until = [one for one in steady(LIGHT, 10) if one.time <= START + 2 * DAY]
    last = until[-1]
    gone = MeterEvent("light", last.time, REMOVED, int(last.value), None, None, "li", "works")
    main = [one for one in steady(MAIN, 10) if one.time <= START + 2 * DAY]

    assert said(replace(ONE_DEVICE, events=(gone,)), steady(MAIN, 10), until) == []
    assert said(ONE_DEVICE, main, until) == []


def test_days_end_one_by_one_and_the_same_is_said_as_of_all_at_once() -> None:
    rest, *others = (*DIFFERENCE.meters, MAIN)
    on_one = [replace(one, device="panel") for one in others]
    registry = replace(DIFFERENCE, meters=(rest, *on_one))
    readings = [
        *steady(LIGHT, 100),
        *steady(HVAC, 50, {1: 200, 4: 200}),
        *(one for one in steady(MAIN, 10) if one.time <= START + 3 * DAY),
    ]
    store = ledger_of(registry, [], now_ms=NOW)

    for hour in range(0, DAYS * 24 + 1, 8):
        span = Span(START + hour * HOUR_MS, START + (hour + 8) * HOUR_MS)
        new = [one for one in readings if one.time in span]
        store.write(new)
        news = dict.fromkeys({one.meter for one in new}, span.start)
        run_round(store, registry, news, now_ms=NOW)

    assert failed(store) == [
        *((MAIN.meter, "sibling_present", day) for day in (3, 4, 5)),
        *(("rest", "negative_remainder", day) for day in (1, 4)),
    ]
    assert everything(store) == everything(ledger_of(registry, readings, now_ms=NOW))


def test_a_meter_that_lost_its_parts_fails_nothing_with_them_any_more() -> None:
    readings = [*steady(MAIN, 100), *steady(LIGHT, 200), *steady(HVAC, 50)]
    store = ledger_of(FAMILY, readings, now_ms=NOW)
    before = failed(store)
    alone = [replace(one, parent="", role="check") for one in (LIGHT, HVAC)]

    run_round(store, registry_of(MAIN, *alone), {"light": 0, "hvac": 0}, now_ms=NOW)

    assert before == [(MAIN.meter, "sum_of_parts", day) for day in range(DAYS)]
    assert failed(store) == []
