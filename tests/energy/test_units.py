from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import UnitError
from energy.kinds import KINDS, QUANTITIES
from energy.units import base_units, units_of

known = st.sampled_from([(kind, unit) for kind in KINDS for unit in units_of(kind)])


@pytest.mark.parametrize(
    ("kind", "unit", "expected"),
    [
        ("electricity", "Wh", Fraction(1)),
        ("electricity", "kWh", Fraction(1000)),
        ("electricity", "MWh", Fraction(1_000_000)),
        ("electricity", "kJ", Fraction(10, 36)),
        ("electricity", "MJ", Fraction(10_000, 36)),
        ("heat", "kWh", Fraction(3600)),
        ("heat", "MWh", Fraction(3_600_000)),
        ("heat", "GJ", Fraction(1_000_000)),
        ("water", "m3", Fraction(1000)),
        ("water", "mL", Fraction(1, 1000)),
        ("gas", "ft3", Fraction("28.316846592")),
        ("diesel", "L", Fraction(1000)),
        ("diesel", "mL", Fraction(1)),
        ("coal", "t", Fraction(1_000_000)),
        ("coal", "kg", Fraction(1000)),
        ("temperature", "degC", Fraction(1)),
        ("power", "kW", Fraction(1000)),
    ],
)
def test_a_unit_is_so_many_base_units_exactly(kind: str, unit: str, expected: Fraction) -> None:
    assert base_units(kind=kind, unit=unit) == expected


@given(known)
def test_a_unit_is_a_positive_fraction_of_the_base_unit(pair: tuple[str, str]) -> None:
    kind, unit = pair

    assert base_units(kind=kind, unit=unit) > 0
    assert base_units(kind=kind, unit=KINDS[kind].base_unit) == 1


@given(st.sampled_from(list(KINDS)))
def test_the_display_unit_is_a_unit_that_a_meter_may_speak(kind: str) -> None:
    found = KINDS[kind]

    assert base_units(kind=kind, unit=found.display_unit) == found.base_per_display


@pytest.mark.parametrize(
    ("kind", "unit"),
    [("water", "kWh"), ("electricity", "m3"), ("coal", "L"), ("temperature", "K"), ("gas", "")],
)
def test_a_unit_that_does_not_measure_the_kind_is_refused_with_those_that_do(
    kind: str, unit: str
) -> None:
    with pytest.raises(UnitError, match=units_of(kind)[0]):
        base_units(kind=kind, unit=unit)


def test_an_unknown_kind_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnitError, match=r"charcoal.*electricity.*temperature"):
        base_units(kind="charcoal", unit="t")


def test_kinds_and_quantities_never_share_a_name() -> None:
    assert not set(KINDS) & set(QUANTITIES)


def test_every_kind_has_its_own_label_colour_and_code() -> None:
    for values in zip(*((kind.zh, kind.en, kind.colour) for kind in KINDS.values()), strict=True):
        assert len(set(values)) == len(KINDS)
    # The 15-character code has one class for all energy it does not name.
    codes = [kind.item_code for kind in KINDS.values() if kind.item_code != "06"]
    assert len(set(codes)) == len(codes)


def test_records_are_filed_under_their_own_names() -> None:
    assert [kind.name for kind in KINDS.values()] == list(KINDS)
    assert [quantity.name for quantity in QUANTITIES.values()] == list(QUANTITIES)


def test_water_alone_is_no_energy() -> None:
    assert [name for name, kind in KINDS.items() if not kind.is_energy] == ["water"]
