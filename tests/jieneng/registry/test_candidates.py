"""A break of a register becomes a task: confirmed by an event, dismissed by a person, or healed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS, Span, from_ms
from jieneng.wiring import House
from storage.records import audit, event_candidates, late_arrivals, touched
from storage.records.event_candidates import EventCandidate
from storage.tables import METER_DAY
from tests.analytics.ledgers import points
from tests.builders import MAIN_METER, registry_of
from tests.meters_world import done, opened
from tests.record_promises import stored

T0 = 1_767_225_600_000
METER = replace(MAIN_METER, ratio=Fraction(1), max_rate=Fraction(10), digits=6)
"""1,000 steps of 10 Wh an hour at most."""
PLACES = registry_of(METER)
BREAK = 30
"""The hour of the first reading after the break."""
RISE = 200


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path, PLACES) as held:
        yield held


def dismissed(house: House, number: int, by: str = "li", reason: str = "test") -> str:
    return done(house, "dismiss", number=number, by=by, reason=reason)[2]


def values(last: int, following: int, *, hours: int = 72) -> list[int]:
    """Return a register that rises evenly and goes from one value to another at the break."""
    before = [last - RISE * (BREAK - 1 - hour) for hour in range(BREAK)]
    return before + [following + RISE * hour for hour in range(hours - BREAK)]


def heard(house: House, said: Sequence[int], *, first: int = 0) -> None:
    """Let readings arrive and a round run."""
    times = [T0 + (first + hour) * HOUR_MS for hour in range(len(said))]
    house.store.write(
        [
            Reading(METER.meter, "register", time, value)
            for time, value in zip(times, said, strict=True)
        ]
    )
    with house.records.session() as session:
        touched.publish(session, {METER.meter: times[0]})
    house.round_once()


def kept(house: House) -> list[EventCandidate]:
    with house.records.reading() as session:
        return event_candidates.candidates(session)


def states(house: House) -> list[str]:
    return [one.state for one in kept(house)]


def amounts(house: House) -> int:
    return int(points(house.store, METER_DAY)["amount"].sum())


@pytest.mark.parametrize(
    ("last", "following", "looks", "factor"),
    [
        (400_000, 700_123, "replacement", ""),
        (400_000, 111_123, "replacement", ""),
        (400_000, 150, "reset", ""),
        (99_950, 150, "rollover", "5"),
        (140_000, 560_700, "ratio", "4"),
        (400_000, 40_020, "ratio", "1/10"),
    ],
)
def test_a_break_that_lasts_is_a_candidate_and_says_what_it_looks_like(
    house: House, last: int, following: int, looks: str, factor: str
) -> None:
    heard(house, values(last, following))

    (one,) = kept(house)
    assert (one.meter, one.looks, one.factor, one.state) == (METER.meter, looks, factor, "open")
    assert (one.last_value, one.next_value) == (last, following)
    assert (one.after, one.before) == (T0 + (BREAK - 1) * HOUR_MS, T0 + BREAK * HOUR_MS)
    assert f"From {last / 100:g} kWh to {following / 100:g} kWh: " in one.evidence_en
    assert amounts(house) == RISE * 10 * (72 - 2)


@pytest.mark.parametrize("after", [1, 5])
def test_a_break_is_no_candidate_before_readings_that_fit_together_follow_it(
    house: House, after: int
) -> None:
    said = values(400_000, 700_123)

    heard(house, said[: BREAK + after])
    assert kept(house) == []
    heard(house, said[BREAK + after : BREAK + 6], first=BREAK + after)
    assert states(house) == ["open"]


def test_a_register_that_breaks_again_and_again_has_no_candidate(house: House) -> None:
    heard(house, [400_000 - 3_000 * hour for hour in range(72)])

    assert kept(house) == []


def replaced(house: House) -> str:
    """Enter that the meter was replaced in the time of the break; return what was wrong."""
    row = {
        "meter": METER.meter, "event": "replacement", "author": "li", "reason": "due",
        "time": from_ms(T0 + BREAK * HOUR_MS - 60_000).isoformat(),
        "closing": "4001", "opening": "7001",
    }  # fmt: skip
    wrong = done(house, "event", row=row)[2]
    house.round_once()
    return wrong


def test_an_event_in_the_time_of_the_break_confirms_it(house: House) -> None:
    heard(house, values(400_000, 700_123))

    assert replaced(house) == ""

    assert states(house) == ["confirmed"]
    assert amounts(house) > RISE * 10 * (72 - 2)
    assert done(house, "candidates", meter="", every=False, as_json=False)[1] == [
        "No candidate waits for anybody."
    ]


def test_late_readings_that_leave_no_break_heal_it(house: House) -> None:
    said = values(400_000, 406_000)
    for hour in range(BREAK - 10, BREAK):
        said[hour] = 400_000 + 1
    heard(house, said)
    assert states(house) == ["open"]

    corrected = [400_000 + 600 * hour for hour in range(10)]
    house.store.write(
        [
            Reading(METER.meter, "register", T0 + (BREAK - 10 + hour) * HOUR_MS, value, revision=1)
            for hour, value in enumerate(corrected)
        ]
    )
    late = Span(T0 + (BREAK - 10) * HOUR_MS, T0 + BREAK * HOUR_MS)
    with house.records.session() as session:
        late_arrivals.publish(session, [(METER.meter, late)])
    house.round_once()

    assert states(house) == ["healed"]


def test_what_a_person_dismissed_stays_dismissed_and_is_in_the_audit(house: House) -> None:
    heard(house, values(400_000, 700_123))
    (one,) = kept(house)
    before = amounts(house)

    assert dismissed(house, one.number, by="wang", reason="gateway was tested") == ""
    with house.records.session() as session:
        touched.publish(session, {METER.meter: 0})
    house.round_once()

    (after,) = kept(house)
    assert (after.state, after.by, after.reason) == ("dismissed", "wang", "gateway was tested")
    assert amounts(house) == before
    with house.records.reading() as session:
        (entry, *_) = audit.recent(session, 1)
    assert (entry.who, entry.what) == ("wang", "candidate event dismissed")
    assert "is dismissed already" in dismissed(house, one.number)


def test_what_was_dismissed_is_confirmed_by_the_event_that_is_entered_later(house: House) -> None:
    heard(house, values(400_000, 700_123))
    dismissed(house, kept(house)[0].number, by="wang", reason="gateway was tested")
    before = amounts(house)

    assert replaced(house) == ""

    (one,) = kept(house)
    assert (one.state, one.by, one.reason) == ("confirmed", "", "")
    assert amounts(house) == before + (4001_00 - 400_000 + 700_123 - 7001_00) * 10
    _, (line, _), _ = done(house, "candidates", meter="", every=True, as_json=False)
    assert line.endswith("replacement, li: due")
    with house.records.reading() as session:
        said = [(entry.who, entry.what) for entry in audit.recent(session, 9)]
    assert ("wang", "candidate event dismissed") in said


def test_dismissing_needs_a_candidate_and_a_reason(house: House) -> None:
    heard(house, values(400_000, 700_123))

    assert "Candidate 99 does not exist" in dismissed(house, 99)
    assert "give --by and --reason" in dismissed(house, kept(house)[0].number, reason=" ")
    assert states(house) == ["open"]


def test_candidates_are_listed_with_evidence_and_the_command_that_settles_them(
    house: House,
) -> None:
    heard(house, values(400_000, 150))

    _, (line, todo), _ = done(house, "candidates", meter="", every=False, as_json=False)
    assert "open  hall_main  reset  2026-01-02T13:00+08:00 .. 2026-01-02T14:00+08:00" in line
    assert "like a reset or a new meter" in line
    assert todo.startswith("1 to confirm. If it happened: jieneng meters event")
    _, (said,), _ = done(house, "candidates", meter=METER.meter, every=True, as_json=True)
    assert json.loads(said)["candidates"][0]["next_value"] == 150


def test_a_meter_that_leaves_the_registry_takes_its_open_candidates_along(house: House) -> None:
    heard(house, values(400_000, 150))
    empty: Registry = registry_of()

    stored(house.records, empty)
    house.round_once()

    assert states(house) == ["healed"]
