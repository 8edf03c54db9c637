"""A bill over New Year by yearly tiers: each year counts its own part, by the meters alike."""

from datetime import date
from pathlib import Path

from energy.reading import Reading
from energy.span import HOUR_MS, midnight
from storage.records import touched
from tests.builders import NORTH
from tests.jieneng.bills.test_bill_commands import CELLS, done
from tests.tier_house import TARIFF, opened

DECEMBER = midnight(date(2025, 12, 1), NORTH.zone)
FEBRUARY = midnight(date(2026, 2, 1), NORTH.zone)
STEPS = TARIFF.format(of="year_amount", first=1000, second=2000).replace("2026-01-01", "2025-01-01")


def test_january_on_a_bill_from_december_begins_its_tiers_anew(tmp_path: Path) -> None:
    house = opened(tmp_path, STEPS, ())
    # 0.25 m³ an hour from December on: 12 days of December are 72 m³, 19 of January 114 m³. Bills
    # of the year before told 1,100 m³, so December is above 1,000 and January is in no tier.
    house.store.write(
        [Reading("water", "register", time, place * 250 - 1_272_000)
         for place, time in enumerate(range(DECEMBER, FEBRUARY + 1, HOUR_MS), start=5088)]
    )  # fmt: skip
    with house.records.session() as session:
        touched.publish(session, {"water": DECEMBER})
    house.round_once()
    for cells in (
        {**CELLS, "bill": "W-1", "kind": "water", "first": "2025-01-01", "last": "2025-12-19",
         "amount": "1100", "cost": "5700"},
        {**CELLS, "bill": "W-2", "kind": "water", "first": "2025-12-20", "last": "2026-01-19",
         "amount": "186", "cost": "1074"},
    ):  # fmt: skip
        assert done(house, "bill", "add", cells=cells, by="Li", reason="")[1] == ""
    said, wrong = done(house, "bill", "check", institution="town", period="", terms={})
    house.close()
    assert wrong == ""
    check = said[next(place for place, one in enumerate(said) if one.startswith("W-2")) :]
    # 186 x 5 + 72 x 2 = 1,074 yuan.
    assert "  difference in cost +0.00 yuan, of which:" in check
    assert any("they begin anew at the New Year within the bill" in one for one in check)
