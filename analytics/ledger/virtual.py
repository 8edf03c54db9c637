"""The hours of a virtual meter, from those of its inputs."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analytics.consumption.exact import floor_times
from analytics.ledger.hours import Books, worths_of
from analytics.ledger.rows import FIELDS, ROW, Rows, no_rows
from analytics.ledger.wall import Wall, wall_of
from analytics.ledger.worth import each_of, since_midnight
from energy.counting.virtual import Portion
from energy.span import HOUR_MS, SECOND_MS, Span


class Parts(NamedTuple):
    """What an input counted between edges, by its own readings.

    Attributes:
        amount: Base units. Shape (n,), int64.
        measured_ms: How long of it was measured [ms]. Shape (n,), int64.
    """

    amount: np.ndarray
    measured_ms: np.ndarray


TellsParts = Callable[[str, Wall, np.ndarray], Parts]
"""Input, cells, and edges that cut them [ms] -> what it counted between each two of the edges."""

_MINUTE_MS = 60_000
_SUMS = ("amount", "amount_estimated")


def combined(
    portions: Sequence[Portion],
    inputs: Mapping[str, Rows],
    books: Books,
    parts: TellsParts | None = None,
    away: Mapping[str, Sequence[Span]] | None = None,
) -> Rows:
    """Return the hours of a virtual meter.

    Amounts are sums of slices (energy.counting.virtual.Portion). Seconds are those of the worst
    input. An hour in which an input has no amount has none either, unless no instrument stood
    there; of its seconds it tells what the inputs do. Cost, standard coal and CO2 follow from its
    own amount; where a price changes within an hour, that hour is cut into the slices of what the
    inputs counted before and after.

    Args:
        portions: What it is made of.
        inputs: Hours of each input, from a local midnight on and of the same site.
        books: The virtual meter, its site, prices and factors.
        parts: Tells what inputs counted in parts of hours; without it evenly by the minute.
        away: When no instrument stood at an input: then nothing is due of it.

    Returns:
        The hours in which any input of that day says anything.
    """
    there = [rows for rows in inputs.values() if len(rows)]
    if not there:
        return no_rows()
    first = min(int(rows.start[0]) for rows in there)
    last = max(int(rows.start[-1]) for rows in there)
    timezone = books.site.timezone
    wall = wall_of(timezone, _midnight_before(timezone, first), last + 1)
    dense = {name: dense_of(rows, wall) for name, rows in inputs.items()}
    sums, holds = _amounts(portions, dense, wall)
    values = np.zeros((len(FIELDS), len(wall.start)), dtype=np.int64)
    known = np.ones((len(FIELDS), len(wall.start)), dtype=bool)
    is_counted = np.ones(len(wall.start), dtype=bool)
    is_said = np.zeros(len(wall.start), dtype=bool)
    gone = {name: _gone_ms((away or {}).get(name, ()), wall) for name in holds}
    for name, held in holds.items():
        is_due = held & (gone[name] < np.diff(wall.edges))
        is_counted &= dense[name].known[ROW["amount"]] | ~is_due
        is_said |= dense[name].known[ROW["period_s"]] & held
    for name in _SUMS:
        values[ROW[name]] = sums[name]
        known[ROW[name]] = is_counted
    for name, seconds in _worst_seconds(dense, holds, gone, wall).items():
        values[ROW[name]] = seconds
    values[ROW["period_s"]] = np.diff(wall.edges) // SECOND_MS
    amount = np.where(is_counted, sums["amount"], 0)

    def pieces(edges: np.ndarray) -> np.ndarray:
        cut = cut_of(portions, dense, wall, edges, parts)
        return np.where(is_counted[_cell_of(edges, wall)], cut, 0)

    for name, (worth, is_worth) in worths_of(amount, pieces, wall, books).items():
        values[ROW[name]] = worth
        known[ROW[name]] = is_worth & is_counted
    values = np.where(known, values, 0)
    return Rows(wall.start[is_said], values[:, is_said], known[:, is_said])


def cut_of(
    portions: Sequence[Portion],
    dense: Mapping[str, Rows],
    wall: Wall,
    edges: np.ndarray,
    parts: TellsParts | None,
) -> np.ndarray:
    """Return what a virtual meter has of pieces of cells; those of a cell add up to it.

    Slices are of the count since midnight at each edge. An input tells a cell by its own readings
    where it measured all of it and they still give the amount; else its amount lies evenly in it.

    Args:
        portions: What it is made of.
        dense: Hours of each input, one for every cell.
        wall: The cells.
        edges: Whole minutes that cut them [ms], the edges of the wall among them. Shape (n + 1,).
        parts: Tells what inputs counted; without it evenly by the minute.

    Returns:
        The amount of each piece [base units]. Shape (n,), int64.
    """
    cell = _cell_of(edges, wall)
    finer = Wall(edges, wall.days, wall.day[cell], wall.minute[cell])
    inputs = {}
    for name, rows in dense.items():
        values = np.zeros((len(FIELDS), len(cell)), dtype=np.int64)
        told = parts(name, wall, edges) if parts else None
        values[ROW["amount"]] = _of_input(rows.field("amount"), wall, edges, told)
        inputs[name] = Rows(finer.start, values, np.zeros_like(values, dtype=bool))
    return _amounts(portions, inputs, finer)[0]["amount"]


def _of_input(amount: np.ndarray, wall: Wall, edges: np.ndarray, told: Parts | None) -> np.ndarray:
    even = spread_evenly(amount, wall, edges)
    if told is None:
        return even
    first = np.searchsorted(edges[:-1], wall.start)
    is_told = np.add.reduceat(told.amount, first) == amount
    is_told &= np.add.reduceat(told.measured_ms, first) == np.diff(wall.edges)
    return np.where(is_told[_cell_of(edges, wall)], told.amount, even)


def _cell_of(edges: np.ndarray, wall: Wall) -> np.ndarray:
    """Return the number of the cell that each piece lies in. Shape (len(edges) - 1,)."""
    return np.asarray(np.searchsorted(wall.start, edges[:-1], side="right") - 1)


def spread_evenly(amount: np.ndarray, wall: Wall, edges: np.ndarray) -> np.ndarray:
    """Return the amount of pieces of cells, by their minutes; those of a cell add up to it.

    Args:
        amount: Amount of each cell [base units]. Shape (cells,), int64.
        wall: The cells.
        edges: Whole minutes that cut them [ms], the edges of the wall among them. Shape (n + 1,).

    Returns:
        The amount of each piece. Shape (n,), int64.
    """
    cell = _cell_of(edges, wall)
    minutes = (np.diff(wall.edges) // _MINUTE_MS)[cell]
    begun = (edges[:-1] - wall.start[cell]) // _MINUTE_MS
    ended = (edges[1:] - wall.start[cell]) // _MINUTE_MS
    return np.asarray(amount[cell] * ended // minutes - amount[cell] * begun // minutes)


def known_part(portions: Sequence[Portion], inputs: Mapping[str, Rows], timezone: str) -> Rows:
    """Return, of each hour, the sum of those inputs that have an amount, and only that.

    Where an input is missing, this is what can be shown beside "missing".
    """
    parts = [rows for rows in inputs.values() if len(rows)]
    if not parts:
        return no_rows()
    first = min(int(rows.start[0]) for rows in parts)
    last = max(int(rows.start[-1]) for rows in parts)
    wall = wall_of(timezone, _midnight_before(timezone, first), last + 1)
    dense = {name: dense_of(rows, wall) for name, rows in inputs.items()}
    sums, holds = _amounts(portions, dense, wall)
    values = np.zeros((len(FIELDS), len(wall.start)), dtype=np.int64)
    known = np.zeros((len(FIELDS), len(wall.start)), dtype=bool)
    is_known = np.zeros(len(wall.start), dtype=bool)
    for name, held in holds.items():
        is_known |= dense[name].known[ROW["amount"]] & held
    values[ROW["amount"]] = sums["amount"]
    known[ROW["amount"]] = is_known
    return Rows(wall.start[is_known], values[:, is_known], known[:, is_known])


def _midnight_before(timezone: str, time: int) -> int:
    around = wall_of(timezone, time // HOUR_MS * HOUR_MS, time + 1)
    return int(around.days.start[around.day[0]])


def dense_of(rows: Rows, wall: Wall) -> Rows:
    """Return rows with one for every cell of a wall; nothing is known where there was none."""
    values = np.zeros((len(FIELDS), len(wall.start)), dtype=np.int64)
    known = np.zeros((len(FIELDS), len(wall.start)), dtype=bool)
    place = np.searchsorted(wall.start, rows.start)
    values[:, place] = rows.numbers
    known[:, place] = rows.known
    return Rows(wall.start, values, known)


def _amounts(
    portions: Sequence[Portion], dense: Mapping[str, Rows], wall: Wall
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the sums of slices, and in which cells each input takes part."""
    number = wall.day + wall.days.first.toordinal()
    sums = {name: np.zeros(len(wall.start), dtype=np.int64) for name in _SUMS}
    holds = {portion.source: np.zeros(len(wall.start), dtype=bool) for portion in portions}
    since = {
        (name, field): since_midnight(dense[name].field(field), wall)
        for name in holds
        for field in _SUMS
    }
    for portion in portions:
        held = (number >= portion.valid_from.toordinal()) & (number < portion.valid_to.toordinal())
        holds[portion.source] |= held
        for field in _SUMS:
            total = since[portion.source, field]
            upper = floor_times(total, portion.upper)
            slice_ = each_of(upper - floor_times(total, portion.lower), wall)
            sums[field] += np.where(held, slice_ if portion.is_added else -slice_, 0)
    return sums, holds


