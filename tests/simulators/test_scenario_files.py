from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from energy.errors import RegistryError
from energy.span import midnight
from jieneng.simulated.stories import registry_for
from simulators.checks.fault_check import misplaced_faults
from simulators.checks.scenario_check import check_scenario
from simulators.district import build
from simulators.grid import slot_of
from simulators.plan import Plan
from simulators.scenario import Change, Fault, Scenario, Waste
from simulators.scenario_files.scenario_file import read_scenario
from tests.example_district import CALENDARS, EXAMPLES, example_registry

SCENARIOS = sorted((EXAMPLES / "scenarios").glob("*.toml"))

HOUSE = """
[[building]]
building = "hall"
use = "office"
area_m2 = 900
people = 30
"""
GOOD = f"format = 2\nstart = 2026-01-01\ndays = 31\n{HOUSE}"


def written(folder: Path, text: str) -> Path:
    file = folder / "some.toml"
    file.write_text(text, encoding="utf-8")
    return file


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(RegistryError) as told:
        read_scenario(written(folder, text))
    assert all(one.file == "some.toml" for one in told.value.mistakes)
    return [one.column for one in told.value.mistakes]


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_every_scenario_that_is_shipped_can_be_built(file: Path) -> None:
    scenario = read_scenario(file)
    assert scenario.name_zh
    assert scenario.name_en
    assert scenario.start is not None
    registry = registry_for(scenario, file)
    origin = midnight(scenario.start, registry.sites[0].zone)
    plan = Plan(origin, origin, scenario.seed or 0, str(file), "", "", slot_of(registry.meters))
    district = build(plan, registry, CALENDARS, scenario, hours=48)
    assert set(district.meters) == set(registry.meter)


def test_a_scenario_of_one_house_is_a_few_lines(tmp_path: Path) -> None:
    scenario = read_scenario(written(tmp_path, GOOD))
    assert scenario.start == date(2026, 1, 1)
    assert scenario.loads["hall_main"] == "office"
    assert [one.building for one in scenario.registry().buildings] == ["hall"]


def test_a_date_is_a_day_of_the_wall_clock_after_the_start(tmp_path: Path) -> None:
    text = GOOD + (
        '[[fault]]\nkind = "zero"\nmeter = "hall_main"\nat = 2026-01-03T12:00:00\n'
        '[[fault]]\nkind = "zero"\nmeter = "hall_main"\nat = 2026-01-03T12:00:00Z\n'
        '[[waste]]\nkind = "leak"\nmeter = "hall_water"\nfrom = 2026-01-02\nto = 2026-01-05\n'
    )
    scenario = read_scenario(written(tmp_path, text))
    assert [fault.day for fault in scenario.faults] == [2.5, 2.5 + 8 / 24]
    assert (scenario.wastes[0].from_day, scenario.wastes[0].to_day) == (1.0, 4.0)


def test_works_are_dates_and_what_is_done_at_once_has_one(tmp_path: Path) -> None:
    text = GOOD + (
        '[[change]]\nkind = "led"\nmeter = "hall_main"\nfrom = 2026-01-05\ndone = 2026-01-20\n'
        "strength = 0.3\n"
        '[[change]]\nkind = "new_load"\nmeter = "hall_main"\nfrom = 2026-01-09\nstrength = 4\n'
    )
    first, second = read_scenario(written(tmp_path, text)).changes
    assert first == Change("led", "hall_main", 4.0, 19.0, 0.3)
    assert (second.from_day, second.done_day) == (8.0, 8.0)


def test_all_mistakes_of_changes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD + (
        '[[change]]\nkind = "led"\nmeter = "x"\nfrom = 2026-01-09\ndone = 2026-01-05\n'
        "strength = 30\n"
        '[[change]]\nkind = "prayer"\nmeter = "x"\nfrom = 2027-01-09\nstrength = 1\nuntil = 3\n'
        '[[change]]\nkind = "occupancy"\nmeter = "x"\n'
    )
    assert mistakes(tmp_path, text) == [
        "change[1].done",
        "change[1].strength",
        "change[2].until",
        "change[2].kind",
        "change[2].from",
        "change[3].strength",
    ]


