import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from energy.finding import Finding, Stream
from energy.meter import Meter
from energy.reading import GAUGE, Reading
from energy.span import HOUR_MS, Span
from jieneng.truth.score import Score, score
from jieneng.truth.tie_out import unresolved_spans
from simulators.meters.happenings import Told
from simulators.run import Prepared
from simulators.truth.truth_files import unresolvable, write_truth
from storage.opening import open_store
from storage.readings import ReadingStore
from storage.tables import METER_HOUR, NO_VALUE
from tests.example_district import ORIGIN, short_history

Hours = dict[str, np.ndarray]
Change = Callable[[str, Hours], None]

METERS = (
    "gov_annex_main",
    "gov_office_hvac",
    "gov_office_water",
    "hospital_outpatient_water",
    "library_main_main",
    "school_main_main",
    "sports_hall_water",
    "weather_north",
)
"""Enough of the district: wraps, replacements, gaps, a replay, a gauge."""


def _some() -> Prepared:
    history = short_history()
    told = {name: history.happenings.told[name] for name in METERS}
    meters = {name: true for name, true in history.district.meters.items() if name in METERS}
    return Prepared(
        history.plan,
        replace(history.district, meters=meters),
        replace(history.happenings, told=told),
    )


def _spans(told: Told) -> list[tuple[int, int]]:
    return unresolvable(told, short_history().happenings.jumps.get(told.meter.meter, ()))


