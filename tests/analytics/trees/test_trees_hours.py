"""Which meter of a family is probably wrong, by its hours and by what its registers show."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analytics.trees.balance import Balance, balance_of, families_of
from analytics.trees.evidence import suspects_in
from analytics.trees.registers import Shown, backwards, exchanged
from analytics.trees.steps import FEWEST_HOURS, steps_of
from analytics.trees.suspect import Suspect
from analytics.trees.suspects import suspects_of
from energy.span import HOUR_MS, Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.engines.duckdb import DuckDBStore
from storage.tables import METER_DAY
from tests.analytics.trees.test_trees import CHILDREN
from tests.builders import MAIN_METER
from tests.scenario_ledger import SCENARIOS, ledger_of_scenario

DAYS = 28
BEGIN = 1_772_294_400_000  # midnight at Beijing
ZONE = "Asia/Shanghai"
OFFICE = np.array([0.3] * 7 + [1.0] * 11 + [0.3] * 6)


def loads(seed: int = 1) -> np.ndarray:
    """Return what three branches and what nobody meters use each hour. Shape (hours, 4)."""
    chance = np.random.default_rng(seed)
    level = np.array([30_000, 20_000, 50_000, 12_000])
    usual = np.tile(OFFICE, DAYS)[:, np.newaxis]
    return np.asarray((level * usual * chance.uniform(0.8, 1.2, (DAYS * 24, 4))).astype(np.int64))


def family(above: np.ndarray, below: np.ndarray, sold: np.ndarray | None = None) -> Balance:
    start = BEGIN + HOUR_MS * np.arange(len(above), dtype=np.int64)
    known, every = np.ones(len(above), dtype=bool), np.ones(below.shape, bool)
    out = np.zeros_like(above) if sold is None else sold
    bought = above + out
    return Balance(MAIN_METER, CHILDREN, start, above, below, known, every, bought, out, known)


def by_day(hours: Balance) -> Balance:
    def days(values: np.ndarray) -> np.ndarray:
        return np.asarray(values.reshape(DAYS, 24, *values.shape[1:]).sum(axis=1))

    rows = hours.at(np.arange(0, DAYS * 24, 24))
    return replace(
        rows,
        above=days(hours.above),
        below=days(hours.below),
        bought=days(hours.bought),
        sold=days(hours.sold),
    )


def suspects(hours: Balance) -> list[Suspect]:
    return suspects_of(by_day(hours), hours, ZONE)


def named(hours: Balance) -> list[tuple[tuple[str, ...], str]]:
    return [(one.meters, one.fault) for one in suspects(hours)]


def test_a_part_that_nobody_meters_is_no_ratio_that_is_off() -> None:
    used = loads()
    (found,) = suspects(family(used.sum(axis=1), used[:, :3]))
    assert (found.meters, found.fault) == (("hall_main",), "missing_branch")
    assert "no sub-meter bears sub-item B, C, D" in found.sentence.en


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("times", [2.0, 10.0, 1.5, 0.1, -1.0])
def test_a_ratio_that_is_off_is_named_though_a_part_is_metered_by_nobody(
    place: int, times: float
) -> None:
    used = loads()
    said = used[:, :3].astype(np.float64)
    said[:, place] /= times
    found = suspects(family(used.sum(axis=1), said.astype(np.int64)))
    of_meters = [one for one in found if one.meters == (CHILDREN[place].meter,)]
    assert [one.fault for one in of_meters] == ["reversed" if times < 0 else "ratio"]
    assert of_meters[0].evidence.get("factor", -1.0) == pytest.approx(times, rel=0.05)
    assert not [one for one in found if one.fault == "ratio" and one not in of_meters]


def test_hours_deny_a_factor_that_closes_the_days() -> None:
    used = loads()
    part = used[:, 1].mean()
    steady = np.full(DAYS * 24, int(part))  # as much as the second branch, but always the same
    hours = family(used[:, :3].sum(axis=1) + steady, used[:, :3])
    by_days = suspects_of(by_day(hours))
    assert (("hvac",), "ratio") in [(one.meters, one.fault) for one in by_days]
    assert named(hours) == [(("hall_main",), "missing_branch")]


@pytest.mark.parametrize("ahead", [1, -2, 8])
def test_a_sub_meter_whose_clock_is_hours_off_is_named(ahead: int) -> None:
    used = loads()
    said = used[:, :3].copy()
    said[:, 2] = np.roll(said[:, 2], ahead)  # ahead: it says a later time than the parent
    (clock, *others) = suspects(family(used.sum(axis=1), said))
    assert (clock.meters, clock.evidence) == (("power",), {"hours_ahead": float(ahead)})
    assert not others


def test_where_all_sub_meters_are_off_by_the_same_hours_the_clock_above_is_named() -> None:
    used = loads()
    said = np.roll(used[:, :3], -1, axis=0)
    (clock,) = suspects(family(used.sum(axis=1), said))
    assert (clock.meters, clock.evidence) == (("hall_main",), {"hours_ahead": 1.0})


def test_a_main_exchanged_with_the_meter_of_what_is_sold_is_named() -> None:
    used = loads()
    bought = used.sum(axis=1)
    hours = family(bought, used[:, :3])
    hours = replace(hours, above=hours.above - 2 * bought, bought=hours.sold, sold=bought)
    assert named(hours) == [(("hall_main",), "reversed")]


def test_too_few_hours_tell_nothing() -> None:
    used = loads()[:FEWEST_HOURS]
    hours = family(used.sum(axis=1), used[:, :3])
    assert steps_of(hours, ZONE) is not None
    assert steps_of(hours.at(np.arange(FEWEST_HOURS - 1)), ZONE) is None


def shown(place: int, values: np.ndarray) -> Shown:
    time = BEGIN + HOUR_MS * np.arange(len(values), dtype=np.int64)
    return Shown(CHILDREN[place], time, values)


RISING = np.arange(DAYS * 24, dtype=np.int64) * 3


def test_a_register_that_runs_backwards_is_named_and_one_that_was_replaced_is_not() -> None:
    replaced = np.where(np.arange(len(RISING)) < 300, RISING + 500_000, RISING)
    falling = 4_000_000 - RISING
    found = list(backwards([shown(0, replaced), shown(1, falling), shown(2, RISING)]))
    assert [(one.meters, one.fault) for one in found] == [(("hvac",), "reversed")]


def test_two_registers_that_took_each_others_place_are_named() -> None:
    here, there = RISING + 1_000_000, RISING * 2 + 30_000_000
    later = np.arange(len(RISING)) >= 400
    pair = [shown(0, np.where(later, there, here)), shown(1, np.where(later, here, there))]
    (found,) = exchanged(pair)
    assert (found.meters, found.fault, found.confidence) == (("light", "hvac"), "swapped", 1.0)


def test_registers_that_were_put_right_again_or_jump_elsewhere_are_not_named() -> None:
    here, there = RISING + 1_000_000, RISING * 2 + 30_000_000
    number = np.arange(len(RISING))
    for_a_while = (number >= 100) & (number < 400)
    again = [
        shown(0, np.where(for_a_while, there, here)),
        shown(1, np.where(for_a_while, here, there)),
    ]
    elsewhere = [
        shown(0, np.where(number >= 400, here + 7_000_000, here)),
        shown(1, np.where(number >= 400, there + 9_000_000, there)),
    ]
    below = [
        shown(0, np.where(number >= 400, 20_000_000 + RISING, here)),
        shown(1, np.where(number >= 400, 500_000 + RISING, there)),
    ]
    assert [list(exchanged(pair)) for pair in (again, elsewhere, below)] == [[], [], []]


def test_the_four_faults_of_wiring_are_named_and_nothing_else(tmp_path: Path) -> None:
    store = DuckDBStore(tmp_path / "ledger.duckdb")
    registry = ledger_of_scenario(SCENARIOS / "wrong_wiring.toml", store)
    ever = Span(EARLIEST_MS, LATEST_MS)

    found = {
        (one.meters, one.fault)
        for family in families_of(registry)
        for one in suspects_in(store, family, balance_of(store, family, METER_DAY, ever), {}, ZONE)
    }
    store.close()

    assert found == {
        (("library_main",), "reversed"),
        (("library_hvac", "library_power"), "swapped"),
        (("office_data_room",), "reversed"),
        (("office_main",), "missing_branch"),  # nobody ever connected the power of the office
    }