def test_all_mistakes_are_told_at_once_with_their_keys(tmp_path: Path) -> None:
    text = """
format = 2
start = "soon"
days = 0
climate = "moon"
interval = "7s"
colour = "red"

[site]
timezone = "Nowhere/City"

[meters]
hall_main = "perpetual_motion"

[[building]]
building = "Hall 1"
use = "castle"
area_m2 = -3
people = 30
extras = ["moat"]

[[fault]]
kind = "gremlin"
meter = "x"
at = 2026-02-30x
"""
    with pytest.raises(RegistryError, match="cannot be read"):
        read_scenario(written(tmp_path, text))
    assert mistakes(tmp_path, text.replace("2026-02-30x", "2027-01-01")) == [
        "colour",
        "site.timezone",
        "start",
        "building[1].building",
        "building[1].extras",
        "building[1].use",
        "building[1].area_m2",
        "meters.hall_main",
        "fault[1].kind",
        "fault[1].at",
        "climate",
        "interval",
        "days",
    ]


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('[[fault]]\nkind = "zero"\nmeter = "x"\nat = 2026-02-02\n', "fault[1].at"),
        ('[[fault]]\nkind = "zero"\nmeter = "x"\nat = 2025-12-31\n', "fault[1].at"),
        ('[[fault]]\nkind = "zero"\nmeter = "x"\nat = 2026-01-02\nday = 3\n', "fault[1].at"),
        (
            '[[waste]]\nkind = "leak"\nmeter = "x"\nfrom = 2026-01-09\nto = 2026-01-05\n',
            "waste[1].to",
        ),
        (HOUSE, "building[2].building"),
        (
            HOUSE.replace('"hall"', '"hal"') + "count = 2\n" + HOUSE.replace("hall", "hal_2"),
            "building[3].building",
        ),
        (HOUSE.replace("hall", "annex") + "count = 1.5\n", "building[2].count"),
        (HOUSE.replace("hall", "annex").replace("900", "inf"), "building[2].area_m2"),
        (HOUSE.replace("hall", "annex").replace("people = 30", ""), "building[2].people"),
        ('[[fault]]\nkind = "zero"\nmeter = "x"\nday = 32\n', "fault[1].day"),
        ('[[fault]]\nkind = "zero"\nmeter = "x"\nday = 31\n', "fault[1].day"),
        ('[[fault]]\nkind = "zero"\nmeter = "x"\nat = 2026-02-01\n', "fault[1].at"),
        ('[[fault]]\nkind = "nan"\nmeter = "x"\nday = 30\nstrength = 9\n', "fault[1].strength"),
        ('[[fault]]\nkind = "outage"\nmeter = "x"\nday = 1\nhours = inf\n', "fault[1].hours"),
        ('[[fault]]\nkind = "clock_step"\nmeter = "x"\nstrength = inf\n', "fault[1].strength"),
        ('[[waste]]\nkind = "leak"\nmeter = "x"\nfrom_day = 40\n', "waste[1].from_day"),
        (
            '[[change]]\nkind = "led"\nmeter = "x"\nfrom_day = 40\nstrength = 0.1\n',
            "change[1].from_day",
        ),
        ('district = "somewhere"\n', "building"),
        ('payload = "gateway_xml"\n', "payload"),
    ],
)
def test_what_cannot_be_is_a_mistake(tmp_path: Path, more: str, key: str) -> None:
    text = more + GOOD if more.startswith(("district", "payload")) else GOOD + more
    assert mistakes(tmp_path, text) == [key]


