"""What a person reads beside what the register that stood there showed before and after."""

from dataclasses import replace
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from analytics.edits.neighbours import odd_beside
from energy.meter import INSTALLED, NET, RATIO, REMOVED, REPLACEMENT, UP, VOLATILE, MeterEvent
from energy.reading import INTERVAL, REGISTER, Reading
from energy.span import HOUR_MS
from tests.builders import MAIN_METER

ZONE = ZoneInfo("Asia/Shanghai")
METER = replace(MAIN_METER, ratio=Fraction(1), max_rate=Fraction(50))
"""10 Wh a step, 5,000 steps an hour at most."""
NAME = METER.meter


def odd(value: int, hour: float, *events: MeterEvent, counts: str = UP, others: bool = True) -> str:
    """Return what is odd about a reading beside 22,833 steps at 0 h and 23,833 at 10 h."""
    meter = replace(METER, counts=counts)
    around = [read(22_833, 0), read(23_833, 10)] if others else []
    said = odd_beside(meter, events, read(value, hour), around, ZONE)
    return said.en if said else ""


def read(value: int, hour: float, table: str = REGISTER) -> Reading:
    return Reading(NAME, table, int(hour * HOUR_MS), value)


def event(kind: str, hour: float, **said: int | Fraction) -> MeterEvent:
    bare = MeterEvent(NAME, int(hour * HOUR_MS), kind, None, None, None, "li", "due")
    return replace(bare, **said)  # type: ignore[arg-type]  # of their columns


def test_a_register_that_counts_both_ways_may_fall_as_fast_as_it_may_rise() -> None:
    assert odd(20_000, 1, counts=NET) == ""
    assert odd(-500, 5, counts=NET) == ""
    assert "it changes by more than 50 kWh an hour" in odd(17_000, 1, counts=NET)
    assert "it changes by more than 50 kWh an hour" in odd(29_000, 1, counts=NET)


@pytest.mark.parametrize("counts", [UP, VOLATILE])
def test_of_others_a_fall_is_asked_for_again(counts: str) -> None:
    assert "the register falls" in odd(20_000, 1, counts=counts)
    assert "the register falls" in odd(23_900, 9, counts=counts)
    assert odd(23_000, 1, counts=counts) == ""


def test_the_first_reading_of_a_new_register_is_held_to_its_opening_and_not_to_the_old_one() -> (
    None
):
    fitted = event(REPLACEMENT, 10.5, closing=23_900, opening=0, digits=8)
    assert odd(80, 11.5, fitted) == ""
    assert "it advances by more than 50 kWh an hour" in odd(6_000, 11.5, fitted)
    assert odd(23_870, 10.2, fitted) == ""
    assert "the register falls" in odd(23_901, 10.2, fitted)
    unread = replace(fitted, opening=None)
    assert odd(99_000, 11.5, unread) == ""


def test_a_new_register_has_its_own_width_ratio_and_rate() -> None:
    wide = event(
        REPLACEMENT, 10.5, closing=23_900, opening=0, digits=3, ratio=Fraction(10),
        max_rate=Fraction(5),
    )  # fmt: skip
    # 5 kW of a register that is multiplied by 10: 50 steps of 100 Wh an hour.
    assert odd(49, 11.5, wide) == ""
    assert "it advances by more than" in odd(51, 11.5, wide)
    assert odd(1_000, 11.5, wide) == "it is more than the register that stood there shows"


def test_a_changed_ratio_changes_what_a_register_can_advance() -> None:
    other = event(RATIO, 10, closing=23_833, opening=23_833, ratio=Fraction(10))
    assert odd(23_833 + 499, 11, other) == ""
    assert "it advances by more than 50 kWh an hour" in odd(23_833 + 501, 11, other)


def test_where_no_instrument_stands_nothing_is_read() -> None:
    gone, back = event(REMOVED, 10.5, closing=23_900), event(INSTALLED, 20, opening=7, digits=8)
    assert "no instrument stood there then" in odd(23_950, 12, gone)
    assert "no instrument stood there then" in odd(23_950, 12, gone, back)
    assert "no instrument stood there then" in odd(5, 12, back, others=False)
    assert odd(10, 21, gone, back) == ""
    assert "an event of the meter is at that instant" in odd(23_900, 10.5, gone)
    sent = replace(METER, table=INTERVAL)
    said = odd_beside(sent, (gone,), read(5, 12, INTERVAL), (), ZONE)
    assert said is not None
    assert "no instrument stood there then" in said.en
    assert odd_beside(sent, (gone,), read(5, 2, INTERVAL), (), ZONE) is None
