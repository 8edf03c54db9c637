from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from energy.errors import RegistryError
from energy.span import to_ms
from jieneng.simulated.stories import plan_of
from simulators.district import build
from simulators.scenario_files.scenario_file import read_scenario
from simulators.trees.ground_truth import District
from tests.example_district import CALENDARS
from tests.wide_files import MINUTE_MS, WEEK_MIN, mapping_text, row_of_week, rows, write_wide

DAYS = 21
MAIN_STEP = 3000
"""Of the main of the hall [Wh]; a hundredth of a kWh by a ratio of 1,500 to 5."""
SCENARIO = """
format = 2
start = 2026-01-03
days = 21
seed = 5

[replay]
file = "wide.parquet"
mapping = "columns.toml"

[[building]]
building = "hall"
use = "office"
area_m2 = 9000
people = 20_000_000
"""
WATER, AIR = "pipe hall_water m3", "fan hall_hvac kWh"


def built(folder: Path, text: str = SCENARIO) -> District:
    (folder / "some.toml").write_text(text, encoding="utf-8")
    scenario = read_scenario(folder / "some.toml")
    registry = scenario.registry()
    plan = plan_of(scenario, registry, folder / "some.toml")
    return build(plan, registry, CALENDARS, scenario, hours=DAYS * 24)


def wide(folder: Path, step_min: int, *columns: str, weeks: int = 53) -> np.ndarray:
    """Write a file of columns that say which row of the week each was; return its starts."""
    times = rows(weeks, step_min)
    amounts = row_of_week(times, step_min)
    names = [column.split()[0] for column in columns]
    write_wide(folder / "wide.parquet", times, dict.fromkeys(names, amounts))
    (folder / "columns.toml").write_text(mapping_text(*columns), encoding="utf-8")
    return times


def mistakes(folder: Path, text: str = SCENARIO) -> list[tuple[str, str]]:
    with pytest.raises(RegistryError) as told:
        built(folder, text)
    return [(one.file, one.column) for one in told.value.mistakes]


