"""The proof kit: a small story through the whole platform, and proofs that must fail."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from energy.errors import ConfigError, RegistryError
from energy.finding import Finding, Stream
from energy.kinds import KINDS
from energy.span import HOUR_MS
from energy.text import Text
from jieneng.proving.fates import Fate, Known, fate_of
from jieneng.proving.lateness import waiting_hours
from jieneng.proving.other_ledger import hold
from jieneng.proving.proof import proof, shipped_scenarios
from jieneng.proving.stage import round_times
from jieneng.proving.table import NOT_YET
from jieneng.settings import Settings
from jieneng.stories import write_scenario
from tests.example_district import EXAMPLES, short_history

STORY = """
format = 2
name_zh = "十天"
name_en = "Ten days"
start = 2025-03-03
days = 10
seed = 5

[[building]]
building = "office"
use = "office"
area_m2 = 3000
people = 100

[[fault]]
kind = "backlog"
meter = "office_main"
at = 2025-03-05T08:00:00
hours = 5

[[fault]]
kind = "outage"
meter = "office_main"
at = 2025-03-09T08:00:00
hours = 3

[[fault]]
kind = "ratio"
meter = "office_water"
at = 2025-03-07T00:00:00
strength = 2

[[fault]]
kind = "unreadable"
meter = "office_main"
at = 2025-03-11T00:00:00
strength = 2
"""
READINGS = 10 * 96 * 7


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "ten_days.toml"
    path.write_text(STORY, encoding="utf-8")
    return path


def proved(story: Path, tmp_path: Path, *, as_json: bool = True) -> tuple[int, list[str]]:
    said: list[Text] = []
    code = proof(
        Settings(state_dir=tmp_path / "mine"),
        [story],
        broker="auto",
        as_json=as_json,
        shows_bar=False,
        echo=said.append,
    )
    return code, [text.en for text in said]


def test_a_story_through_the_whole_platform_is_held_to_its_truth(
    story: Path, tmp_path: Path
) -> None:
    code, said = proved(story, tmp_path)
    (found,) = json.loads(said[-1])

    assert code == 0
    assert found["problems"] == []
    assert found["readings_stored"] == READINGS - 7 * 3 * 4
    assert (found["dead_letters"], found["readings_bad"]) == (2, 2)
    assert (found["tie_out_difference"], found["wrong_measured_hours"]) == (0, 0)
    # Seven meters; of the five hours the last was not over, and the one before lacked its end.
    assert found["late_hours"] == found["late_hours_restated"] == 7 * 5
    assert found["faults_told"] == ["outage office_main", "unreadable office_main"]
    assert found["faults_absorbed"] == ["backlog office_main"]
    # Six days are too few for the rule that would see a wrong ratio: the kit says what is missed.
    assert found["faults_missed"] == ["ratio office_water"]
    assert not (tmp_path / "mine").exists()


def test_all_mistakes_of_a_later_story_are_told_before_the_first_is_played(
    story: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(STORY.replace("backlog", "backlock"), encoding="utf-8")
    said: list[Text] = []
    with pytest.raises(RegistryError, match="backlock"):
        proof(
            Settings(state_dir=tmp_path / "mine"),
            [story, broken],
            broker="auto",
            as_json=False,
            shows_bar=False,
            echo=said.append,
        )
    assert said == []


def test_every_shipped_scenario_is_played_when_none_is_named() -> None:
    assert shipped_scenarios() == sorted((EXAMPLES / "scenarios").glob("*.toml"))


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


def test_what_the_platform_cannot_do_yet_is_never_a_number(story: Path, tmp_path: Path) -> None:
    _, said = proved(story, tmp_path, as_json=False)
    (savings,) = [line for line in said if line.startswith("savings")]
    assert savings.endswith(NOT_YET.en)
    assert said[0].split() == ["scenario", "ten_days"]
    assert len({len(line) for line in said[:-1]}) == 1
    assert said[-1] == "Everything that is due holds."
