"""Why an amount of a meter is what it is: its inputs are listed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from analytics.why.meter import QUANTITIES
from analytics.why.wording import lines_of_meter
from energy.errors import ConfigError
from energy.reading import GAUGE, Quality, Reading
from energy.span import HOUR_MS, Span
from storage.engines.memory import MemoryStore
from storage.records import event_candidates, reading_versions
from storage.records.book import Records
from storage.records.event_candidates import Candidate
from storage.tables import METER_DAY
from tests.analytics.ledger.test_ledger_sums import MAIN, START, hourly
from tests.analytics.ledgers import ledger_of, run_round
from tests.analytics.rounds.test_rounds_late import DAY, NOW, places
from tests.analytics.why.why_world import a_day, figures, why
from tests.builders import WEATHER, registry_of, replacement


def test_a_day_stands_on_the_readings_at_its_two_ends(records: Records) -> None:
    store, registry = a_day()

    answer = why(records, store, registry, "2026-02-26")

    (piece,) = answer["pieces"]
    assert (piece["first"], piece["last"], piece["advance"]) == (2400, 4800, 2400)
    assert (piece["known"], piece["readings"], piece["amount"]) == ("measured", 24, 24_000)
    assert [edge["base"] for edge in answer["edges"]] == [24_000, 48_000]
    assert answer["readings"]["count"] == 25
    assert answer["readings"]["not_listed"] == 25 - 12
    listed = answer["readings"]["listed"][0]
    assert listed["id"] == f"hall_main/register/{START + DAY}/0"
    assert (listed["spoken"], listed["unit"], listed["fate"]) == ("24", "kWh", "counts")
    assert answer["code"].startswith("jieneng")


def test_an_edge_between_two_readings_shows_both_and_the_arithmetic(records: Records) -> None:
    registry = registry_of(MAIN)
    quarter_past = START + HOUR_MS // 4
    readings = hourly(MAIN, [100] * 60, start=quarter_past)
    store = ledger_of(registry, readings, now_ms=START + 3 * DAY)

    start, _ = why(records, store, registry, "2026-02-26", "amount")["edges"]

    line = start["line"]
    assert (line["first"], line["last"], line["before"], line["rise"]) == (2300, 2400, 2300, 100)
    assert (line["passed_ms"], line["length_ms"]) == (HOUR_MS * 3 // 4, HOUR_MS)
    assert (start["count"], start["base"]) == ("2375/1", 23_750)


def test_every_price_and_factor_of_a_day_is_named_with_its_hours(records: Records) -> None:
    store, registry = a_day()

    answer = why(records, store, registry, "2026-02-26")

    prices = {one["row"]["period"]: (one["hours"], one["amount"]) for one in answer["prices"]}
    assert prices == {"valley": (12, 12_000), "peak": (12, 12_000)}
    (factor,) = answer["factors"]["co2"]
    assert (factor["row"]["per_display"], factor["amount"]) == ("348/625", 24_000)
    assert factor["row"]["is_unconfirmed"]
    assert all(one["row"]["is_unconfirmed"] for one in answer["prices"])
    said = figures(answer)
    assert said["cost"] == 12 * 1_000_000 + 12 * 2_000_000
    assert said["coal"] == 24_000 * 1229 // 10


def test_a_changed_ledger_differs_by_what_was_changed(records: Records) -> None:
    store, registry = a_day()
    where = (("meter", (MAIN.meter,)),)
    day = Span(START + DAY, START + 2 * DAY)
    whole = store.points(METER_DAY, where=where, span=day)
    whole["amount"] = whole["amount"] + 7
    store.replace(METER_DAY, whole, tags={"meter": MAIN.meter}, span=day)

    answer = why(records, store, registry, "2026-02-26", "amount")

    assert answer["verdict"] == "differs"
    assert answer["figures"][0]["differs_by"] == -7


def test_a_replaced_meter_shows_the_event_and_counts_both_registers(records: Records) -> None:
    when = START + 30 * HOUR_MS
    events = [replacement(MAIN.meter, when, closing=3_000, opening=20)]
    registry = registry_of(MAIN, events=events)
    old = hourly(MAIN, [100] * 29)
    new = hourly(MAIN, [100] * 30, start=when + HOUR_MS, first=120)
    store = ledger_of(registry, [*old, *new], now_ms=START + 3 * DAY)

    answer = why(records, store, registry, "2026-02-26")

    assert answer["verdict"] == "same"
    assert figures(answer)["amount"] == 24_000
    ends = [(piece["first"], piece["last"]) for piece in answer["pieces"]]
    assert ends == [(2400, 3000), (20, 1820)]
    (told,) = answer["events"]
    assert (told["event"], told["closing"], told["opening"]) == ("replacement", 3_000, 20)
    assert (told["author"], told["reason"]) == ("li", "calibration due")
    assert told["is_within"]


def test_a_replacement_that_nobody_wrote_down_is_unresolved_and_said_to_be(
    records: Records,
) -> None:
    registry = registry_of(MAIN)
    old = hourly(MAIN, [100] * 29, first=50_000)
    new = hourly(MAIN, [100] * 30, start=START + 30 * HOUR_MS)
    store = ledger_of(registry, [*old, *new], now_ms=START + 3 * DAY)

    answer = why(records, store, registry, "2026-02-26")

    assert answer["verdict"] == "same"
    (lost,) = [piece for piece in answer["pieces"] if piece["known"] == "unresolved"]
    assert (lost["first"], lost["last"], lost["amount"]) == (52_900, 0, None)
    assert figures(answer)["unresolved_s"] == 3600


def test_a_candidate_event_is_told_where_its_register_breaks_off(records: Records) -> None:
    store, registry = a_day()
    begins, ends = START + 30 * HOUR_MS, START + 31 * HOUR_MS
    seen = Candidate(
        MAIN.meter, begins, ends, 52_900, 0, "replacement", "", "像换表", "a new meter"
    )
    with records.session() as session:
        event_candidates.add(session, seen, now_ms=NOW)

    inside, outside = (why(records, store, registry, day) for day in ("2026-02-26", "2026-02-25"))

    assert [(one["looks"], one["state"]) for one in inside["candidates"]] == [
        ("replacement", "open")
    ]
    assert outside["candidates"] == []
    assert "a new meter" in [line.en.split("   ")[-1] for line in lines_of_meter(inside)]


def test_a_rollover_and_a_glitch_are_told_apart(records: Records) -> None:
    meter = replace(MAIN, digits=4, max_rate=Fraction(20))
    registry = registry_of(meter)
    readings = hourly(meter, [100] * 60, first=6_500)
    readings[40] = readings[40]._replace(value=77)
    store = ledger_of(registry, readings, now_ms=START + 3 * DAY)

    answer = why(records, store, registry, "2026-02-26")

    assert answer["verdict"] == "same"
    assert sum(piece["wraps"] for piece in answer["pieces"]) == 1
    odd = [one for one in answer["readings"]["listed"] if one["fate"] != "counts"]
    assert [(one["value"], one["fate"]) for one in odd] == [
        (77, "the readings before and after fit together without it")
    ]


def test_a_gap_names_its_method_and_the_days_it_looks_like(records: Records) -> None:
    rises = ([50] * 8 + [150] * 12 + [50] * 4) * 20
    readings = hourly(MAIN, rises)
    first = 15 * 24 + 6
    left = readings[:first] + readings[first + 9 :]
    registry = registry_of(MAIN)
    store = ledger_of(registry, left, now_ms=START + 21 * DAY)

    answer = why(records, store, registry, "2026-03-12")

    (gap,) = answer["gaps"]
    assert (gap["method"], len(gap["days"])) == ("like_days", 10)
    assert gap["amount"] == sum(rises[first - 1 : first + 9]) * 10
    assert answer["verdict"] == "same"
    estimated = [piece for piece in answer["pieces"] if piece["known"] == "estimated"]
    assert [piece["points"] for piece in estimated] == [9]


@pytest.mark.parametrize(
    ("warm_hours", "begins", "method"),
    [(0, 23, "like_days"), (28 * 24, 23, "similar_days"), (0, 2, "profile")],
)
def test_every_hour_of_a_gap_over_two_sorts_of_days_comes_out_again(
    records: Records, warm_hours: int, begins: int, method: str
) -> None:
    work = [20 + (hour * 37) % 130 for hour in range(24)]
    free = [5 + (hour * 11) % 30 for hour in range(24)]
    wednesday = 2
    rises = [
        rise for day in range(28) for rise in (free if (wednesday + day) % 7 > 4 else work)
    ]  # fmt: skip
    readings = hourly(MAIN, rises, start=START + HOUR_MS // 3)
    friday_evening = begins * 24 + 18
    left = readings[:friday_evening] + readings[friday_evening + 20 :]
    outside = [
        Reading(WEATHER.meter, GAUGE, START + hour * HOUR_MS, (hour // 24 * 7) % 13 / 2)
        for hour in range(warm_hours)
    ]
    registry = registry_of(MAIN, WEATHER)
    store = ledger_of(registry, [*left, *outside], now_ms=START + 30 * DAY)

    friday, saturday = (date(2026, 2, 25) + timedelta(days=begins + day) for day in (0, 1))
    hours = [f"{friday}T{hour}" for hour in range(17, 24)]
    hours += [f"{saturday}T{hour:02}" for hour in range(15)]
    answers = [why(records, store, registry, hour, "amount") for hour in hours]

    assert {gap["method"] for one in answers for gap in one["gaps"]} == {method}
    assert [one["when"] for one in answers if one["verdict"] != "same"] == []
    assert len({figures(one)["amount"] for one in answers}) > 10


def test_what_was_overruled_and_what_is_marked_is_listed(records: Records) -> None:
    registry = registry_of(MAIN)
    readings = hourly(MAIN, [100] * 60)
    readings[30] = readings[30]._replace(quality=Quality.BAD, arrived=START + 31 * HOUR_MS)
    store = ledger_of(registry, readings, now_ms=START + 3 * DAY)
    with records.session() as session:
        lost = readings[40]._replace(value=5)
        reading_versions.publish(session, [lost], NOW)

    answer = why(records, store, registry, "2026-02-26")

    marked = [one for one in answer["readings"]["listed"] if one["quality"] == "bad"]
    assert [(one["fate"], one["arrived"]) for one in marked] == [
        ("marked as bad", "2026-02-25T23:00:00Z")
    ]
    assert answer["overruled"]["count"] == 1
    assert answer["overruled"]["listed"][0]["spoken"] == "0.05"


def test_a_time_without_readings_has_no_amount_and_no_pieces(records: Records) -> None:
    store, registry = a_day()

    answer = why(records, store, registry, "2026-05")

    assert answer["verdict"] == "same"
    assert set(figures(answer).values()) == {None}
    assert answer["pieces"] == []


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("yesterday", "an hour 2026-05-03T14"),
        ("2026-02-30", "no day of the calendar"),
        ("2026-02-26T24", "no hour"),
    ],
)
def test_a_time_that_is_none_is_refused_with_what_to_write(
    records: Records, key: str, problem: str
) -> None:
    store, registry = a_day()
    with pytest.raises(ConfigError, match=problem):
        why(records, store, registry, key)


def test_an_unknown_quantity_is_refused_with_those_that_there_are(records: Records) -> None:
    store, registry = a_day()
    with pytest.raises(ConfigError, match="amount, cost, coal, co2"):
        why(records, store, registry, "2026-02", "steam")
    assert len(QUANTITIES) == 4


def test_the_hour_that_a_clock_repeats_is_asked_about_as_one(records: Records) -> None:
    berlin = replace(places("Europe/Berlin"), meters=(MAIN,))
    begin = int(datetime(2026, 10, 24, tzinfo=UTC).timestamp()) * 1000
    store = MemoryStore()
    store.write(hourly(MAIN, [100] * 60, start=begin))
    run_round(store, berlin, {MAIN.meter: 0}, now_ms=begin + 3 * DAY)

    answer = why(records, store, berlin, "2026-10-25T02", "amount")

    assert (answer["verdict"], figures(answer)["amount"]) == ("same", 2000)
