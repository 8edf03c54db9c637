import json
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq

from jieneng.simulated.stories import write_scenario

HOUSE = """
format = 2
start = 2025-12-01
days = 62
seed = 5
interval = "1h"

[[building]]
building = "hall"
use = "office"
area_m2 = 900
people = 30
"""
LAMPS = """
[[change]]
kind = "led"
meter = "hall_main"
from = 2025-12-10
done = 2025-12-20
strength = 0.4
"""
PEOPLE = """
[[change]]
kind = "occupancy"
meter = "hall_water"
from = 2026-01-05
strength = 0.5
"""
Hourly = dict[tuple[str, int], int]


def told(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "some.toml").write_text(text, encoding="utf-8")
    write_scenario(
        folder / "some.toml", folder / "out", form="parquet", shows_bar=False, echo=lambda _: None
    )
    return folder / "out" / "truth"


def hours(truth: Path) -> Hourly:
    rows = pq.read_table(truth / "hours.parquet").to_pylist()
    return {(row["meter"], row["time"]): row["used"] for row in rows}


def test_what_the_truth_says_was_saved_is_the_difference_of_two_simulations(tmp_path: Path) -> None:
    both, lamps, people = (
        told(tmp_path / name, HOUSE + text)
        for name, text in (("both", LAMPS + PEOPLE), ("lamps", LAMPS), ("people", PEOPLE))
    )
    used, without = hours(both), {1: hours(people), 2: hours(lamps)}
    saved: dict[int, Hourly] = defaultdict(dict)
    for row in pq.read_table(both / "changes.parquet").to_pylist():
        saved[row["change"]][row["meter"], row["time"]] = row["saved"]
    assert set(saved) == {1, 2}
    for number, counted in without.items():
        less = {key: counted[key] - used[key] for key in used}
        assert {key: amount for key, amount in less.items() if amount} == {
            key: amount for key, amount in saved[number].items() if amount
        }


def test_the_truth_says_of_a_change_what_it_saved_in_each_year(tmp_path: Path) -> None:
    truth = told(tmp_path / "both", HOUSE + LAMPS + PEOPLE)
    facts = json.loads((truth / "truth.json").read_text(encoding="utf-8"))
    lamps, people = facts["changes"]
    assert (lamps["kind"], lamps["routine"], lamps["seen_at"]) == (
        "led", True, ["hall_lighting", "hall_main"],
    )  # fmt: skip
    assert (people["kind"], people["routine"], people["seen_at"]) == (
        "occupancy", False, ["hall_water"],
    )  # fmt: skip
    assert lamps["saved"] == sum(lamps["saved_by_year"].values()) > 0
    assert min(lamps["saved_by_year"].values()) > 0
    assert set(lamps["saved_by_year"]) == {"2025", "2026"}
    assert people["saved_by_year"]["2025"] == 0 > people["saved_by_year"]["2026"]
    assert (lamps["done"] - lamps["start"]) // 86_400_000 == 10


def test_a_house_without_changes_has_no_file_of_them(tmp_path: Path) -> None:
    truth = told(tmp_path / "plain", HOUSE)
    assert not (truth / "changes.parquet").exists()
    assert json.loads((truth / "truth.json").read_text(encoding="utf-8"))["changes"] == []
