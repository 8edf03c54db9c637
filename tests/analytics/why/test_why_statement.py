"""Why a figure of a statement is what it is: sources, coefficients, sizes, and the figure again."""

import zlib
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import text

from analytics.statements.figures import BILL
from analytics.statements.intensities import INTENSITIES
from analytics.why.intensity import RECIPES
from analytics.why.statement import FIGURES
from analytics.why.statement_wording import lines_of_statement
from energy.bills.bill import Bill
from energy.errors import ClosingError, ConfigError
from energy.signing import Basis, EarlierTotal
from energy.span import HOUR_MS, Span
from storage.engines.memory import MemoryStore
from storage.records import bases, bills, chain, earlier_ledger
from storage.records.book import Records
from storage.records.session import Session
from storage.tables import METER_DAY
from tests.analytics.ledgers import ledger_of
from tests.analytics.why.why_district import (
    CO2,
    DISTRICT,
    MAIN,
    MAY_1,
    NOW,
    STOVE,
    SUN,
    WATER,
    WITH_SOURCES,
    close,
    hourly,
    line_of,
    why,
    wrong,
)
from tests.builders import HALL
from tests.tampering import Tamper, unlocked

BILL_OF_MAY = Bill(
    bill="A-1", institution="town", kind="electricity", first=date(2026, 5, 20),
    until=date(2026, 6, 20), amount=31_000, cost=18_000_000, author="Li",
)  # fmt: skip


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    readings = [*hourly(MAIN, 101), *hourly(WATER, 7), *hourly(SUN, 11), *hourly(STOVE, 13)]
    return ledger_of(DISTRICT, readings, now_ms=NOW)


def edit_the_close(session: Session) -> None:
    session.execute(text("UPDATE chain SET who = 'somebody' WHERE what = 'sheet closed'"))


def exchange_the_bytes(session: Session) -> None:
    session.execute(text("UPDATE frozen SET packed = :other"), {"other": zlib.compress(b"{}")})


def take_the_bytes_out(session: Session) -> None:
    session.execute(text("DELETE FROM frozen"))


@pytest.mark.parametrize("key", ["2026-05", "2026-Q2", "2026"])
def test_every_figure_of_a_draft_comes_out_again(
    records: Records, store: MemoryStore, key: str
) -> None:
    answer = why(records, store, key, deep=True)

    assert wrong(answer) == []
    assert answer["verdict"] == "same"
    assert answer["frozen"] is None
    assert {line["kind"] for line in answer["lines"]} == {"electricity", "water"}
    names = {one["figure"] for line in answer["lines"] for one in line["figures"]}
    assert {"amount", "cost", "coal", "co2 2/location"} <= names


def test_a_line_names_its_meters_and_how_to_ask_on(records: Records, store: MemoryStore) -> None:
    line = line_of(why(records, store, deep=True), "electricity/2026-05-01")

    assert [(one["meter"], one["amount"], one["readings"]) for one in line["inputs"]] == [
        ("hall_main", 31 * 24 * 1010, "same"),
        ("hall_sun", 31 * 24 * 110, "same"),
    ]
    assert line["inputs"][0]["why"] == "jieneng why hall_main 2026-05"
    assert line["basis"] == {"basis": "own", "chosen": None}


def test_coefficients_are_named_with_source_and_who_confirmed_them(
    records: Records, store: MemoryStore
) -> None:
    line = line_of(why(records, store), "electricity/2026-05-01")

    coal, (co2, *_) = line["coal"]["row"], line["co2"]
    assert (coal["id"], coal["confirmed_by"], coal["is_unconfirmed"]) == ("coal-1", "wang", False)
    assert (co2["row"]["source"], co2["row"]["is_unconfirmed"]) == ("source of co2-1", True)
    assert line["coal"]["is_as_signed"]
    # What the sun gave is energy, was not bought and emits nothing.
    assert co2["bought"] == 31 * 24 * 1010
    assert line["figures"][0]["stated"] == 31 * 24 * (1010 + 110)


