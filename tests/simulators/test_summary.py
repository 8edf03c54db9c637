"""The page beside the truth says what the truth says."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from energy.kinds import KINDS
from energy.meter import Site
from energy.span import HOUR_MS, to_ms
from simulators.district import build_in_parts
from simulators.grid import DAY_MS
from simulators.houses.made import House
from simulators.plan import Plan
from simulators.scenario import FAULTS, WASTES, Fault, Scenario, Waste
from simulators.truth.files import PARQUET, places_of, write_files
from simulators.truth.planted_words import FAULT_WORDS, WASTE_WORDS
from simulators.truth.summary import MOST_BUILDINGS, MOST_ROWS, summary
from simulators.truth.totals import Totals
from simulators.truth.truth_files import write_truth
from tests.example_district import CALENDARS, short_history

BERLIN = Site("berlin", "柏林", "Berlin", "Europe/Berlin", "cn", "110102")
NEW_YEAR = to_ms(datetime(2025, 12, 31, 23, tzinfo=UTC))  # in Berlin
ORIGIN = NEW_YEAR - 3 * DAY_MS
DAYS = 6
HOUSES = (
    House("hall", "office", "district_heating", ("pv",), 8000, 400, 1, "办公楼", "Hall"),
    House("ward", "hospital", "none", (), 9000, 500, 1, "住院楼", "Ward | east"),
)
STORY = Scenario(
    DAYS, 0, {}, {},
    (
        Fault("replacement_unannounced", "ward_water", 4, 0, 7),
        Fault("outage", "hall_main", 1, 5, 1),
        Fault("dip", "ward_water", 2, 0, 0.25),
        Fault("nan", "hall_main", 3, 0, 4),
    ),
    (Waste("leak", "ward_water", 2, 5, 0.5), Waste("late_stop", "hall_main", 0, 6, 2)),
    houses=HOUSES, site=BERLIN, name_zh="两栋楼", name_en="Two houses",
)  # fmt: skip


PLAN = Plan(ORIGIN, ORIGIN + DAYS * DAY_MS - 1, 5, "/far/away/story.toml", "", "", 900_000)


def told(folder: Path, scenario: Scenario = STORY, days: int = DAYS) -> str:
    """Write a history of some days, and return the page beside its truth."""
    registry = scenario.registry()
    plan = PLAN.at(ORIGIN + days * DAY_MS - 1)
    parts = build_in_parts(plan, registry, CALENDARS, scenario, hours=days * 24)
    write_files(parts, plan, folder, form=PARQUET, places=places_of(registry.meters))
    return (folder / "truth" / "summary.md").read_text(encoding="utf-8")


def truth(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (folder / "truth" / "truth.json").read_text(encoding="utf-8")
    )
    return found


def section(page: str, name: str) -> list[list[str]]:
    """Return the cells of the rows of a section's table, without its head."""
    lines = page.partition(f"## {name}\n")[2].partition("\n## ")[0].splitlines()
    rows = [line for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[2:]]


def test_the_page_says_what_was_simulated_and_by_which_meters(tmp_path: Path) -> None:
    page = told(tmp_path)
    assert page.startswith("# 两栋楼 Two houses\n")
    assert "| 情景 scenario | story.toml |" in page
    assert "| 从 from | 2025-12-29 00:00（Europe/Berlin） |" in page
    assert "| 到 until | 2026-01-04 00:00 |" in page
    assert "| 随机种子 seed | 5 |" in page
    assert f"| sha256 | `{truth(tmp_path)['sha256']}` |" in page
    assert "| 电 electricity | 12 (main 2, sub 8, check 1, export 1) |" in page
    assert "| 必被拒收 must be refused | nan 4 |" in page


def test_its_amounts_are_those_of_the_truth_by_local_year_to_the_unit(tmp_path: Path) -> None:
    page = told(tmp_path)
    totals = pd.read_parquet(tmp_path / "truth" / "totals.parquet")
    years = totals[totals["period"] == "year"]
    names = {"hall": "办公楼 Hall, 8,000 m2", "ward": r"住院楼 Ward \| east, 9,000 m2",
             "government": "机关 Government", "hospital": "医院 Hospital",
             "district": "区域 district"}  # fmt: skip
    assert page.count("| 种类 kind | 单位 unit | 2025 | 2026 |") == 2
    rows = [*section(page, "用量 What was used"), *section(page, "建筑 Buildings")]
    said = {(name, kind.split()[0]): amounts for name, kind, _, *amounts in rows}
    true: dict[tuple[str, str, str], list[int]] = {}
    for row in years[years["level"] != "meter"].to_dict("records"):
        key = (str(row["level"]), str(row["node"]), str(row["kind"]))
        true.setdefault(key, []).append(row["used"])
    assert len(said) == len(true) == len(rows)
    for (_, node, kind), used in true.items():
        per = KINDS[kind].base_per_display
        amounts = said[names[node], KINDS[kind].zh]
        assert [int(Decimal(amount.replace(",", "")) * per) for amount in amounts] == used
        assert len(used) == 2
        assert min(used) > 0


