"""What the ledger says of meters whose ratio changes, that are removed, installed and relocated."""

from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from energy.meter import INSTALLED, RATIO, REMOVED, RESET, MeterEvent
from energy.reading import Reading
from energy.span import HOUR_MS
from storage.tables import COMPLETENESS, ESTIMATE, METER_DAY, METER_HOUR, PLACE_DAY
from tests.analytics.ledger.test_ledger_sums import ANNEX, MAIN, OTHER, START, hourly
from tests.analytics.ledgers import everything, ledger_of, points, run_round
from tests.builders import HALL, registry_of

DAY = 24 * HOUR_MS


def told(
    time: int, event: str, closing: int | None, opening: int | None, ratio: Fraction | None = None
) -> MeterEvent:
    digits = MAIN.digits if event == INSTALLED else None
    return MeterEvent(MAIN.meter, time, event, closing, opening, digits, "li", "due", "", ratio)


def test_a_removed_meter_expects_nothing_more_and_has_no_amount_after_it() -> None:
    gone = START + 36 * HOUR_MS
    places = registry_of(MAIN, events=[told(gone, REMOVED, 3_600, None)])
    store = ledger_of(places, hourly(MAIN, [100] * 60), now_ms=START + 5 * DAY)
    days = points(store, COMPLETENESS)
    assert days["expected"].tolist() == [24, 12, 0]
    assert days["received"].tolist() == [24, 12, 0]
    assert days["doubtful"].tolist() == [0, 12, 13]
    hours = points(store, METER_HOUR)
    assert int(hours["time"].max()) == gone - HOUR_MS
    assert int(hours["amount"].sum()) == 36_000


def test_a_ratio_that_is_told_later_restates_the_hours_behind_it_and_no_others() -> None:
    when = START + 30 * HOUR_MS
    readings = hourly(MAIN, [100] * 60)
    store = ledger_of(registry_of(MAIN), readings, now_ms=START + 3 * DAY)
    assert points(store, METER_DAY)["amount"].tolist() == [24_000, 24_000, 12_000]
    known = registry_of(MAIN, events=[told(when, RATIO, 3_000, 3_000, Fraction(3, 2))])
    run_round(store, known, {MAIN.meter: 0}, now_ms=START + 3 * DAY)
    assert points(store, METER_DAY)["amount"].tolist() == [24_000, 33_000, 18_000]


def test_a_long_gap_behind_a_changed_ratio_is_estimated_by_the_new_ratio() -> None:
    when = START + 30 * HOUR_MS
    gone = range(40, 46)
    every = hourly(MAIN, [100] * 60)
    readings = [one for one in every if (one.time - START) // HOUR_MS not in gone]
    events = [told(when, RATIO, 3_000, 3_000, Fraction(3, 2))]
    store = ledger_of(registry_of(MAIN, events=events), readings, now_ms=START + 3 * DAY)
    estimates = points(store, ESTIMATE)
    assert estimates["amount"].tolist() == [7 * 100 * 15]
    assert int(points(store, METER_HOUR)["amount_estimated"].sum()) == 7 * 100 * 15
    assert int(points(store, METER_HOUR)["amount"].sum()) == 30 * 1_000 + 30 * 1_500


def test_a_meter_that_moves_is_counted_once_at_the_point_where_it_stands() -> None:
    when, readings = START + 30 * HOUR_MS + 1_000_000, hourly(MAIN, [97] * 60)
    shown = 30 * 97 + 27
    there = replace(told(when, INSTALLED, None, shown), meter=OTHER.meter)
    places = registry_of(
        MAIN, OTHER, events=[told(when, REMOVED, shown, None), there], buildings=(HALL, ANNEX)
    )
    moved = [one if one.time <= when else one._replace(meter=OTHER.meter) for one in readings]
    store = ledger_of(places, moved, now_ms=START + 3 * DAY)
    alone = ledger_of(registry_of(MAIN), readings, now_ms=START + 3 * DAY)
    days, whole = points(store, PLACE_DAY, level="district"), points(alone, METER_DAY)
    assert days["amount"].tolist() == whole["amount"].tolist()
    assert days["period_s"].tolist() == whole["period_s"].tolist()
    assert days["measured_s"].tolist() == [24 * 3600, 24 * 3600, 12 * 3600]
    by_meter = points(store, METER_DAY).groupby("meter")["amount"].sum()
    assert by_meter.to_dict() == {MAIN.meter: shown * 10, OTHER.meter: (60 * 97 - shown) * 10}


@given(st.integers(0, 2**32), st.integers(1, 3))
@example(0, 1)  # readings none of which counts: events alone tell of the meter
@settings(max_examples=10)
def test_a_life_heard_in_any_order_ends_where_it_would_have_ended_on_time(
    seed: int, batches: int
) -> None:
    chance = Random(seed)  # noqa: S311  a story is no secret
    value, readings = 0, []
    for hour in range(20 * 24):
        value += chance.randrange(0, 300)
        if chance.random() > 0.02:
            readings.append(Reading(MAIN.meter, "register", START + hour * HOUR_MS, value))
    places = registry_of(MAIN, events=_life(chance, readings))
    now = START + 30 * DAY
    chance.shuffle(readings)
    store = ledger_of(places, (), now_ms=now)
    for number in range(batches):
        batch = readings[number::batches]
        store.write(batch)
        run_round(store, places, {MAIN.meter: min(one.time for one in batch)}, now_ms=now)
    assert everything(store) == everything(ledger_of(places, readings, now_ms=now))


def _life(chance: Random, readings: list[Reading]) -> list[MeterEvent]:
    """Return a change of ratio, a reset, a removal and an installation, some of them unread."""
    found = []
    times = sorted(chance.sample(range(20 * 24), 4))
    for hour, event in zip(times, (RATIO, RESET, REMOVED, INSTALLED), strict=True):
        when = START + hour * HOUR_MS + chance.randrange(HOUR_MS)
        shown = max((one.value for one in readings if one.time <= when), default=0)
        noted = int(shown) if chance.random() < 0.7 else None
        closing, opening = (noted, noted)
        if event == REMOVED:
            opening = None
        if event == INSTALLED:
            closing = None
        ratio = Fraction(chance.choice([2, 3])) if event == RATIO else None
        found.append(told(when, event, closing, opening, ratio))
    return found