@pytest.mark.parametrize("step_min", [1, 5, 15, 30, 60])
def test_a_file_of_any_interval_that_divides_an_hour_is_replayed_interval_by_interval(
    tmp_path: Path, step_min: int
) -> None:
    wide(tmp_path, step_min, WATER)
    used = built(tmp_path).meters["hall_water"].used
    # 3 January 2026 is a Saturday, as the first day of the file is.
    width = max(15, step_min)
    seen = used.reshape(-1, width // 15).sum(axis=1)
    a_week = np.arange(1, WEEK_MIN // step_min + 1)
    expected = a_week.reshape(-1, width // step_min).sum(axis=1) * 1000
    assert np.array_equal(seen, np.tile(expected, DAYS // 7))
    assert built(tmp_path).meters["hall_water"].replayed


def test_real_readings_of_a_sub_meter_are_part_of_what_its_main_counts(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    wide(tmp_path, 60, AIR)
    waste = '[[waste]]\nkind = "no_setback"\nmeter = "hall_main"\nfrom = 2026-01-05\n'
    true = built(tmp_path, SCENARIO + waste)
    plain = SCENARIO.replace('[replay]\nfile = "wide.parquet"\nmapping = "columns.toml"\n', "")
    made = built(tmp_path / "plain", plain + waste)
    subs = [true.meters[child.meter] for child in true.registry.children["hall_main"]]
    rest, made_rest = (
        one.meters["hall_main"].used - np.sum([one.meters[sub.meter.meter].used for sub in subs], 0)
        for one in (true, made)
    )
    assert rest.min() >= 0
    assert np.abs(np.cumsum(rest - made_rest)).max() <= 2 * MAIN_STEP
    air = true.meters["hall_hvac"]
    assert air.replayed
    assert air.used.sum() == pytest.approx(3 * np.arange(1, 169).sum() * 1000, abs=4000)
    assert true.wastes[0].extra.sum() < made.wastes[0].extra.sum()
    for sub in subs:
        if sub is not air:
            assert np.array_equal(sub.used, made.meters[sub.meter.meter].used)


@pytest.mark.parametrize("missing", ["number", "row"])
def test_an_interval_with_a_part_missing_is_a_gap_and_not_less(
    tmp_path: Path, missing: str
) -> None:
    wide(tmp_path, 5, WATER)
    whole = built(tmp_path).meters["hall_water"]
    times = rows(53, 5)
    amounts = row_of_week(times, 5)
    hole = amounts == 500
    amounts[hole] = np.nan
    if missing == "row":
        times, amounts = times[~hole], amounts[~hole]
    write_wide(tmp_path / "wide.parquet", times, {"pipe": amounts})
    holed = built(tmp_path).meters["hall_water"]
    # The quarter of an hour of row 500 begins with row 499; it comes once a week.
    gone = (499 + 500 + 501) * 1000
    assert np.flatnonzero(whole.used - holed.used).tolist() == [166, 166 + 672, 166 + 2 * 672]
    assert whole.used.sum() - holed.used.sum() == 3 * gone
    assert np.flatnonzero(holed.missing).tolist() == [167, 167 + 672, 167 + 2 * 672]


def test_what_does_not_fit_is_told_at_once_with_file_and_key(tmp_path: Path) -> None:
    times = rows(20, 60)
    bad = row_of_week(times, 60)
    bad[7] = -3
    write_wide(tmp_path / "wide.parquet", times, {"pipe": bad, "word": np.array(["x"] * len(bad))})
    (tmp_path / "columns.toml").write_text(
        mapping_text("pipe hall_water GJ", "pipe ghost m3", "pipe hall_main kWh"), encoding="utf-8"
    )
    waste = '[[waste]]\nkind = "leak"\nmeter = "hall_water"\n'
    change = '[[change]]\nkind = "retrofit"\nmeter = "hall_water"\nstrength = 0.1\n'
    assert mistakes(tmp_path, SCENARIO + waste + change) == [
        ("some.toml", "waste[1].meter"),
        ("some.toml", "change[1].meter"),
        ("columns.toml", "column[1].unit"),
        ("columns.toml", "column[2].meter"),
        ("columns.toml", "column[3].meter"),
        ("wide.parquet", "pipe"),
        ("wide.parquet", "pipe"),
    ]


def test_columns_that_are_not_there_or_hold_no_numbers_are_told_at_once(tmp_path: Path) -> None:
    times = rows(53, 60)
    write_wide(tmp_path / "wide.parquet", times, {"word": np.array(["x"] * len(times))})
    said = mapping_text("word hall_water m3", "nowhere hall_heat GJ").replace("begin", "when")
    (tmp_path / "columns.toml").write_text(said, encoding="utf-8")
    assert mistakes(tmp_path) == [
        ("wide.parquet", "when"), ("wide.parquet", "word"), ("wide.parquet", "nowhere"),
    ]  # fmt: skip


def test_all_mistakes_of_a_mapping_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "columns.toml").write_text(
        '[file]\nzone = "Nowhere"\ncolour = "red"\n'
        '[[column]]\ncolumn = "a"\nmeter = "x"\nscale = "-1"\n'
        '[[column]]\ncolumn = "a"\nmeter = "x"\nunit = "m3"\nzone = "Mars/Base"\n',
        encoding="utf-8",
    )
    assert mistakes(tmp_path) == [
        ("columns.toml", key)
        for key in (
            "file.colour",
            "column[1].unit",
            "column[1].scale",
            "column[2].zone",
            "column[2].meter",
            "file.zone",
        )
    ]


def test_a_replay_names_its_file_and_its_mapping(tmp_path: Path) -> None:
    text = SCENARIO.replace('file = "wide.parquet"\n', "colour = 3\n")
    assert mistakes(tmp_path, text) == [
        ("some.toml", "replay.colour"),
        ("some.toml", "replay.file"),
    ]


BERLIN_AUTUMN = to_ms(datetime(2022, 10, 30, 2, tzinfo=UTC))
"""Two in the morning on the wall, read as UTC: it comes twice."""
BERLIN_SPRING = to_ms(datetime(2022, 3, 27, 2, tzinfo=UTC))


@pytest.mark.parametrize("case", ["doubled", "skipped", "back", "seven"])
def test_times_that_cannot_be_told_apart_are_refused(tmp_path: Path, case: str) -> None:
    times = rows(53, 60)
    if case == "skipped":
        times = times[times != BERLIN_AUTUMN]
    if case == "doubled":
        times = times[times != BERLIN_SPRING]
    zone = "Europe/Berlin" if case in ("doubled", "skipped") else "UTC"
    if case == "back":
        times[500] = times[499]
    if case == "seven":
        times = times[0] + np.arange(80_000, dtype=np.int64) * 7 * MINUTE_MS
    write_wide(tmp_path / "wide.parquet", times, {"pipe": np.ones(len(times))}, zone=None)
    (tmp_path / "columns.toml").write_text(mapping_text(WATER, zone=zone), encoding="utf-8")
    with pytest.raises(RegistryError) as told:
        built(tmp_path)
    said = {
        "doubled": "2022-10-30T02:00 comes twice",
        "skipped": "2022-03-27T02:00 is not on the clock",
        "back": "not later than the row before",
        "seven": "7 min apart",
    }[case]
    assert [said in one.problem.en for one in told.value.mistakes] == [True]


def test_an_hour_that_a_bare_clock_says_twice_is_two_hours(tmp_path: Path) -> None:
    wall = rows(53, 60)
    wall = wall[wall != BERLIN_SPRING]
    at = int(np.flatnonzero(wall == BERLIN_AUTUMN)[0])
    wall = np.insert(wall, at, BERLIN_AUTUMN)
    write_wide(tmp_path / "wide.parquet", wall, {"pipe": np.ones(len(wall))}, zone=None)
    said = mapping_text(WATER, zone="Europe/Berlin")
    (tmp_path / "columns.toml").write_text(said, encoding="utf-8")
    true = built(tmp_path).meters["hall_water"]
    assert not true.missing.any()
    assert true.used.sum() == DAYS * 24 * 1000


def test_real_readings_faster_than_their_meter_can_count_are_a_mistake(tmp_path: Path) -> None:
    wide(tmp_path, 60, WATER)
    few = SCENARIO.replace("people = 20_000_000", "people = 30")
    assert mistakes(tmp_path, few) == [("wide.parquet", "pipe")]
    less = (tmp_path / "columns.toml").read_text(encoding="utf-8") + 'scale = "1/100"\n'
    (tmp_path / "columns.toml").write_text(less, encoding="utf-8")
    assert built(tmp_path, few).meters["hall_water"].used.sum() > 0


def test_real_readings_are_said_at_the_time_at_which_their_device_reads_all_its_meters(
    tmp_path: Path,
) -> None:
    wide(tmp_path, 60, WATER)
    true = built(tmp_path).meters
    assert np.array_equal(true["hall_water"].jitter_s, true["hall_main"].jitter_s)
    assert true["hall_water"].jitter_s.any()
