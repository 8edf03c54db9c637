"""Which hours of a meter are sound: every detector of bad data over its hours.

Its own stream: what is marked here is a fault of data, never waste, and missing is never saving.
Rules and baselines ask ``sound_amounts`` for the hours that they may lean on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from weakref import ReferenceType, ref

import numpy as np

import analytics.quality
from analytics.detector import Detector, Mark, Use
from analytics.hours import Hours
from analytics.rule import Evidence
from energy.offers import offers

MISSING = "missing"
LEFT_OUT = ("dip", "spike", "stuck", "unit_slip")
"""Whose marks waste rules are not shown. A multiplier or a clock changes all hours since some day,
and a load may have: that is a finding first, and the hours stay until somebody has looked."""


@dataclass(frozen=True)
class Quality:
    """What the detectors say of some hours.

    Attributes:
        marks: Name of a detector to its marks, in order of time; detectors that looked only.
        skipped: Name of a detector to the code of its gate that forbade a conclusion.
        count: How many hours were looked at.
    """

    marks: Mapping[str, tuple[Mark, ...]]
    skipped: Mapping[str, str]
    count: int

    def suspect(self, *, use: Use | None = None, by: Collection[str] | None = None) -> np.ndarray:
        """Return which hours are marked, missing ones left out: they have no amount to doubt.

        Args:
            use: CAUSAL for the marks that can be made without the future; None for all.
            by: Names of the detectors whose marks count; None for all.
        """
        is_suspect = np.zeros(self.count, bool)
        for name, marks in self.marks.items():
            if name == MISSING or (use is not None and detectors()[name].use is not use):
                continue
            if by is not None and name not in by:
                continue
            for mark in marks:
                is_suspect[mark.first : mark.end] = True
        return is_suspect


@cache
def detectors() -> dict[str, Detector]:
    """Return the detectors that the files of analytics/quality offer."""
    return offers(analytics.quality, "DETECTOR", Detector)


_ASKED: list[tuple[ReferenceType[Hours], Quality]] = []
"""The one asked for last, at most: several rules ask of one meter in turn."""


def quality_of(hours: Hours) -> Quality:
    """Return what every detector says of the hours of a meter."""
    for asked, quality in _ASKED:
        if asked() is hours:
            return quality
    marks: dict[str, tuple[Mark, ...]] = {}
    skipped: dict[str, str] = {}
    for name, detector in detectors().items():
        code = detector.gate(hours)
        if code:
            skipped[name] = code
        else:
            marks[name] = tuple(detector.look(hours))
    quality = Quality(marks, skipped, len(hours.amount))
    _ASKED[:] = [(ref(hours), quality)]
    return quality


def sound_amounts(hours: Hours, *, use: Use | None = None) -> np.ndarray:
    """Return the amounts with NaN where they are suspect.

    Args:
        hours: Amounts of a meter.
        use: CAUSAL to leave out only what can be told without the future, as an alarm has to;
            None for all marks, as what looks back at the past may.

    Returns:
        Amounts [base units]. Shape (n,).
    """
    return np.where(quality_of(hours).suspect(use=use), np.nan, hours.amount)


def sound_evidence(evidence: Evidence) -> Evidence:
    """Return evidence without the recent hours that LEFT_OUT marks, as rules of waste see it.

    Returns:
        The same evidence where nothing is marked.
    """
    recent = evidence.recent
    suspect = quality_of(recent).suspect(by=LEFT_OUT)
    if not suspect.any():
        return evidence
    amount = evidence.amount.copy()
    amount[len(amount) - len(suspect) :][suspect] = np.nan
    return replace(evidence, amount=amount)
