"""The benchmark of planted faults plants what it says, and counts what is marked."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.hours import Hours
from benchmarks.accuracy import faults
from tests.evidence import CLOCK, office

HOURS = Hours(office(), CLOCK, step=1.0)


@pytest.mark.parametrize("name", faults.PLANTINGS)
def test_a_planting_changes_its_hours_and_no_others(name: str) -> None:
    planting = faults.PLANTINGS[name]
    planted, span = faults.plant(HOURS, planting, np.random.default_rng(2))
    is_changed = ~np.isclose(planted.amount, HOURS.amount, equal_nan=True)

    assert span.stop - span.start == planting.hours
    assert is_changed[span].mean() > 0.5
    assert not is_changed[: span.start].any()
    assert not is_changed[span.stop :].any()


@pytest.mark.parametrize("name", faults.PLANTINGS)
def test_each_planting_is_found_in_a_regular_office_and_in_a_clean_one_nothing(name: str) -> None:
    planting = faults.PLANTINGS[name]
    planted, span = faults.plant(HOURS, planting, np.random.default_rng(2))
    found = faults.look(planted, span, planting)

    assert found.judged
    assert found.is_found
    assert found.auc > 0.7
    assert not faults.look(HOURS, span, planting).is_found


def test_only_buildings_of_a_focus_use_with_enough_hours_take_part(
    tmp_path: Path,
) -> None:
    hours = pd.DataFrame({name: np.full(17_544, 2.0) for name in ("office", "shop", "gappy")})
    hours.loc[:3000, "gappy"] = 0.0
    hours.to_parquet(tmp_path / faults.FILE)
    meta = {"building_id": ["office", "shop", "gappy"], "focus_use": [True, False, True]}
    pd.DataFrame(meta).to_csv(tmp_path / faults.META)

    found = faults.buildings(tmp_path)
    assert list(found) == ["office"]
    assert found["office"][0] == 2000.0


def test_without_data_one_sentence_says_which_folder_to_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JIENENG_DATA", "/nowhere")

    assert faults.main() == 2
    assert capsys.readouterr().err.startswith("Set JIENENG_DATA to the folder that holds")
