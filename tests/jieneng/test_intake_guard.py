"""A registry must not give readings that are stored already another meaning."""

from dataclasses import replace
from fractions import Fraction

import formats
from energy.message import Format
from energy.offers import offers
from energy.reference import Reference
from energy.registry import Registry
from jieneng.intake import reinterpreted, unheard_devices, unknown_references
from tests.builders import MAIN_METER, PANEL, SUB_METER, registry_of

BEFORE = registry_of(MAIN_METER, SUB_METER)


def test_a_finer_step_is_refused_for_a_meter_with_readings() -> None:
    after = registry_of(replace(MAIN_METER, step=Fraction(1, 1000)), SUB_METER)
    (mistake,) = reinterpreted(BEFORE, after, heard={"hall_main"})
    assert mistake.column == "step"
    assert "hall_main has readings stored with step 1/100" in mistake.problem


def test_a_meter_that_never_spoke_and_a_new_label_may_change() -> None:
    finer = replace(MAIN_METER, step=Fraction(1, 1000))
    assert reinterpreted(BEFORE, registry_of(finer, SUB_METER), heard={"hall_light"}) == []
    renamed = replace(MAIN_METER, name_en="Main of the hall")
    assert reinterpreted(BEFORE, registry_of(renamed), heard={"hall_main", "hall_light"}) == []


def test_calendars_and_tariffs_that_nobody_defined_are_told() -> None:
    nothing = Reference(tariffs={}, factors={}, calendars={})
    problems = [str(mistake) for mistake in unknown_references(BEFORE, nothing)]
    assert any("north names 'cn'" in problem for problem in problems)
    assert any("hall_main names 'beijing_general'" in problem for problem in problems)


def test_a_registry_without_a_meter_is_no_registry() -> None:
    nothing = Reference(tariffs={}, factors={}, calendars={})
    assert "holds no meter" in str(unknown_references(registry_of(), nothing)[-1])


def test_a_device_is_bound_to_a_gateway_exactly_where_its_format_speaks_through_one() -> None:
    known = offers(formats, "FORMAT", Format)
    devices = (
        replace(PANEL, device="a", format="own_batch", gateway=""),
        replace(PANEL, device="b", format="own_batch", gateway="gw"),
        replace(PANEL, device="c", format="own_single", gateway="gw"),
        replace(PANEL, device="d", format="own_single", gateway=""),
    )
    problems = [mistake.problem for mistake in unheard_devices(Registry(devices=devices), known)]
    assert [problem[0] for problem in problems] == ["a", "c"]