def test_the_rows_that_priced_a_line_are_named_with_who_confirmed_them(
    records: Records, store: MemoryStore
) -> None:
    answer = why(records, store, kind="electricity", figure="cost")

    prices = line_of(answer, "electricity/2026-05-01")["prices"]
    assert [(one["id"], one["confirmed_by"], one["is_unconfirmed"]) for one in prices] == [
        ("price-peak", "wang", False),
        ("price-valley", "", True),
    ]
    assert [one["source"] for one in prices] == ["the bill", "the bill"]
    assert "price-valley" in [row["id"] for row in answer["unconfirmed"]]
    assert "price-peak" not in [row["id"] for row in answer["unconfirmed"]]
    said = [line.en for line in lines_of_statement(answer)]
    assert "    price   price-peak   the bill   example, confirmed by wang" in said
    assert "    price   price-valley   the bill   example, confirmed by nobody" in said
    assert "unconfirmed: price-valley   the bill" in said


def test_the_prices_of_electricity_are_no_matter_of_water(
    records: Records, store: MemoryStore
) -> None:
    answer = why(records, store, kind="water")
    assert answer["unconfirmed"] == []
    assert line_of(answer, "water/2026-05-01")["prices"] == []


def test_an_intensity_names_its_sizes_by_the_day(records: Records, store: MemoryStore) -> None:
    answer = why(records, store, figure="energy_per_area")

    (ratio,) = answer["intensities"]
    assert answer["lines"] == answer["totals"] == []
    (building,) = ratio["size"]["buildings"]
    assert building["day_sum"] == 10 * HALL.area_m2 + 21 * 1200
    assert building["rows"] == [{"valid_from": "2026-05-11", "value": 1200, "source": "survey"}]
    assert wrong(answer) == []


def test_every_intensity_of_a_sheet_has_a_recipe() -> None:
    assert [one.name for one in INTENSITIES] == list(RECIPES)
    assert [one.measure for one in INTENSITIES] == [one.measure for one in RECIPES.values()]
    assert set(RECIPES) < set(FIGURES)


def test_a_bill_over_a_month_end_is_split_by_the_weights_that_are_named(
    records: Records, store: MemoryStore
) -> None:
    chosen = Basis(institution="town", kind="electricity", valid_from=date(2026, 5, 1), basis=BILL,
                   author="Li", reason="audit")  # fmt: skip
    with records.session() as session:
        bills.add(session, BILL_OF_MAY)
        bases.add(session, chosen)

    answer = why(records, store, kind="electricity")

    line = line_of(answer, "electricity/2026-05-01")
    bill, sun = line["inputs"]  # what own panels gave is used, too, and on no bill
    assert sun["meter"] == SUN.meter
    assert (bill["bill"], bill["bill_amount"], bill["amount"]) == ("A-1", 31_000, 12_000)
    assert bill["split"]["by"] == "profile"
    assert bill["split"]["whole"] == 31 * 24 * 1010  # what the sun gave is on no bill
    assert line["basis"]["chosen"]["reason"] == "audit"
    assert wrong(answer) == []


def test_a_total_of_an_earlier_ledger_is_named(records: Records, store: MemoryStore) -> None:
    total = EarlierTotal(institution="town", kind="electricity", month=date(2026, 3, 1),
                         amount=777, cost=5, source="book 7", author="Li")  # fmt: skip
    with records.session() as session:
        earlier_ledger.add(session, [total], author="Li", source="book 7")

    answer = why(records, store, "2026-03")

    (told,) = line_of(answer, "electricity/2026-03-01")["inputs"]
    assert (told["source"], told["amount"]) == ("book 7", 777)
    assert wrong(answer) == []


def test_a_closed_sheet_shows_its_hash_and_its_link(records: Records, store: MemoryStore) -> None:
    close(records, store)

    answer = why(records, store)

    assert answer["frozen"]["state"] == "closed"
    assert answer["frozen"]["sha256"] == answer["sha256"]
    assert answer["frozen"]["is_whole"]
    with records.reading() as session:
        (link,) = chain.of_what(session, "sheet closed")
    assert (answer["frozen"]["link"], answer["frozen"]["link_hash"]) == (link.number, link.hash)
    assert answer["verdict"] == "same"


