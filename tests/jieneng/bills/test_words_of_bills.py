"""What people write into bills: water in tonnes, 气, dates in Chinese."""

from datetime import date
from pathlib import Path

from jieneng.wiring import House
from storage.records import bills
from tests.jieneng.bills.test_bill_commands import CHINESE, house, imported

__all__ = ["house"]


def test_a_tonne_of_water_is_a_cubic_metre_and_dates_may_be_chinese(
    house: House, tmp_path: Path
) -> None:
    rows = (
        "W1,town,水,1,2026年1月1日,2026年1月31日,12.5,吨,60,\n"
        "W2,town,水,1,2026-02-01,2026-02-28,7,t,30,\n"
        "G1,town,气,1,2026年1月1日,2026年1月31日,3,m3,9,\n"
        "C1,town,煤炭,1,2026-01-01,2026-01-31,2,吨,900,\n"
    )
    _, wrong = imported(house, tmp_path / "b.csv", CHINESE + rows)
    assert wrong == ""
    with house.records.reading() as session:
        found = {one.bill: one for one in bills.in_force(session)}
    assert (found["W1"].amount, found["W2"].amount) == (12_500, 7_000)
    assert (found["W1"].first, found["W1"].last) == (date(2026, 1, 1), date(2026, 1, 31))
    assert (found["G1"].kind, found["G1"].amount) == ("gas", 3_000)
    assert found["C1"].amount == 2_000_000


def test_a_date_that_is_none_is_refused_in_chinese_too(house: House, tmp_path: Path) -> None:
    row = "W1,town,水,1,2026年13月1日,2026年1月,1,吨,60,\n"
    _, wrong = imported(house, tmp_path / "b.csv", CHINESE + row)
    assert "'2026年13月1日' is no date" in wrong
    assert "'2026年1月' is no date" in wrong
