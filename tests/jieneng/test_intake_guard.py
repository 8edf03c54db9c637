"""A registry must not give readings that are stored already another meaning."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from energy.errors import RegistryError
from energy.reference import Reference
from energy.registry import Registry
from jieneng.shipped import shipped
from storage.reference.files import read_reference
from storage.registry.files import write_registry
from storage.registry.judging import judge, reinterpreted, unknown_references
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.energy.test_instruments import HEAT

BEFORE = registry_of(MAIN_METER, SUB_METER)


def test_a_finer_step_is_refused_for_a_meter_with_readings() -> None:
    after = registry_of(replace(MAIN_METER, step=Fraction(1, 1000)), SUB_METER)
    ((meter, mistake),) = reinterpreted(BEFORE, after, heard={"hall_main"})
    assert (meter, mistake.column) == ("hall_main", "step")
    assert "hall_main has readings stored with step 1/100" in mistake.problem.en
    assert "hall_main 已有按 step 1/100 存储的读数" in mistake.problem.zh


def test_a_meter_that_never_spoke_and_a_new_label_may_change() -> None:
    finer = replace(MAIN_METER, step=Fraction(1, 1000))
    assert reinterpreted(BEFORE, registry_of(finer, SUB_METER), heard={"hall_light"}) == []
    renamed = replace(MAIN_METER, name_en="Main of the hall")
    assert reinterpreted(BEFORE, registry_of(renamed), heard={"hall_main", "hall_light"}) == []


def test_calendars_and_tariffs_that_nobody_defined_are_told() -> None:
    nothing = Reference(tariffs={}, factors={}, calendars={})
    problems = [str(mistake) for _, mistake in unknown_references(BEFORE, nothing)]
    assert any("north names 'cn'" in problem for problem in problems)
    assert any("hall_main names 'beijing_general'" in problem for problem in problems)


def judged(after: Registry, before: Registry, folder: Path) -> str:
    """Return what is said against a registry; "" if it is taken."""
    write_registry(after, folder)
    reference = read_reference(shipped("reference"))
    try:
        judge(after, folder, before, reference, heard=())
    except RegistryError as error:
        return str(error)
    return ""


def test_institutions_may_live_on_bills_without_a_meter(tmp_path: Path) -> None:
    assert judged(registry_of(), Registry(), tmp_path / "bills") == ""


def test_a_registry_of_nothing_and_one_that_lost_its_meters_are_no_registry(tmp_path: Path) -> None:
    said = judged(replace(registry_of(), institutions=()), Registry(), tmp_path / "nothing")
    assert "neither a meter nor an institution" in said
    said = judged(registry_of(), BEFORE, tmp_path / "lost")
    assert "it holds no meter, and the registry in force has 2; keep their rows" in said


def test_a_type_of_instrument_that_nobody_defined_is_told() -> None:
    rules = read_reference(shipped("reference")).instruments
    standing = replace(
        registry_of(MAIN_METER),
        instruments=(replace(HEAT, meter="hall_main", type="nosuch"),),
    )
    told = [mistake for _, mistake in unknown_references(standing, Reference(instruments=rules))]
    (found,) = (one for one in told if one.file == "instruments.csv")
    assert found.column == "type"
    assert "hall_main H1 names 'nosuch'" in found.problem.en
    assert "electricity_static" in found.problem.en
    known = replace(standing, instruments=(replace(HEAT, meter="hall_main"),))
    assert not any(
        one.file == "instruments.csv"
        for _, one in unknown_references(known, Reference(instruments=rules))
    )
