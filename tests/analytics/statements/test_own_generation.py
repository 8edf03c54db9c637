"""Panels on a roof that sell a part: what is used, what it weighs, emits and costs, and why."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from analytics.statements.cost.accounts import behind_of
from analytics.statements.lines import Line
from analytics.statements.statement import Sources, own_basis, statement_of
from analytics.statements.weights import LOCATION, MARKET
from energy.bills.bill import Bill
from energy.counting.virtual import VirtualPart
from energy.meter import Meter
from energy.period import NO_FIRST_DAY, NO_LAST_DAY, Stretch, period_of
from energy.reading import Reading
from energy.registry import Registry
from energy.span import midnight
from energy.uses import OWN_GENERATION
from storage.engines.memory import MemoryStore
from storage.records.book import Records
from storage.tables import METER_MONTH, PLACE_MONTH
from tests.analytics.ledgers import ALWAYS, factor, ledger_of
from tests.analytics.statements.test_statements import TERMS
from tests.analytics.why.why_world import why
from tests.builders import MAIN_METER, NORTH, TOWN, registry_of

NOW = midnight(date(2026, 6, 10), NORTH.zone)
STEP = {"ratio": Fraction(1), "step": Fraction(1), "resolution": Fraction(1)}
GRID: Meter = replace(MAIN_METER, **STEP)  # type: ignore[arg-type]
PANELS = replace(
    GRID, meter="panels", role="check", parent="hall_main", channel="sun", use=OWN_GENERATION,
    tariff="",
)  # fmt: skip
SOLD = replace(PANELS, meter="sold", role="export", channel="sold", use="")
USED = replace(
    GRID, meter="panels_used", table="interval", digits=18, device="", channel="", tariff="",
    use=OWN_GENERATION,
)  # fmt: skip
EVER = (Fraction(1), NO_FIRST_DAY, NO_LAST_DAY)
PARTS = (
    VirtualPart("panels_used", "panels", "+", *EVER),
    VirtualPart("panels_used", "sold", "-", *EVER),
)
DAYS = 31
BOUGHT, MADE, GONE = 100, 40, 15
"""kWh a day."""
KWH = 1000


@pytest.fixture(scope="module")
def registry() -> Registry:
    return replace(registry_of(GRID, PANELS, SOLD, USED), virtual=PARTS)


@pytest.fixture(scope="module")
def store(registry: Registry) -> MemoryStore:
    days = [date(2026, 5, day) for day in range(1, 32)] + [date(2026, 6, 1)]
    readings = [
        Reading(meter, "register", midnight(day, NORTH.zone), number * kwh)
        for meter, kwh in (("hall_main", BOUGHT), ("panels", MADE), ("sold", GONE))
        for number, day in enumerate(days)
    ]
    return ledger_of(registry, readings, now_ms=NOW)


@pytest.fixture(scope="module")
def lines(store: MemoryStore, registry: Registry) -> list[Line]:
    sources = Sources(store, registry, (), {}, own_basis, NOW)
    residual = (factor("MEE-residual", "0.5856"),)
    terms = replace(TERMS, factors={**TERMS.factors, "MEE-residual": residual})
    return list(statement_of(sources, TOWN, period_of("2026-05"), terms).lines)


def test_what_is_used_is_what_is_bought_and_what_is_generated_less_what_is_sold(
    lines: list[Line],
) -> None:
    whole, own = lines
    assert (whole.use, whole.signed.amount) == ("", DAYS * (BOUGHT + MADE - GONE) * KWH)
    assert (own.use, own.signed.amount) == (OWN_GENERATION, DAYS * (MADE - GONE) * KWH)


def test_all_of_it_weighs_and_only_what_is_bought_emits_by_either_method(
    lines: list[Line],
) -> None:
    whole, own = lines
    used = DAYS * (BOUGHT + MADE - GONE)
    assert whole.coal is not None
    assert whole.coal.grams == round(used * Fraction("122.9"))
    emitted = {one.method: one.weighed.grams for one in whole.co2}
    assert emitted[LOCATION] == round(DAYS * BOUGHT * Fraction("530.6"))
    assert emitted[MARKET] == round(DAYS * BOUGHT * Fraction("585.6"))
    assert own.co2 == ()


def test_boards_say_the_same_of_what_it_emits_as_the_statement_in_their_factor(
    store: MemoryStore,
) -> None:
    rows = store.points(PLACE_MONTH, where=(("level", ("institution",)),), span=ALWAYS)
    (row,) = rows[rows["kind"] == "electricity"].to_dict("records")
    assert row["amount"] == DAYS * (BOUGHT + MADE - GONE) * KWH
    assert row["co2"] == DAYS * BOUGHT * 536_600


def test_power_without_a_price_costs_nothing_beside_what_is_bought(
    store: MemoryStore, lines: list[Line]
) -> None:
    months = store.points(METER_MONTH, where=(("meter", ("hall_main",)),), span=ALWAYS)
    assert lines[0].signed.cost == int(months["cost"].iloc[0]) > 0
    rows = store.points(PLACE_MONTH, where=(("level", ("building",)),), span=ALWAYS)
    assert rows["cost"].tolist() == months["cost"].tolist()


def test_why_what_panels_made_emits_nothing_is_the_same_again(
    records: Records, store: MemoryStore, registry: Registry
) -> None:
    answer = why(records, store, registry, "2026-05", "co2", meter="panels")
    assert (answer["figures"][0]["stated"], answer["verdict"]) == (0, "same")
    assert answer["factors"]["co2"] == []


def test_panels_that_no_main_counts_are_said_to_be_missing(store: MemoryStore) -> None:
    bare = registry_of(GRID, PANELS, SOLD)
    (line,) = statement_of(
        Sources(store, bare, (), {}, own_basis, NOW), TOWN, period_of("2026-05"), TERMS
    ).lines
    assert line.signed.amount == DAYS * BOUGHT * KWH
    assert "What panels generated is not in the amount: no main counts it." in [
        note.en for note in line.notes
    ]


def test_panels_that_a_main_counts_are_not(lines: list[Line]) -> None:
    assert not [note.en for line in lines for note in line.notes if "no main counts" in note.en]


def test_a_bill_is_held_to_what_is_bought_alone(registry: Registry) -> None:
    bill = Bill(
        bill="b", institution="town", kind="electricity", use="", supplier="", account="",
        first=date(2026, 5, 1), until=date(2026, 6, 1), amount=1, cost=1,
    )  # fmt: skip
    behind = behind_of(registry, [bill], bill, Stretch(bill.first, bill.until))
    assert [meter.meter for meter in behind.meters] == ["hall_main"]
    own = behind_of(registry, [bill], replace(bill, use=OWN_GENERATION))
    assert [meter.meter for meter in own.meters] == ["panels_used"]


def test_a_registry_in_force_that_counts_what_is_sold_is_said_on_each_line_that_holds_it(
    store: MemoryStore,
) -> None:
    wrong = registry_of(GRID, replace(PANELS, role="main", parent=""), SOLD)
    lines = statement_of(
        Sources(store, wrong, (), {}, own_basis, NOW), TOWN, period_of("2026-05"), TERMS
    ).lines
    for line in lines:
        said = [note.en for note in line.notes]
        assert any("The registry of meters: what sold sold would count as used" in n for n in said)


def test_a_right_registry_says_nothing_of_what_is_sold(lines: list[Line]) -> None:
    assert not [note for line in lines for note in line.notes if "registry" in note.en]
