"""What is counted more than once among mains, or among the sub-meters of one meter."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from energy.counting.twice import TooOften, counted_too_often, shares_of
from energy.counting.virtual import VirtualPart
from energy.meter import Meter
from energy.period import NO_FIRST_DAY, NO_LAST_DAY
from tests.builders import MAIN_METER

DAY = date(2026, 3, 1)


def meter(name: str, role: str = "main", parent: str = "", use: str = "") -> Meter:
    return replace(MAIN_METER, meter=name, role=role, parent=parent, use=use)


def part(
    name: str,
    source: str,
    share: Fraction | int = 1,
    sign: str = "+",
    days: tuple[date, date] = (NO_FIRST_DAY, NO_LAST_DAY),
) -> VirtualPart:
    return VirtualPart(name, source, sign, Fraction(share), *days)


def found(meters: list[Meter], *parts: VirtualPart) -> list[TooOften]:
    return list(counted_too_often({one.meter: one for one in meters}, parts))


def totals(meters: list[Meter], *parts: VirtualPart) -> dict[str, Fraction]:
    return {one.meter: one.total for one in found(meters, *parts)}


CHECK = meter("m", "check")
TWO = [CHECK, meter("v1"), meter("v2")]


def test_two_mains_of_one_check_in_full_count_it_twice() -> None:
    assert totals(TWO, part("v1", "m"), part("v2", "m")) == {"m": 2}


def test_shares_of_one_meter_in_mains_are_at_most_one_together() -> None:
    third, two_thirds = Fraction(1, 3), Fraction(2, 3)
    assert totals(TWO, part("v1", "m", two_thirds), part("v2", "m", two_thirds)) == {
        "m": Fraction(4, 3)
    }
    assert not totals(TWO, part("v1", "m", two_thirds), part("v2", "m", third))


def test_shares_along_nested_virtual_meters_are_multiplied() -> None:
    meters = [*TWO, meter("x", "check")]
    nested = part("x", "m", Fraction(1, 2)), part("v1", "x")
    assert totals(meters, *nested, part("v2", "m")) == {"m": Fraction(3, 2)}
    assert not totals(meters, *nested, part("v2", "x"))
    quarter = part("x", "m", Fraction(1, 2)), part("v1", "x", Fraction(1, 2))
    assert not totals(meters, *quarter, part("v2", "m", Fraction(3, 4)))
    assert totals(meters, *quarter, part("v2", "m")) == {"m": Fraction(5, 4)}


def test_only_days_on_which_both_count_count() -> None:
    before, after = (NO_FIRST_DAY, DAY), (DAY, NO_LAST_DAY)
    assert not found(TWO, part("v1", "m", days=before), part("v2", "m", days=after))
    (one,) = found(TWO, part("v1", "m"), part("v2", "m", days=after))
    assert one.day == DAY


def test_what_is_taken_off_again_is_counted_once() -> None:
    meters = [meter("m", "main"), meter("s", "check", parent="m"), meter("v1")]
    assert totals(meters, part("v1", "s")) == {"s": 2}
    held = [meter("m", "check"), meter("s", "check", parent="m"), meter("v1"), meter("v2")]
    assert not found(held, part("v1", "m"), part("v1", "s", sign="-"), part("v2", "s"))
    assert totals(held, part("v1", "m"), part("v1", "s")) == {"s": 2}


def test_a_campus_less_a_main_of_its_own_is_no_double_count_however_it_is_nested() -> None:
    meters = [CHECK, meter("own"), meter("x", "check"), meter("v1")]
    assert not found(meters, part("x", "m"), part("x", "own", sign="-"), part("v1", "x"))


def test_what_is_generated_below_a_main_is_no_part_of_it() -> None:
    meters = [meter("m"), meter("p", "check", parent="m", use="own_generation"), meter("v1")]
    assert not found(meters, part("v1", "p"))


def test_the_inputs_of_a_virtual_main_may_stand_below_it() -> None:
    meters = [meter("v1"), meter("a", "sub", parent="v1"), meter("b", "sub", parent="v1")]
    assert not found(meters, part("v1", "a"), part("v1", "b"))


def test_a_meter_that_stands_for_three_alike_is_itself_counted_once() -> None:
    assert not found(TWO, part("v1", "m", 3))
    assert totals(TWO, part("v1", "m", 3), part("v2", "m")) == {"m": 2}


def test_a_virtual_sub_of_half_of_its_parent_is_counted_beside_the_other_sub_meters_of_it() -> None:
    meters = [meter("m"), meter("h", "sub", parent="m")]
    assert not found(meters, part("h", "m", Fraction(1, 2)))
    (one,) = found([*meters, meter("s", "sub", parent="m")], part("h", "m", Fraction(1, 2)))
    assert (one.meter, one.below, one.total, one.by) == ("s", "m", Fraction(3, 2), ("h",))


def test_the_rest_of_a_main_is_a_sub_meter_beside_those_it_takes_off() -> None:
    meters = [meter("m"), meter("rest", "sub", parent="m"), meter("s", "sub", parent="m")]
    assert not found(meters, part("rest", "m"), part("rest", "s", sign="-"))


@given(st.lists(st.fractions(Fraction(1, 9), 1), min_size=1, max_size=6))
def test_mains_of_one_meter_are_refused_if_and_only_if_they_are_more_than_all_of_it(
    shares: list[Fraction],
) -> None:
    numbers = count()
    parts = [part(f"v{next(numbers)}", "m", share) for share in shares]
    told = totals([CHECK, *(meter(one.meter) for one in parts)], *parts)
    assert told == ({"m": sum(shares)} if sum(shares) > 1 else {})


def test_the_shares_of_a_day_are_those_of_the_rows_in_force() -> None:
    rows = part("v1", "m", days=(NO_FIRST_DAY, DAY)), part("v2", "m", days=(DAY, NO_LAST_DAY))
    assert shares_of(rows, ["v1", "v2"], DAY)["m"] == {"v2": 1}
