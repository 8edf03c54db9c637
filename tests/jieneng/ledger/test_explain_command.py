"""``jieneng explain`` and its endpoint over an office of two years, of which one winter is cold."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from energy.bills.bill import Bill
from energy.reading import Reading
from energy.signing import EarlierTotal
from energy.sizes import AREA, Size
from energy.span import HOUR_MS
from jieneng.wiring import House
from storage.records import bills, earlier_ledger, touched
from storage.records import registry as registry_records
from tests.jieneng.ledger.test_ledger_commands import HOURS_OF_MAY, METER, ask, house, tell
from tests.storage.chain_world import MAY_1
from tests.two_winters import winters
from tests.web import ask as ask_the_web

__all__ = ["house"]
GJ = 1_000_000
Json = dict[str, Any]


def colder_winter(time: datetime) -> float:
    """January, November and December of 2025 are 3 K colder than those of 2024."""
    return -3.0 if time.year == 2025 and time.month in (1, 11, 12) else 0.0


@pytest.fixture(scope="module")
def cold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = winters(tmp_path_factory.mktemp("cold") / "files", colder_winter)
    yield held
    held.close()


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = winters(tmp_path_factory.mktemp("same") / "files", lambda _time: 0.0)
    yield held
    held.close()


def explained(of: House, period: str, kind: str = "", institution: str = "government") -> Json:
    code, said = ask(
        of, "explain", "explain", institution=institution, period=period, kind=kind, as_json=True
    )
    assert code == 0, said
    found: Json = json.loads(said[0])
    return found


def heat_in(of: House, period: str) -> Json:
    found: Json = explained(of, period, "heat")["kinds"]["heat"]
    return found


@pytest.mark.parametrize("period", ["2025-01", "2025-11", "2025-12", "2025"])
def test_weather_explains_what_a_colder_winter_takes_of_heat(
    cold: House, same: House, period: str
) -> None:
    # The same office in the same two years, but for the weather: what differs is the truth.
    in_cold, in_same = heat_in(cold, period), heat_in(same, period)
    truth = in_cold["amount"]["now"] - in_same["amount"]["now"]
    said = in_cold["effects"]["weather"]["amount"] - in_same["effects"]["weather"]["amount"]
    assert truth > 50 * GJ
    assert said == pytest.approx(truth, rel=0.05)
    assert in_cold["amount"]["before"] == pytest.approx(in_same["amount"]["before"], rel=1e-4)


@pytest.mark.parametrize("period", ["2025-02", "2025-Q4", "2025", "2024-2025"])
def test_what_is_said_adds_up_in_every_month_and_in_all(cold: House, period: str) -> None:
    for one in explained(cold, period)["kinds"].values():
        parts = list(one["effects"].values())
        assert sum(part["amount"] for part in parts) == one["amount"]["change"]
        if one["cost"]:
            assert sum(part["cost"] for part in parts) == one["cost"]["change"]
        for month in one["months"]:
            change = month["now"]["amount"] - month["before"]["amount"]
            assert sum(effect["amount"] for effect in month["effects"].values()) == change
        assert one["amount"]["now"] == sum(month["now"]["amount"] for month in one["months"])


def test_the_cost_of_electricity_is_split_and_water_has_no_weather(cold: House) -> None:
    kinds = explained(cold, "2025-01")["kinds"]
    assert list(kinds) == ["electricity", "water", "heat"]
    assert kinds["electricity"]["cost"] is not None
    assert kinds["water"]["cost"] is None
    assert kinds["water"]["effects"]["weather"]["amount"] == 0
    # January 2025 has the whole Spring Festival in it, that of 2024 had none of it.
    assert kinds["electricity"]["effects"]["calendar"]["amount"] < 0


def test_a_month_is_said_line_by_line_with_how_each_effect_was_made(cold: House) -> None:
    code, said = ask(
        cold, "explain", "explain",
        institution="government", period="2025-01", kind="heat", as_json=False,
    )  # fmt: skip
    assert code == 0
    assert said[0] == "Government   2025-01 against 2024-01"
    names = [line.split("  ")[2] for line in said if line.startswith("    ")]
    assert names[1:8] == [
        "change", "calendar", "weather", "area and people", "data quality", "price", "the rest",
    ]  # fmt: skip
    # A minute of the first hour is missing in January 2024: it rounds to nothing, without a sign.
    assert next(line for line in said if "data quality" in line).split()[2:4] == ["0.0", "GJ"]
    assert "GJ more a day" in next(line for line in said if "weather " in line)
    assert said[-1] == "    basis: own meters"


def test_months_that_have_not_ended_are_left_out_and_named(cold: House) -> None:
    heat = heat_in(cold, "2026")
    assert [month["from"] for month in heat["months"]] == ["2026-01-01"]
    assert len(heat["left_out"]) == 11
    assert {left["reason"]["en"] for left in heat["left_out"]} == {"it has not ended"}


def test_a_heating_season_is_against_the_one_before(cold: House) -> None:
    found = explained(cold, "2024-2025", "heat")
    assert found["before"] == "2023-2024"
    # The office was first heard in January 2024.
    months = found["kinds"]["heat"]["months"]
    assert [month["from"] for month in months] == ["2025-01-01", "2025-02-01", "2025-03-01"]


def test_made_up_workdays_and_holidays_are_those_of_the_calendar(cold: House) -> None:
    # 16 weekdays and 2 make-up days in February 2024, 18 and 1 in that of 2025.
    month = explained(cold, "2025-02")["kinds"]["electricity"]["months"][0]
    assert month["effects"]["calendar"]["how"]["en"].startswith("+1 workdays of ")


def test_summer_learns_nothing_of_heating(cold: House) -> None:
    month = explained(cold, "2025-07")["kinds"]["electricity"]["months"][0]
    how = month["effects"]["weather"]["how"]["en"]
    assert "each degree above" in how
    assert "each degree below" not in how


def test_a_small_meter_that_fell_silent_is_missed_for_what_it_used(house: House) -> None:
    small = replace(METER, meter="hall_small", device="small", parent="")
    with house.records.session() as session:
        registry = replace(registry_records.load(session), meters=(METER, small))
        registry_records.replace(session, registry, author="test", reason="a second main")
    a_year = 365 * 24
    for first in (-a_year, 0):  # May 2025 and May 2026; between them the registers stand still
        tell_meter(house, "hall_main", first, HOURS_OF_MAY + 1, an_hour=1000)
        tell_meter(house, "hall_small", first, (21 * 24 if first == 0 else HOURS_OF_MAY) + 1, 100)
    house.round_once()
    one = explained(house, "2026-05", institution="town")["kinds"]["electricity"]
    # Ten of 31 days at 1 kWh an hour; by the mean of both meters it would be 1320 kWh.
    assert one["effects"]["quality"]["amount"] == -10 * 24 * 1000
    assert abs(one["effects"]["rest"]["amount"]) <= 1


def tell_meter(of: House, meter: str, first: int, hours: int, an_hour: int) -> None:
    begin = MAY_1 + first * HOUR_MS
    before = 0 if first < 0 else an_hour * HOURS_OF_MAY
    of.store.write(
        [
            Reading(meter, "register", begin + hour * HOUR_MS, before + hour * an_hour)
            for hour in range(hours)
        ]
    )
    with of.records.session() as session:
        touched.publish(session, {meter: begin})


def test_without_a_year_before_nothing_is_compared(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 48))
    one = explained(house, "2026-05", institution="town")["kinds"]["electricity"]
    assert one["months"] == []
    assert one["left_out"][0]["reason"]["en"] == "there is no amount of the year before"


def test_an_earlier_ledger_stands_in_for_the_year_before_and_is_named(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 48))
    total = EarlierTotal(
        institution="town", kind="electricity", month=date(2025, 5, 1), amount=700_000
    )
    with house.records.session() as session:
        earlier_ledger.add(session, [total], author="test", source="books")
    one = explained(house, "2026-05", institution="town")["kinds"]["electricity"]
    (month,) = one["months"]
    assert (month["before"]["basis"], month["now"]["basis"]) == ("earlier", "own")
    assert "The bases differ: the earlier ledger the year before" in month["notes"][0]["en"]
    # Both months have 31 days, and each day of this one is 24 kWh, workday or not.
    assert one["effects"]["calendar"]["amount"] == 0
    assert one["effects"]["rest"]["amount"] == HOURS_OF_MAY * 1000 - 700_000


def test_a_building_that_grew_takes_more_from_the_day_it_did(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 48))
    with house.records.session() as session:
        registry = registry_records.load(session)
        (hall,) = registry.buildings
        grown = Size(hall.building, AREA, date(2026, 1, 1), hall.area_m2 * 11 // 10, "survey")
        registry = replace(registry, sizes=(grown,))
        registry_records.replace(session, registry, author="test", reason="a new wing")
        total = EarlierTotal(
            institution="town", kind="electricity", month=date(2025, 5, 1), amount=700_000
        )
        earlier_ledger.add(session, [total], author="test", source="books")
    one = explained(house, "2026-05", institution="town")["kinds"]["electricity"]
    assert one["effects"]["size"]["amount"] == 70_000
    assert "in proportion (chosen)" in one["months"][0]["effects"]["size"]["how"]["en"]


def test_days_that_no_bill_covers_are_data_quality(house: House) -> None:
    with house.records.session() as session:
        bills.add(session, a_bill("water", date(2025, 5, 1), date(2025, 6, 1), 310_000))
        bills.add(session, a_bill("water", date(2026, 4, 1), date(2026, 5, 21), 500_000))
        bills.add(session, a_bill("water", date(2026, 5, 31), date(2026, 6, 1), 10_000))
    one = explained(house, "2026-05", institution="town")["kinds"]["water"]
    # 10 m3 each day; 10 days of May 2026 lie between two bills.
    assert one["amount"] == {"before": 310_000, "now": 210_000, "change": -100_000}
    assert one["effects"]["quality"]["amount"] == -100_000
    assert one["effects"]["rest"]["amount"] == 0
    assert one["months"][0]["now"]["basis"] == "bill"


def test_heat_by_area_has_no_amount_to_split_and_says_so(house: House) -> None:
    with house.records.session() as session:
        for year in (2025, 2026):
            bills.add(session, a_bill("heat", date(year, 5, 1), date(year, 6, 1), None))
    one = explained(house, "2026-05", institution="town")["kinds"]["heat"]
    assert one["months"] == []
    assert one["left_out"][0]["reason"]["en"].startswith("its amount is left blank by rule")


def a_bill(kind: str, first: date, until: date, amount: int | None) -> Bill:
    """Return a bill of 5 yuan a m3, or of 1000 yuan."""
    cost = 1_000_000_000 if amount is None else amount * 5000
    return Bill(
        bill=f"{kind}-{first}", institution="town", kind=kind,
        first=first, until=until, amount=amount, cost=cost,
    )  # fmt: skip


def test_a_kind_that_is_not_there_is_refused_with_those_that_are(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 48))
    code, said = ask(
        house, "explain", "explain",
        institution="town", period="2026-05", kind="steam", as_json=False,
    )  # fmt: skip
    assert (code, said[0]) == (
        1, "There is nothing of 'steam'. Kinds of the institution: electricity.",
    )  # fmt: skip


def web(of: House) -> FastAPI:
    return create_app(store=of.store, records=of.records, status=dict, now=of.clock)


def test_the_endpoint_answers_what_the_command_prints(cold: House) -> None:
    address = "/api/v1/change?institution=government&period=2025-01&kind=heat"
    answer = ask_the_web(web(cold), address)
    assert answer.status_code == 200
    assert answer.json() == explained(cold, "2025-01", "heat")


def test_the_endpoint_refuses_what_is_not_there_with_a_sentence(cold: House) -> None:
    asked = "/api/v1/change?lang=en&institution={}&period={}"
    nobody = ask_the_web(web(cold), asked.format("nobody", "2025-01"))
    never = ask_the_web(web(cold), asked.format("government", "May"))
    assert (nobody.status_code, never.status_code) == (400, 400)
    assert nobody.json()["error"].startswith("There is no institution 'nobody'.")
    assert "is no period" in never.json()["error"]
