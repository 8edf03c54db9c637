"""Two breaks that explain each other are one candidate; what only looks like it is not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from analytics.swaps import commands_of
from energy.meter import MeterEvent
from energy.reading import Reading
from energy.span import HOUR_MS, from_ms
from jieneng.holder import Request
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import event_candidates, touched
from storage.records.event_candidates import DISMISSED, OPEN, PAIRED, EventCandidate
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.record_promises import stored

T0 = 1_767_225_600_000
"""Midnight of 1 January 2026 in UTC, eight in the morning in Shanghai."""
HALL = replace(MAIN_METER, ratio=Fraction(40), max_rate=Fraction(400), digits=6)
"""1,000 steps of 10 Wh an hour at most, behind transformers."""
LIGHT = replace(SUB_METER, ratio=Fraction(1), max_rate=Fraction(10), digits=6)
OTHER = replace(LIGHT, meter="hall_power", channel="ep_power")
SWAP = 30
"""The hour of the first readings that are exchanged."""
HOURS = 72
STARTS = {HALL.meter: (400_000, 200), LIGHT.meter: (90_000, 50), OTHER.meter: (700_000, 10)}
"""What a register shows first, and what it counts in an hour [steps]."""
REASON = '--reason "channels were swapped"'


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    take_reference(held.records, shipped("reference"))
    stored(held.records, registry_of(HALL, LIGHT, OTHER))
    yield held
    held.close()


def counted(meter: str) -> list[int]:
    """Return what a register truly shows every hour."""
    first, an_hour = STARTS[meter]
    return [first + an_hour * hour for hour in range(HOURS)]


def crossed(*, first: int = SWAP, until: int = HOURS) -> dict[str, list[int]]:
    """Return what two meters say that stand for each other from an hour until another."""
    hall, light = counted(HALL.meter), counted(LIGHT.meter)
    return {
        HALL.meter: hall[:first] + light[first:until] + hall[until:],
        LIGHT.meter: light[:first] + hall[first:until] + light[until:],
    }


def heard(house: House, said: Mapping[str, Sequence[int]], *, late_ms: int = 0) -> None:
    """Let readings arrive, those of the second meter later in the hour, and a round run."""
    for meter, values in said.items():
        moved = late_ms if meter == LIGHT.meter else 0
        times = [T0 + hour * HOUR_MS + moved for hour in range(len(values))]
        pairs = zip(times, values, strict=True)
        house.store.write([Reading(meter, "register", time, value) for time, value in pairs])
    again(house, *said)


def again(house: House, *meters: str) -> None:
    with house.records.session() as session:
        touched.publish(session, dict.fromkeys(meters, 0))
    house.round_once()


def asked(house: House, work: str, name: str = "meters", **arguments: object) -> list[str]:
    said: list[str] = []
    answer_for(house)(Request(name, work, arguments, "/", "en"), said.append, said.append)
    return said


def listed(house: House, meter: str = "") -> list[str]:
    return asked(house, "candidates", meter=meter, every=False, as_json=False)


def waiting(house: House) -> list[EventCandidate]:
    with house.records.reading() as session:
        return event_candidates.open_candidates(session)


def states(house: House) -> list[tuple[str, str]]:
    with house.records.reading() as session:
        return sorted((one.looks, one.state) for one in event_candidates.candidates(session))


def entered(house: House, meter: str) -> list[str]:
    row = {
        "meter": meter, "event": "replacement", "author": "li", "reason": "changed places",
        "time": from_ms(T0 + (SWAP - 1) * HOUR_MS).isoformat(),
    }  # fmt: skip
    said = asked(house, "event", row=row)
    house.round_once()
    return said


def test_two_meters_that_were_swapped_are_one_candidate_with_the_command_that_mends_both(
    house: House,
) -> None:
    heard(house, crossed())

    (one,) = waiting(house)
    assert (one.looks, one.meter, one.factor) == ("swapped", "hall_light", "hall_main")
    assert (one.after, one.before) == (T0 + (SWAP - 1) * HOUR_MS, T0 + SWAP * HOUR_MS)
    line, mend, *events, todo = listed(house)
    assert "open  hall_light <-> hall_main  swapped" in line
    assert (
        "hall_light from 914.5 kWh to 4060 kWh, hall_main from 4058 kWh to 915 kWh: each goes on "
        "where the other stopped" in line
    )
    begins = "2026-01-02 14:00:00+08:00"
    assert mend.endswith(f'jieneng edit swap hall_light hall_main --from "{begins}" {REASON}')
    assert [event.split(" --at ")[0].split()[-2] for event in events] == ["hall_light", "hall_main"]
    assert todo.startswith("1 to confirm.")
    assert listed(house, HALL.meter) == listed(house, LIGHT.meter)


def test_a_swap_that_lies_between_the_readings_of_both_meters_is_found(house: House) -> None:
    heard(house, crossed(), late_ms=HOUR_MS // 4)

    (one,) = waiting(house)
    assert one.looks == "swapped"
    assert (one.after, one.before) == (
        T0 + (SWAP - 1) * HOUR_MS + HOUR_MS // 4, T0 + SWAP * HOUR_MS,
    )  # fmt: skip


def test_meters_that_were_swapped_and_swapped_back_are_mended_by_one_command(
    house: House,
) -> None:
    heard(house, crossed(first=20, until=44))

    first, second = waiting(house)
    assert (first.looks, second.looks) == ("swapped", "swapped")
    mends = [line for line in listed(house) if "edit swap" in line]
    assert '--from "2026-01-02 04:00:00+08:00" --to "2026-01-03 04:00:00+08:00"' in mends[0]
    assert "--to" not in mends[1]


def test_a_swap_is_one_whichever_meter_is_heard_first(house: House) -> None:
    said = crossed()
    heard(house, {HALL.meter: said[HALL.meter]})
    assert [one.looks for one in waiting(house)] == ["replacement"]

    heard(house, {LIGHT.meter: said[LIGHT.meter]})

    assert [one.looks for one in waiting(house)] == ["swapped"]


@pytest.mark.parametrize(
    ("hall", "light"),
    [
        pytest.param(700_000, 111_111, id="each got another register"),
        pytest.param(0, 0, id="both lost their memory"),
        pytest.param(90_000 + 50 * SWAP, 111_111, id="one goes on where the other stopped"),
        pytest.param(90_000 + 50 * SWAP + 2_000, 406_000, id="further than it can have counted"),
    ],
)
def test_two_breaks_at_once_that_do_not_explain_each_other_are_two_candidates(
    house: House, hall: int, light: int
) -> None:
    after = {HALL.meter: hall, LIGHT.meter: light}
    heard(
        house,
        {
            meter: counted(meter)[:SWAP]
            + [first + STARTS[meter][1] * hour for hour in range(HOURS - SWAP)]
            for meter, first in after.items()
        },
    )

    assert [one.meter for one in waiting(house)] == ["hall_light", "hall_main"]
    assert "swapped" not in {one.looks for one in waiting(house)}


def test_breaks_that_explain_each_other_on_different_days_are_two_candidates(house: House) -> None:
    hall, light = counted(HALL.meter), counted(LIGHT.meter)
    heard(
        house,
        {HALL.meter: hall[:SWAP] + light[SWAP:], LIGHT.meter: light[: SWAP + 9] + hall[SWAP + 9 :]},
    )

    assert "swapped" not in {one.looks for one in waiting(house)}
    assert len(waiting(house)) == 2


def test_a_break_that_two_others_would_explain_is_not_guessed_at(house: House) -> None:
    said = crossed()
    heard(house, {**said, OTHER.meter: said[LIGHT.meter]})

    assert "swapped" not in {one.looks for one in waiting(house)}
    assert len(waiting(house)) == 3


def test_a_swap_that_a_person_dismissed_stays_dismissed_with_both_its_sides(house: House) -> None:
    heard(house, crossed())
    (one,) = waiting(house)

    assert asked(house, "dismiss", number=one.number, by="li", reason="no") != []
    again(house, HALL.meter, LIGHT.meter)

    assert waiting(house) == []
    assert ("swapped", DISMISSED) in states(house)
    assert listed(house) == ["No candidate waits for anybody."]


def test_one_side_of_a_swap_is_not_dismissed_alone(house: House) -> None:
    heard(house, crossed())
    with house.records.reading() as session:
        side = event_candidates.candidates(session, states=(PAIRED,))[0]

    said = asked(house, "dismiss", number=side.number, by="li", reason="no")

    assert "is one side of a swap, which has a number of its own" in said[0]
    assert [one.looks for one in waiting(house)] == ["swapped"]


def test_instruments_that_changed_places_are_confirmed_by_the_event_of_each(house: House) -> None:
    heard(house, crossed())

    assert "entered" in entered(house, HALL.meter)[0]
    (left,) = waiting(house)
    assert (left.meter, left.looks, left.state) == ("hall_light", "replacement", OPEN)
    entered(house, LIGHT.meter)

    assert waiting(house) == []
    assert {state for _, state in states(house)} == {"confirmed"}


def test_a_swap_that_was_dismissed_is_confirmed_by_the_events_entered_later(house: House) -> None:
    heard(house, crossed())
    (one,) = waiting(house)
    asked(house, "dismiss", number=one.number, by="li", reason="no")

    entered(house, HALL.meter)
    entered(house, LIGHT.meter)

    assert {state for _, state in states(house)} == {"confirmed"}


def test_a_swap_is_one_task_of_today_with_its_command(house: House) -> None:
    heard(house, crossed())

    said = asked(house, "today", "today", institution="", as_json=True, language="en")

    assert 'jieneng edit swap hall_light hall_main --from \\"2026-01-02 14:00' in "".join(said)


def test_the_command_ends_where_one_of_both_was_moved_and_goes_on_with_where_it_went() -> None:
    # The instrument at hall_light went to hall_power at 08:00 of 4 January, in Shanghai.
    moved = T0 + HOURS * HOUR_MS
    away = MeterEvent(LIGHT.meter, moved, "removed", 1, None, None, "li", "moved")
    there = replace(away, meter=OTHER.meter, event="installed", closing=None, opening=1)
    registry = replace(registry_of(HALL, LIGHT, OTHER), events=(away, there))
    begins = T0 + SWAP * HOUR_MS
    candidate = EventCandidate(
        1, LIGHT.meter, begins - HOUR_MS, begins, 1, 1, "swapped", HALL.meter, "", "", OPEN, 0,
        None, "", "",
    )  # fmt: skip

    swap, *_ = commands_of(candidate, [candidate], registry)

    end = "2026-01-04 08:00:00+08:00"
    pair = f'hall_light hall_main --from "2026-01-02 14:00:00+08:00" --to "{end}" {REASON}'
    rest = f'hall_main hall_power --from "{end}" {REASON}'
    assert swap == f"jieneng edit swap {pair} && jieneng edit swap {rest}"
    only_gone = replace(registry, events=(away,))
    swap, *_ = commands_of(candidate, [candidate], only_gone)
    assert swap.endswith(f'--to "{end}" {REASON}')
    unmoved, *_ = commands_of(candidate, [candidate], replace(registry, events=()))
    assert "--to" not in unmoved
