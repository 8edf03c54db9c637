"""Meters that are read every quarter of an hour, in slots as long."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from energy.errors import ConfigError
from energy.meter import SUB
from energy.registry import Registry
from energy.span import HOUR_MS
from simulators.district import build
from simulators.faults import afflict
from simulators.grid import slot_of
from simulators.replaying.replay import evenly_between
from simulators.run import Prepared
from simulators.truth.truth_files import HOURS as HOURS_FILE
from simulators.truth.truth_files import write_truth
from tests.example_district import CALENDARS, HOURS, example_registry, short_plan, short_scenario
from tests.simulators.test_district import base_of

QUARTER_MS = HOUR_MS // 4


def quicker() -> Registry:
    """Return the example district with meters that are read every quarter of an hour."""
    some = example_registry()
    return replace(some, meters=tuple(replace(one, interval_s=900) for one in some.meters))


@lru_cache(maxsize=2)
def quarters(hours: int = HOURS) -> Prepared:
    plan = replace(short_plan(hours=hours), slot_ms=slot_of(quicker().meters))
    district = build(plan, quicker(), CALENDARS, short_scenario(), hours=hours)
    return Prepared(plan, district, afflict(district))


def test_a_main_is_the_sum_of_its_sub_meters_and_a_rest_in_every_quarter() -> None:
    district = quarters().district
    assert district.grid.slot_ms == QUARTER_MS
    for main, subs in district.registry.children.items():
        above = base_of(district.meters[main])
        rest = above - np.sum([base_of(district.meters[sub.meter]) for sub in subs], axis=0)
        assert rest.min() >= 0
        assert rest.sum() < 0.3 * above.sum()


def test_readings_come_every_quarter_and_registers_never_run_backwards() -> None:
    prepared = quarters()
    for name, true in prepared.district.meters.items():
        told = prepared.happenings.told[name]
        assert len(told.time) == HOURS * 4
        assert ((told.time - true.jitter_s * 1000) == prepared.district.grid.starts).all()
        assert (np.diff(told.count) >= 0).all()
        assert (told.count >= told.edges[:-1]).all()
        assert (told.count <= told.edges[1:]).all()


def test_a_longer_history_of_quarters_begins_with_the_shorter_one() -> None:
    shorter, longer = quarters(HOURS - 12), quarters()
    for name, told in shorter.happenings.told.items():
        later = longer.happenings.told[name]
        for field in ("time", "count", "shown", "said_first", "published", "good", "publish_at"):
            assert np.array_equal(getattr(told, field), getattr(later, field)[: len(told.time)]), (
                name,
                field,
            )


def test_a_month_of_quarters_uses_what_a_month_of_hours_does() -> None:
    plan = short_plan()
    hourly = build(plan, example_registry(), CALENDARS, short_scenario(), hours=HOURS)
    for name, true in quarters().district.meters.items():
        expected = hourly.meters[name].used.sum()
        if not expected:  # heat in May
            assert not true.used.sum()
            continue
        used = true.used.sum() / expected
        # Shares of people and cars differ by chance; sub-meters begin late.
        assert 0.8 < used < 1.25, name


def test_an_hourly_meter_among_quicker_ones_is_read_at_the_hour() -> None:
    panel = quicker().meter["gov_annex_main"].device
    mixed = replace(
        quicker(),
        meters=tuple(
            replace(one, interval_s=3600) if one.device == panel else one
            for one in quicker().meters
        ),
    )
    plan = replace(short_plan(hours=48), slot_ms=slot_of(mixed.meters))
    district = build(plan, mixed, CALENDARS, replace(short_scenario(), faults=()), hours=48)
    told = afflict(district).told
    assert plan.slot_ms == QUARTER_MS
    assert len(told["gov_annex_main"].time) == 48
    assert len(told["gov_office_main"].time) == 48 * 4


def test_a_device_that_would_read_its_meters_at_different_times_is_refused() -> None:
    uneven = replace(
        quicker(),
        meters=tuple(
            replace(one, interval_s=1800) if one.role == SUB else one for one in quicker().meters
        ),
    )
    plan = replace(short_plan(hours=48), slot_ms=QUARTER_MS)
    district = build(plan, uneven, CALENDARS, replace(short_scenario(), faults=()), hours=48)
    with pytest.raises(ConfigError, match="different intervals"):
        afflict(district)


def test_an_interval_that_is_no_whole_number_of_slots_is_refused() -> None:
    plan = replace(short_plan(hours=48), slot_ms=HOUR_MS)
    with pytest.raises(ConfigError, match="900 s"):
        afflict(build(plan, quicker(), CALENDARS, short_scenario(), hours=48))
    odd = [replace(one, interval_s=7) for one in quicker().meters]
    with pytest.raises(ConfigError, match="at least 60 s"):
        slot_of(odd)


def test_the_truth_of_quarters_is_told_by_hours(tmp_path: Path) -> None:
    prepared = quarters()
    write_truth(tmp_path, prepared.plan, prepared.district, prepared.happenings)
    hours = pd.read_parquet(tmp_path / HOURS_FILE)
    main = hours[hours["meter"] == "gov_office_main"]
    true = prepared.district.meters["gov_office_main"]
    assert len(main) == HOURS
    assert (main["used"].to_numpy() == true.used.reshape(-1, 4).sum(axis=1)).all()


def test_hourly_amounts_are_spread_evenly_and_no_step_is_lost() -> None:
    edges = evenly_between(np.array([0, 7, 7, 10]), 4)
    assert edges.tolist() == [0, 1, 3, 5, 7, 7, 7, 7, 7, 7, 8, 9, 10]
