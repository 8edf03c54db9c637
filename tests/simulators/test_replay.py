from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy.errors import ConfigError
from energy.meter import Site
from energy.span import HOUR_MS, from_ms, midnight, to_ms
from simulators.replaying.replay import MICRO, replay, to_steps
from simulators.replaying.replay_file import read_columns
from simulators.replaying.replay_mapping import ColumnMapping, read_mapping
from tests.example_district import EXAMPLES, example_registry

CHICAGO = ZoneInfo("America/Chicago")
FIRST = to_ms(datetime(2015, 11, 22, 6, tzinfo=UTC))
WEEK_HOURS = 168


def _site(timezone: str) -> Site:
    return Site("here", "这里", "here", timezone, "cn", "110102")


def _mapping(zone: ZoneInfo) -> ColumnMapping:
    return ColumnMapping("column", "meter", "kWh", Fraction(1), zone)


def _hour_of_week(time: int, zone: ZoneInfo) -> int:
    wall = from_ms(time).astimezone(zone)
    return wall.weekday() * 24 + wall.hour


def _coded(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return hours whose amount says which hour of the week it was, 1 to 168."""
    times = FIRST + np.arange(count, dtype=np.int64) * HOUR_MS
    return times, np.array([_hour_of_week(time, CHICAGO) + 1.0 for time in times.tolist()])


@settings(max_examples=12)
@given(
    day=st.dates(date(2019, 1, 1), date(2031, 1, 1)),
    timezone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Chicago"]),
)
def test_weekday_and_wall_clock_hour_stay_across_every_change_of_clocks(
    day: date, timezone: str
) -> None:
    times, numbers = _coded(53 * WEEK_HOURS)
    site = _site(timezone)
    origin = midnight(day, site.zone)
    moved = replay(times, numbers, _mapping(CHICAGO), site=site, origin=origin, count=9000)
    said = moved.micro // MICRO
    starts = origin + np.arange(9000) * HOUR_MS
    wall = np.array([_hour_of_week(time, site.zone) + 1 for time in starts.tolist()])
    joined = said == 2 * wall
    assert ((said == wall) | moved.missing | joined).all()
    assert joined.sum() <= 2  # a circle has one autumn; it may come round twice
    assert 1 <= moved.missing.sum() <= 6


def test_the_missing_spring_hour_is_a_gap_and_the_doubled_autumn_hour_is_joined() -> None:
    times, numbers = _coded(53 * WEEK_HOURS)
    moved = replay(
        times, numbers, _mapping(CHICAGO), site=_site("Asia/Shanghai"),
        origin=midnight(date(2015, 11, 29), ZoneInfo("Asia/Shanghai")), count=52 * WEEK_HOURS,
    )  # fmt: skip
    assert moved.missing.sum() == 1
    spring = from_ms(
        midnight(date(2015, 11, 29), ZoneInfo("Asia/Shanghai"))
        + int(np.argmax(moved.missing)) * HOUR_MS
    ).astimezone(ZoneInfo("Asia/Shanghai"))
    assert (spring.weekday(), spring.hour) == (6, 2)
    doubled = np.flatnonzero(moved.micro == 2 * (6 * 24 + 1 + 1) * MICRO)
    assert len(doubled) == 1


@pytest.mark.parametrize("parts", [1, 4])
def test_an_hour_that_the_site_has_twice_is_replayed_once(parts: int) -> None:
    step_ms = HOUR_MS // parts
    times = FIRST + np.arange(53 * WEEK_HOURS * parts, dtype=np.int64) * step_ms
    site = _site("Europe/Berlin")
    moved = replay(
        times, np.ones(len(times)), _mapping(ZoneInfo("UTC")), site=site,
        origin=midnight(date(2026, 10, 25), site.zone), count=25, parts=parts,
    )  # fmt: skip
    assert np.flatnonzero(moved.missing).tolist() == list(range(3 * parts, 4 * parts))
    assert moved.micro.sum() == 24 * parts * MICRO


@pytest.mark.parametrize("meter", ["gov_annex_main", "library_branch_main", "gov_canteen_gas"])
def test_two_years_of_replay_are_the_file_times_the_scale_within_one_step(meter: str) -> None:
    mapping = read_mapping(EXAMPLES / "readings" / "mapping.toml")
    column = next(entry for entry in mapping.columns if entry.meter == meter)
    real = read_columns(EXAMPLES / "readings" / "opendsm_hourly.parquet", mapping)
    known = np.isfinite(real.numbers[column.column])
    times, amounts = real.times[known], real.numbers[column.column][known]
    registry = example_registry()
    point = registry.meter[meter]
    site = registry.site[point.site]
    count = 104 * WEEK_HOURS
    origin = midnight(date(2024, 10, 9), site.zone)
    moved = replay(times, amounts, column, site=site, origin=origin, count=count)
    steps_per_micro = column.scale * 1000 / MICRO / point.base_per_step
    edges = to_steps(np.concatenate(([0], np.cumsum(moved.micro))), steps_per_micro, meter=meter)

    last = from_ms(int(times[-1]) + HOUR_MS).astimezone(column.zone).date()
    first = midnight(last - timedelta(days=728), column.zone)
    inside = (times >= first) & (times < midnight(last, column.zone))
    total = Fraction(int(np.rint(amounts[inside] * MICRO).sum()), MICRO) * column.scale * 1000
    replayed = int(edges[-1]) * point.base_per_step
    assert replayed <= total < replayed + point.base_per_step


def test_less_than_a_year_cannot_be_replayed() -> None:
    times, numbers = _coded(51 * WEEK_HOURS)
    with pytest.raises(ConfigError, match="52 weeks"):
        replay(times, numbers, _mapping(CHICAGO), site=_site("UTC"), origin=0, count=24)


def test_the_example_readings_are_small_and_say_where_they_come_from() -> None:
    folder = EXAMPLES / "readings"
    assert (folder / "opendsm_hourly.parquet").stat().st_size < 3_000_000
    assert "Apache License" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert "OpenDSM" in (folder / "NOTICE").read_text(encoding="utf-8")
    assert pq.read_schema(folder / "opendsm_hourly.parquet").names[0] == "time"
    label = read_mapping(folder / "mapping.toml").label
    assert label == "real household readings, scaled"
