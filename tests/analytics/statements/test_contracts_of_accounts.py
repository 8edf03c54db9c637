"""What accounts say of a month: alone, one after the other, and several at a time."""

from dataclasses import replace
from datetime import date

from analytics.statements.cost.contracts import NO_CONTRACT, account_of
from energy.bills.account import AccountMeter
from energy.period import Stretch
from tests.builders import MAIN_METER, registry_of

MARCH = Stretch(date(2026, 3, 1), date(2026, 4, 1))
CHANGE = date(2026, 3, 16)
ANNEX = replace(MAIN_METER, meter="annex", channel="annex")
C = AccountMeter(
    account="C", meter=MAIN_METER.meter, contract_w=60_000, capacity_va=200_000, valid_to=CHANGE
)
D = AccountMeter(
    account="D", meter=MAIN_METER.meter, contract_w=90_000, capacity_va=200_000, valid_from=CHANGE
)


def test_of_accounts_that_follow_each_other_holds_what_both_say_alike() -> None:
    registry = replace(registry_of(MAIN_METER), accounts=(C, D))
    found = account_of(registry, [MAIN_METER], MARCH)
    assert (found.contract_w, found.capacity_va) == (None, 200_000)
    (said,) = found.unused
    assert "the account changed (C → D, 2026-03-16)" in said.en
    assert "not used: contracted demand." in said.en
    assert "户号由 C → D 变更（2026-03-16），各户的合同需量不同" in said.zh


def test_an_account_alone_and_one_before_the_month_leave_nothing_unused() -> None:
    registry = replace(registry_of(MAIN_METER), accounts=(C, D))
    april = Stretch(date(2026, 4, 1), date(2026, 5, 1))
    found = account_of(registry, [MAIN_METER], april)
    assert (found.contract_w, found.unused) == (90_000, ())
    same = replace(registry, accounts=(C, replace(D, contract_w=60_000)))
    assert account_of(same, [MAIN_METER], MARCH).contract_w == 60_000
    assert account_of(same, [MAIN_METER], MARCH).unused == ()


def test_of_accounts_at_a_time_nothing_holds() -> None:
    other = replace(C, account="E", meter="annex", valid_to=date.max)
    registry = replace(registry_of(MAIN_METER, ANNEX), accounts=(C, D, other))
    assert account_of(registry, [MAIN_METER, ANNEX], MARCH) == NO_CONTRACT
