"""Which meters stand behind a bill, how it is split by them, and what an open account loses."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from analytics.statements.cost.accounts import behind_of
from analytics.statements.cost.contracts import account_of
from analytics.statements.figures import DAY_S, EARLIER, Figure
from analytics.statements.given import given_of
from analytics.statements.year_on_year.change import QUALITY, Side
from analytics.statements.year_on_year.effects import split_of
from analytics.statements.year_on_year.weather import Day
from energy.bills.account import AccountMeter
from energy.bills.bill import Bill
from energy.meter import Meter
from energy.period import Stretch
from energy.registry import Registry
from tests.builders import MAIN_METER, registry_of

OCTOBER = Stretch(date(2026, 10, 1), date(2026, 11, 1))
ANNEX = replace(MAIN_METER, meter="annex")
HEAT = replace(MAIN_METER, meter="heat", kind="heat", use="heating")
ONE = Bill(
    bill="B1", institution="town", kind="electricity", account="1", first=OCTOBER.first,
    until=OCTOBER.until, amount=8_600_000, cost=9_800,
)  # fmt: skip
TWO = replace(
    ONE, bill="B2", account="2", first=date(2026, 10, 20), until=date(2026, 11, 20),
    amount=3_100_000, cost=3_100,
)  # fmt: skip


def registry(*rows: AccountMeter, meters: Sequence[Meter] = (MAIN_METER, ANNEX, HEAT)) -> Registry:
    return replace(registry_of(*meters), accounts=rows)


def names(bill: Bill, *rows: AccountMeter, billed: Sequence[Bill] = (ONE, TWO)) -> list[str]:
    return [link.meter.meter for link in behind_of(registry(*rows), billed, bill).links]


def test_the_meters_that_no_account_has_are_behind_the_account_without_a_row() -> None:
    row = AccountMeter(account="2", meter="annex")
    assert names(TWO, row) == ["annex"]
    assert names(ONE, row) == ["hall_main"]
    assert behind_of(registry(row), [ONE, TWO], ONE).accounts == (ONE.account_key,)


def test_several_accounts_without_a_row_share_the_meters() -> None:
    behind = behind_of(registry(), [ONE, TWO], ONE)
    assert [link.meter.meter for link in behind.links] == ["hall_main", "annex"]
    assert behind.accounts == (ONE.account_key, TWO.account_key)


def test_an_account_that_ended_before_shares_nothing() -> None:
    old = replace(TWO, first=date(2025, 1, 1), until=date(2025, 2, 1))
    assert behind_of(registry(), [ONE, old], ONE).accounts == (ONE.account_key,)


def test_a_meter_is_free_before_and_behind_its_days_on_an_account() -> None:
    row = AccountMeter(
        account="2", meter="annex", valid_from=date(2026, 10, 11), valid_to=date(2026, 10, 21)
    )
    links = behind_of(registry(row), [ONE, TWO], ONE).links
    assert [(link.meter.meter, link.days.first.day, link.days.days) for link in links] == [
        ("hall_main", 1, 31),
        ("annex", 1, 10),
        ("annex", 21, 11),
    ]


def test_a_supplier_tells_two_accounts_of_one_number_apart() -> None:
    row = AccountMeter(account="1", meter="annex", supplier="grid")
    assert names(replace(ONE, supplier="grid"), row) == ["annex"]
    assert names(replace(ONE, supplier="other"), row, billed=()) == ["hall_main"]


def test_a_bill_without_a_supplier_is_of_the_only_one_its_account_has() -> None:
    next_one = replace(ONE, bill="B3", first=OCTOBER.until, until=date(2026, 12, 1))
    named = replace(next_one, supplier="grid")
    assert len(behind_of(registry(), [ONE, named], ONE).accounts) == 1
    (figure,) = given_of([ONE, named], [], [OCTOBER], profiles={}, begun={})[
        "electricity", "", OCTOBER
    ]
    assert figure.is_whole
    assert [name for name, _ in figure.by_account] == ["grid 1"]


def test_a_bill_for_a_use_has_the_mains_of_that_use() -> None:
    assert names(replace(ONE, kind="heat", use="heating")) == ["heat"]
    assert names(replace(ONE, kind="heat", use="other")) == []


def test_the_contract_of_meters_on_two_accounts_is_nobodys() -> None:
    rows = [
        AccountMeter(account="1", meter="hall_main", capacity_va=100),
        AccountMeter(account="2", meter="annex", capacity_va=200),
    ]
    kept = registry(*rows)
    assert account_of(kept, [ANNEX], OCTOBER).capacity_va == 200
    assert account_of(kept, [MAIN_METER, ANNEX], OCTOBER).capacity_va is None


def test_days_that_one_account_leaves_open_are_lost_at_what_that_account_uses() -> None:
    (figure,) = given_of([ONE, TWO], [], [OCTOBER], profiles={}, begun={})[
        "electricity", "", OCTOBER
    ]
    assert figure.missing_s == 19 * DAY_S
    assert [note.en for note in figure.notes][-1] == "bills of account 2 leave 19 days open"
    days = [
        Day(OCTOBER.first + timedelta(days=one), amount=None, temperature_c=None, is_workday=True)
        for one in range(31)
    ]
    now = Side(OCTOBER, 31 * DAY_S, dict(figure.by_account), days, {})
    earlier = Figure(EARLIER, 11_700_000, cost=1)
    stretch = Stretch(date(2025, 10, 1), date(2025, 11, 1))
    before = Side(stretch, 31 * DAY_S, {"": earlier}, days, {})
    # 3,100 kWh are 100 a day of 31; 19 of them are open. The whole institution would be 377 a day.
    assert split_of("electricity", before, now, []).effect(QUALITY).amount == -19 * 100_000
    assert now.amount == 8_600_000 + 12 * 100_000


def test_an_account_that_is_new_has_lost_nothing_the_year_before() -> None:
    stretch = Stretch(date(2025, 10, 1), date(2025, 11, 1))
    old = replace(ONE, first=stretch.first, until=stretch.until)
    (was,) = given_of([old], [], [stretch], profiles={}, begun={})["electricity", "", stretch]
    both = replace(TWO, first=OCTOBER.first, until=OCTOBER.until)
    (is_,) = given_of([ONE, both], [], [OCTOBER], profiles={}, begun={})["electricity", "", OCTOBER]
    days = [
        Day(OCTOBER.first + timedelta(days=one), amount=None, temperature_c=None, is_workday=True)
        for one in range(31)
    ]
    before = Side(stretch, 31 * DAY_S, dict(was.by_account), days, {})
    now = Side(OCTOBER, 31 * DAY_S, dict(is_.by_account), days, {})
    split = split_of("electricity", before, now, [])
    assert split.effect(QUALITY).amount == 0
    assert split.effect("rest").amount == 3_100_000
