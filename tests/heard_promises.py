"""What the records promise of channels that the registry does not know, and of wrong clocks."""

from energy.clock_ahead import ClockAhead
from storage.records import clocks_ahead, heard, registry, values
from storage.records.book import Records
from storage.records.heard import KEPT_MS, MAKES_ROOM_MS, MOST_ROWS, UnknownChannel
from tests.builders import MAIN_METER, registry_of


def _unknown(device: str, channel: str = "ep", *, last: int = 0) -> UnknownChannel:
    return UnknownChannel(
        "west", device, channel, "", "own_single", "meters/x", last, last, 1, "7", "kWh"
    )


def what_is_heard_again_is_counted_and_what_is_adopted_or_silent_is_gone(records: Records) -> None:
    first = [_unknown("a\0b"), _unknown("old"), _unknown("panel", "ep"), _unknown("panel", "ua")]
    with records.session() as session:
        registry.replace(session, registry_of(MAIN_METER), author="t", reason="t")
        assert heard.publish(session, "west", first, 0) == 0
    with records.session() as session:
        again = [_unknown("a\0b", last=9), _unknown("panel", "ua", last=9)]
        assert heard.publish(session, "west", again, KEPT_MS + 1) == 0
    with records.reading() as session:
        found = [(one.device, one.first, one.last, one.times) for one in heard.all(session)]
    assert found == [("a\N{REPLACEMENT CHARACTER}b", 0, 9, 2), ("panel", 0, 9, 2)]


def unknown_channels_take_bounded_room_and_those_of_yesterday_make_way(records: Records) -> None:
    flood = [_unknown(f"d{number}") for number in range(MOST_ROWS + 5)]
    with records.session() as session:
        assert heard.publish(session, "west", flood, 0) == 5
        assert heard.publish(session, "west", [_unknown("late")], MAKES_ROOM_MS) == 1
    with records.session() as session:
        assert len(heard.all(session)) == MOST_ROWS
        late = _unknown("late", last=MAKES_ROOM_MS + 1)
        assert heard.publish(session, "west", [late], MAKES_ROOM_MS + 1) == 0
    with records.reading() as session:
        assert [one.device for one in heard.all(session)] == ["late"]


def what_a_collector_tells_of_clocks_stands_until_it_tells_again(records: Records) -> None:
    early, late = ClockAhead("a", 1, 2, 3, 4, 5), ClockAhead("a", 2, 2, 1, 6, 6)
    other = ClockAhead("b", 7, 7, 1, 7, 7)
    with records.session() as session:
        values.put(session, "clocks_aheadX", "no JSON")
        clocks_ahead.put(session, "%_", [early, other])
        clocks_ahead.put(session, "west", [late])
    with records.reading() as session:
        assert clocks_ahead.all(session) == {"a": late, "b": other}
    with records.session() as session:
        clocks_ahead.put(session, "west", [])
    with records.reading() as session:
        assert clocks_ahead.all(session) == {"a": early, "b": other}


HEARD = (
    what_is_heard_again_is_counted_and_what_is_adopted_or_silent_is_gone,
    unknown_channels_take_bounded_room_and_those_of_yesterday_make_way,
    what_a_collector_tells_of_clocks_stands_until_it_tells_again,
)