def _right_hours(told: Told) -> Hours:
    """Return what a perfect ledger says of a meter's hours, from its true counts."""
    until = short_history().plan.now
    seen = told.good & told.published & (told.publish_at <= until)
    times, counts = told.time[seen], told.count[seen]
    before = times[:-1]
    unresolved = np.isin(before, [start for start, _ in _spans(told)])
    normal = (np.diff(times) <= 1.5 * HOUR_MS) & ~unresolved
    known = np.concatenate(([0], np.cumsum(np.where(unresolved, 0, np.diff(counts)))))
    measured = np.concatenate(([0], np.cumsum(np.where(normal, np.diff(times), 0))))
    gone = np.concatenate(([0], np.cumsum(np.where(unresolved, np.diff(times), 0))))
    edges = np.arange(times[0] // HOUR_MS, times[-1] // HOUR_MS + 2, dtype=np.int64) * HOUR_MS
    inside = np.clip(edges, times[0], times[-1])
    at = np.clip(np.searchsorted(times, inside, "right") - 1, 0, len(times) - 2)
    per_step = int(told.meter.base_per_step)
    advance = (known[at + 1] - known[at]) * per_step * (inside - times[at])
    cumulative = known[at] * per_step + advance // (times[at + 1] - times[at])
    return {
        "time": edges[:-1],
        "amount": np.diff(cumulative),
        "measured_s": np.diff(np.rint(np.interp(inside, times, measured)).astype(int)) // 1000,
        "unresolved_s": np.diff(np.rint(np.interp(inside, times, gone)).astype(int)) // 1000,
    }


def _tags(meter: Meter) -> dict[str, str]:
    values = {
        "meter": meter.meter, "building": meter.building, "institution": meter.institution,
        "site": meter.site, "kind": meter.kind, "role": meter.role, "item": meter.item,
    }  # fmt: skip
    return {tag: values[tag] or NO_VALUE for tag in METER_HOUR.tags}


def _fill(store: ReadingStore, change: Change) -> None:
    until = short_history().plan.now
    for name, told in _some().happenings.told.items():
        due = told.published & (told.publish_at <= until)
        sent = zip(told.time[due].tolist(), told.shown[due].tolist(), strict=True)
        store.write([Reading(name, told.meter.table, time, value) for time, value in sent])
        if told.meter.table == GAUGE:
            continue
        hours = _right_hours(told)
        change(name, hours)
        frame = pd.DataFrame(hours).assign(**_tags(told.meter))
        for field in METER_HOUR.fields:
            if field.name not in frame:
                frame[field.name] = 0
        span = Span(ORIGIN, ORIGIN + 40 * 24 * HOUR_MS)
        store.replace(METER_HOUR, frame, tags={"meter": name}, span=span)


def _as_it_is(_: str, hours: Hours) -> None:
    del hours


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("truth")
    history = _some()
    write_truth(made, history.plan, history.district, history.happenings)
    return made


def _score(folder: Path, change: Change, findings: tuple[Finding, ...] = ()) -> Score:
    store = open_store(f"duckdb:{folder / 'score.duckdb'}")
    try:
        _fill(store, change)
        return score(folder, store=store, findings=findings, dead_letters=20)
    finally:
        store.close()


def _finding(meter: str, stream: Stream, start: int) -> Finding:
    return Finding(
        "rule", 1, meter, stream, start, start + HOUR_MS, goes_on=True,
        sentence_zh="", sentence_en="", check_zh="", check_en="",
    )  # fmt: skip


def _planted(folder: Path) -> list[Finding]:
    facts = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return [_finding(p["meter"], Stream(p["stream"]), p["start"]) for p in facts["findings"]]


def test_a_perfect_ledger_ties_out(folder: Path) -> None:
    found = _score(folder, _as_it_is, tuple(_planted(folder)))
    assert found.tie_out_difference == 0
    assert found.wrong_measured_hours == 0
    assert found.unresolved_missed == 0
    assert found.unresolved_said == found.unresolved_true > 60
    assert found.measured_share > 0.999
    assert found.readings_published - found.readings_bad == found.readings_stored
    assert (found.findings_planted, found.findings_found) == (8, 8)
    assert found.findings_unplanted == 0
    assert found.problems == ()


def test_one_base_unit_too_much_is_seen(folder: Path) -> None:
    def one_more(meter: str, hours: Hours) -> None:
        hours["amount"][100] += meter == "gov_annex_main"

    assert _score(folder, one_more).tie_out_difference == 1


def test_an_amount_in_the_wrong_hour_is_seen_though_the_total_ties_out(folder: Path) -> None:
    def moved(meter: str, hours: Hours) -> None:
        if meter == "gov_annex_main":
            hours["amount"][100] += 1_000_000
            hours["amount"][101] -= 1_000_000

    found = _score(folder, moved)
    assert found.tie_out_difference == 0
    assert found.wrong_measured_hours == 2


def test_calling_hours_unresolved_does_not_buy_a_good_score(folder: Path) -> None:
    def timid(meter: str, hours: Hours) -> None:
        if meter == "gov_annex_main":
            hours["amount"][200:400] = 0
            hours["measured_s"][200:400] = 0
            hours["unresolved_s"][200:400] = 3600

    found = _score(folder, timid)
    assert found.tie_out_difference == 0
    assert found.unresolved_said == found.unresolved_true + 200
    assert len(found.problems) == 3  # unresolved, measured share, findings


def test_guessing_what_nobody_can_know_is_seen(folder: Path) -> None:
    def bold(_: str, hours: Hours) -> None:
        hours["measured_s"][hours["unresolved_s"] > 0] = 3600
        hours["unresolved_s"][:] = 0

    found = _score(folder, bold)
    assert found.unresolved_missed == found.unresolved_true > 60
    assert found.tie_out_difference > 0


def test_findings_count_at_the_meter_and_above_it_and_others_are_unplanted(folder: Path) -> None:
    planted = _planted(folder)
    hvac = next(f for f in planted if f.meter == "gov_office_hvac")
    at_the_main = replace(hvac, meter="gov_office_main")
    elsewhere = replace(hvac, meter="library_branch_main")
    gap = _finding("library_main_main", Stream.DATA, ORIGIN + 14 * 24 * HOUR_MS)
    found = _score(folder, _as_it_is, (at_the_main, elsewhere, gap))
    assert found.findings_found == 1
    assert found.findings_unplanted == 1
    assert "no_setback gov_office_hvac" not in found.missed


def test_an_unresolved_span_inside_an_hour_is_the_pair_of_readings_that_far_apart() -> None:
    said = pd.DataFrame({"unresolved_s": [0, 900, 0]}, index=[0, HOUR_MS, 2 * HOUR_MS])
    readings = np.array([HOUR_MS, HOUR_MS + 1_200_000, HOUR_MS + 2_100_000, 2 * HOUR_MS])
    assert unresolved_spans(said, readings) == [Span(HOUR_MS + 1_200_000, HOUR_MS + 2_100_000)]
