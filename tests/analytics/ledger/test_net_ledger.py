"""A meter that counts both ways and one that begins again, from what they say to the ledger."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from energy.meter import NET, VOLATILE, Meter
from energy.reading import Reading
from energy.span import HOUR_MS
from storage.records.book import Records
from storage.tables import ESTIMATE, METER_DAY, METER_HOUR, PLACE_DAY
from tests.analytics.checks.test_checks import HOURS, failed, hourly, steady
from tests.analytics.ledger.test_ledger_sums import START
from tests.analytics.ledgers import ledger_of, points
from tests.analytics.why.why_world import figures, why
from tests.builders import MAIN_METER, registry_of

NET_METER = replace(
    MAIN_METER,
    meter="pv_net",
    channel="net",
    role="check",
    tariff="",
    ratio=Fraction(1),
    counts=NET,
)
BOARD = replace(MAIN_METER, ratio=Fraction(1), counts=VOLATILE)
NOW = START + 20 * 24 * HOUR_MS


def says(meter: Meter, values: Sequence[int]) -> list[Reading]:
    return [
        Reading(meter.meter, "register", START + hour * HOUR_MS, value)
        for hour, value in enumerate(values)
    ]


def test_the_sun_at_noon_is_a_negative_hour_of_a_check_that_no_place_sums() -> None:
    steps = [100] * 10 + [-300] * 4 + [100] * 10
    values = [sum(steps[:hour]) for hour in range(25)]
    store = ledger_of(registry_of(NET_METER), says(NET_METER, values), now_ms=NOW)

    hours = points(store, METER_HOUR)
    days = points(store, METER_DAY)

    assert hours["amount"].tolist()[:24] == [10 * step for step in steps]
    assert int(days["amount"].iloc[0]) == int(hours["amount"].sum()) == 8_000
    assert int(days["unresolved_s"].sum()) == 0
    assert len(points(store, PLACE_DAY)) == 0


def test_a_volatile_board_says_what_it_counted_since_and_that_this_is_the_least() -> None:
    values = [*range(5_000, 6_000, 100), *range(40, 1_440, 100)]
    store = ledger_of(registry_of(BOARD), says(BOARD, values), now_ms=NOW)

    hours = points(store, METER_HOUR)
    gaps = points(store, ESTIMATE)

    amounts = [1_000] * 9 + [400] + [1_000] * 13
    assert hours["amount"].tolist() == amounts
    assert hours["amount_estimated"].tolist() == [0] * 9 + [400] + [0] * 13
    assert gaps["method"].tolist() == ["linear: began at 0 again: the least it can be"]
    assert gaps["amount"].tolist() == [400]


def test_a_long_gap_in_which_a_board_began_again_is_laid_evenly() -> None:
    values = dict(enumerate(range(5_000, 5_000 + 100 * HOURS, 100)))
    kept = [value for hour, value in values.items() if hour < HOURS - 30]
    readings = says(BOARD, kept)
    again = [
        Reading(BOARD.meter, "register", START + hour * HOUR_MS, 10 * (hour - HOURS + 20) + 80)
        for hour in range(HOURS - 20, HOURS)
    ]
    store = ledger_of(registry_of(BOARD), [*readings, *again], now_ms=NOW)

    gap = points(store, METER_HOUR).iloc[HOURS - 31 : HOURS - 20]

    assert gap["amount"].sum() == 800
    assert gap["amount"].max() - gap["amount"].min() <= 1
    assert (gap["amount"] == gap["amount_estimated"]).all()


def test_a_net_meter_that_runs_backwards_fails_no_check() -> None:
    series = hourly(steady())
    series.value[:] = 10**6 - series.value

    assert failed(series, meter=replace(MAIN_METER, counts=NET)) == []


def test_a_board_that_began_again_does_not_fall() -> None:
    series = hourly(steady())
    series.value[100:] -= series.value[100] - 50

    assert [one.check for one in failed(series)] == ["negative_consumption"]
    assert failed(series, meter=replace(MAIN_METER, counts=VOLATILE)) == []


def test_why_adds_up_what_a_volatile_board_showed_since_it_began_again(records: Records) -> None:
    values = [*range(5_000, 6_000, 100), *range(40, 1_440, 100)]
    registry = registry_of(BOARD)
    store = ledger_of(registry, says(BOARD, values), now_ms=NOW)

    answer = why(records, store, registry, "2026-02-25", meter=BOARD.meter)

    assert answer["verdict"] == "same"
    assert figures(answer)["amount"] == 9 * 1_000 + 400 + 13 * 1_000
    (again,) = [one for one in answer["pieces"] if one.get("began_again")]
    assert (again["last"], again["known"]) == (40, "estimated")