@pytest.mark.parametrize(
    ("good", "bad", "key"),
    [
        ("2026-01-01", "1650-01-01", "start"),
        ("2026-01-01", "9999-12-30", "start"),
        ("days = 31", "days = inf", "days"),
        ("days = 31", "days = 7.5", "days"),
        ("days = 31", "days = 31\nseed = 1.5", "seed"),
        ("days = 31", "days = 31\nseed = 9007199254740993", "seed"),
        ("2026-01-01", "1999-12-30", "start"),
        ("days = 31", 'days = 31\n[site]\ntimezone = "Asia/Kathmandu"', "site.timezone"),
    ],
)
def test_a_history_has_whole_days_within_our_times(
    tmp_path: Path, good: str, bad: str, key: str
) -> None:
    assert key in mistakes(tmp_path, GOOD.replace(good, bad))


def test_what_a_registry_cannot_do_is_told_at_once_with_its_key(tmp_path: Path) -> None:
    text = GOOD + (
        '[[fault]]\nkind = "rollover"\nmeter = "hall_main"\nday = 1\n'
        '[[fault]]\nkind = "rollover"\nmeter = "hall_main"\nday = 2\n'
        '[[fault]]\nkind = "zero"\nmeter = "hall_main"\nat = 2026-01-31T23:50:00\n'
        '[[fault]]\nkind = "zero"\nmeter = "hall_main"\nat = 2026-01-31T23:45:00\n'
        '[buildings]\nhall = "office"\n'
    )
    scenario = read_scenario(written(tmp_path, text))
    with pytest.raises(RegistryError) as told:
        check_scenario(scenario, scenario.registry(), ())
    assert [one.column for one in told.value.mistakes] == [
        "buildings.hall",
        "fault[2].meter",
        "fault[3].at",
    ]


def test_faults_loads_and_trees_that_do_not_fit_the_registry_are_told_at_once() -> None:
    scenario = Scenario(
        days=10,
        subs_from_day=0,
        buildings={"castle": "office"},
        meters={"nobody": "pv", "gov_office_water": "office"},
        faults=(Fault("zero", "ghost", 1, 0, 1),),
        wastes=(),
        file="some.toml",
    )
    with pytest.raises(RegistryError) as told:
        check_scenario(scenario, example_registry(), ())
    assert [one.column for one in told.value.mistakes] == [
        "fault[1].meter",
        "meters.nobody",
        "buildings.castle",
        "meters.gov_office_water",
    ]


def test_what_would_happen_to_nothing_is_told_at_once() -> None:
    scenario = read_scenario(EXAMPLES / "scenarios" / "quiet_year.toml")
    faults = (
        Fault("dip", "office_main", 1, 0, 3),
        Fault("replacement", "office_main", 1, 0, 1e12),
        Fault("reset", "office_main", 1, 0, 1e8),
    )
    wastes = (
        Waste("step", "library_export", 1, 2, 3),
        Waste("leak", "office_water", 1, 2, 0),
        Waste("no_setback", "office_hvac", 1, 2, 0),
    )
    with pytest.raises(RegistryError) as told:
        check_scenario(replace(scenario, faults=faults, wastes=wastes), scenario.registry(), ())
    assert [one.column for one in told.value.mistakes] == [
        "waste[1].meter",
        "waste[2].strength",
        "fault[1].strength",
        "fault[2].strength",
        "fault[3].strength",
    ]


@pytest.mark.parametrize(
    "kind", ["rollover", "replacement", "replacement_unannounced", "dip", "zero", "stuck", "resend"]
)
def test_a_gauge_has_no_register_to_break(kind: str) -> None:
    registry = example_registry()
    gauge = next(meter.meter for meter in registry.meters if meter.table == "gauge")
    scenario = Scenario(10, 0, {}, {}, (Fault(kind, gauge, 1, 0, 1),), ())
    assert [key for key, _ in misplaced_faults(scenario, registry)] == ["fault[1].meter"]
