"""Statements: what is signed, what it weighs, and what it is divided by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statements.figures import BILL, OWN, Figure, joined_figures
from analytics.statements.intensities import Ratio, ratios_of, summed
from analytics.statements.lines import Line, line_of
from analytics.statements.statement import Sources, Statement, own_basis, statement_of
from analytics.statements.weights import LOCATION, MARKET, Terms
from energy.factors import Factor
from energy.period import Stretch, period_of
from energy.reading import Reading
from energy.sizes import AREA, HEATED_AREA, PEOPLE, Size
from energy.span import Span, midnight
from energy.uses import HEATING, OWN_GENERATION, VEHICLE
from storage.engines.memory import MemoryStore
from storage.tables import PLACE_MONTH
from tests.analytics.ledgers import REFERENCE, ledger_of
from tests.builders import HALL, MAIN_METER, NORTH, TOWN, registry_of

MAY = Stretch(date(2026, 5, 1), date(2026, 6, 1))
KWH, M3, GJ, LITRE = 1000, 1000, 1_000_000, 1000


def row(kind: str, value: str, factor_set: str = "coal") -> Factor:
    return Factor(
        factor_set, kind, "", date(2000, 1, 1), date.max, Fraction(value), "chosen", "example"
    )


COAL = (
    row("electricity", "0.1229"),
    row("gas", "1.33"),
    row("heat", "34.12"),
    Factor(
        "coal", "gasoline", "", date(2000, 1, 1), date.max, Fraction("0.73") * Fraction("1.4714"),
        "chosen", "example",
    ),
)  # fmt: skip
CO2 = (row("electricity", "0.5306", "co2"), row("gas", "2.1622", "co2"))
TERMS = Terms("coal", "co2", {"coal": COAL, "co2": CO2}, "110102")
OFFICE = {
    "electricity": 650_000 * KWH,
    "water": 9_500 * M3,
    "gas": 12_000 * M3,
    "heat": 2_600 * GJ,
    "gasoline": 3_000 * LITRE,
}
SIZES = {AREA: Fraction(10_000), PEOPLE: Fraction(300), HEATED_AREA: None}


def office(**amounts: int | None) -> list[Line]:
    return [
        line_of(kind, "", MAY, {OWN: Figure(OWN, amount)}, basis=OWN, terms=TERMS)
        for kind, amount in (OFFICE | amounts).items()
    ]


def use(kind: str, word: str, amount: int) -> Line:
    return line_of(kind, word, MAY, {OWN: Figure(OWN, amount)}, basis=OWN, terms=TERMS)


def statement(lines: Sequence[Line]) -> Statement:
    return Statement(TOWN, period_of("2026-05"), TERMS, tuple(lines), SIZES)


def test_the_office_of_the_worked_example_weighs_187_779_kgce() -> None:
    said = statement(office())
    assert said.coal_grams == 187_779_366
    ratios = said.ratios
    assert round(float(ratios["energy_per_area"].value or 0) / 1000, 2) == 18.78
    assert round(float(ratios["energy_per_person"].value or 0) / 1000, 1) == 625.9
    assert round(float(ratios["water_per_person"].value or 0) / 1000, 2) == 31.67


def test_vehicle_fuel_is_in_the_total_and_not_in_the_intensity_of_a_demonstration_unit() -> None:
    lines = [*office(), use("gasoline", VEHICLE, OFFICE["gasoline"])]
    ratios = statement(lines).ratios
    assert statement(lines).coal_grams == 187_779_366
    without = ratios["energy_per_area_without_vehicles"].value or 0
    assert round(float(without) / 1000, 2) == 18.46


def test_heating_is_divided_by_the_heated_area_and_left_out_of_the_rest() -> None:
    lines = [*office(), use("heat", HEATING, OFFICE["heat"])]
    sizes = SIZES | {HEATED_AREA: Fraction(8_000)}
    ratios = ratios_of("town", lines, sizes)
    assert ratios["heating_per_heated_area"].value == Fraction(88_712_000, 8_000)
    rest = 187_779_366 - 88_712_000
    assert ratios["non_heating_per_area"].value == Fraction(rest, 10_000)


def test_heat_billed_by_area_is_left_blank_and_is_not_missing() -> None:
    heat = line_of(
        "heat", "", MAY, {BILL: Figure(BILL, None, cost=1, is_blank=True)}, basis=BILL, terms=TERMS
    )
    lines = [line for line in office() if line.kind != "heat"] + [heat]
    said = statement(lines)
    assert said.not_in_coal == []
    assert said.ratios["energy_per_area"].covered == ("town",)
    assert heat.signed.is_whole


def test_a_missing_amount_is_not_zero() -> None:
    said = statement(office(gas=None))
    assert [line.kind for line in said.not_in_coal] == ["gas"]
    assert said.ratios["energy_per_area"] == Ratio(None, Fraction(10_000), (), ("town",))
    assert said.ratios["water_per_person"].covered == ("town",)


def test_water_weighs_nothing() -> None:
    assert statement(office(water=10**12)).coal_grams == statement(office()).coal_grams
    water = next(line for line in office() if line.kind == "water")
    assert water.coal is None
    assert water.notes == ()


def test_a_kind_without_a_coefficient_is_named_and_not_weighed() -> None:
    diesel = line_of("diesel", "", MAY, {OWN: Figure(OWN, 1)}, basis=OWN, terms=TERMS)
    assert diesel.coal is None
    assert "coal" in diesel.notes[0].en


def test_fuels_are_scope_1_and_electricity_is_scope_2() -> None:
    said = statement(office())
    assert said.co2_grams(2, LOCATION) == 344_890_000
    assert said.co2_grams(1, LOCATION) == 25_946_400


def test_what_the_sun_gave_weighs_as_energy_and_emits_nothing() -> None:
    sun = use("electricity", OWN_GENERATION, 100 * KWH)
    assert sun.coal is not None
    assert sun.co2 == ()


def test_the_signed_basis_leads_and_the_others_stand_beside() -> None:
    figures = {BILL: Figure(BILL, 12 * KWH), OWN: Figure(OWN, 11 * KWH)}
    line = line_of("electricity", "", MAY, figures, basis=BILL, terms=TERMS)
    assert (line.signed.amount, [one.amount for one in line.beside]) == (12 * KWH, [11 * KWH])


def test_a_basis_that_says_nothing_leaves_the_amount_missing_and_says_so() -> None:
    figures = {OWN: Figure(OWN, 11 * KWH)}
    line = line_of("electricity", "", MAY, figures, basis=BILL, terms=TERMS)
    assert line.signed.amount is None
    assert line.coal is None
    assert line.beside[0].amount == 11 * KWH
    assert "no bill" in line.notes[0].en


def test_figures_of_different_bases_are_never_added() -> None:
    with pytest.raises(ValueError, match="never added"):
        joined_figures([Figure(BILL, 1), Figure(OWN, 1)])


def test_an_institution_without_area_is_left_out_of_both_sums_and_named() -> None:
    big = Ratio(1000, Fraction(10), ("big",))
    small = Ratio(100, Fraction(10), ("small",))
    nameless = Ratio(9999, None, (), ("no_area",))
    together = summed([big, nameless, small])
    assert together.value == 55
    assert together.covered == ("big", "small")
    assert together.not_covered == ("no_area",)


@given(
    st.lists(
        st.tuples(st.none() | st.integers(0, 10**12), st.none() | st.integers(1, 10**6)),
        max_size=6,
    )
)
def test_sums_of_ratios_do_not_depend_on_how_they_are_grouped(
    pairs: list[tuple[int | None, int | None]],
) -> None:
    ratios = []
    for number, (numerator, size) in enumerate(pairs):
        name = (str(number),)
        is_covered = numerator is not None and size is not None
        denominator = Fraction(size) if size is not None else None
        ratios.append(
            Ratio(numerator, denominator, name if is_covered else (), () if is_covered else name)
        )
    halves = [summed(ratios[::2]), summed(ratios[1::2])]
    assert summed(halves) == summed(ratios)


def test_own_meters_say_in_a_statement_what_the_board_says() -> None:
    now = midnight(date(2026, 6, 10), NORTH.zone)
    readings = [
        Reading("hall_main", "register", midnight(date(2026, 5, day), NORTH.zone), day * 100)
        for day in range(1, 32)
    ]
    registry = registry_of(MAIN_METER)
    store = ledger_of(registry, readings, now_ms=now)
    sources = Sources(store, registry, (), {}, own_basis, now)
    terms = replace(TERMS, factors=REFERENCE.factors, coal_set="NGOA-stat")
    said = statement_of(sources, TOWN, period_of("2026-05"), terms)
    board = store.points(PLACE_MONTH, where=(("level", ("institution",)),), span=Span(0, now)).iloc[
        0
    ]
    line = said.lines_of("electricity")[0]
    assert line.signed.amount == board["amount"]
    assert line.signed.cost == board["cost"]
    assert line.signed.missing_s == 24 * 3600
    assert said.sizes[AREA] == HALL.area_m2


def test_an_area_that_grew_counts_from_its_day() -> None:
    store = MemoryStore()
    grown = Size("hall", AREA, date(2026, 5, 17), 3000, "survey")
    sources = Sources(store, registry_of(MAIN_METER), (grown,), {}, own_basis, 0)
    said = statement_of(sources, TOWN, period_of("2026-05"), TERMS)
    assert said.sizes[AREA] == Fraction(16 * 1000 + 15 * 3000, 31)


def test_only_electricity_differs_between_location_and_market() -> None:
    residual = row("electricity", "0.5856", "rest")
    terms = replace(TERMS, factors={**TERMS.factors, "rest": (residual,)}, residual_set="rest")
    lines = [
        line_of(kind, "", MAY, {OWN: Figure(OWN, OFFICE[kind])}, basis=OWN, terms=terms)
        for kind in ("electricity", "gas")
    ]
    said = replace(statement(lines), terms=terms)
    assert said.co2_grams(2, LOCATION) == 344_890_000
    assert said.co2_grams(2, MARKET) == 380_640_000
    assert said.co2_grams(1, LOCATION) == said.co2_grams(1, MARKET) == 25_946_400


def test_a_factor_of_a_region_that_stands_in_for_another_is_said() -> None:
    terms = replace(TERMS, co2_region="110102", regions={"110102": "110000", "110000": ""})
    line = line_of("electricity", "", MAY, {OWN: Figure(OWN, KWH)}, basis=OWN, terms=terms)
    (emission,) = line.co2
    assert [note.en.split(";")[0] for note in emission.weighed.notes] == [
        "There is no factor of electricity for 110102",
        "There is no factor of electricity for 110000",
    ]
