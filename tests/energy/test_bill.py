"""Bills: whole ones only, and split over months to the unit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.bills.bill import BY_DAYS, BY_PROFILE, Bill, parts_of
from energy.errors import ConfigError
from energy.period import Stretch

BILL = Bill(
    bill="A-1",
    institution="town",
    kind="electricity",
    first=date(2026, 1, 30),
    until=date(2026, 2, 3),
    amount=1000,
    cost=700_001,
)
DAYS = [BILL.first + timedelta(days=day) for day in range(4)]


@given(
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 500),
    amount=st.none() | st.integers(0, 10**13),
    cost=st.integers(-(10**13), 10**13),
    values=st.none() | st.lists(st.none() | st.integers(0, 10**9), min_size=500, max_size=500),
)
def test_the_parts_of_a_bill_add_up_to_it_exactly(
    first: date, days: int, amount: int | None, cost: int, values: list[int | None] | None
) -> None:
    bill = replace(
        BILL, kind="heat", first=first, until=first + timedelta(days=days), amount=amount, cost=cost
    )
    profile = {first + timedelta(days=day): value for day, value in enumerate(values or [])}

    parts = parts_of(bill, profile)

    assert sum(part.cost for part in parts) == cost
    assert [part.amount for part in parts if part.amount is None] == (
        [None] * len(parts) if amount is None else []
    )
    assert sum(part.amount or 0 for part in parts) == (amount or 0)
    assert sum(part.stretch.days for part in parts) == days
    assert len({part.stretch.first.replace(day=1) for part in parts}) == len(parts)


def test_a_bill_over_a_month_end_follows_the_meters() -> None:
    # 10 + 20 of 100 in January: 300 of 1000, and 210000.3 of 700001.
    profile = dict(zip(DAYS, [10, 20, 30, 40], strict=True))

    january, february = parts_of(BILL, profile)

    assert january.stretch == Stretch(date(2026, 1, 30), date(2026, 2, 1))
    assert (january.amount, january.cost, january.note) == (300, 210_000, BY_PROFILE)
    assert (february.amount, february.cost, february.note) == (700, 490_001, BY_PROFILE)


@pytest.mark.parametrize("values", [[10, None, 30, 40], [0, 0, 0, 0], [10, 20, 30]])
def test_a_bill_is_split_by_days_as_soon_as_one_day_is_not_known(values: list[int | None]) -> None:
    parts = parts_of(BILL, dict(zip(DAYS, values, strict=False)))

    assert [(part.amount, part.cost, part.note) for part in parts] == [
        (500, 350_000, BY_DAYS),
        (500, 350_001, BY_DAYS),
    ]


def test_a_bill_within_a_month_is_not_marked() -> None:
    (part,) = parts_of(replace(BILL, until=date(2026, 2, 1)))

    assert (part.amount, part.cost, part.note) == (1000, 700_001, None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"until": date(2026, 1, 30)}, "last day is before its first"),
        ({"kind": "steam_engine"}, "not known"),
        ({"amount": None}, "only heat billed by area"),
        ({"amount": None, "cost": -50}, "Of a refund of money alone write 0"),
    ],
)
def test_a_bill_that_cannot_be_is_refused_with_what_is_wrong(
    change: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        replace(BILL, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "cost", "is_note"),
    [(-100, -70, True), (0, -50, True), (-100, 0, True), (100, -1, False), (0, 30, False)],
)
def test_a_refund_and_a_corrective_note_may_be_of_days_that_are_billed(
    amount: int, cost: int, *, is_note: bool
) -> None:
    other = replace(BILL, bill="R-1", amount=amount, cost=cost)
    assert other.is_note == is_note
    assert BILL.overlaps(other) == other.overlaps(BILL) == (not is_note)


def test_the_parts_of_a_corrective_note_add_up_to_it_exactly() -> None:
    parts = parts_of(replace(BILL, amount=-1001, cost=-700_001))
    assert sum(part.amount or 0 for part in parts) == -1001
    assert sum(part.cost for part in parts) == -700_001


def test_two_bills_of_one_account_may_meet_and_may_not_overlap() -> None:
    after = replace(BILL, first=BILL.until, until=date(2026, 3, 1))

    assert not BILL.overlaps(after)
    assert BILL.overlaps(replace(after, first=date(2026, 2, 2)))
    assert not BILL.overlaps(replace(after, first=date(2026, 2, 2), account="other"))
