"""The ledger of any other system, held to the truth of a story."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from energy.errors import ConfigError
from energy.kinds import KINDS
from jieneng.proving.other_ledger import hold
from jieneng.simulated.stories import write_scenario
from tests.proved import STORY


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    story = folder / "ten_days.toml"
    story.write_text(STORY, encoding="utf-8")
    write_scenario(story, folder / "out", form="parquet", shows_bar=False, echo=lambda _: None)
    return folder / "out" / "truth"


def perfect_ledger(truth: Path) -> pd.DataFrame:
    """Return the hours that a perfect system would write, in display units."""
    facts = json.loads((truth / "truth.json").read_text(encoding="utf-8"))
    hours = pq.read_table(truth / "hours.parquet").to_pandas()
    hours = hours[hours["time"] <= facts["until"]]
    meters = facts["meters"]
    unit = hours["meter"].map(lambda name: KINDS[meters[name]["kind"]].base_per_display)
    step = hours["meter"].map(lambda name: int(meters[name]["base_per_step"]))
    # The last reading is a quarter of an hour before the end: what flows after it is not said.
    return pd.DataFrame(
        {
            "meter": hours["meter"].astype(str),
            "time": pd.to_datetime(hours["time"], unit="ms", utc=True),
            "amount": hours["steps"] * step.astype(int) / unit.astype(int),
        }
    )


def test_the_ledger_of_another_system_is_held_to_the_same_truth(
    files: Path, tmp_path: Path
) -> None:
    ledger = perfect_ledger(files)
    ledger.to_csv(tmp_path / "hours.csv", index=False)
    held = hold(tmp_path / "hours.csv", files)
    assert (held.meters, held.missing, held.strangers, held.wrong) == (7, 0, 0, 0)
    assert held.hours == len(ledger)

    ledger["amount"] += np.where(np.arange(len(ledger)) == 100, 500, 0)
    ledger[ledger["meter"] != "office_water"].to_parquet(tmp_path / "hours.parquet")
    worse = hold(tmp_path / "hours.parquet", files)
    assert (worse.missing, worse.wrong) == (1, 1)
    assert worse.difference > held.difference + 400_000


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda rows: rows.drop(columns="amount"), "amount"),
        (lambda rows: rows.assign(time="yesterday"), "yesterday"),
        (lambda rows: rows.assign(time="2025-03-03T01:00:00"), "names no zone"),
        (lambda rows: rows.assign(time="2025-03-03T01:30:00Z"), "on the hour"),
        (lambda rows: rows.assign(amount=np.nan), "nan"),
        (lambda rows: pd.concat([rows, rows.head(1)]), "twice"),
        (lambda rows: rows.assign(measured="perhaps"), "neither true nor false"),
    ],
)
def test_a_ledger_that_cannot_be_read_is_refused_with_the_reason(
    change: Callable[[pd.DataFrame], pd.DataFrame], why: str, files: Path, tmp_path: Path
) -> None:
    change(perfect_ledger(files).head(10)).to_csv(tmp_path / "hours.csv", index=False)
    with pytest.raises(ConfigError, match=why):
        hold(tmp_path / "hours.csv", files)


def test_a_folder_without_truth_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="simulate --out"):
        hold(tmp_path / "hours.csv", tmp_path)
