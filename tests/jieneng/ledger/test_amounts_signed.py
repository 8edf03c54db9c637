"""``jieneng amounts`` of closed periods, and by the factors of a region: what it has to say."""

from collections.abc import Iterator

import pytest

from jieneng.wiring import House
from tests.amount_house import (
    amounts,
    opened_district,
)
from tests.jieneng.bills.test_bill_commands import done, imported
from tests.jieneng.ledger.test_ledger_commands import person, step

BILL = (
    "bill,institution,kind,first,last,amount,cost\nB,town,electricity,2026-05-01,2026-05-31,9,40\n"
)
SIGNED = (
    "The closed sheet of 2026-05 says 2,232.000 kWh by own meters, not this: "
    "jieneng statement town 2026-05."
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A town that closed May by its own meters and chose bills afterwards, and a school."""
    folder = tmp_path_factory.mktemp("house")
    held = opened_district(folder)
    head = person(held, "filler", "statistics_head", "unit_head")
    step(held, "submit", head)
    assert step(held, "close", head)[-1] == "0"
    yield held
    held.close()


@pytest.fixture(scope="module")
def billed(house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    assert imported(house, tmp_path_factory.mktemp("bills") / "bills.csv", BILL)[1] == ""
    cells = {
        "institution": "town", "kind": "electricity", "basis": "bill", "from": "2026-01",
        "reason": "audit",
    }  # fmt: skip
    assert done(house, "basis", "set", cells=cells, by="Li")[1] == ""
    return house


def noted(house: House, place: str, period: str, **options: object) -> list[str]:
    """Return the notes of all electricity that is signed."""
    rows = amounts(house, place, period, **options)["amounts"]
    return [note["en"] for row in rows if not row["use"] for note in row["notes"]]


def test_amounts_of_a_closed_period_that_comes_out_as_signed_say_nothing(house: House) -> None:
    assert noted(house, "town", "2026-05") == []


@pytest.mark.parametrize(
    ("place", "period"), [("town", "2026-05"), ("town", "2026-Q2"), ("city", "2026-05")]
)
def test_amounts_that_differ_from_a_closed_sheet_show_the_signed_figure(
    billed: House, place: str, period: str
) -> None:
    assert SIGNED in noted(billed, place, period)


def test_the_signed_figure_stands_below_no_period_that_it_is_not_of(billed: House) -> None:
    assert SIGNED not in noted(billed, "town", "2026-06")
    assert SIGNED not in noted(billed, "school", "2026-05")


@pytest.mark.parametrize("place", ["town", "hall", "hall_main", "city"])
def test_each_step_down_to_another_emission_factor_is_told_with_the_amount(
    house: House, place: str
) -> None:
    told = noted(house, place, "2026-05", choices={"region": "110102"})
    assert any("no factor of electricity for 110102" in note for note in told)
    assert any("no factor of data year 2026" in note for note in told)
    assert not any("no factor" in note for note in noted(house, place, "2026-05"))
