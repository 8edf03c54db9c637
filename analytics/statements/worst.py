"""How the time of a difference is known: each second at best as well as by its worst part.

A difference of meters is measured only while all of them are. What is at hand tells days: of each
it is taken that the meters lost the same seconds, which is the best that can be.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analytics.ledger.rows import Rows, no_rows
from analytics.statements.own import Asked
from energy.period import Stretch
from energy.span import SECOND_MS, midnight, next_day


class Seconds(NamedTuple):
    """Seconds of one clock, whatever number of meters there are."""

    due: int
    measured: int
    estimated: int
    unresolved: int


def worst_seconds(
    days: Mapping[str, Rows],
    meters: Sequence[str],
    stretch: Stretch,
    asked: Asked,
    *,
    added: Collection[str] = (),
) -> Seconds:
    """Return how a stretch is known of which each day is as its worst meter.

    Args:
        days: Days of each meter; one that is not there said nothing.
        meters: Those that are added or taken off, each due while an instrument stood there.
        stretch: The days.
        asked: Clock and present.
        added: Of meters, those due before they were first heard, too; what one of the others
            counted before is part of the difference.
    """
    starts = _midnights(stretch, asked)
    edges = np.minimum(starts, asked.now_ms)
    due = np.zeros((len(meters), len(starts) - 1), dtype=np.int64)
    said = np.zeros((3, *due.shape), dtype=np.int64)
    for number, name in enumerate(meters):
        since = edges
        if name not in added:
            since = np.maximum(edges, asked.begun.get(name, asked.now_ms))
        gone = (np.diff(np.clip(since, one.start, one.end)) for one in asked.away.get(name, ()))
        due[number] = (np.diff(since) - sum(gone)) // SECOND_MS
        rows = days.get(name, no_rows()).within(stretch.span(asked.zone))
        # Days of a building on another wall clock begin within ours.
        place = np.searchsorted(starts, rows.start, side="right") - 1
        for line, field in enumerate(("measured_s", "estimated_s", "unresolved_s")):
            said[line, number, place] = rows.field(field)
    measured, estimated, unresolved = said
    whole = due.max(axis=0)
    sure = np.maximum(whole - (due - measured).max(axis=0), 0)
    covered = np.maximum(whole - (due - measured - estimated).max(axis=0), sure)
    lost = np.minimum(unresolved.max(axis=0), whole - covered)
    return Seconds(int(whole.sum()), int(sure.sum()), int((covered - sure).sum()), int(lost.sum()))


def _midnights(stretch: Stretch, asked: Asked) -> np.ndarray:
    """Return the local midnights that cut a stretch [ms], both ends included."""
    found, day = [], stretch.first
    while day <= stretch.until:
        found.append(midnight(day, asked.zone))
        day = next_day(day)
    return np.array(found, dtype=np.int64)
