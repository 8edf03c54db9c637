"""Lines of a day's amount on its temperature: found where there is one, and by no chance."""

import numpy as np
import pytest

from analytics.statements.change import WEATHER
from analytics.statements.effects import split_of
from analytics.statements.weather import COOLING, HEATING, Day, lines_on
from tests.analytics.changes import KWH, a_year, flat, seasons, side


@pytest.mark.parametrize(("kind", "sorts"), [("electricity", {COOLING}), ("gas", set())])
def test_cooling_is_found_where_a_kind_may_cool(kind: str, sorts: set[int]) -> None:
    def cool(day: Day) -> int:
        return round(90 * KWH + 5 * KWH * max((day.temperature_c or 0) - 24, 0))

    learnt = a_year(cool, seasons)
    assert [(line.sort, line.balance_c) for line in lines_on(learnt)] == [(COOLING, 24.0)]
    july = learnt[181:212]
    hotter = [day._replace(temperature_c=(day.temperature_c or 0) + 1) for day in july]
    split = split_of(kind, side(july), side(hotter), learnt)
    assert bool(split.effect(WEATHER).amount) == bool(sorts)


def test_a_line_withstands_days_of_a_broken_boiler() -> None:
    def heat(day: Day) -> int:
        if day.day.day in (7, 8):
            return 0
        return round(7 * KWH * max(16 - (day.temperature_c or 0), 0))

    (line,) = lines_on(a_year(heat, seasons), [HEATING])
    assert line.balance_c == 16.0
    assert line.slope == pytest.approx(7 * KWH, rel=0.01)


@pytest.mark.parametrize("days", [365, 60])
def test_chance_is_not_taken_for_weather(days: int) -> None:
    found = 0
    for seed in range(200):
        chance = np.random.default_rng(seed).normal(100 * KWH, 20 * KWH, 365).astype(int).tolist()
        year = zip(a_year(flat, seasons), chance, strict=True)
        learnt = [day._replace(amount=amount) for day, amount in year]
        found += len(lines_on(learnt[:days]))
    assert found == 0
