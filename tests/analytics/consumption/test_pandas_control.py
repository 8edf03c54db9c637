"""The control of the benchmark makes the hours of the kernel, column by column."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from benchmarks.ledger.control import (
    COLUMNS,
    Way,
    amounts_by_pandas,
    hours_by_meter,
    hours_in_one_pass,
)
from benchmarks.ledger.faulty import MODULUS, OUTAGE, Register, edges_of, registers
from benchmarks.ledger.ours import LIMIT, cells_by_kernel, hours_by_kernel, task_of
from benchmarks.ledger.turns import Turns, hold_equal

METERS = 12
QUARTERS = 3 * OUTAGE
WAYS = [hours_in_one_pass, hours_by_meter]
JUMP = MODULUS // 3
"""No register goes so far in the hours of an outage, whichever way it is read."""


def faulty() -> Iterator[Register]:
    """Yield registers with jitter, gaps, outages and wraps; one jumps, one is silent for a year."""
    for meter, (time, value) in enumerate(registers(meters=METERS, quarters=QUARTERS)):
        if meter == 1:
            value[QUARTERS // 3 :] = (value[QUARTERS // 3 :] + JUMP) % MODULUS
        if meter == 2:
            time[QUARTERS // 4 :] += LIMIT.wraps_after
        yield time, value


def frame_of(made: list[Register]) -> pd.DataFrame:
    """Return registers as one table."""
    return pd.concat(
        [
            pd.DataFrame({"meter": np.int32(meter), "time": time, "value": value})
            for meter, (time, value) in enumerate(made)
        ],
        ignore_index=True,
    )


@pytest.mark.parametrize("way", WAYS)
def test_pandas_makes_every_hour_of_the_kernel_within_one_step(way: Way) -> None:
    made, task = list(faulty()), task_of(edges_of(QUARTERS))
    ours = list(cells_by_kernel(made, task))
    theirs = way(frame_of(made), task)
    assert len(theirs) == METERS * (len(task.edges) - 1)
    for column in COLUMNS:
        wanted = np.concatenate([getattr(cells, column) for cells in ours])
        assert np.abs(theirs[column].to_numpy() - wanted).max() <= 1, column
        assert wanted.sum() > 0, f"{column} says nothing of these registers"


@pytest.mark.parametrize("way", WAYS)
def test_the_benchmark_ends_when_a_control_leaves_work_out(way: Way) -> None:
    made, edges = list(faulty()), edges_of(QUARTERS)
    ours = hours_by_kernel(made, edges)
    frame = frame_of(made)
    sums = way(frame.copy(), task_of(edges)).sum()
    theirs = {column: int(sums[column]) for column in COLUMNS}
    hold_equal("whole", ours, theirs, meters=METERS)
    for column in COLUMNS:
        with pytest.raises(SystemExit, match=column):
            hold_equal("less", ours, theirs | {column: 0}, meters=METERS)


def test_amounts_alone_are_those_of_whole_hours() -> None:
    ((time, value),) = registers(meters=1, quarters=QUARTERS)
    task = task_of(edges_of(QUARTERS))
    ours = next(cells_by_kernel([(time, value)], task)).amount
    theirs = amounts_by_pandas(frame_of([(time, value)]), task)["amount"].to_numpy()
    whole = ~np.isnan(theirs)
    assert whole.sum() > OUTAGE // 8
    assert np.abs(theirs - ours)[whole].max() < 1


def test_a_ratio_is_of_turns_and_not_of_medians() -> None:
    turns = Turns(1, {"ours": lambda: None, "control": lambda: None}, turns=3)
    turns.rates = {"ours": [10.0, 30.0, 80.0], "control": [1.0, 10.0, 20.0]}
    assert turns.ratio("control") == 4.0
    assert turns.spread("control") == (3.0, 10.0)
    assert turns.median("ours") == 30.0
