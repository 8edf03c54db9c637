"""Who wins between readings of one meter at one time, alike on every engine; rank decides.

A reading that loses against a different value is a version: whoever keeps versions is told of it
before anything is written, for a moment later the store may not have it any more.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from energy.reading import Reading, rank
from storage.columns import Columns

Key = tuple[str, str, int]
"""Meter, table and time of a reading."""

Overruled = Callable[[list[Reading]], None]
"""Takes readings that lose against a different value of their meter and time."""


def nobody(_lost: list[Reading]) -> None:
    """Keep no versions."""


class Contest(NamedTuple):
    """How the rows of a batch fare against what is stored.

    Attributes:
        meets: Whether a row has its like in the store. Shape (n,), bool.
        wins: Whether it is to be written: it meets nobody, or is better. Shape (n,), bool.
        equals: Whether it is what is stored. Shape (n,), bool.
        lost: What loses against a different value, stored or offered.
    """

    meets: np.ndarray
    wins: np.ndarray
    equals: np.ndarray
    lost: list[Reading]


def against(there: Mapping[Key, Reading], batch: list[Reading]) -> Contest:
    """Return how readings fare against stored ones.

    Args:
        there: What is stored, by meter, table and time.
        batch: At most one reading of each meter, table and time.
    """
    meets, wins = np.zeros(len(batch), dtype=bool), np.ones(len(batch), dtype=bool)
    equals = np.zeros(len(batch), dtype=bool)
    lost = []
    for row, reading in enumerate(batch):
        stored = there.get(reading[:3])
        if stored is None:
            continue
        meets[row] = True
        wins[row] = rank(reading) > rank(stored)
        equals[row] = rank(reading) == rank(stored)
        if stored.value != reading.value:
            lost.append(stored if wins[row] else reading)
    return Contest(meets, wins, equals, lost)


def winners(columns: Columns) -> tuple[Columns, list[Reading]]:
    """Return the winning row of each (series, time), and what loses against a different value.

    Rank decides, and of equal rows the first is meant.
    """
    by_series = np.argsort(columns.which, kind="stable")
    which, time = columns.which[by_series], columns.time[by_series]
    if ((which[1:] != which[:-1]) | (time[1:] > time[:-1])).all():
        return columns, []  # in order, so nobody meets anybody: the usual case by far
    first_last = -np.arange(len(columns))
    # A series is of one table, so only one of the two tells its rows apart.
    values = (
        np.where(columns.is_gauge, columns.numbers, 0),
        np.where(columns.is_gauge, 0, columns.value),
    )
    ranks = (columns.quality, *values, columns.arrived, columns.revision, columns.source)
    order = np.lexsort((first_last, *ranks, columns.time, columns.which))
    which, time = columns.which[order], columns.time[order]
    is_best = np.append((which[1:] != which[:-1]) | (time[1:] != time[:-1]), True)
    best = order[is_best]
    winner = best[np.searchsorted(np.flatnonzero(is_best), np.flatnonzero(~is_best))]
    loser = order[~is_best]
    differs = np.zeros(len(loser), dtype=bool)
    for column in values:
        differs |= column[loser] != column[winner]
    return columns.rows(np.sort(best)), columns.rows(loser[differs]).readings()