def test_faults_stand_in_order_with_their_local_spans_and_what_they_do(tmp_path: Path) -> None:
    rows = section(told(tmp_path), "故障 Faults")
    assert [row[:4] for row in rows] == [
        ["outage", "hall_main", "2025-12-30 00:00", "2025-12-30 05:00"],
        ["dip", "ward_water", "2025-12-31 00:00", "2025-12-31 00:15"],
        ["nan", "hall_main", "2026-01-01 00:00", "2026-01-01 00:15"],
        ["replacement_unannounced", "ward_water", "2026-01-02 00:00", "2026-01-02 00:15"],
    ]
    assert "by 25.0%" in rows[1][4]
    assert rows[2][4].endswith("(4 ×)")
    assert "at step 7" in rows[3][4]


def test_waste_has_its_strength_in_its_unit_and_its_true_energy(tmp_path: Path) -> None:
    late, leak = section(told(tmp_path), "浪费 Waste")
    assert leak[:6] == [
        "leak", "ward_water", "2025-12-31 00:00", "2026-01-03 00:00", "0.5 m3/h", "36.000 m3",
    ]  # fmt: skip
    assert late[:5] == ["late_stop", "hall_main", "2025-12-29 00:00", "2026-01-04 00:00", "2 h"]
    (true,) = [one["base"] for one in truth(tmp_path)["findings"] if one["kind"] == "late_stop"]
    assert late[5] == f"{Decimal(true) / 1000:,.3f} kWh"


def test_what_nobody_can_resolve_is_said_with_its_span(tmp_path: Path) -> None:
    (row,) = section(told(tmp_path), "无人能知 What nobody can resolve")
    assert row[0] == "ward_water"
    (span,) = truth(tmp_path)["unresolvable"]
    times = [datetime.fromtimestamp(span[end] / 1000, BERLIN.zone) for end in ("start", "end")]
    assert row[1:] == [f"{time:%Y-%m-%d %H:%M}" for time in times]
    assert row[1].startswith("2026-01-02 00:")


def test_a_change_stands_with_what_it_truly_saved_in_each_year(tmp_path: Path) -> None:
    told(tmp_path)
    totals = Totals()
    parts = build_in_parts(PLAN, STORY.registry(), CALENDARS, STORY, hours=DAYS * 24)
    for part in parts:
        totals.add(part)
    change = {
        "kind": "led", "meter": "hall_lighting", "strength": 0.4, "start": ORIGIN + DAY_MS,
        "done": ORIGIN + 2 * DAY_MS, "saved": 1_234_567, "saved_by_year": {"2026": 1_234_567},
    }  # fmt: skip
    facts = truth(tmp_path) | {"changes": [change]}
    page = summary(facts, totals, STORY.registry(), until=ORIGIN)
    assert section(page, "变更 Changes") == [[
        "led", "hall_lighting", "2025-12-30 00:00", "2025-12-31 00:00",
        "换灯，节约照明的 40% new lamps save 40% of the light", "kWh", "1,234.567", "0.000",
        "1,234.567",
    ]]  # fmt: skip


def test_a_quiet_district_says_none_three_times(tmp_path: Path) -> None:
    page = told(tmp_path, replace(STORY, faults=(), wastes=()))
    assert page.count("\n无 none\n") == 3


def test_of_many_buildings_the_largest_are_shown_and_the_rest_is_named(tmp_path: Path) -> None:
    many = House("house", "office", "none", (), 1000, 40, MOST_BUILDINGS + 1, "楼", "House")
    large = House("tower", "office", "none", (), 9000, 40, 1, "塔", "Tower")
    page = told(tmp_path, replace(STORY, houses=(many, large), faults=(), wastes=()), days=1)
    rows = section(page, "建筑 Buildings")
    assert len({row[0] for row in rows}) == MOST_BUILDINGS
    assert rows[0][0].startswith("塔 Tower")
    assert f"The {MOST_BUILDINGS} largest of {MOST_BUILDINGS + 2}; all of them are in" in page


def test_a_list_too_long_to_read_ends_with_how_many_more_there_are() -> None:
    registry = STORY.registry()
    spans = [
        {"meter": "hall_main", "start": ORIGIN + at * HOUR_MS, "end": ORIGIN + (at + 1) * HOUR_MS}
        for at in range(MOST_ROWS + 3)
    ]
    facts = {
        "plan": {"scenario": "x.toml", "origin": ORIGIN, "seed": 1}, "sha256": "", "meters": {},
        "longest_delay_ms": 0, "refused": [], "faults": [], "findings": [], "unresolvable": spans,
    }  # fmt: skip
    page = summary(facts, Totals(), registry, until=ORIGIN)
    assert len(section(page, "无人能知 What nobody can resolve")) == MOST_ROWS
    assert "。3 more are in the files beside." in page


def test_the_example_district_with_its_gauges_and_faults_is_told_whole(tmp_path: Path) -> None:
    history = short_history()
    write_truth(tmp_path, history.plan, history.district, history.happenings)
    page = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "| 室外温度 outdoor temperature | 2 |" in page
    assert len(section(page, "故障 Faults")) == len(history.happenings.faults)
    assert len(section(page, "浪费 Waste")) == len(history.district.wastes)


@pytest.mark.parametrize(("kinds", "words"), [(FAULTS, FAULT_WORDS), (WASTES, WASTE_WORDS)])
def test_every_fault_and_waste_has_words_in_both_languages(
    kinds: tuple[str, ...], words: dict[str, Any]
) -> None:
    for kind in kinds:
        assert words[kind].zh
        assert words[kind].en


def test_a_page_that_is_written_leaves_nothing_half_done(tmp_path: Path) -> None:
    told(tmp_path)
    assert not list(tmp_path.rglob("*.part"))
