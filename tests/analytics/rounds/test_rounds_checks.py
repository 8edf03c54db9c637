"""A round asks its checks of the days it computes, and takes back what later readings heal."""

from energy.reading import Reading
from energy.span import HOUR_MS
from storage.engines.memory import MemoryStore
from storage.tables import CHECK_DAY
from tests.analytics.ledger.test_ledger_sums import MAIN, OTHER, START, hourly, two_buildings
from tests.analytics.ledgers import everything, ledger_of, points, run_round
from tests.builders import registry_of

DAY = 24 * HOUR_MS
DAYS = 12
NOW = START + DAYS * DAY
HIGH = 9 * 24 + 5
ALONE = registry_of(MAIN)


def readings(*, high: int = HIGH) -> list[Reading]:
    rises = [3000 + place % 7 for place in range(DAYS * 24)]
    rises[high] = 30000
    return hourly(MAIN, rises)


def failed(store: MemoryStore) -> list[tuple[str, str, int]]:
    there = points(store, CHECK_DAY)
    days = ((there["time"] - START) // DAY).tolist()
    return list(zip(there["meter"].tolist(), there["check"].tolist(), days, strict=True))


def test_a_round_says_which_check_failed_on_which_day_and_why() -> None:
    store = ledger_of(ALONE, readings(), now_ms=NOW)

    (row,) = points(store, CHECK_DAY).to_dict("records")
    assert (row["meter"], row["check"], row["time"]) == (MAIN.meter, "spike", START + 9 * DAY)
    assert (row["failed"], row["severity"], row["building"]) == (1, "look", "hall")
    assert "300 kWh/h" in row["evidence_en"]
    assert "300 kWh/h" in row["evidence_zh"]


def test_a_day_is_judged_once_a_reading_from_behind_it_is_there() -> None:
    until = (9 + 1) * 24
    store = ledger_of(ALONE, readings()[:until], now_ms=NOW)
    before = failed(store)

    store.write(readings()[until : until + 1])
    run_round(store, ALONE, {MAIN.meter: START + until * HOUR_MS}, now_ms=NOW)

    assert before == []
    assert failed(store) == [(MAIN.meter, "spike", 9)]


def test_readings_that_come_late_take_back_what_had_failed_and_nothing_else() -> None:
    silent = range(3 * 24, 7 * 24 + 1)
    kept = [one for place, one in enumerate(readings()) if place not in silent]
    store = ledger_of(ALONE, kept, now_ms=NOW)
    before = failed(store)

    store.write(readings())
    run_round(store, ALONE, {MAIN.meter: START + silent[0] * HOUR_MS}, now_ms=NOW)

    prolonged = [(MAIN.meter, "prolonged_estimation", day) for day in (5, 6, 7)]
    assert before == [*prolonged, (MAIN.meter, "spike", 9)]
    assert failed(store) == [(MAIN.meter, "spike", 9)]
    assert everything(store) == everything(ledger_of(ALONE, readings(), now_ms=NOW))


def test_hours_between_readings_too_far_apart_are_told_the_same_from_the_middle() -> None:
    every_second = readings()[::2]  # an hourly meter that speaks every two hours
    store = ledger_of(ALONE, every_second[:-20], now_ms=NOW)

    store.write(every_second[-20:])
    run_round(store, ALONE, {MAIN.meter: every_second[-20].time}, now_ms=NOW)

    assert everything(store) == everything(ledger_of(ALONE, every_second, now_ms=NOW))
    assert (MAIN.meter, "prolonged_estimation", 10) in failed(store)


def test_a_meter_that_leaves_the_registry_leaves_its_failed_checks_behind() -> None:
    store = ledger_of(two_buildings(), readings(), now_ms=NOW)

    run_round(store, registry_of(), {MAIN.meter: 0, OTHER.meter: 0}, now_ms=NOW)

    assert failed(store) == []
