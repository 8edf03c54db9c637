"""What nobody takes up, or is overdue, is told to the role above, each role once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from energy.finding_step import Stage, Step
from storage.records import outbox, people
from tests.finding_life import DAY, PUMP, Life, life, seen_on


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Life]:
    with life(tmp_path) as made:
        yield made


def hold(hall: Life, *roles: str) -> str:
    with hall.records.session() as session:
        return people.add(session, name="-".join(roles), roles=roles, by="admin")


def escalated(hall: Life) -> list[str]:
    return [key.split("/")[3] for key in hall.alerts() if "escalated" in key]


def days(hall: Life, first: int, last: int) -> None:
    for day in range(first, last + 1):
        hall.round(day, seen_on(day))


def test_costly_waste_that_nobody_takes_up_in_a_week_goes_up_a_role_a_week(hall: Life) -> None:
    hold(hall, "filler")
    hold(hall, "unit_head")
    days(hall, 150, 156)
    assert escalated(hall) == []
    days(hall, 157, 163)
    assert escalated(hall) == ["filler"]
    days(hall, 164, 200)
    assert escalated(hall) == ["filler", "unit_head"]


def test_the_alert_names_the_finding_the_reason_and_the_role_in_both_languages(
    hall: Life,
) -> None:
    hold(hall, "statistics_head")
    days(hall, 150, 157)
    with hall.records.reading() as session:
        entry = outbox.recent(session, 1)[0]
    assert entry.title == "[升级：统计负责人] [用能异常] 大厅"
    assert "Nobody took it up in 7 days. The statistics head is asked" in entry.body
    assert entry.body.endswith("http://console/findings/1")


def test_a_deadline_that_is_over_is_told_to_the_role_above_who_has_it(hall: Life) -> None:
    hold(hall, "filler")
    head = hold(hall, "statistics_head")
    hold(hall, "unit_head")
    hall.round(150, PUMP)
    hall.do(150, Step.ASSIGN, to=head)
    hall.do(150, Step.DUE, until=155 * DAY)
    days(hall, 151, 154)
    assert escalated(hall) == []
    days(hall, 155, 190)
    assert escalated(hall) == ["unit_head"]
    assert "The deadline is over." in hall.steps()[-1].en
    assert hall.stage(190) is Stage.ASSIGNED


def test_a_new_deadline_is_a_new_occasion(hall: Life) -> None:
    hold(hall, "filler")
    hall.round(150, PUMP)
    hall.do(150, Step.ASSIGN, to="王工")
    hall.do(150, Step.DUE, until=151 * DAY)
    days(hall, 151, 152)
    hall.do(152, Step.DUE, until=160 * DAY)
    days(hall, 153, 161)
    assert escalated(hall) == ["filler", "filler"]


@pytest.mark.parametrize(
    ("step", "wish"),
    [
        (Step.ACKNOWLEDGE, {}),
        (Step.SNOOZE, {"until": 230 * DAY}),
        (Step.EXPECT, {"until": 230 * DAY, "words": "施工"}),
        (Step.REJECT, {"words": "机房"}),
    ],
)
def test_what_was_taken_up_or_set_aside_goes_up_to_nobody(
    hall: Life, step: Step, wish: dict[str, Any]
) -> None:
    hold(hall, "filler")
    hall.round(150, PUMP)
    hall.do(151, step, **wish)
    days(hall, 152, 180)
    assert escalated(hall) == []


def test_where_nobody_holds_a_role_nobody_is_told(hall: Life) -> None:
    days(hall, 150, 190)
    assert escalated(hall) == []
    assert len(hall.alerts()) == 1
