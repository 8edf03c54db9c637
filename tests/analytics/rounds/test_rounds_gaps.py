"""In whatever order readings arrive, gaps end with the shape that all readings give them."""

from collections.abc import Sequence
from datetime import date
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from analytics.consumption.shaping import Method
from analytics.ledger.estimates import Habits, estimates_of
from analytics.ledger.following import course_of
from analytics.ledger.measured_days import LOOKED_BACK
from analytics.ledger.wall import whole_days
from energy.calendars import Calendar
from energy.meter import Meter
from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span, joined
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.engines.memory import MemoryStore
from storage.tables import ESTIMATE, METER_DAY, METER_HOUR
from tests.analytics.ledger.test_ledger_sums import MAIN, OTHER, START
from tests.analytics.ledgers import ALWAYS, everything, ledger_of, points, run_round
from tests.analytics.rounds.test_rounds_late import DAY, DAYS, NOW, Watched, places, troubled_year
from tests.builders import registry_of

ZONES = ["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin"]


def with_outages(readings: list[Reading], chance: Random) -> list[Reading]:
    """Return readings without some stretches of hours and days."""
    left = list(readings)
    for _ in range(chance.randrange(0, 5)):
        first = chance.randrange(1, len(left) - 150)
        del left[first : first + chance.choice([1, 2, 5, 20, 60, 140])]
    return left


def arrivals(readings: Sequence[Reading], chance: Random) -> list[list[Reading]]:
    """Return readings in a few lots: stretches of them come late, in any order."""
    lots: list[list[Reading]] = [[] for _ in range(chance.randrange(2, 6))]
    first = 0
    while first < len(readings):
        length = chance.choice([1, 4, 30, 200, 700])
        lot = 0 if chance.random() < 0.6 else chance.randrange(len(lots))
        lots[lot] += readings[first : first + length]
        first += length
    return [lot for lot in lots if lot]


def news_of(lot: Sequence[Reading], newest: dict[str, int]) -> dict[str, list[Span]]:
    """Return the spans that a collector would name for a lot, and remember what is newest."""
    news: dict[str, list[Span]] = {}
    for one in sorted(lot):
        is_late = one.time < newest.get(one.meter, 0)
        span = Span(one.time, one.time + 1 if is_late else LATEST_MS)
        news.setdefault(one.meter, []).append(span)
        newest[one.meter] = max(newest.get(one.meter, 0), one.time)
    return {meter: joined(spans, apart=DAY) for meter, spans in news.items()}


def in_lots(registry: Registry, lots: Sequence[Sequence[Reading]]) -> MemoryStore:
    """Return a store in which a round ran after each lot."""
    store, newest = MemoryStore(), dict[str, int]()
    run_round(store, registry, {meter.meter: 0 for meter in registry.meters}, now_ms=NOW)
    for lot in lots:
        store.write(lot)
        run_round(store, registry, news_of(lot, newest), now_ms=NOW)
    return store


@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.0, 0.002, 0.02]), st.sampled_from(ZONES))
@settings(max_examples=15)
def test_gaps_end_with_the_same_shape_in_whatever_order_readings_arrive(
    seed: int, trouble: float, zone: str
) -> None:
    chance = Random(seed)  # noqa: S311 - not a secret
    registry = places(zone)
    readings = with_outages(troubled_year(MAIN, chance, trouble), chance)
    readings += with_outages(troubled_year(OTHER, chance, trouble), chance)
    whole = ledger_of(registry, readings, now_ms=NOW)
    shapes = methods(whole, MAIN, zone)
    event("some gap has the shape of like days" if Method.LIKE_DAYS in shapes else "none has")
    assert everything(in_lots(registry, arrivals(readings, chance))) == everything(whole)


