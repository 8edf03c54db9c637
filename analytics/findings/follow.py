"""From what rules see this time to what is open: new, going on, ended, back again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from analytics.findings.watch import RAISED
from energy.finding import Finding, FindingState, Stream
from storage.records import findings
from storage.records.findings import StoredFinding
from storage.records.session import Session

_DAY_MS = 86_400_000
_END_AFTER_MS = {Stream.WASTE: 7 * _DAY_MS, Stream.DATA: _DAY_MS}
"""How long a cause must not be seen before its finding ends. Chosen: a week, so that a quiet
weekend ends no waste and the same finding does not come and go; a day for data, where an end is a
fact."""


class What(StrEnum):
    """What became of a finding."""

    NEW = "new"
    REOPENED = "reopened"
    CONTINUED = "continued"
    ENDED = "ended"
    SUPERSEDED = "superseded"
    """Another finding says the same of its cause, and goes on in its place."""
    PAST = "past"
    """Found for the first time after its cause had already gone: kept, told nobody."""


@dataclass(frozen=True, slots=True)
class Change:
    """One finding and what became of it.

    Attributes:
        what: What became of it.
        stored: The finding as it is kept now.
        other: Number of the finding in its place; 0 for none.
        occasion: When it became worth telling, other than by being opened [ms]; None otherwise.
    """

    what: What
    stored: StoredFinding
    other: int = 0
    occasion: int | None = None


def follow(
    session: Session,
    *,
    found: Sequence[Finding],
    looked: Collection[str] | None,
    now_ms: int,
    explained: Mapping[str, str] = MappingProxyType({}),
) -> list[Change]:
    """Merge what was found with what is kept.

    1. A new fingerprint opens a number; one that had ended is opened again under its own number.
    2. What goes on keeps the day it was first seen.
    3. What is no longer seen ends after a week (waste) or a day (data). It does not end while its
       rule could not look: missing is never an end.
    4. What is still seen, and has been left out as long because another finding says it, is
       superseded by that one.

    Args:
        session: The records, in one transaction.
        found: Findings of this round.
        looked: Fingerprints that rules had enough data to judge; None when that were all of them.
        now_ms: The present [ms].
        explained: Fingerprint of what is left out to that of the finding that says it.

    Returns:
        A change for each finding that was found or ended.
    """
    known = {entry.finding.fingerprint: entry for entry in findings.current(session)}
    changes = [_merge(session, finding, known, now_ms) for finding in found]
    seen = {change.stored.finding.fingerprint: change.stored for change in changes}
    for fingerprint, entry in known.items():
        if fingerprint not in seen and _has_ended(entry, looked, now_ms):
            ended = replace(entry.finding, goes_on=False)
            stored = findings.save(session, ended, state=FindingState.ENDED, at=now_ms)
            other = seen.get(explained.get(fingerprint, ""))
            if other is not None and other.state is FindingState.OPEN:
                changes.append(Change(What.SUPERSEDED, stored, other=other.number))
            else:
                changes.append(Change(What.ENDED, stored))
    return changes


def _merge(
    session: Session, finding: Finding, known: dict[str, StoredFinding], now_ms: int
) -> Change:
    before = known.get(finding.fingerprint)
    was_open = before is not None and before.state is FindingState.OPEN
    if before is not None and was_open:
        finding = replace(finding, start=min(finding.start, before.finding.start))
    is_open = finding.goes_on or (was_open and not _is_over(finding, now_ms))
    state = FindingState.OPEN if is_open else FindingState.ENDED
    stored = findings.save(session, finding, state=state, at=now_ms)
    return Change(_what(known=before is not None, was_open=was_open, is_open=is_open), stored)


def _what(*, known: bool, was_open: bool, is_open: bool) -> What:
    if was_open:
        return What.CONTINUED if is_open else What.ENDED
    if not is_open:
        return What.PAST
    return What.REOPENED if known else What.NEW


def _has_ended(entry: StoredFinding, looked: Collection[str] | None, now_ms: int) -> bool:
    if entry.state is not FindingState.OPEN:
        return False
    is_about_a_rule = entry.finding.rule.startswith(RAISED)
    if looked is not None and entry.finding.fingerprint not in looked and not is_about_a_rule:
        return False
    return _is_over(entry.finding, now_ms)


def _is_over(finding: Finding, now_ms: int) -> bool:
    return now_ms - finding.end >= _END_AFTER_MS[finding.stream]
