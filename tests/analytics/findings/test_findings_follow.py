"""Findings through their life, on real records."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.findings.follow import Change, What, follow
from analytics.findings.overlap import parted, without_overlap
from analytics.findings.table import finding_frame
from analytics.findings.watch import RAISED
from energy.finding import Finding, FindingState, Stream
from storage.records import findings
from storage.records.book import Records
from storage.tables import FINDING
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.finding_life import DAY, PUMP

REGISTRY = registry_of(MAIN_METER, SUB_METER)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records.open(f"sqlite:{tmp_path / 'records.db'}")
    yield opened
    opened.close()


def turn(
    records: Records, day: int, *found: Finding, looked: Collection[str] | None = None
) -> list[Change]:
    with records.session() as session:
        return follow(session, found=found, looked=looked, now_ms=day * DAY)


def seen_on(day: int) -> Finding:
    return replace(PUMP, end=day * DAY)


def test_one_cause_is_one_finding_however_often_it_is_seen(records: Records) -> None:
    assert [change.what for change in turn(records, 150, PUMP)] == [What.NEW]
    for day in range(151, 156):
        (change,) = turn(records, day, seen_on(day))
        assert change.what is What.CONTINUED
    with records.reading() as session:
        (stored,) = findings.current(session)
        assert len(findings.history(session, stored.number)) == 1
    assert stored.finding.end == 155 * DAY


def test_a_quiet_weekend_ends_no_waste_and_a_quiet_week_does(records: Records) -> None:
    turn(records, 150, PUMP)
    assert turn(records, 152) == []
    assert turn(records, 156) == []
    (change,) = turn(records, 157)
    assert change.what is What.ENDED
    assert change.stored.state is FindingState.ENDED
    assert change.stored.finding.end == 150 * DAY
    assert not change.stored.finding.goes_on


def test_what_comes_back_keeps_its_number(records: Records) -> None:
    (first,) = turn(records, 150, PUMP)
    turn(records, 160)
    (again,) = turn(records, 170, replace(seen_on(170), start=168 * DAY))
    assert again.what is What.REOPENED
    assert again.stored.number == first.stored.number
    assert again.stored.opened == 170 * DAY
    assert again.stored.finding.start == 168 * DAY


def test_what_goes_on_keeps_the_day_it_was_first_seen(records: Records) -> None:
    turn(records, 150, PUMP)
    (change,) = turn(records, 151, replace(seen_on(151), start=104 * DAY))
    assert change.stored.finding.start == 100 * DAY


def test_a_rule_that_could_not_look_ends_nothing(records: Records) -> None:
    turn(records, 150, PUMP)
    assert turn(records, 200, looked=[]) == []
    (change,) = turn(records, 200, looked=["hall_main/level_shift"])
    assert change.what is What.ENDED


def test_a_rule_that_raised_once_is_not_shown_for_ever(records: Records) -> None:
    raised = replace(PUMP, rule=f"{RAISED}:level_shift", stream=Stream.DATA)
    turn(records, 150, raised)
    (change,) = turn(records, 152, looked=[])
    assert change.what is What.ENDED


def test_a_cause_that_had_gone_before_it_was_seen_is_kept_and_not_open(records: Records) -> None:
    (change,) = turn(records, 170, replace(PUMP, goes_on=False))
    assert change.what is What.PAST
    assert change.stored.state is FindingState.ENDED
    (again,) = turn(records, 171, replace(PUMP, goes_on=False))
    assert again.what is What.PAST


def test_an_end_that_the_rule_sees_waits_for_the_same_week(records: Records) -> None:
    turn(records, 150, PUMP)
    (change,) = turn(records, 153, replace(PUMP, goes_on=False))
    assert change.what is What.CONTINUED
    (change,) = turn(records, 158, replace(PUMP, goes_on=False))
    assert change.what is What.ENDED


def test_the_derived_table_has_a_point_a_finding_with_the_place_it_is_at(
    records: Records,
) -> None:
    elsewhere = replace(PUMP, meter="gone", rule="silent_or_flat", base_per_year=None)
    turn(records, 150, PUMP, elsewhere)
    with records.reading() as session:
        frame = finding_frame(findings.current(session), REGISTRY)
    assert list(frame.columns) == ["time", *FINDING.tags, *FINDING.field]
    (row,) = frame.to_dict("records")
    assert row["building"] == "hall"
    assert row["institution"] == "town"
    assert row["kind"] == "electricity"
    assert row["state"] == "open"
    assert row["time"] == 100 * DAY
    assert row["micro_yuan_per_year"] == 70_000_000_000


def test_an_empty_table_still_has_its_columns_and_types() -> None:
    frame = finding_frame([], REGISTRY)
    assert str(frame.dtypes["time"]) == "int64"
    assert str(frame.dtypes["base_per_year"]) == "Int64"


def test_waste_at_a_sub_meter_is_not_said_again_at_its_main() -> None:
    """Invariant 18, savings."""
    below = replace(PUMP, meter="hall_light", base_per_year=60_000_000, start=110 * DAY)
    assert without_overlap([PUMP, below], REGISTRY) == [below]
    small = replace(below, base_per_year=20_000_000)
    assert without_overlap([PUMP, small], REGISTRY) == [PUMP, small]
    earlier = replace(below, start=10 * DAY)
    assert without_overlap([PUMP, earlier], REGISTRY) == [PUMP, earlier]


def test_nights_without_setback_and_their_step_are_one_cause() -> None:
    nights = replace(PUMP, rule="night_and_weekend_load", start=60 * DAY)
    assert without_overlap([PUMP, nights], REGISTRY) == [nights]
    apart = replace(nights, start=10 * DAY, end=20 * DAY)
    assert without_overlap([PUMP, apart], REGISTRY) == [PUMP, apart]


def test_what_is_left_out_names_the_finding_that_stays_and_says_it() -> None:
    nights = replace(PUMP, rule="night_and_weekend_load", start=60 * DAY)
    below = replace(nights, meter="hall_light", base_per_year=60_000_000)
    kept, explained = parted([PUMP, nights, below], REGISTRY)
    assert kept == [below]
    # The step is explained by the nights, and these by the lighting: that one stays.
    assert explained == {
        "hall_main/level_shift": "hall_light/night_and_weekend_load",
        "hall_main/night_and_weekend_load": "hall_light/night_and_weekend_load",
    }


def test_a_wrong_meter_is_never_shown_as_waste() -> None:
    wrong = replace(PUMP, rule="sub_against_main", stream=Stream.DATA, base_per_year=None)
    assert without_overlap([PUMP, wrong], REGISTRY) == [wrong]


def test_a_fault_that_was_over_long_ago_explains_no_waste_that_goes_on() -> None:
    short = replace(
        PUMP, rule="suspect_hours", stream=Stream.DATA, base_per_year=None, goes_on=False,
        end=142 * DAY,
    )  # fmt: skip
    assert without_overlap([PUMP, short], REGISTRY) == [PUMP, short]
    just_over = replace(short, end=143 * DAY)
    assert without_overlap([PUMP, just_over], REGISTRY) == [just_over]
