from dataclasses import replace
from datetime import date

import pytest

from energy.heating import HeatingSeason, season_stretch
from energy.period import Stretch

BEIJING = HeatingSeason("all", "110000", "", (11, 15), (3, 15), date(2009, 7, 1), date.max)
EARLY = HeatingSeason(
    "early", "110000", "2026-2027", (11, 6), (3, 22), date(2026, 7, 1), date(2027, 7, 1)
)


@pytest.mark.parametrize(
    ("season", "first", "until"),
    [
        ("2025-2026", date(2025, 11, 15), date(2026, 3, 16)),
        ("2026-2027", date(2026, 11, 6), date(2027, 3, 23)),
        ("2027-2028", date(2027, 11, 15), date(2028, 3, 16)),
    ],
)
def test_a_season_crosses_the_year_and_a_row_for_one_season_overrides(
    season: str, first: date, until: date
) -> None:
    assert season_stretch([BEIJING, EARLY], season, "110102", {}) == Stretch(first, until)


def test_a_region_nobody_has_a_row_for_has_no_known_season() -> None:
    assert season_stretch([BEIJING], "2025-2026", "310000", {}) is None
    assert season_stretch([BEIJING], "2008-2009", "110000", {}) is None


@pytest.mark.parametrize("key", ["2026", "2026-2028", "2026-05", "winter"])
def test_what_names_no_season_has_no_days(key: str) -> None:
    assert season_stretch([BEIJING], key, "110000", {}) is None


def test_the_row_for_one_season_wins_over_a_younger_row_for_every_season() -> None:
    younger = replace(BEIJING, id="younger", valid_from=date(2026, 9, 1))
    for rows in ([EARLY, younger], [younger, EARLY]):
        found = season_stretch(rows, "2026-2027", "110000", {})
        assert found == Stretch(date(2026, 11, 6), date(2027, 3, 23))
