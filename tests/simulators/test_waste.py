from dataclasses import replace

import numpy as np
import pytest

from simulators.chance import noise
from simulators.conditions import Conditions
from simulators.load import LIGHTING, WHOLE
from simulators.scenario import WASTES, Waste
from simulators.trees.waste import HABITS, RATES, active, extra_amounts, true_waste
from tests.example_district import example_registry
from tests.simulators.test_loads import LOADS, YEAR, _conditions

FROM, TO = 100, 300
KW = 1000


def met() -> Conditions:
    """Return a year in which every fiftieth day is a holiday."""
    plain = _conditions()
    holiday = np.arange(YEAR) // 24 % 50 == 0
    return replace(plain, holiday=holiday, workday=plain.workday & ~holiday)


def extra(kind: str, load: str = "office", strength: float = 3.0) -> dict[str, np.ndarray]:
    """Return what a waste adds to a load in the 365 days, 100 to 300 of them wasted."""
    building = example_registry().building["gov_office"]

    def draw(met: Conditions) -> dict[str, np.ndarray]:
        return LOADS[load].draw(
            met, building, lambda name, spread: noise(3, name, YEAR, spread=spread)
        )

    plain = met()
    items = tuple(item for item in draw(plain) if item != "rest")
    waste = Waste(kind, "x", FROM, TO, strength)
    return extra_amounts(waste, draw, plain, base_per_display=KW, items=items)


def whole(kind: str, load: str = "office", strength: float = 3.0) -> np.ndarray:
    return np.asarray(np.sum(list(extra(kind, load, strength).values()), axis=0))


@pytest.mark.parametrize("kind", WASTES)
def test_every_waste_adds_energy_while_it_lasts_and_none_outside(kind: str) -> None:
    load = {"chiller_at_night": "chiller_plant", "fixed_speed": "chiller_plant"}.get(kind, "office")
    strength = 150.0 if kind == "fixed_speed" else 3.0
    more = whole(kind, load, strength)
    lasts = active(Waste(kind, "x", FROM, TO, strength), met())
    assert (kind in HABITS) != (kind in RATES)
    assert more[lasts].sum() > 0
    assert (more[~lasts] == 0).all()
    assert (more >= 0).all()
    told = true_waste(Waste(kind, "x", FROM, TO, strength), met(), more)
    assert (told.end - told.start) // 86_400_000 == TO - FROM


def test_a_late_stop_is_seen_after_people_have_gone_and_an_early_start_before_they_come() -> None:
    plain = met()
    late, early = whole("late_stop", strength=2), whole("early_start", strength=2)
    assert set(plain.hour[late > 0]) == {17, 18, 19}
    assert set(plain.hour[early > 0]) == {6, 7, 8}
    assert plain.workday[(late > 0) | (early > 0)].all()


def test_lights_that_are_left_on_raise_lighting_alone() -> None:
    found = extra("lights_left_on")
    assert found[LIGHTING].sum() > 0
    assert all(not more.any() for item, more in found.items() if item != LIGHTING)
    assert (found[LIGHTING][met().hour == 2].sum()) > 0


def test_a_holiday_run_as_a_workday_is_seen_on_holidays_alone() -> None:
    more = whole("holiday_as_workday")
    assert more[met().holiday].sum() > 0
    assert (more[~met().holiday] == 0).all()


def test_a_drifting_setpoint_costs_most_when_plant_runs_and_it_is_warm() -> None:
    plain = met()
    more = whole("setpoint_drift", strength=2)
    summer = (plain.hour == 14) & plain.workday & (plain.temperature_c > 25)
    night = (plain.hour == 3) & (plain.temperature_c > 12) & (plain.temperature_c < 17)
    assert more[summer & (more > 0)].mean() > 5 * max(more[night].mean(), 1)


def test_heating_against_cooling_costs_also_in_mild_weather() -> None:
    plain = met()
    mild = (plain.temperature_c > 10) & (plain.temperature_c < 18) & (plain.hour == 11)
    lasts = active(Waste("heating_and_cooling", "x", FROM, TO, 3), plain)
    assert (whole("heating_and_cooling")[mild & lasts & plain.workday] > 0).all()


def test_a_chiller_at_night_runs_at_night_in_the_season() -> None:
    plain = met()
    more = whole("chiller_at_night", "chiller_plant")
    assert set(plain.hour[more > 0]) <= {*range(20, 24), *range(6)}
    assert plain.cooling[more > 0].all()


def test_a_pump_of_fixed_speed_takes_its_full_power_whenever_it_runs() -> None:
    building = example_registry().building["gov_office"]
    plain = LOADS["chiller_plant"].draw(
        met(), building, lambda name, spread: noise(3, name, YEAR, spread=spread)
    )[WHOLE]
    more = whole("fixed_speed", "chiller_plant", strength=400)
    runs = more > 0
    assert np.abs((plain + more)[runs] - 400 * KW).max() <= 1
    assert not more[plain == 0].any()


def test_a_demand_peak_lasts_an_hour_of_the_morning() -> None:
    plain = met()
    more = whole("demand_peak", strength=80)
    assert set(plain.hour[more > 0]) == {9}
    assert set(more[more > 0]) == {80 * KW}
