"""`jieneng balance` where there is nothing to balance."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jieneng.wiring import House
from tests.amount_house import DISTRICT, MAIN, opened
from tests.builders import registry_of
from tests.jieneng.test_ledger_commands import ask


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = opened(tmp_path, DISTRICT)
    yield held
    held.close()


def test_a_meter_that_nobody_knows_is_told_apart_from_one_without_sub_meters(house: House) -> None:
    code, said = ask(house, "balance", "balance", meter="nosuch", monthly=False)
    assert code != 0
    assert said[0].startswith("The registry knows no meter 'nosuch'.")
    code, said = ask(house, "balance", "balance", meter="boiler", monthly=False)
    assert (code, said) == (1, ["boiler has no sub-meters."])


def test_without_any_sub_meter_it_says_so(tmp_path: Path) -> None:
    held = opened(tmp_path, registry_of(MAIN))
    code, said = ask(held, "balance", "balance", meter="", monthly=False)
    held.close()
    assert (code, said) == (1, ["No meter has sub-meters."])
