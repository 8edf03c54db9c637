"""How well a model fits: the published vector, what cannot be told, and what a reader sees."""

import numpy as np
import pytest

from analytics.statements.year_on_year.fit import fit_of
from analytics.statements.year_on_year.weather import HEATING, Day, lines_on
from analytics.statements.year_on_year.words import weather
from energy.kinds import KINDS
from tests.analytics.statements.changes import KWH, a_year, seasons


def test_the_published_vector_gives_the_published_statistics() -> None:
    measured = np.array([100, 110, 120, 90, 95, 105])
    predicted = np.array([98, 113, 118, 93, 94, 101])

    fit = fit_of(measured, predicted, parameters=2)

    assert fit is not None
    assert round(100 * fit.cv_rmse, 3) == 3.173
    assert round(100 * fit.nmbe, 3) == 0.726


def test_predicting_too_much_is_below_zero() -> None:
    fit = fit_of(np.array([10.0, 10.0, 10.0]), np.array([11.0, 11.0, 11.0]), parameters=1)
    assert fit is not None
    assert fit.nmbe == pytest.approx(-0.15)


@pytest.mark.parametrize(
    ("measured", "parameters"), [([1.0, 2.0], 2), ([], 1), ([-1.0, 1.0, 0.0], 1)]
)
def test_where_nobody_can_say_there_is_none(measured: list[float], parameters: int) -> None:
    assert fit_of(np.array(measured), np.zeros(len(measured)), parameters=parameters) is None


def test_a_reader_sees_how_well_the_temperature_says_the_days() -> None:
    chance = np.random.default_rng(4)

    def heat(day: Day) -> int:
        used = 100 * KWH + 7 * KWH * max(16 - (day.temperature_c or 0), 0)
        return round(used * chance.normal(1, 0.05))

    lines = lines_on(a_year(heat, seasons), [HEATING])

    assert lines[0].fit is not None
    assert lines[0].fit.cv_rmse == pytest.approx(0.05, rel=0.3)
    said = weather(lines, 5.0, 4.0, KINDS["electricity"])
    assert f"CV(RMSE) {lines[0].fit.cv_rmse:.1%}, NMBE" in said.en
    assert "CV(RMSE)" in said.zh
