"""How the benchmark of labelled hours counts, on series small enough to count by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.accuracy import lead
from benchmarks.accuracy.lead_scores import Labelled, event_recall, events_of, figures, intervals


def labelled(
    name: int, odd: list[int], *, masked: tuple[int, ...] = (), hours: int = 100
) -> Labelled:
    is_odd, is_scored = np.zeros(hours, bool), np.ones(hours, bool)
    is_odd[odd] = True
    is_scored[list(masked)] = False
    reading = np.where(np.isin(np.arange(hours), odd[:1]), 1.0, 5.0)
    return Labelled(name, reading, is_odd, is_scored)


def test_an_event_is_a_run_of_labelled_hours_and_a_masked_hour_parts_it() -> None:
    one = labelled(1, [3, 4, 5, 6, 99], masked=(5,))

    assert events_of(one) == [slice(3, 5), slice(6, 7), slice(99, 100)]


def test_an_event_is_found_by_any_hour_among_the_two_percent() -> None:
    one = labelled(1, [10, 11, 12, 50])
    score = np.zeros(100)
    score[[12, 70]] = 1.0

    assert event_recall([one], [score]) == 0.5


def test_equal_scores_flag_no_more_than_two_percent() -> None:
    assert event_recall([labelled(1, [40])], [np.zeros(100)]) == 0.0
    assert event_recall([labelled(1, [1])], [np.zeros(100)]) == 1.0


def test_a_perfect_score_reaches_one_and_a_reversed_one_nothing() -> None:
    both = [labelled(1, [10, 11]), labelled(2, [20, 21])]
    perfect = {one.name: one.is_odd.astype(float) for one in both}
    found = figures(both, perfect)

    assert found["lead_auc"] == found["lead_pr_auc"] == found["lead_auc_building_median"] == 1.0
    assert found["lead_event_recall"] == 1.0
    assert figures(both, {name: -own for name, own in perfect.items()})["lead_auc"] == 0.0


def test_figures_without_ones_leave_these_hours_out() -> None:
    one = labelled(1, [10, 30])
    score = {1: np.where(np.arange(100) == 10, 1.0, 0.0)}
    found = figures([one], score)

    assert found["lead_auc"] == pytest.approx(0.75)
    assert found["lead_auc_without_ones"] == pytest.approx(0.5)


def test_intervals_come_from_drawing_buildings_and_are_the_same_each_time() -> None:
    both = [labelled(1, [10, 11]), labelled(2, [20, 21])]
    scores = {1: both[0].is_odd.astype(float), 2: -both[1].is_odd.astype(float)}
    low, high = intervals(both, scores)["lead_auc"]

    assert (low, high) == (0.0, 1.0)
    assert intervals(both, scores) == intervals(both, scores)


def test_rows_that_lack_or_are_masked_are_neither_read_nor_scored(tmp_path: Path) -> None:
    time = pd.date_range("2016-01-01", periods=50, freq="h")
    rows = pd.DataFrame(
        {
            "building_id": 7,
            "timestamp": time,
            "meter_reading": 2.0,
            "anomaly": [1, *([0] * 49)],
            "masked": [False, True, *([False] * 48)],
        }
    ).drop(index=3)
    path = tmp_path / lead.FILE
    rows.to_parquet(path)
    (one,) = lead.buildings(path)

    assert len(one.reading) == 8784
    assert one.is_scored.sum() == 48
    assert np.flatnonzero(~one.is_scored[:5]).tolist() == [1, 3]
    assert np.isnan(one.reading[[1, 3]]).all()
    assert one.is_odd[0]


def test_without_data_one_sentence_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JIENENG_DATA", "/nowhere")

    assert lead.main() == 2
    assert capsys.readouterr().err == f"Set JIENENG_DATA to the folder that holds {lead.FILE}.\n"
