"""What make soak demands: it must see a single reading that is missing or too many."""

from pathlib import Path

import pytest

from benchmarks.soak.account import Account, LostError
from tests.collector_process import expected


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account("planted", tmp_path, {})


def test_one_missing_reading_among_thousands_is_seen(account: Account) -> None:
    wanted = expected(range(5000))
    with pytest.raises(LostError, match="missing"):
        account.compare(wanted[:1234] + wanted[1235:], wanted)
    assert (account.figures["missing"], account.figures["doubled"]) == (1, 0)


def test_a_reading_there_twice_or_with_another_value_is_seen(account: Account) -> None:
    wanted = expected(range(10))
    with pytest.raises(LostError, match="too many"):
        account.compare([*wanted, wanted[3]], wanted)
    time, value = wanted[9]
    with pytest.raises(LostError):
        account.compare([*wanted[:9], (time, value + 1)], wanted)
    assert (account.figures["missing"], account.figures["doubled"]) == (1, 1)


def test_what_is_all_there_passes(account: Account) -> None:
    account.compare(expected(range(10)), expected(range(10)))
    assert account.figures == {"readings": 10, "missing": 0, "doubled": 0}
