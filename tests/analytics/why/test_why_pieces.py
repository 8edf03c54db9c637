"""What a figure stands on gives the figure again, whatever happened to the register."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.consumption.course import Known
from analytics.consumption.epochs import Epoch
from analytics.consumption.intervals import follow_intervals
from analytics.why.again import Count
from analytics.why.pieces import Piece, interval_pieces, register_pieces, told_pieces
from tests.analytics.consumption.registers import EDGES, QUARTER, Told, follow, lay, troubled


def epochs_of(told: Told) -> list[Epoch]:
    return [
        Epoch(one.start, one.end, one.modulus, one.opening, one.closing, counts=one.counts)
        for one in told.registers
    ]


def pieces_of(told: Told) -> list[Piece]:
    course = follow(told)
    return register_pieces(course, dict(told.readings), epochs_of(told), {})


@given(told=troubled(), edges=EDGES, base=st.sampled_from([Fraction(1), Fraction(40, 3)]))
def test_the_pieces_of_a_figure_give_the_figure(
    told: Told, edges: list[int], base: Fraction
) -> None:
    cells = lay(follow(told), edges, base)
    count = Count(pieces_of(told), base)

    for place, (start, end) in enumerate(pairwise(edges)):
        cell = count.cell(start, end)
        assert (cell.amount is not None) == bool(cells.has_amount[place])
        assert (cell.amount or 0) == cells.amount[place]
        assert cell.estimated == cells.amount_estimated[place]
        assert cell.measured_s == cells.measured_ms[place] // 1000
        assert cell.unresolved_s == -(-cells.unresolved_ms[place] // 1000)


@given(told=troubled(), edges=EDGES)
def test_pieces_told_as_one_give_the_same_figure(told: Told, edges: list[int]) -> None:
    start, end = edges[0], edges[-1]
    whole = Count(pieces_of(told), Fraction(7))
    few = Count(told_pieces(whole.pieces, start, end), Fraction(7))

    assert few.cell(start, end) == whole.cell(start, end)
    assert sum(piece.readings for piece in few.pieces) == len(whole.touching(start, end))


def test_a_day_without_trouble_is_told_in_one_piece() -> None:
    told = Told([(place * QUARTER, 100 + place) for place in range(97)], [], 96)
    pieces = [
        Piece(start[0], end[0], Known.MEASURED, start[1], end[1], modulus=1000)
        for start, end in pairwise(told.readings)
    ]

    (one,) = told_pieces(pieces, 0, 96 * QUARTER)

    assert (one.first, one.last, one.readings, one.advance) == (100, 196, 96, 96)


def test_a_piece_that_an_edge_cuts_is_told_alone() -> None:
    pieces = [
        Piece(place * QUARTER, (place + 1) * QUARTER, Known.MEASURED, place, place + 1, modulus=99)
        for place in range(4)
    ]

    told = told_pieces(pieces, QUARTER // 2, 3 * QUARTER)

    assert [(piece.first, piece.last) for piece in told] == [(0, 1), (1, 3)]


AMOUNTS = st.dictionaries(st.integers(0, 40), st.integers(-5, 1100), min_size=1)


@given(sent=AMOUNTS, edges=EDGES)
def test_the_intervals_of_a_figure_give_the_figure(sent: dict[int, int], edges: list[int]) -> None:
    amounts = {place * QUARTER: sent[place] for place in sorted(sent)}
    course = follow_intervals(
        time=np.array(list(amounts), dtype=np.int64),
        amount=np.array(list(amounts.values()), dtype=np.int64),
        quality=np.zeros(len(amounts), dtype=np.int8),
        nominal_ms=QUARTER,
        most=1000,
    )
    cells = lay(course, edges)
    count = Count(interval_pieces(course, amounts), Fraction(1))

    found = [count.cell(start, end) for start, end in pairwise(edges)]

    assert [cell.amount or 0 for cell in found] == cells.amount.tolist()
    assert [cell.measured_s for cell in found] == (cells.measured_ms // 1000).tolist()
