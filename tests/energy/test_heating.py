from dataclasses import replace
from datetime import date

import pytest

from energy.heating import HeatingSeason, heating_season

BEIJING = HeatingSeason("all", "110000", "", (11, 15), (3, 15), date(2009, 7, 1), date.max)
EARLY = HeatingSeason(
    "early", "110000", "2026-2027", (11, 6), (3, 22), date(2026, 7, 1), date(2027, 7, 1)
)


@pytest.mark.parametrize(
    ("day", "season"),
    [
        (date(2025, 11, 14), ""),
        (date(2025, 11, 15), "2025-2026"),
        (date(2025, 12, 31), "2025-2026"),
        (date(2026, 1, 1), "2025-2026"),
        (date(2026, 3, 15), "2025-2026"),
        (date(2026, 3, 16), ""),
        (date(2026, 7, 1), ""),
        (date(2026, 11, 6), "2026-2027"),
        (date(2027, 3, 22), "2026-2027"),
        (date(2027, 3, 23), ""),
        (date(2027, 11, 6), ""),
        (date(2027, 11, 15), "2027-2028"),
    ],
)
def test_a_season_crosses_the_year_and_a_row_for_one_season_overrides(
    day: date, season: str
) -> None:
    assert heating_season([BEIJING, EARLY], day, "110102", {}) == season


def test_a_region_nobody_has_a_row_for_has_no_known_season() -> None:
    assert heating_season([BEIJING], date(2026, 1, 1), "310000", {}) is None
    assert heating_season([BEIJING], date(2009, 1, 1), "110000", {}) is None


def test_the_row_for_one_season_wins_over_a_younger_row_for_every_season() -> None:
    younger = replace(BEIJING, id="younger", valid_from=date(2026, 9, 1))
    day = date(2026, 11, 6)
    assert heating_season([EARLY, younger], day, "110000", {}) == "2026-2027"
    assert heating_season([younger, EARLY], day, "110000", {}) == "2026-2027"
