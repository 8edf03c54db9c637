"""The balance of a meter and its sub-meters, and which of them is named when it does not close."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.ledger.rows import FIELDS, ROW, Rows
from analytics.trees.balance import Balance, Family, balanced, families_of
from analytics.trees.suspects import FEWEST_DAYS, suspects_of
from energy.span import HOUR_MS
from energy.uses import OWN_GENERATION
from tests.builders import MAIN_METER, SUB_METER, registry_of

CHILDREN = tuple(
    replace(SUB_METER, meter=name, channel=name, name_en=name, name_zh=name)
    for name in ("light", "hvac", "power")
)
DAY_MS = 24 * HOUR_MS
BEGIN = 1_772_294_400_000
DAYS = 60


def loads(seed: int = 1) -> np.ndarray:
    """Return what three branches use each day; each on its own."""
    chance = np.random.default_rng(seed)
    level = np.array([300_000, 90_000, 500_000])
    return np.asarray((level * chance.uniform(0.6, 1.4, (DAYS, 3))).astype(np.int64))


def family(above: np.ndarray, below: np.ndarray) -> Balance:
    start = BEGIN + DAY_MS * np.arange(len(above), dtype=np.int64)
    known = np.ones(len(above), dtype=bool)
    every = np.ones(below.shape, bool)
    sold = np.zeros_like(above)
    return Balance(MAIN_METER, CHILDREN, start, above, below, known, every, above, sold, known)


def named(days: Balance) -> list[tuple[tuple[str, ...], str]]:
    return [(one.meters, one.fault) for one in suspects_of(days)]


def test_of_a_family_that_balances_nothing_is_suspected() -> None:
    below = loads()
    assert suspects_of(family(below.sum(axis=1) * 102 // 100, below)) == []


@pytest.mark.parametrize("times", [2.0, 0.5, 10.0, 0.1, 1.5])
def test_a_ratio_that_is_off_by_a_known_factor_is_named(times: float) -> None:
    below = loads()
    above = below.sum(axis=1)
    below[:, 2] = below[:, 2] / times
    first = suspects_of(family(above, below))[0]
    assert (first.meters, first.fault) == (("power",), "ratio")
    assert first.evidence["factor"] == pytest.approx(times, rel=0.05)
    assert first.sentence.zh
    assert first.sentence.en


def test_a_meter_that_counts_backwards_is_named() -> None:
    below = loads()
    above = below.sum(axis=1)
    below[:, 0] = -below[:, 0]
    assert (("light",), "reversed") in named(family(above, below))


def test_two_meters_that_took_each_others_level_are_named() -> None:
    below = loads()
    above = below.sum(axis=1)
    below[35:, [0, 1]] = below[35:, [1, 0]]
    assert named(family(above, below)) == [(("light", "hvac"), "swapped")]


def test_a_branch_that_nobody_reads_is_named() -> None:
    below = loads()
    above = below.sum(axis=1) + 400_000
    assert (("hall_main",), "missing_branch") in named(family(above, below))


def test_a_main_that_says_less_than_its_sub_meters_is_named() -> None:
    below = loads()
    above = below.sum(axis=1)
    above[-20:] //= 10  # bought counts as sold
    assert named(family(above, below))[0] == (("hall_main",), "too_little")


def test_fewer_than_two_weeks_name_nobody() -> None:
    below = loads()[: FEWEST_DAYS - 1]
    assert suspects_of(family(below.sum(axis=1) * 2, below)) == []


def rows(amounts: list[int], *, lost: int = -1) -> Rows:
    values = np.zeros((len(FIELDS), len(amounts)), dtype=np.int64)
    values[ROW["amount"]] = amounts
    values[ROW["period_s"]] = 86_400
    values[ROW["measured_s"]] = 86_400
    if lost >= 0:
        values[ROW["measured_s"], lost] = 80_000
    start = BEGIN + DAY_MS * np.arange(len(amounts), dtype=np.int64)
    return Rows(start, values, np.ones(values.shape, dtype=bool))


def test_a_child_that_misses_something_leaves_no_remainder_but_the_part_that_is_known() -> None:
    one, other = CHILDREN[:2]
    says = [
        (MAIN_METER, rows([100, 100, 100])),
        (one, rows([30, 20], lost=1)),
        (other, rows([50, 60])),
    ]
    balance = balanced(
        Family(MAIN_METER, (one, other)), {meter.meter: part for meter, part in says}
    )
    assert balance.is_whole.tolist() == [True, False, False]
    assert balance.remainder[0] == 20
    assert balance.known_part.tolist() == [80, 80, 0]
    assert balance.is_known.tolist() == [[True, True], [False, True], [False, False]]


def test_check_meters_are_not_in_the_balance() -> None:
    check = replace(CHILDREN[1], role="check")
    families = families_of(registry_of(MAIN_METER, CHILDREN[0], check))
    assert [(one.parent.meter, len(one.children)) for one in families] == [("hall_main", 1)]


SUN = replace(CHILDREN[0], meter="sun", role="check", use=OWN_GENERATION)
SOLD = replace(CHILDREN[0], meter="sold", role="export")


def test_what_is_generated_and_not_sold_reaches_the_sub_meters_too() -> None:
    (family,) = families_of(registry_of(MAIN_METER, CHILDREN[0], SUN, SOLD))
    says = {"hall_main": rows([100]), "light": rows([120]), "sun": rows([50]), "sold": rows([20])}
    balance = balanced(family, says)
    assert (balance.above.tolist(), balance.remainder.tolist()) == ([130], [10])
    assert balance.is_whole.tolist() == [True]


def test_where_nobody_counts_what_is_generated_no_remainder_is_known() -> None:
    (family,) = families_of(registry_of(MAIN_METER, CHILDREN[0], SOLD))
    says = {"hall_main": rows([100]), "light": rows([120]), "sold": rows([20])}
    assert balanced(family, says).is_whole.tolist() == [False]
