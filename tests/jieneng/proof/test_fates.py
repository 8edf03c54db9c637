"""What became of planted faults and late readings, and proofs that must fail."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len

from energy.finding import Finding, Stream
from energy.span import HOUR_MS
from energy.text import Text
from jieneng.proving.fates import Fate, Known, fate_of
from jieneng.proving.lateness import Restated, waiting_hours
from jieneng.proving.proof import report
from jieneng.proving.stage import round_times
from jieneng.proving.table import table_lines
from jieneng.proving.verdict import Verdict
from jieneng.truth.score import Score
from tests.example_district import short_history


def test_a_round_runs_each_week_at_the_end_and_before_each_late_delivery() -> None:
    history = short_history()
    told = next(iter(history.happenings.told.values()))
    times = round_times(history.plan, history.happenings)
    assert history.plan.now + 1 in times
    late = told.published & (told.publish_at - told.time > told.meter.interval_s * 1000)
    for at in told.publish_at[late].tolist():
        assert any(at - 24 * HOUR_MS <= time <= at for time in times)


def test_only_hours_that_a_late_reading_touches_wait_for_it() -> None:
    told = next(
        one
        for one in short_history().happenings.told.values()
        if (one.publish_at > one.time + HOUR_MS).any()
    )
    late = told.published & (told.publish_at > told.time + HOUR_MS)
    first, delivered = int(told.time[late][0]), int(told.publish_at[late][0])

    assert first // HOUR_MS * HOUR_MS in waiting_hours(told, delivered)
    assert len(waiting_hours(told, first - 1)) == 0


SPAN = (10 * HOUR_MS, 12 * HOUR_MS)
FAULT = {"start": SPAN[0], "end": SPAN[1], "refused": 0}


def known(
    *,
    unresolved: int = 0,
    doubtful: int = 0,
    received: int = 24,
    overruled: tuple[int, ...] = (),
    findings: tuple[Finding, ...] = (),
    wrong: tuple[int, ...] = (),
) -> Known:
    starts = np.arange(24) * HOUR_MS
    return Known(
        hours=pd.DataFrame({"unresolved_s": np.where(starts == SPAN[0], unresolved, 0)}, starts),
        days=pd.DataFrame({"expected": [24], "received": [received], "doubtful": [doubtful]}, [0]),
        overruled=overruled,
        findings=findings,
        wrong=np.array(wrong, np.int64),
    )


def finding(stream: Stream, start: int) -> Finding:
    return Finding(
        rule="silent_or_flat", version=1, meter="m", stream=stream, start=start, end=start,
        goes_on=False, sentence_zh="", sentence_en="", check_zh="", check_en="",
    )  # fmt: skip


@pytest.mark.parametrize(
    "says",
    [
        known(unresolved=1800),
        known(doubtful=1),
        known(received=23),
        known(overruled=(SPAN[0],)),
        known(findings=(finding(Stream.DATA, SPAN[0]),)),
    ],
)
def test_a_fault_is_told_by_anything_that_the_platform_says_of_it(says: Known) -> None:
    assert fate_of(FAULT, says, is_all_refused=True) is Fate.TOLD


def test_a_fault_of_which_nothing_is_said_is_missed_where_an_hour_is_wrong() -> None:
    assert fate_of(FAULT, known(), is_all_refused=True) is Fate.ABSORBED
    assert fate_of(FAULT, known(wrong=(11 * HOUR_MS,)), is_all_refused=True) is Fate.MISSED
    elsewhere = known(wrong=(20 * HOUR_MS,), findings=(finding(Stream.WASTE, SPAN[0]),))
    assert fate_of(FAULT, elsewhere, is_all_refused=True) is Fate.ABSORBED


def test_a_message_that_was_not_refused_is_missed() -> None:
    fault = FAULT | {"refused": 3}
    assert fate_of(fault, known(), is_all_refused=True) is Fate.TOLD
    assert fate_of(fault, known(), is_all_refused=False) is Fate.MISSED


def test_a_word_about_one_day_is_no_word_of_a_fault_of_a_month() -> None:
    fault = {"start": 0, "end": 30 * 24 * HOUR_MS, "refused": 0}
    days = pd.DataFrame(
        {"expected": 24, "received": 24, "doubtful": 0}, np.arange(30) * 24 * HOUR_MS
    )
    days.iloc[3, 2] = 1
    says = replace(known(wrong=(SPAN[0],)), days=days)
    assert fate_of(fault, says, is_all_refused=True) is Fate.MISSED
    days.iloc[:15, 2] = 1
    assert fate_of(fault, says, is_all_refused=True) is Fate.TOLD


def verdict(*, difference: int, not_due: tuple[str, ...] = ()) -> Verdict:
    score = Score(
        readings_published=10, readings_bad=0, readings_stored=10, dead_letters=0,
        tie_out_difference=difference, wrong_measured_hours=0, unresolved_true=0,
        unresolved_said=0, unresolved_missed=0, measured_share=1.0, faults_planted=1,
        findings_planted=2, findings_found=1, findings_unplanted=0,
    )  # fmt: skip
    return Verdict(
        scenario="a_story",
        name=Text("故事", "A story"),
        score=score,
        restated=Restated(4, 4),
        fates={fate: ["dip m"] if fate is Fate.TOLD else [] for fate in Fate},
        not_due=not_due,
        attributed=[0.5, 1.0, 0.8],
        rounds=2,
        seconds=1.0,
    )


@pytest.mark.parametrize(
    ("wrong", "not_due", "code", "words"),
    [
        (0, (), 0, ["Everything that is due holds."]),
        (7, (), 1, ["! A story: amounts differ from the truth by 7 base units."]),
        (
            7,
            ("clock_step",),
            0,
            [
                "not yet: A story: amounts differ from the truth by 7 base units.",
                "Everything that is due holds.",
            ],
        ),
    ],
)
def test_what_is_due_and_does_not_hold_ends_in_an_error_and_what_is_not_due_does_not(
    wrong: int, not_due: tuple[str, ...], code: int, words: list[str]
) -> None:
    said: list[Text] = []
    made = verdict(difference=wrong, not_due=not_due)
    assert report([made], as_json=False, echo=said.append) == code
    assert [line.en for line in said[-len(words) :]] == words


def test_readings_that_are_lost_and_hours_that_are_not_measured_are_problems() -> None:
    held = verdict(difference=0)
    lost = replace(held, score=replace(held.score, readings_stored=9, measured_share=0.4))
    assert [problem.en for problem in lost.problems] == [
        "A story: 9 readings are stored, not 10.",
        "A story: only 0.4000 of the hours that can be are measured.",
    ]


def test_the_table_says_each_figure_in_both_languages() -> None:
    said: list[Text] = []
    report([verdict(difference=0), verdict(difference=12345)], as_json=False, echo=said.append)
    english = {line.en[:36].strip(): line.en[36:].split() for line in said[:-2]}
    assert english["differs from truth [base units]"] == ["0", "12,345"]
    assert english["late hours restated"] == ["4", "of", "4"] * 2
    assert english["planted findings found"] == ["1", "of", "2"] * 2
    assert english["faults told"] == ["1", "1"]
    assert english["energy said / true, median (range)"] == ["0.80", "(0.50-1.00)"] * 2
    assert all(line.zh != line.en for line in said)


def test_a_table_wider_than_the_screen_continues_below() -> None:
    three = [replace(verdict(difference=0), scenario=f"story_{number}") for number in range(3)]
    whole, narrow = table_lines(three), table_lines(three, width=80)
    assert whole[0].en.split() == ["scenario", "story_0", "story_1", "story_2"]
    assert [line.en.split() for line in narrow if line.en.startswith("scenario")] == [
        ["scenario", "story_0", "story_1"],
        ["scenario", "story_2"],
    ]
    assert max(cell_len(text) for line in narrow for text in (line.zh, line.en)) <= 80
