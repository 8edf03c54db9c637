"""The demo computes its figures only when everything that was sent has arrived."""

import pytest

from jieneng.demo import QUIET_SECONDS, has_all


@pytest.mark.parametrize(
    ("received", "quiet_s", "is_all"),
    [
        (99, 1000.0, False),  # the broker still holds one
        (100, 0.0, True),
        (101, 0.0, False),  # some are of an earlier run: the last one may still be on its way
        (101, float(QUIET_SECONDS), True),
    ],
)
def test_the_history_is_whole_when_all_that_was_sent_is_received(
    received: int, quiet_s: float, *, is_all: bool
) -> None:
    assert has_all(sent=100, received=received, quiet_s=quiet_s) is is_all
