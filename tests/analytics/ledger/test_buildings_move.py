"""An institution that moves: buildings count by the days on which they are its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import pytest

from analytics.ledger.comparison import size_of
from analytics.ledger.places import Place
from analytics.statements.place_sizes import sizes_of
from analytics.why.intensity import sizes_again
from energy.meter import Building
from energy.period import Stretch
from energy.registry import Registry
from energy.sizes import AREA, HEATED_AREA, PEOPLE, Size
from storage.engines.memory import MemoryStore
from storage.records.book import Records
from storage.tables import INSTITUTION
from tests.analytics.why.why_world import asking
from tests.builders import HALL, MAIN_METER, TOWN, registry_of

JULY = Stretch(date(2026, 7, 1), date(2026, 8, 1))
MOVED = date(2026, 7, 11)
STAYS = replace(HALL, area_m2=15_000, people=200)
LEFT = replace(HALL, building="old", area_m2=4_000, people=100, valid_to=MOVED)
TAKEN = replace(HALL, building="new", area_m2=5_000, people=131, valid_from=MOVED)


@dataclass(frozen=True)
class Sized:
    registry: Registry
    sizes: Sequence[Size]


def town(*buildings: Building, sizes: tuple[Size, ...] = ()) -> Registry:
    return replace(registry_of(MAIN_METER), buildings=buildings, sizes=sizes)


def sized(registry: Registry, days: Stretch) -> dict[str, Fraction | None]:
    return sizes_of(Sized(registry, registry.sizes), TOWN, days)


def test_a_building_counts_on_the_days_on_which_it_is_the_institutions() -> None:
    registry = town(STAYS, LEFT, TAKEN)

    july = sized(registry, JULY)

    # 31 days of 15,000 m2, 10 of 4,000 and 21 of 5,000; 31 of 200 people, 10 of 100, 21 of 131.
    assert july[AREA] == Fraction(31 * 15_000 + 10 * 4_000 + 21 * 5_000, 31)
    assert july[PEOPLE] == Fraction(31 * 200 + 10 * 100 + 21 * 131, 31)
    assert july[HEATED_AREA] is None
    assert sized(registry, Stretch(date(2026, 6, 1), date(2026, 7, 1)))[AREA] == 19_000
    assert sized(registry, Stretch(date(2026, 8, 1), date(2026, 9, 1)))[AREA] == 20_000


def test_where_no_building_is_left_nothing_is_divided_by_none() -> None:
    assert sized(town(LEFT), Stretch(date(2026, 8, 1), date(2026, 9, 1)))[AREA] is None
    unknown = replace(TAKEN, area_m2=0)
    assert sized(town(STAYS, unknown), Stretch(date(2026, 6, 1), date(2026, 7, 1)))[AREA] == 15_000
    assert sized(town(STAYS, unknown), JULY)[AREA] is None


def test_a_size_row_of_a_building_that_left_holds_until_it_left() -> None:
    grown = Size("old", AREA, date(2026, 7, 6), 4_100, "survey")

    july = sized(town(STAYS, LEFT, sizes=(grown,)), JULY)

    assert july[AREA] == Fraction(31 * 15_000 + 5 * 4_000 + 5 * 4_100, 31)


@pytest.mark.parametrize("month", [6, 7, 8])
def test_a_why_counts_the_same_days_one_by_one(records: Records, month: int) -> None:
    registry = town(STAYS, LEFT, TAKEN)
    days = Stretch(date(2026, month, 1), date(2026, month + 1, 1))

    with asking(records, MemoryStore(), registry) as asked:
        again = sizes_again(asked, "town", *days)

    said = sized(registry, days)
    assert said[AREA] == Fraction(again[AREA]["again"])
    assert said[PEOPLE] == Fraction(again[PEOPLE]["again"])


def test_boards_count_a_building_by_the_same_days() -> None:
    place = Place(INSTITUTION, "town", "town", "electricity", "Asia/Shanghai", (MAIN_METER,))

    size = size_of(town(STAYS, LEFT, TAKEN), place, JULY)

    assert size.area_m2 == Fraction(31 * 15_000 + 10 * 4_000 + 21 * 5_000, 31)
