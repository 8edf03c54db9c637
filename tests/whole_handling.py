"""What a handling of a finding says of itself must fit together, however it came about."""

from energy.finding_step import KNOWN, WAITING, Stage
from energy.handling import Handling


def see_whole(handling: Handling) -> None:
    """See that what a handling says of itself fits together."""
    assert handling.stage not in {Stage.SNOOZED, Stage.EXPECTED}
    assert (handling.quiet is None) == (handling.quiet_until is None)
    if handling.quiet is not None:
        assert handling.stage in WAITING
        assert handling.quiet in {Stage.SNOOZED, Stage.EXPECTED}
    assert (handling.stage is Stage.REJECTED) == (handling.rejected is not None)
    assert (handling.stage is Stage.SUPERSEDED) == bool(handling.superseded_by)
    assert (handling.stage in {Stage.FIXED, Stage.VERIFIED}) == (handling.fixed_at is not None)
    if handling.stage in KNOWN | {Stage.FIXED, Stage.VERIFIED}:
        assert handling.accepted is not None
        assert handling.accepted_at is not None
    if handling.stage in {Stage.ASSIGNED, Stage.IN_WORK}:
        assert handling.assignee
    if handling.unproven:
        assert handling.stage is Stage.FIXED
    if handling.due is not None:
        assert handling.stage in WAITING | {Stage.FIXED}
