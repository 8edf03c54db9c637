"""Of which: what energy is used for, by the meters that say so."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from analytics.statements.figures import BILL, OWN, Figure
from analytics.statements.intensities import ratios_of
from analytics.statements.parts import meters_by_use
from analytics.statements.statement import Choice, Given, Sources, Statement, statement_of
from analytics.statements.weights import LOCATION
from energy.meter import Meter
from energy.period import Stretch, period_of
from energy.reading import Reading
from energy.span import midnight
from energy.uses import DATA_CENTRE, HEATING, OWN_GENERATION, VEHICLE
from storage.engines.memory import MemoryStore
from tests.analytics.ledgers import ledger_of
from tests.analytics.statements.test_statements import MAY, SIZES, TERMS, office, use
from tests.builders import MAIN_METER, NORTH, SUB_METER, TOWN, registry_of

NOW = midnight(date(2026, 6, 10), NORTH.zone)
MAIN = replace(MAIN_METER, ratio=Fraction(1), step=Fraction(1), resolution=Fraction(1))
BOILER = replace(
    SUB_METER,
    meter="boiler",
    parent="hall_main",
    item="B1F",
    channel="ep_boiler",
    use=HEATING,
    step=Fraction(1),
    resolution=Fraction(1),
)
PUMP = replace(BOILER, meter="boiler_pump", parent="boiler", channel="ep_pump")
SUN = replace(MAIN, meter="sun", channel="ep_sun", use=OWN_GENERATION)


def own(_kind: str, _use: str, _stretch: Stretch) -> str:
    return OWN


def said(
    meters: tuple[Meter, ...],
    kwh_a_day: Mapping[str, int],
    *,
    given: Given | None = None,
    choice: Choice = own,
) -> Statement:
    """Return the statement of May of meters that count so much each day."""
    days = [date(2026, 5, day) for day in range(1, 32)] + [date(2026, 6, 1)]
    readings = [
        Reading(meter, "register", midnight(day, NORTH.zone), number * kwh)
        for meter, kwh in kwh_a_day.items()
        for number, day in enumerate(days)
    ]
    registry = registry_of(*meters)
    store = ledger_of(registry, readings, now_ms=NOW)
    sources = Sources(store, registry, (), given or {}, choice, NOW)
    return statement_of(sources, TOWN, period_of("2026-05"), TERMS)


def test_a_sub_meter_of_the_boiler_is_of_which_heating() -> None:
    may = said((MAIN, BOILER), {"hall_main": 100, "boiler": 30})

    assert [line.use for line in may.lines] == ["", HEATING]
    whole, heating = may.lines
    assert (whole.signed.amount, heating.signed.amount) == (3_100_000, 930_000)
    assert heating.signed.sources == ("boiler",)
    assert heating.signed.missing_s == 0
    assert may.coal_grams == whole.coal.grams if whole.coal else False
    assert may.ratios["electricity_per_area"].numerator == 3_100_000 - 930_000


def test_a_meter_below_one_of_the_same_use_counts_once() -> None:
    counted = {"hall_main": 100, "boiler": 30, "boiler_pump": 5}
    may = said((MAIN, BOILER, PUMP), counted)
    assert [line.signed.amount for line in may.lines_of("electricity", HEATING)] == [930_000]


def test_a_use_inside_another_is_in_both() -> None:
    racks = replace(PUMP, meter="racks", use=DATA_CENTRE)
    found = meters_by_use(registry_of(MAIN, BOILER, racks), "town")
    assert [(word, [meter.meter for meter in meters]) for _, word, meters in found] == [
        (HEATING, ["boiler"]),
        (DATA_CENTRE, ["racks"]),
    ]


def test_checks_and_meters_of_others_are_of_no_use() -> None:
    check = replace(BOILER, role="check")
    other = replace(BOILER, institution="school")
    assert meters_by_use(registry_of(MAIN, check), "town") == []
    assert meters_by_use(registry_of(MAIN, other), "town") == []


def test_what_the_sun_gave_is_energy_and_only_what_was_bought_emits() -> None:
    may = said((MAIN, SUN), {"hall_main": 100, "sun": 40})
    whole = may.lines_of("electricity")[0]
    assert whole.signed.amount == 31 * 140 * 1000
    assert may.coal_grams == round(31 * 140 * 122.9)
    assert may.co2_grams(2, LOCATION) == round(31 * 100 * 530.6)


def test_a_bill_is_of_what_was_bought_and_emits_whole() -> None:
    bill = {("electricity", "", MAY): [Figure(BILL, 31 * 100 * 1000)]}
    may = said((MAIN, SUN), {"hall_main": 100, "sun": 40}, given=bill, choice=lambda *_key: BILL)
    assert may.co2_grams(2, LOCATION) == round(31 * 100 * 530.6)
    (sun,) = may.lines_of("electricity", OWN_GENERATION)
    assert (sun.signed.basis, sun.signed.amount) == (OWN, 31 * 40 * 1000)


def test_a_use_whose_amount_is_missing_leaves_the_rest_missing() -> None:
    silent = replace(use("gasoline", VEHICLE, 1), signed=Figure(OWN, None), coal=None)
    ratios = ratios_of("town", [*office(), silent], SIZES)
    assert ratios["energy_per_area"].covered == ("town",)
    assert ratios["energy_per_area_without_vehicles"].not_covered == ("town",)


def billing(_kind: str, _use: str, _stretch: Stretch) -> str:
    return BILL


HEATED, SERVED = (
    replace(BOILER, parent="", meter="heated"),
    replace(BOILER, parent="", meter="served", channel="ep_served", use=DATA_CENTRE),
)


def test_a_kind_of_which_uses_alone_are_metered_has_a_whole_that_is_missing() -> None:
    may = said((HEATED, SERVED), {"heated": 30, "served": 10}, choice=billing)

    whole, heating, data_centre = may.lines
    assert (whole.use, whole.signed.amount, whole.coal) == ("", None, None)
    assert (heating.signed.amount, data_centre.signed.amount) == (930_000, 310_000)
    assert whole.notes[0].en == "There is no bill: the amount is missing."
    assert whole.notes[1].en.startswith(
        "No main meter counts all of it; uses of it are told (heating 930.000 kWh, data centre "
        "310.000 kWh), and their sum is not all of it."
    )
    assert may.coal_grams is None
    assert may.not_in_coal == [whole]
    assert may.ratios["energy_per_area"].numerator is None


def test_a_bill_of_all_of_it_stands_beside_uses_without_a_main() -> None:
    given: Given = {("electricity", "", MAY): [Figure(BILL, 2_000_000, cost=1)]}
    may = said((HEATED,), {"heated": 30}, given=given, choice=billing)

    assert [(line.use, line.signed.amount) for line in may.lines] == [
        ("", 2_000_000), (HEATING, 930_000),
    ]  # fmt: skip
    assert all("No main meter" not in note.en for line in may.lines for note in line.notes)


def more_than_all(may: Statement) -> list[tuple[str, str]]:
    return [
        (line.use, note.en)
        for line in may.lines
        for note in line.notes
        if "which is more than all of it" in note.en
    ]


def test_a_use_with_a_bill_larger_than_the_whole_is_flagged() -> None:
    given: Given = {("electricity", HEATING, MAY): [Figure(BILL, 5_000_000, cost=1)]}
    may = said(
        (MAIN,), {"hall_main": 100}, given=given,
        choice=lambda _kind, use, _stretch: BILL if use else OWN,
    )  # fmt: skip

    ((use_of, words),) = more_than_all(may)
    assert use_of == HEATING
    assert words.startswith(
        "heating: 5,000.000 kWh, which is more than all of it, 3,100.000 kWh. One of both is wrong"
    )


def test_uses_that_are_more_than_the_whole_together_are_flagged_on_the_whole() -> None:
    meters = (MAIN, BOILER, replace(SERVED, parent="hall_main"))
    may = said(meters, {"hall_main": 100, "boiler": 60, "served": 50})
    ((use_of, words),) = more_than_all(may)

    assert use_of == ""
    assert words.startswith("heating, data centre: 3,410.000 kWh, which is more than all of it")
    may = said(meters, {"hall_main": 100, "boiler": 60, "served": 40})
    assert more_than_all(may) == []


def test_what_was_generated_is_more_than_was_bought_and_no_fault() -> None:
    given: Given = {("electricity", "", MAY): [Figure(BILL, 1_000_000, cost=1)]}
    may = said((MAIN, SUN), {"hall_main": 100, "sun": 60}, given=given, choice=billing)
    amounts = {line.use: line.signed.amount for line in may.lines}

    # What is used is what was bought and what was made.
    assert amounts == {"": 2_860_000, OWN_GENERATION: 1_860_000}
    assert more_than_all(may) == []


def test_a_month_to_come_has_not_begun_and_lacks_no_bill() -> None:
    sources = Sources(MemoryStore(), registry_of(MAIN), (), {}, billing, NOW)
    (july,) = statement_of(sources, TOWN, period_of("2026-07"), TERMS).lines
    (past,) = statement_of(sources, TOWN, period_of("2026-05"), TERMS).lines

    assert [note.en for note in july.notes] == ["It has not begun: there is no amount yet."]
    assert [note.en for note in past.notes] == ["There is no bill: the amount is missing."]
