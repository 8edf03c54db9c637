"""What became of each planted fault: the platform spoke of it, bore it, or was fooled.

told       it said so: a finding about data, a dead letter, an hour that is not measured, a day with
           readings missing, set aside or marked, or a reading that another one overruled
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
from energy.span import HOUR_MS, SECOND_MS, Span
from simulators.grid import DAY_MS

_HOUR_S = HOUR_MS // SECOND_MS


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
    span = Span(
        int(fault["start"]) - HOUR_MS, max(int(fault["end"]), int(fault["start"])) + HOUR_MS
    )
    if _is_told(known, span):
        return Fate.TOLD
    is_wrong = ((known.wrong >= span.start) & (known.wrong < span.end)).any()
    return Fate.MISSED if is_wrong else Fate.ABSORBED


def _is_told(known: Known, span: Span) -> bool:
    if any(time in span for time in known.overruled):
        return True
    if any(
        finding.stream is Stream.DATA
        and finding.start < span.end
        and (finding.goes_on or finding.end >= span.start)
        for finding in known.findings
    ):
        return True
    hours = _within(known.hours, span, HOUR_MS)
    days = _within(known.days, span, DAY_MS)
    return bool(
        (hours["unresolved_s"] > 0).any()
        or (days["doubtful"] > 0).any()
        or (days["received"] < days["expected"]).any()
    )


def _within(rows: pd.DataFrame, span: Span, length: int) -> pd.DataFrame:
    """Return rows whose own span of a length [ms] touches a span."""
    return rows[(rows.index > span.start - length) & (rows.index < span.end)]
