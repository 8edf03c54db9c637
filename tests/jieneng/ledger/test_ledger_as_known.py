"""``jieneng ledger asof`` where nothing was signed: figures of then, from versions of readings."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from analytics.retention import RAW_FROM
from energy.reading import Reading
from energy.span import HOUR_MS, from_ms
from jieneng.ledger.as_of import bytes_as_of
from jieneng.ledger.closing import sheet_in
from jieneng.wiring import House
from storage.records import reading_versions, touched, values
from tests.amount_house import NOW, opened
from tests.builders import MAIN_METER, registry_of
from tests.edit_world import DAY, MAIN, START, TRUE, edited, house_with
from tests.jieneng.ledger.test_ledger_commands import ask
from tests.storage.chain_world import MAY_1, day

STEPS_AN_HOUR = 100
OUTAGE = range(10 * 24 + 4, 11 * 24)
MAY = range(31 * 24 + 2)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = opened(tmp_path, registry_of(replace(MAIN_METER, ratio=Fraction(1))))
    yield held
    held.close()


def tell(house: House, readings: Iterable[Reading]) -> None:
    """Write readings as the collector does, with what they overrule kept, and run a round."""

    def keep(lost: Iterable[Reading]) -> None:
        with house.records.session() as session:
            reading_versions.publish(session, lost, house.clock())

    told = list(readings)
    house.store.write(told, overruled=keep)
    with house.records.session() as session:
        touched.publish(session, {"hall_main": min(one.time for one in told)})
    house.round_once()


def hourly(hours: range, *, arrived: int = 0) -> list[Reading]:
    return [
        Reading(
            "hall_main",
            "register",
            MAY_1 + hour * HOUR_MS,
            # Nights are still: so an outage that is guessed and one that is read differ.
            sum(STEPS_AN_HOUR for one in range(hour) if one % 24 >= 8),
            arrived=arrived,
        )
        for hour in hours
    ]


def draft(house: House, month: str = "2026-05") -> bytes:
    with house.records.reading() as session:
        return sheet_in(session, house, "town", month).fresh()


def known(house: House, at: int, month: str = "2026-05") -> bytes:
    content, note = bytes_as_of(house, "town", month, from_ms(at).isoformat())
    assert note is not None
    assert "computed again" in note.en
    return content


def lines(sheet: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sheet)["lines"]
    return found


def test_what_is_known_now_is_the_draft_of_now_byte_for_byte(house: House) -> None:
    tell(house, [one for one in hourly(MAY) if (one.time - MAY_1) // HOUR_MS not in OUTAGE])
    assert known(house, NOW) == draft(house)


def test_late_readings_are_not_known_before_they_came(house: House) -> None:
    tell(house, [one for one in hourly(MAY) if (one.time - MAY_1) // HOUR_MS not in OUTAGE])
    before = draft(house)
    tell(house, hourly(OUTAGE, arrived=day(6, 5)))
    now = draft(house)

    assert lines(before) != lines(now)
    assert known(house, day(6, 4)) == before
    assert known(house, day(6, 5)) == now


def test_a_reading_that_was_overruled_counts_until_then(house: House) -> None:
    tell(house, hourly(MAY))
    before = draft(house)
    last = hourly(range(31 * 24, 31 * 24 + 1))[0]
    tell(house, [last._replace(value=last.value - 50, arrived=day(6, 5))])
    now = draft(house)

    assert lines(before) != lines(now)
    assert known(house, day(6, 4)) == before
    assert known(house, day(6, 5)) == now


def test_an_edit_counts_from_when_it_was_made(tmp_path: Path) -> None:
    with house_with(tmp_path, "memory:", TRUE[MAIN]) as house:
        before = draft(house, "2026-01")
        (last,) = (one for one in TRUE[MAIN] if one.time == START + 31 * DAY)
        value = str((last.value - 50) / 100)
        edited(house, "value", meters=[MAIN], at="2026-02-01 00:00", value=value)
        now = house.clock()

        assert lines(draft(house, "2026-01")) != lines(before)
        assert known(house, now, "2026-01") == draft(house, "2026-01")
        assert known(house, now - 1, "2026-01") == before


def test_what_was_not_known_yet_is_missing(house: House) -> None:
    tell(house, hourly(MAY))
    found = lines(known(house, MAY_1 - HOUR_MS))
    assert [line["amount"] for line in found.values()] == [None]


def test_where_readings_were_let_go_nothing_is_guessed(house: House) -> None:
    tell(house, hourly(MAY))
    with house.records.session() as session:
        values.put(session, RAW_FROM, str(MAY_1 + HOUR_MS))
    code, said = ask(house, "ledger", "asof", institution="town", period="2026-05", at="")
    assert code == 1
    assert "readings before 2026-04-30 were let go" in " ".join(said)