def _gone_ms(away: Sequence[Span], wall: Wall) -> np.ndarray:
    """Return how long of each cell no instrument stood at an input [ms]. Shape (cells,), int64."""
    gone = np.zeros(len(wall.start), dtype=np.int64)
    for span in away:
        gone += np.diff(np.clip(wall.edges, span.start, span.end))
    return gone


def _worst_seconds(
    dense: Mapping[str, Rows],
    holds: Mapping[str, np.ndarray],
    gone: Mapping[str, np.ndarray],
    wall: Wall,
) -> dict[str, np.ndarray]:
    """Return seconds of each sort: the least that any input covers, the most that one has lost.

    While no instrument stands at an input nothing of it is lacking.
    """
    most = np.diff(wall.edges) // SECOND_MS
    measured, covered, lost = most.copy(), most.copy(), np.zeros_like(most)
    for name, held in holds.items():
        rows = dense[name]
        sure = rows.field("measured_s") + gone[name] // SECOND_MS
        guessed = rows.field("estimated_s")
        measured = np.where(held, np.minimum(measured, sure), measured)
        covered = np.where(held, np.minimum(covered, sure + guessed), covered)
        lost = np.where(held, np.maximum(lost, rows.field("unresolved_s")), lost)
    return {"measured_s": measured, "estimated_s": covered - measured, "unresolved_s": lost}
