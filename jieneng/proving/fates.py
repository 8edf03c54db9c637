"""What became of each planted fault: the platform spoke of it, bore it, or was fooled.

told       it said so: a finding about data, a dead letter, or marks on most of the fault's days:
           readings missing, set aside or overruled, an hour that is unresolved
absorbed   it said nothing, and every hour of the meter is what was truly used
missed     it said nothing, and an hour of the meter is wrong
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from energy.finding import Finding, Stream
from energy.span import HOUR_MS, Span
from simulators.grid import DAY_MS

_MARKED = 0.5
"""Share of its days that must bear a mark for a fault to be told by marks; chosen."""


class Fate(StrEnum):
    """What became of a fault."""

    TOLD = "told"
    ABSORBED = "absorbed"
    MISSED = "missed"


@dataclass(frozen=True)
class Known:
    """What the platform says of one meter, and what is wrong with it.

    Attributes:
        hours: amount, measured_s and unresolved_s by start of the hour [ms].
        days: expected, received and doubtful by start of the local day [ms].
        overruled: Times [ms] of readings that another value overruled.
        findings: Findings at this meter or above it.
        wrong: Starts [ms] of measured hours that are not what was truly used.
    """

    hours: pd.DataFrame
    days: pd.DataFrame
    overruled: Collection[int]
    findings: Sequence[Finding]
    wrong: np.ndarray


def fate_of(fault: Mapping[str, Any], known: Known, *, is_all_refused: bool) -> Fate:
    """Return what became of a fault.

    Args:
        fault: An entry of ``faults`` in truth.json.
        known: What the platform says of its meter.
        is_all_refused: Whether as many readings lie in the dead letters as must be refused.
    """
    if fault["refused"]:
        return Fate.TOLD if is_all_refused else Fate.MISSED
    # A reading belongs to the hour before it, too, and what is said twice is said a little later.
    start, end = int(fault["start"]), int(fault["end"])
    span = Span(start - HOUR_MS, max(start, end) + HOUR_MS)
    if any(_is_about(finding, span) for finding in known.findings) or _is_marked(known, span):
        return Fate.TOLD
    is_wrong = ((known.wrong >= span.start) & (known.wrong < span.end)).any()
    return Fate.MISSED if is_wrong else Fate.ABSORBED


def _is_about(finding: Finding, span: Span) -> bool:
    is_then = finding.start < span.end and (finding.goes_on or finding.end >= span.start)
    return finding.stream is Stream.DATA and is_then


def _is_marked(known: Known, span: Span) -> bool:
    """Tell whether at least half of the days that a span touches bear a mark.

    One odd day is no word of a fault that lasts for months: something else may have happened then.
    """
    days = known.days[(known.days.index > span.start - DAY_MS) & (known.days.index < span.end)]
    marked = (days["doubtful"] > 0) | (days["received"] < days["expected"])
    unresolved = known.hours.index[known.hours["unresolved_s"] > 0].tolist()
    starts = days.index.to_numpy(np.int64)
    for time in (*unresolved, *known.overruled):
        if time in span:
            marked |= (starts <= time) & (time < starts + DAY_MS)
    return bool(marked.any() and marked.mean() >= _MARKED)
