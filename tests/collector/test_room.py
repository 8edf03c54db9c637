from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from collector.keeping.spool import Spool
from collector.telling.room import MOST_MARKS, SHORTEST_MS, WINDOW_MS, Room, waiting_alarm

HOUR_S = 3600
WAITING = {"oldest_s": 25 * HOUR_S, "oldest_max_s": 24 * HOUR_S}


def test_nothing_is_said_of_the_room_before_the_rate_is_known() -> None:
    room = Room()
    assert room.seconds_left(appended=0, free=1000, now=0) is None
    assert room.seconds_left(appended=500, free=1000, now=SHORTEST_MS - 1) is None


def test_nothing_is_said_of_the_room_while_nothing_comes_in() -> None:
    room = Room()
    room.seconds_left(appended=7, free=1000, now=0)
    assert room.seconds_left(appended=7, free=1000, now=2 * SHORTEST_MS) is None


@given(rate=st.integers(1, 10**6), free=st.integers(0, 10**12), minutes=st.integers(2, 300))
def test_at_a_steady_rate_the_room_lasts_as_long_as_division_says(
    rate: int, free: int, minutes: int
) -> None:
    room = Room()
    left = [
        room.seconds_left(appended=rate * 60 * minute, free=free, now=minute * 60_000)
        for minute in range(minutes + 1)
    ]
    assert left[-1] == free // rate


def test_the_rate_is_that_of_the_last_hour() -> None:
    room = Room()
    quick, slow = 1000, 10
    left = [
        room.seconds_left(
            appended=quick * min(second, HOUR_S) + slow * max(0, second - HOUR_S),
            free=slow * 500,
            now=second * 1000,
        )
        for second in range(0, 4 * HOUR_S, 20)
    ]
    assert left[-1] == 500
    assert len(room._marks) <= MOST_MARKS + 1
    assert WINDOW_MS == HOUR_S * 1000


def test_what_a_spool_appends_takes_from_what_is_free(tmp_path: Path) -> None:
    spool = Spool(tmp_path, max_bytes=10_000)
    before = spool.free
    spool.append(b"x" * 100)
    assert before - spool.free == spool.appended > 100
    spool.close()


def test_readings_that_wait_too_long_are_an_alarm_that_says_how_long_there_is_room() -> None:
    alarm = waiting_alarm("north", WAITING | {"spool_left_s": 36 * HOUR_S})
    assert alarm is not None
    assert alarm.en == (
        "Readings of north have waited 25 h for the store; nothing is lost. Check the store. "
        "At the present rate the spool has room for 1.5 more days."
    )
    assert "还够 1.5 天" in alarm.zh


def test_there_is_no_alarm_at_the_limit_or_without_figures() -> None:
    assert waiting_alarm("north", WAITING | {"oldest_s": 24 * HOUR_S}) is None
    assert waiting_alarm("north", {}) is None
    unknown = waiting_alarm("north", WAITING)
    assert unknown is not None
    assert "more days" not in unknown.en