@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.002]), st.sampled_from(ZONES))
@settings(max_examples=8)
def test_behind_what_is_frozen_gaps_end_with_the_same_shape_and_before_it_nothing_moves(
    seed: int, trouble: float, zone: str
) -> None:
    chance = Random(seed)  # noqa: S311 - not a secret
    registry = places(zone)
    readings = with_outages(troubled_year(MAIN, chance, trouble), chance)
    first, *rest = arrivals(readings, chance)
    closed = whole_days(Span(START + chance.randrange(10, 60) * DAY, LATEST_MS), zone).start
    store = ledger_of(registry, first, now_ms=NOW)
    before = [hours_within(store, Span(EARLIEST_MS, closed))]
    newest = {MAIN.meter: max(one.time for one in first)}
    for lot in rest:
        store.write(lot)
        news = news_of(lot, newest)
        run_round(store, registry, news, now_ms=NOW, frozen_before=closed)
        before.append(hours_within(store, Span(EARLIEST_MS, closed)))
    behind = Span(closed, LATEST_MS)
    whole = ledger_of(registry, readings, now_ms=NOW)
    assert hours_within(store, behind) == hours_within(whole, behind)
    assert set(before) == {before[0]}


def hours_within(store: MemoryStore, span: Span) -> str:
    """Return the hours of the main as text."""
    where = (("meter", (MAIN.meter,)),)
    return store.points(METER_HOUR, where=where, span=span).to_csv(index=False)


def methods(store: MemoryStore, meter: Meter, zone: str) -> list[Method]:
    course = course_of(store.series(meter.table, meter.meter, ALWAYS), meter, ())
    habits = Habits(zone, Calendar("cn", {}, date(2027, 1, 1)))
    return [one.method for one in estimates_of(course, ALWAYS, habits)]


SATURDAY = START + 59 * DAY
"""25 April 2026: what is of the 28 days before it begins on 28 March."""
MIDNIGHTS = 2 * HOUR_MS
"""Gaps of the tests below begin so long after midnight."""