def test_a_closed_sheet_differs_when_its_ledger_moved_since(
    records: Records, store: MemoryStore
) -> None:
    close(records, store)
    later = ledger_of(DISTRICT, [*hourly(MAIN, 102), *hourly(WATER, 7)], now_ms=NOW)

    answer = why(records, later, kind="electricity", figure="amount")

    assert answer["verdict"] == "differs"
    main = line_of(answer, "electricity/2026-05-01")
    assert main["figures"][0]["differs_by"] == 31 * 24 * (10 - 110)


def test_a_closed_sheet_is_explained_by_the_factor_it_was_signed_with(
    records: Records, store: MemoryStore
) -> None:
    close(records, store)
    raised = replace(CO2, per_display=Fraction("0.60"))
    now = replace(WITH_SOURCES, factors={**WITH_SOURCES.factors, "MEE-average": (raised,)})

    answer = why(records, store, kind="electricity", figure="co2", reference=now)

    # 31 days of 24 hours of 1,010 Wh of the grid: 751.44 kWh; x 0.55 and x 0.60 kg.
    (co2, *_) = line_of(answer, "electricity/2026-05-01")["co2"]
    assert (co2["per_display"], co2["figure"]["stated"]) == ("11/20", 413_292)
    assert co2["figure"]["verdict"] == "same"
    assert not co2["is_as_signed"]
    assert (co2["now"]["per_display"], co2["now"]["figure"]["again"]) == ("3/5", 450_864)
    assert answer["verdict"] == "differs"
    said = [line.en for line in lines_of_statement(answer)]
    assert any("co2-1   11/20   source" in line for line in said)
    assert any("by now: co2-1   3/5" in line and "450,864 g (+37,572)" in line for line in said)


def test_a_closed_sheet_whose_coefficient_was_taken_out_differs(
    records: Records, store: MemoryStore
) -> None:
    close(records, store)
    now = replace(WITH_SOURCES, factors={**WITH_SOURCES.factors, "NGOA-stat": ()})

    answer = why(records, store, kind="electricity", figure="coal", reference=now)

    # 751.44 kWh and 31 x 24 x 110 Wh of the sun = 833.28 kWh; x 0.1229 kg.
    coal = line_of(answer, "electricity/2026-05-01")["coal"]
    assert (coal["per_display"], coal["figure"]["again"]) == ("1229/10000", 102_410)
    assert (coal["row"], coal["now"]["per_display"]) == (None, None)
    assert answer["verdict"] == "differs"
    said = [line.en for line in lines_of_statement(answer)]
    assert any("coal-1   1229/10000" in line for line in said)
    assert any("by now: there is none" in line for line in said)


@pytest.mark.parametrize("tamper", [exchange_the_bytes, take_the_bytes_out, edit_the_close])
def test_a_sheet_that_somebody_changed_at_rest_is_not_proved(
    records: Records, store: MemoryStore, tamper: Tamper
) -> None:
    close(records, store)
    with unlocked(records) as session:
        tamper(session)

    answer = why(records, store)

    assert answer["verdict"] == "differs"
    assert not answer["frozen"]["is_whole"]


def test_a_day_that_was_changed_behind_the_ledger_shows_in_the_readings(
    records: Records,
) -> None:
    store = ledger_of(DISTRICT, hourly(MAIN, 101), now_ms=NOW)
    day = Span(MAY_1, MAY_1 + 24 * HOUR_MS)
    where = (("meter", (MAIN.meter,)),)
    rows = store.points(METER_DAY, where=where, span=day)
    rows["amount"] = rows["amount"] + 1
    store.replace(METER_DAY, rows, tags={"meter": MAIN.meter}, span=day)

    shallow, deep = why(records, store), why(records, store, deep=True)

    assert shallow["verdict"] == "same"
    assert deep["verdict"] == "differs"


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"kind": "moonlight"}, "no kind 'moonlight'"),
        ({"figure": "beauty"}, "no figure 'beauty'"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(
    records: Records, store: MemoryStore, asked: dict[str, str], problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem):
        why(records, store, kind=asked.get("kind", ""), figure=asked.get("figure", ""))
    with pytest.raises(ClosingError, match="no period"):
        why(records, store, "2026-05-03")
