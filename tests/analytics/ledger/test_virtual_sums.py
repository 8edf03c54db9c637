"""Virtual meters as sums of hours: what must hold whatever the inputs say (invariant 14)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.hours import Books
from analytics.ledger.rows import FIELDS, ROW, Rows, no_rows
from analytics.ledger.virtual import combined, known_part, spread_evenly
from analytics.ledger.wall import wall_of
from energy.binding import EVER
from energy.counting.virtual import VirtualPart, portions_of
from energy.kinds import KINDS
from energy.reference import Reference
from energy.span import HOUR_MS, Span
from energy.tariffs.tariff import TariffRow
from tests.builders import MAIN_METER, NORTH

BEGIN, END = date(2000, 1, 1), date(2100, 1, 1)
MIDNIGHT = 1_772_294_400_000  # 2026-03-01 in Shanghai
BOOKS = Books(replace(MAIN_METER, meter="net"), NORTH, Reference())
ADDITIVE = ("amount", "amount_estimated")


def hours(amounts: list[int | None]) -> Rows:
    """Return hours from a midnight on; None has no row."""
    there = np.array([amount is not None for amount in amounts], dtype=bool)
    values = np.zeros((len(FIELDS), len(amounts)), dtype=np.int64)
    known = np.ones((len(FIELDS), len(amounts)), dtype=bool)
    values[ROW["amount"]] = [amount or 0 for amount in amounts]
    values[ROW["amount_estimated"]] = values[ROW["amount"]] // 3
    values[ROW["measured_s"]] = 3000
    values[ROW["estimated_s"]] = 600
    values[ROW["period_s"]] = 3600
    start = MIDNIGHT + HOUR_MS * np.arange(len(amounts), dtype=np.int64)
    return Rows(start[there], values[:, there], known[:, there])


def part(meter: str, source: str, sign: str = "+", share: Fraction = Fraction(1)) -> VirtualPart:
    return VirtualPart(meter, source, sign, share, BEGIN, END)


def same_length(most: int = 10**12) -> st.SearchStrategy[list[list[int]]]:
    row = st.lists(st.integers(-most, most), min_size=50, max_size=50)
    return st.lists(row, min_size=1, max_size=4)


@given(same_length())
def test_a_sum_of_meters_is_the_sum_of_their_values(amounts: list[list[int]]) -> None:
    """Invariant 14, virtual meters."""
    inputs = {f"m{place}": hours([*row]) for place, row in enumerate(amounts)}
    portions = portions_of(part("all", name) for name in inputs)["all"]
    result = combined(portions, inputs, BOOKS)
    for name in ADDITIVE:
        whole = np.sum([rows.field(name) for rows in inputs.values()], axis=0)
        assert result.field(name).tolist() == whole.tolist()


@given(same_length())
def test_a_meter_minus_itself_is_nothing(amounts: list[list[int]]) -> None:
    """Invariant 14, virtual meters."""
    inputs = {"m": hours([*amounts[0]])}
    result = combined(portions_of([part("v", "m"), part("v", "m", "-")])["v"], inputs, BOOKS)
    assert not result.field("amount").any()
    assert result.known[ROW["amount"]].all()


@given(same_length(), st.lists(st.integers(1, 97), min_size=1, max_size=5))
def test_splits_add_up_to_the_whole_in_every_hour(
    amounts: list[list[int]], weights: list[int]
) -> None:
    """Invariant 14, virtual meters."""
    inputs = {"m": hours([*amounts[0]])}
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    parts = [part(f"v{place}", "m", share=share) for place, share in enumerate(shares)]
    pieces = [combined(portions, inputs, BOOKS) for portions in portions_of(parts).values()]
    for name in ADDITIVE:
        whole = np.sum([piece.field(name) for piece in pieces], axis=0)
        assert whole.tolist() == inputs["m"].field(name).tolist()


@given(same_length(), st.integers(2, 1000), st.fractions(Fraction(1, 1000), Fraction(999, 1000)))
def test_a_whole_number_of_times_is_exact_and_leaves_the_slices_beside_it_whole(
    amounts: list[list[int]], times: int, share: Fraction
) -> None:
    """Invariant 14, virtual meters."""
    inputs = {"m": hours([*amounts[0]])}
    shares = {"some": share, "many": Fraction(times), "rest": 1 - share}
    made = portions_of(part(name, "m", share=one) for name, one in shares.items())
    pieces = {name: combined(portions, inputs, BOOKS) for name, portions in made.items()}
    for name in ADDITIVE:
        counted = inputs["m"].field(name).tolist()
        assert pieces["many"].field(name).tolist() == [times * one for one in counted]
        split = pieces["some"].field(name) + pieces["rest"].field(name)
        assert split.tolist() == counted


@given(same_length(), st.fractions(Fraction(1, 1000), 1))
def test_a_share_of_a_day_is_off_by_less_than_a_unit(
    amounts: list[list[int]], share: Fraction
) -> None:
    inputs = {"m": hours([*amounts[0]])}
    result = combined(portions_of([part("v", "m", share=share)])["v"], inputs, BOOKS)
    day = slice(0, 24)
    exact = share * int(inputs["m"].field("amount")[day].sum())
    assert 0 <= exact - int(result.field("amount")[day].sum()) < 1


@given(same_length())
def test_import_and_export_swapped_turn_the_sign_of_the_net(amounts: list[list[int]]) -> None:
    """Invariant 15, import and export."""
    inputs = {"in": hours([*amounts[0]]), "out": hours([*amounts[-1]])}
    parts = [part("a", "in"), part("a", "out", "-"), part("b", "out"), part("b", "in", "-")]
    one, other = (combined(portions, inputs, BOOKS) for portions in portions_of(parts).values())
    bought, sold = (inputs[name].field("amount") for name in ("in", "out"))
    assert one.field("amount").tolist() == (bought - sold).tolist()
    assert other.field("amount").tolist() == (sold - bought).tolist()
    for name in ("measured_s", "estimated_s", "unresolved_s", "period_s", "amount_estimated"):
        sign = -1 if name == "amount_estimated" else 1
        assert one.field(name).tolist() == (sign * other.field(name)).tolist()


def test_an_hour_without_one_input_has_no_amount_and_shows_the_part_that_is_known() -> None:
    inputs = {"a": hours([5, 7, 9]), "b": hours([1, None, 3])}
    portions = portions_of([part("v", "a"), part("v", "b")])["v"]
    result = combined(portions, inputs, BOOKS)
    assert result.known[ROW["amount"]].tolist() == [True, False, True]
    assert result.field("amount").tolist() == [6, 0, 12]
    assert result.field("measured_s").tolist() == [3000, 0, 3000]
    shown = known_part(portions, inputs, NORTH.timezone)
    assert shown.field("amount").tolist() == [6, 7, 12]


def test_an_input_that_never_said_anything_leaves_every_hour_without_amount() -> None:
    inputs = {"a": hours([5, 7]), "b": no_rows()}
    result = combined(portions_of([part("v", "a"), part("v", "b")])["v"], inputs, BOOKS)
    assert not result.known[ROW["amount"]].any()
    assert not combined((), {}, BOOKS).start.size


def test_an_input_counts_on_the_days_on_which_it_is_valid() -> None:
    inputs = {"a": hours([1] * 48), "b": hours([10] * 24)}
    until = VirtualPart("v", "b", "+", Fraction(1), BEGIN, date(2026, 3, 2))
    result = combined(portions_of([part("v", "a"), until])["v"], inputs, BOOKS)
    assert result.field("amount").tolist() == [11] * 24 + [1] * 24
    assert result.known[ROW["amount"]].all()


@given(
    st.lists(st.integers(-(10**12), 10**12), min_size=3, max_size=3), st.sets(st.integers(1, 179))
)
def test_the_pieces_of_an_hour_add_up_to_it(amounts: list[int], cuts: set[int]) -> None:
    wall = wall_of(NORTH.timezone, MIDNIGHT, MIDNIGHT + 3 * HOUR_MS)
    minutes = MIDNIGHT + 60_000 * np.array(sorted(cuts), dtype=np.int64)
    edges = np.unique(np.concatenate([wall.edges, minutes]))
    pieces = spread_evenly(np.array(amounts, dtype=np.int64), wall, edges)
    begin = np.searchsorted(edges[:-1], wall.start)
    assert np.add.reduceat(pieces, begin).tolist() == amounts


def test_an_hour_in_which_the_price_changes_is_priced_by_its_minutes() -> None:
    price, unit = 400_000, KINDS["electricity"].base_per_display
    rows = tuple(
        TariffRow("half", "electricity", BEGIN, END, tuple(range(1, 13)), name, begin, end, 0,
                  price * times, "contract", "verified")
        for name, begin, end, times in (("valley", 0, 30, 1), ("peak", 30, 1440, 3))
    )  # fmt: skip
    books = replace(
        BOOKS, meter=replace(BOOKS.meter, tariff="half"), reference=Reference({"half": rows})
    )
    inputs = {"a": hours([2 * unit, 2 * unit])}
    result = combined(portions_of([part("v", "a")])["v"], inputs, books)
    assert result.field("cost").tolist() == [price * 4, price * 6]


def test_a_sum_is_whole_without_an_input_at_which_no_instrument_stands() -> None:
    # "gone" was removed half an hour into the third hour, with its closing reading.
    removed = MIDNIGHT + 2 * HOUR_MS + HOUR_MS // 2
    inputs = {"stays": hours([10, 20, 30, 40]), "gone": hours([1, 2, 3, None])}
    inputs["gone"].numbers[ROW["measured_s"]] = [3000, 3000, 1200]
    portions = portions_of(part("all", name) for name in inputs)["all"]

    result = combined(portions, inputs, BOOKS, None, {"gone": [Span(removed, EVER)]})

    assert result.field("amount").tolist() == [11, 22, 33, 40]
    assert result.known[ROW["amount"]].all()
    assert result.field("measured_s").tolist() == [3000, 3000, 3000, 3000]
    lacking = combined(portions, inputs, BOOKS)
    assert lacking.known[ROW["amount"]].tolist() == [True, True, True, False]