def weekly(meter: Meter) -> list[Reading]:
    """Return hourly readings of days that differ from each other, each from hour to hour."""
    found, count = [], 0
    for hour in range(DAYS * 24):
        found.append(Reading(meter.meter, "register", START + hour * HOUR_MS, count))
        count += 10 + (hour % 24) * (1 + hour // 24 * 7 % 5)
    return found


def without(readings: Sequence[Reading], *gaps: Span) -> list[Reading]:
    return [one for one in readings if not any(one.time in gap for gap in gaps)]


def noon(back: int) -> Span:
    """Return noon of the day so many days before the Saturday."""
    time = SATURDAY - back * DAY + 12 * HOUR_MS
    return Span(time, time + 1)


GAP = Span(SATURDAY + MIDNIGHTS, SATURDAY + 2 * DAY + MIDNIGHTS)
"""Saturday and Sunday, and the first hours of a Monday."""


@pytest.mark.parametrize(
    ("back", "moved"), [(1, True), (6, True), (26, False), (27, True), (28, True), (29, False)]
)
def test_a_late_reading_changes_the_gaps_that_look_back_at_its_day(
    back: int, *, moved: bool
) -> None:
    registry = places("Asia/Shanghai")
    readings = without(weekly(MAIN), GAP)
    store = Watched()
    store.write(without(readings, noon(back)))
    run_round(store, registry, {MAIN.meter: 0}, now_ms=NOW)
    before = points(store, METER_HOUR, meter=MAIN.meter)
    store.read, store.written = [], {}

    store.write(readings)
    run_round(store, registry, {MAIN.meter: [noon(back)]}, now_ms=NOW)

    after = points(store, METER_HOUR, meter=MAIN.meter)
    changed = after["time"][(after["amount"] != before["amount"]).to_numpy()]
    assert bool(changed.between(GAP.start, GAP.end).any()) == moved
    own = Span(SATURDAY - back * DAY, SATURDAY - (back - 1) * DAY)
    near = joined([own, Span(SATURDAY, SATURDAY + 3 * DAY)] if back <= LOOKED_BACK else [own])
    assert store.written[METER_HOUR.name] == store.written[METER_DAY.name] == set(near)
    assert everything(store) == everything(ledger_of(registry, readings, now_ms=NOW))


@pytest.mark.parametrize(("ahead", "moved"), [(1, True), (14, True), (15, False)])
def test_a_late_reading_changes_the_gap_of_a_new_meter_up_to_14_days_before_it(
    ahead: int, *, moved: bool
) -> None:
    gap = Span(START + 5 * HOUR_MS, START + 14 * HOUR_MS)
    late = Span(START + ahead * DAY + 12 * HOUR_MS, START + ahead * DAY + 12 * HOUR_MS + 1)
    registry = places("Asia/Shanghai")
    readings = [one._replace(value=30 * one.value) for one in without(weekly(MAIN), gap)]
    store = Watched()
    store.write(without(readings, late))
    run_round(store, registry, {MAIN.meter: 0}, now_ms=NOW)
    before = points(store, METER_HOUR, meter=MAIN.meter)
    store.write(readings)
    run_round(store, registry, {MAIN.meter: [late]}, now_ms=NOW)
    after = points(store, METER_HOUR, meter=MAIN.meter)
    changed = after["time"][(after["amount"] != before["amount"]).to_numpy()]
    assert bool(changed.between(gap.start, gap.end).any()) == moved
    assert points(store, ESTIMATE)["method"].tolist() == ["profile"]
    assert everything(store) == everything(ledger_of(registry, readings, now_ms=NOW))


def test_where_no_long_gap_is_near_nothing_more_is_read() -> None:
    far, short = Span(GAP.start - 55 * DAY, GAP.end - 55 * DAY), noon(9)
    registry = places("Asia/Shanghai")
    readings = without(weekly(MAIN), far, short)
    store = Watched()
    store.write(without(readings, noon(20)))
    run_round(store, registry, {MAIN.meter: 0}, now_ms=NOW)
    store.read = []
    store.write(readings)
    run_round(store, registry, {MAIN.meter: [noon(20)]}, now_ms=NOW)
    assert [span.end - span.start for span in store.read] == [8 * DAY + 1]
    assert everything(store) == everything(ledger_of(registry, readings, now_ms=NOW))


def test_a_gap_of_today_reads_the_days_it_looks_back_at_and_no_more() -> None:
    registry = places("Asia/Shanghai")
    readings = without(weekly(MAIN), Span(SATURDAY + MIDNIGHTS, SATURDAY + 4 * MIDNIGHTS))
    readings = [one for one in readings if one.time < SATURDAY + 12 * HOUR_MS]
    store = Watched()
    store.write(readings[:-1])
    run_round(store, registry, {MAIN.meter: 0}, now_ms=NOW)
    store.read = []
    store.write(readings)
    run_round(store, registry, {MAIN.meter: readings[-1].time}, now_ms=NOW)
    assert min(span.start for span in store.read) == SATURDAY - 32 * DAY
    assert len(store.read) == 2
    assert everything(store) == everything(ledger_of(registry, readings, now_ms=NOW))


def test_the_table_of_estimates_says_how_each_gap_was_filled() -> None:
    registry = places("Asia/Shanghai")
    early, short = Span(START + 2 * DAY + 1, START + 3 * DAY), noon(20)
    kept = without(weekly(MAIN), early, short, GAP)
    said = points(ledger_of(registry, kept, now_ms=NOW), ESTIMATE)
    assert said["meter"].unique().tolist() == [MAIN.meter]
    assert said["time"].tolist() == [
        early.start - 1,
        short.start - HOUR_MS,
        GAP.start - HOUR_MS,
    ]
    assert said["until"].tolist() == [early.end, short.start + HOUR_MS, GAP.end]
    assert said["method"].tolist() == ["profile", "linear", "like_days"]
    # Ten workdays, and seven of the eight free days: the short gap is on a Sunday.
    # Around the first: two workdays before it, and ten up to 14 days behind it.
    assert said["days"].tolist() == [12, 0, 17]
    value = {one.time: one.value for one in kept}
    amount = [
        10 * (value[end] - value[start])
        for start, end in zip(said["time"], said["until"], strict=True)
    ]
    assert said["amount"].tolist() == amount


def test_an_estimate_goes_when_the_readings_come() -> None:
    registry = places("Asia/Shanghai")
    store = ledger_of(registry, without(weekly(MAIN), noon(20), GAP), now_ms=NOW)
    store.write(weekly(MAIN))
    run_round(store, registry, {MAIN.meter: [noon(20), GAP]}, now_ms=NOW)
    assert points(store, ESTIMATE).empty


def test_a_meter_that_left_takes_its_estimates_along() -> None:
    registry = places("Asia/Shanghai")
    store = ledger_of(registry, without(weekly(MAIN), GAP), now_ms=NOW)
    run_round(store, registry_of(), {MAIN.meter: 0}, now_ms=NOW)
    assert points(store, ESTIMATE).empty
