"""The demo computes its figures only when everything that was sent has arrived."""

import pytest

from jieneng.demo import QUIET_SECONDS, has_all
from jieneng.simulated.simulating import published
from jieneng.truth.figures import Figures
from jieneng.truth.score import Score
from simulators.run import Progress

SCORE = Score(
    readings_published=1_000_000,
    readings_bad=0,
    readings_stored=1_000_000,
    dead_letters=0,
    tie_out_difference=0,
    wrong_measured_hours=0,
    unresolved_true=0,
    unresolved_said=0,
    unresolved_missed=0,
    measured_share=1.0,
    faults_planted=0,
    findings_planted=0,
    findings_found=0,
    findings_unplanted=0,
)


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


def test_a_rate_counts_only_what_the_run_brought() -> None:
    figures = Figures(
        score=SCORE,
        received=1_000_000,
        received_now=300,
        collector={},
        seconds_total=9.0,
        seconds_ingest=2.0,
        peak_rss_mb=1.0,
    )

    assert figures.as_dict()["readings_per_second"] == 150


def test_published_readings_are_never_more_than_the_whole_they_are_said_to_be_of() -> None:
    line = published(Progress(readings=917_882, total=917_708))

    assert line.en == "917,882 readings published, repeats included; the history has 917,708"
