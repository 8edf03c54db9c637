"""Steps that people take about findings, on real records: kept, proved, and refused."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from energy.errors import ConfigError
from energy.finding_step import Step
from storage.records import chain, finding_steps, people
from storage.records.verifying import verify
from tests.finding_life import DAY, PUMP, Life, life, seen_on


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Life]:
    with life(tmp_path) as made:
        yield made


def test_what_was_accepted_is_frozen_with_span_and_version_of_the_rule(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.ACKNOWLEDGE)
    hall.round(152, replace(seen_on(152), start=90 * DAY, base_per_year=99, low=1, version=2))
    hall.do(153, Step.FIX)
    accepted = hall.handling().accepted
    assert accepted is not None
    assert (accepted.start, accepted.end, accepted.version) == (100 * DAY, 150 * DAY, 1)
    assert (accepted.base_per_year, accepted.low, accepted.high) == (
        87_600_000,
        80_000_000,
        95_000_000,
    )


def test_every_step_is_a_link_by_the_id_of_a_person_and_a_changed_one_is_seen(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.ACKNOWLEDGE)
    hall.do(152, Step.COMMENT, words="联系了物业")
    hall.do(153, Step.FIX)
    hall.round(160)
    with hall.records.session() as session:
        (li,) = people.all(session)
        links = chain.about(session, finding_steps.subject_of(1))
        assert [link.who for link in links] == [li.person] * 3 + [finding_steps.ROUND]
        assert links[0].what == "finding acknowledge"
        assert verify(session).problem is None
        row = session.get(finding_steps.FindingStepRow, 2)
        assert row is not None
        row.zh = "没有联系"
        session.flush()
        problem = verify(session).problem
    assert problem is not None
    assert "step of a finding 2" in problem.en


def test_a_name_that_is_erased_stands_in_no_step(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.ASSIGN, to="王工")
    with hall.records.session() as session:
        for one in people.all(session):
            people.erase(session, one.person, by="admin")
        assert verify(session).problem is None
    assert "李工" not in repr(hall.steps())
    assert "王工" not in repr(hall.steps())


def test_two_forms_of_one_key_are_one_step(hall: Life) -> None:
    hall.round(150, PUMP)
    assert hall.do(151, Step.COMMENT, words="看过了", form="f1").is_new
    assert not hall.do(151, Step.COMMENT, words="看过了", form="f1").is_new
    assert len(hall.steps()) == 1


@pytest.mark.parametrize(
    ("step", "wish", "says"),
    [
        (Step.VERIFY, {}, "cannot be verified"),
        (Step.RESUME, {}, "What may be done now: ack, assign, work"),
        (Step.ASSIGN, {}, "--to NAME"),
        (Step.ACKNOWLEDGE, {"by": " "}, "Say who you are"),
        (Step.REJECT, {}, "--reason"),
        (Step.COMMENT, {}, "findings comment 1 '...'"),
        (Step.EXPECT, {"words": "施工"}, "a day that is yet to come"),
        (Step.SNOOZE, {"until": 150 * DAY}, "a day that is yet to come"),
        (Step.SNOOZE, {"until": 250 * DAY}, "At most 92 days. For longer"),
        (Step.DUE, {"until": 900 * DAY}, "At most 366 days"),
        (Step.ATTACH, {"evidence": "ab"}, "jieneng evidence list"),
        (Step.GROW, {}, "cannot be"),
    ],
)
def test_a_step_that_cannot_be_taken_is_refused_with_what_to_do(
    hall: Life, step: Step, wish: dict[str, Any], says: str
) -> None:
    hall.round(150, PUMP)
    with pytest.raises(ConfigError, match=says) as refused:
        hall.do(151, step, **wish)
    assert refused.value.text.zh != refused.value.text.en
    assert hall.steps() == []


def test_what_ended_in_the_data_needs_no_acknowledging_but_may_be_called_fixed(
    hall: Life,
) -> None:
    hall.round(150, PUMP)
    hall.round(158)
    with pytest.raises(ConfigError, match="show finding 1 no more"):
        hall.do(159, Step.ACKNOWLEDGE)
    assert hall.do(159, Step.FIX).is_new


def test_a_person_verifies_only_what_the_meter_shows_no_more(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.FIX)
    with pytest.raises(ConfigError, match="the meter cannot verify it yet"):
        hall.do(152, Step.VERIFY)


def test_a_finding_that_is_not_there_is_refused_with_where_to_look(hall: Life) -> None:
    with pytest.raises(ConfigError, match="jieneng findings list"):
        hall.do(151, Step.ACKNOWLEDGE, number=7)
