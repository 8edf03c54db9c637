"""Closing lets old readings go: only behind closed periods without a hole, and only after years."""

from energy.span import HOUR_MS
from jieneng.wiring import House
from storage.records import values
from tests.jieneng.ledger.test_ledger_commands import (
    HOURS_OF_MAY,
    as_of,
    ask,
    closed_may,
    house,
    tell,
)
from tests.storage.chain_world import MAY_1, day

__all__ = ["house"]
CLOSED, RAW_FROM = "ledger.closed_until", "ledger.raw_from"


def kept(house: House, name: str) -> int | None:
    with house.records.reading() as session:
        found = values.get(session, name)
    return None if found is None else int(found)


def test_nothing_goes_before_a_period_is_closed(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 24))
    house.clock = lambda: day(6, 10) + 20 * 366 * 24 * HOUR_MS

    house._let_hours_go()

    assert (kept(house, CLOSED), kept(house, RAW_FROM)) == (None, None)


def test_after_closing_old_readings_go_and_the_closed_sheet_stays(house: House) -> None:
    closed_may(house)
    before = as_of(house, "")
    house._let_hours_go()
    assert kept(house, CLOSED) == day(6, 1)
    # Three years have not gone by.
    assert (kept(house, RAW_FROM) or 0) < MAY_1

    house.clock = lambda: day(6, 10) + 5 * 366 * 24 * HOUR_MS
    house._let_hours_go()
    house._let_raw_go()

    assert kept(house, RAW_FROM) == day(6, 1)
    # What tells how the first open hours began stays; tests/analytics/rounds/test_rounds_frozen.py.
    assert as_of(house, "") == before
    code, said = ask(house, "ledger", "verify", printed="")
    assert (code, said[0][:3]) == (0, "ok:")


def test_a_hole_between_closed_periods_holds_what_follows(house: House) -> None:
    everything = closed_may(house)
    tell(house, range(HOURS_OF_MAY + 24, HOURS_OF_MAY + 40 * 24))
    house.clock = lambda: day(8, 10)
    for action in ("submit", "close"):
        asked = {"action": action, "institution": "town", "period": "2026-07", "by": everything}
        assert ask(house, "ledger", "step", reason="", into="", **asked)[0] == 0

    house._let_hours_go()

    assert kept(house, CLOSED) == day(6, 1)
