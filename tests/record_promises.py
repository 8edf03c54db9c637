"""What the records promise on every database: functions that take them freshly opened."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from energy.binding import Binding
from energy.calendars import Calendar, DayType
from energy.errors import StoreError
from energy.factors import Factor
from energy.finding import Finding, FindingState, Stream
from energy.reading import Quality, Reading, Source
from energy.reference import Reference
from energy.registry import Registry
from energy.tariffs.tariff import TariffRow
from storage.records import (
    audit,
    dead_letters,
    findings,
    imports,
    inbox,
    letter_requests,
    outbox,
    reference,
    registry,
    touched,
    values,
)
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter, Wanted
from storage.records.tables import SCHEMA
from tests.adopted_promises import ADOPTED
from tests.arrival_promises import ARRIVALS
from tests.builders import MAIN_METER, NORTH, SUB_METER, WEATHER, registry_of, replacement
from tests.candidate_promises import CANDIDATES
from tests.chain_promises import CHAIN
from tests.edit_promises import EDITS
from tests.finding_promises import FINDING_STEPS
from tests.formats.mappings import HEX_ROW, PLAIN_ROW, TIMED_ROW
from tests.heard_promises import HEARD
from tests.instrument_promises import INSTRUMENTS

Promise = Callable[[Records], None]

NIGHT = Finding(
    rule="night_load",
    version=1,
    meter="hall_main",
    stream=Stream.WASTE,
    start=1000,
    end=9000,
    goes_on=True,
    sentence_zh="夜间用电偏高",
    sentence_en="Much is used at night",
    check_zh="检查空调",
    check_en="Look at the air conditioning",
    base_per_year=5_000_000_000_000,
    low=1,
    high=9_000_000_000_000,
    micro_yuan_per_year=4_000_000_000_000,
    coverage=0.98,
    evidence={"night_kw": 61.5},
)
FLAT = TariffRow(
    tariff="beijing_general",
    kind="electricity",
    valid_from=date(2023, 9, 1),
    valid_to=date.max,
    months=(1, 7, 12),
    period="all",
    from_minute=0,
    to_minute=1440,
    priority=0,
    price_micro=800_000,
    source="example",
    confidence="example",
)
COAL = Factor(
    factor_set="NGOA-stat",
    kind="electricity",
    region="",
    valid_from=date(2009, 1, 1),
    valid_to=date.max,
    per_display=Fraction(1, 3),
    source="a third, which no decimal column keeps",
    confidence="example",
)
CHINA = Calendar("cn", {date(2026, 10, 10): DayType.MAKEUP}, date(2027, 1, 1))
DISTRICT = replace(
    registry_of(
        MAIN_METER,
        SUB_METER,
        WEATHER,
        events=[
            replacement("hall_main", 2_000, closing=99),
            replacement("hall_main", 1_000, closing=5),
        ],
    ),
    mappings=(
        replace(HEX_ROW, signed=True, divisor=Fraction(1, 3)),
        replace(TIMED_ROW, mapping="another"),
        PLAIN_ROW,
    ),
    bindings=(
        Binding("hall_main", "panel", "ep_old", until=1_000),
        Binding("hall_main", "panel", "ep", 1_000),
    ),
)


def stored(records: Records, wanted: Registry) -> int:
    """Store a registry and forget what it touched."""
    with records.session() as session:
        number = registry.replace(session, wanted, author="li", reason="start")
        _, token = touched.take(session)
        touched.done(session, token)
    return number


def taken(records: Records) -> dict[str, int]:
    """Return what the next round would compute."""
    with records.session() as session:
        return touched.take(session)[0]


def the_migrated_tables_are_those_the_program_knows(records: Records) -> None:
    with records._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SCHEMA) == []


def a_registry_comes_back_as_it_was_stored(records: Records) -> None:
    assert stored(records, DISTRICT) == 1
    with records.reading() as session:
        assert registry.load(session) == replace(DISTRICT, number=1)


def an_empty_book_holds_an_empty_registry_of_number_0(records: Records) -> None:
    with records.reading() as session:
        assert registry.load(session) == Registry()
        assert reference.load(session) == Reference()


def an_equal_registry_changes_nothing(records: Records) -> None:
    stored(records, DISTRICT)
    assert stored(records, DISTRICT) == 1
    with records.reading() as session:
        assert [entry.what for entry in audit.recent(session, 10)] == ["registry replaced"]


def every_meter_of_a_first_registry_is_touched_from_its_beginning(records: Records) -> None:
    with records.session() as session:
        registry.replace(session, DISTRICT, author="li", reason="start")
    assert taken(records) == {"hall_main": 0, "hall_light": 0, "weather_north": 0}


def a_changed_mapping_raises_the_number_and_touches_no_meter(records: Records) -> None:
    stored(records, DISTRICT)
    with records.session() as session:
        wanted = replace(DISTRICT, mappings=(PLAIN_ROW,))
        assert registry.replace(session, wanted, author="wu", reason="new meter") == 2
    assert taken(records) == {}
    with records.reading() as session:
        assert registry.load(session).mappings == (PLAIN_ROW,)


def a_changed_ratio_touches_that_meter_alone(records: Records) -> None:
    stored(records, DISTRICT)
    changed = replace(MAIN_METER, ratio=Fraction(80))
    with records.session() as session:
        wanted = replace(DISTRICT, meters=(changed, SUB_METER, WEATHER))
        assert registry.replace(session, wanted, author="wu", reason="new transformer") == 2
    assert taken(records) == {"hall_main": 0}
    with records.reading() as session:
        newest = audit.recent(session, 1)[0]
    assert newest.who == "wu"
    assert "new transformer" in newest.detail


def a_label_or_a_channel_touches_no_meter(records: Records) -> None:
    stored(records, DISTRICT)
    changed = replace(MAIN_METER, name_zh="总表", channel="ept", device="panel")
    with records.session() as session:
        wanted = replace(DISTRICT, meters=(changed, SUB_METER, WEATHER))
        assert registry.replace(session, wanted, author="wu", reason="label") == 2
    assert taken(records) == {}


def a_removed_meter_a_removed_event_and_a_moved_clock_touch_their_meters(records: Records) -> None:
    stored(records, DISTRICT)
    stored(records, replace(DISTRICT, meters=(MAIN_METER, WEATHER)))
    with records.session() as session:
        registry.replace(session, DISTRICT, author="wu", reason="it is back")
    assert taken(records) == {"hall_light": 0}
    stored(records, DISTRICT)
    with records.session() as session:
        wanted = replace(DISTRICT, events=DISTRICT.events[:1])
        registry.replace(session, wanted, author="wu", reason="was none")
    assert set(taken(records)) >= {"hall_main"}
    moved = (replace(NORTH, timezone="Asia/Urumqi"),)
    with records.session() as session:
        wanted = replace(DISTRICT, sites=moved, events=DISTRICT.events[:1])
        registry.replace(session, wanted, author="wu", reason="clock")
    assert set(taken(records)) == {"hall_main", "hall_light", "weather_north"}


def a_change_that_fails_leaves_no_trace(records: Records) -> None:
    stored(records, DISTRICT)

    def change_and_fail() -> None:
        with records.session() as session:
            empty = replace(DISTRICT, meters=(), events=(), bindings=())
            registry.replace(session, empty, author="wu", reason="slip")
            raise StoreError("after the change")

    with pytest.raises(StoreError, match="after the change"):
        change_and_fail()
    with records.reading() as session:
        assert len(registry.load(session).meters) == 3
        assert touched.waiting(session) == 0


def who_only_reads_cannot_write(records: Records) -> None:
    with pytest.raises(DBAPIError), records.reading() as session:
        values.put(session, "name", "value")


def a_reader_goes_on_while_a_writer_works(records: Records) -> None:
    with records.session() as writer:
        values.put(writer, "name", "new")
        with records.reading() as reader:
            assert values.get(reader, "name") is None
    with records.reading() as reader:
        assert values.get(reader, "name") == "new"


def reference_data_comes_back_as_it_was_stored(records: Records) -> None:
    wanted = Reference({"beijing_general": (FLAT,)}, {"NGOA-stat": (COAL,)}, {"cn": CHINA})
    with records.session() as session:
        assert reference.replace(session, wanted, author="li", reason="start") == 1
    with records.session() as session:
        assert reference.load(session) == wanted
        assert reference.replace(session, wanted, author="li", reason="again") == 1


def a_new_price_touches_the_meters_of_its_tariff_and_a_factor_those_of_its_kind(
    records: Records,
) -> None:
    stored(records, DISTRICT)
    first = Reference({"beijing_general": (FLAT,)}, {"NGOA-stat": (COAL,)}, {"cn": CHINA})
    with records.session() as session:
        reference.replace(session, first, author="li", reason="start")
        _, token = touched.take(session)
        touched.done(session, token)
    dearer = replace(first, tariffs={"beijing_general": (replace(FLAT, price_micro=1),)})
    with records.session() as session:
        assert reference.replace(session, dearer, author="li", reason="price") == 2
        changed, token = touched.take(session)
        touched.done(session, token)
    assert changed == {"hall_main": 0}
    with records.session() as session:
        reference.replace(session, replace(dearer, factors={}), author="li", reason="factor")
    assert taken(records) == {"hall_main": 0, "hall_light": 0}


def the_earliest_touch_of_a_meter_is_kept(records: Records) -> None:
    with records.session() as session:
        touched.publish(session, {"a": 50, "b": 70})
        touched.publish(session, {"a": 30, "b": 90, "c": 10})
        touched.publish(session, {})
        assert touched.take(session)[0] == {"a": 30, "b": 70, "c": 10}


def what_is_touched_while_a_round_runs_is_not_forgotten(records: Records) -> None:
    with records.session() as session:
        touched.publish(session, {"a": 0, "b": 5})
        _, token = touched.take(session)
    with records.session() as session:
        touched.publish(session, {"a": 900})
    with records.session() as session:
        touched.done(session, token)
        assert touched.waiting(session) == 1
        assert touched.take(session)[0] == {"a": 900}


def what_a_dead_round_took_comes_back_joined_with_the_new(records: Records) -> None:
    with records.session() as session:
        touched.publish(session, {"a": 10})
        touched.take(session)
        touched.publish(session, {"a": 5, "b": 7})
        touched.take(session)
        found, token = touched.take(session)
        assert found == {"a": 5, "b": 7}
        touched.done(session, token)
        assert touched.take(session)[0] == {}


def touches_from_many_threads_are_all_kept(records: Records) -> None:
    def publish(number: int) -> None:
        with records.session() as session:
            touched.publish(session, {f"meter-{number % 4}": 1000 - number})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish, range(40)))
    assert taken(records) == {f"meter-{number}": 1000 - 36 - number for number in range(4)}


def a_dead_letter_published_twice_is_kept_once(records: Records) -> None:
    letters = [
        DeadLetter(1, "east", "meters/x", b"\x00\xff{", "not JSON", 10, 1),
        DeadLetter(2, "east", "bad\x00topic\ud800", b"", "unknown device", 20, 3),
        DeadLetter(1, "west", "meters/y", b"[]", "not JSON", 30, 1),
    ]
    with records.session() as session:
        dead_letters.publish(session, letters[:2])
    with records.session() as session:
        dead_letters.publish(session, letters)
        dead_letters.publish(session, [])
    with records.reading() as session:
        assert dead_letters.counts(session) == {"not JSON": 2, "unknown device": 3}
        assert dead_letters.recent(session, 1) == [letters[2]]
        assert dead_letters.recent(session, 9)[-1].payload == b"\x00\xff{"


def a_dead_letter_is_kept_as_it_was_told_last_and_let_go(records: Records) -> None:
    before = DeadLetter(1, "east", "meters/x", b"x", "unknown device", 10, 1)
    after = replace(before, reason="no JSON", form="own_single", version=2)
    other = DeadLetter(1, "west", "meters/x", b"x", "unknown device", 10, 1)
    cut = DeadLetter(2, "east", "a_b/c", b"x" * 4096, "no JSON", 20, 1, "", 0, "cut", 9_000, "ab")
    with records.session() as session:
        dead_letters.publish(session, [before, other, cut])
        dead_letters.publish(session, [after])
    with records.session() as session:
        assert dead_letters.find(session, Wanted(numbers=(1,)), 9) == [after, other]
        assert dead_letters.find(session, Wanted(topic="a_b/#"), 9) == [cut]
        assert dead_letters.find(session, Wanted(topic="a%#"), 9) == []
        assert dead_letters.keys(session, Wanted(after=10, before=20)) == [("east", 1), ("west", 1)]
        assert dead_letters.size(session, Wanted(reasons=["no JSON"], collector="east")) == (2, 2)
        assert dead_letters.size(session, Wanted(reasons=[])) == (0, 0)
        assert dead_letters.oldest(session, Wanted(reasons=["no JSON"])) == after
        assert dead_letters.oldest(session, Wanted(reasons=[])) is None
        dead_letters.let_go(session, "east", [1, 2, 3])
    with records.reading() as session:
        assert dead_letters.recent(session, 9) == [other]


def what_is_asked_for_dead_letters_waits_for_their_collector(records: Records) -> None:
    letters = [("east", 1), ("east", 2), ("west", 1)]
    with records.session() as session:
        first = letter_requests.put(session, letters, "retry", author="li", reason="registered")
        second = letter_requests.put(session, letters[:1], "drop", author="li", reason="a test")
        letter_requests.put(session, [], "drop", author="li", reason="nothing")
        east = letter_requests.waiting(session, "east", 9)
        assert [(one.letter, one.action) for one in east] == [
            (1, "retry"),
            (2, "retry"),
            (1, "drop"),
        ]
        letter_requests.done(session, {one.number: "taken" for one in east[:2]})
    with records.session() as session:
        assert [one.number for one in letter_requests.waiting(session, "east", 9)] == [second + 1]
        assert letter_requests.outcomes(session, after=first, author="li") == {"taken": 2, "": 2}
        assert letter_requests.outcomes(session, after=first, author="wang") == {}
        newest = letter_requests.of_letters(session, letters)
        assert newest["east", 1].action == "drop"
        assert newest["east", 2].outcome == "taken"
        assert [entry.detail for entry in audit.recent(session, 9)] == [
            "1 letters: a test",
            "3 letters: registered",
        ]


def given_readings_wait_until_the_collector_has_them(records: Records) -> None:
    given = [
        Reading("hall_main", "register", 10, 10**17, Quality.DOUBTFUL, Source.MANUAL, 2, 30),
        Reading("weather_north", "gauge", 11, -3.25, source=Source.IMPORT),
    ]
    with records.session() as session:
        inbox.put(session, given, "li", "read by hand")
        inbox.put(session, [], "li", "nothing")
    with records.session() as session:
        waiting = inbox.take(session, 10)
        assert [entry.reading for entry in waiting] == given
        assert {(entry.author, entry.reason) for entry in waiting} == {("li", "read by hand")}
        inbox.done(session, [waiting[0].number])
        assert inbox.waiting(session) == 1
        assert [entry.reading for entry in inbox.take(session, 1)] == given[1:]


def an_import_reaches_the_collector_only_when_it_is_complete(records: Records) -> None:
    wanted = imports.Import("abc", "meters.csv", "li", "history", at=1000)
    with records.session() as session:
        imports.add(session, imports.begin(session, wanted), [(5, b"died half-way")])
    with records.session() as session:
        number = imports.begin(session, wanted)
        imports.add(session, number, [(2, b"first"), (3, b"second")])
        imports.add(session, number, [])
        assert imports.next_chunk(session) is None
        imports.finish(session, number, {"readings": 6, "duplicate": 1})
    with records.session() as session:
        chunk = imports.next_chunk(session)
        assert chunk is not None
        assert (chunk.readings, chunk.payload) == (2, b"first")
        imports.done(session, chunk.number)
        imports.done(session, chunk.number)
    with records.reading() as session:
        found = imports.newest_of(session, "abc")
        assert found is not None
        assert (found.sent, found.taken, found.balance) == (5, 2, {"readings": 6, "duplicate": 1})
        assert imports.recent(session, 5) == [found]
        assert imports.waiting(session) == 3
        assert imports.newest_of(session, "other") is None


def a_finding_keeps_its_number_when_it_comes_back(records: Records) -> None:
    later = replace(NIGHT, end=20_000, evidence={"night_kw": 70.0})
    with records.session() as session:
        first = findings.save(session, NIGHT, state=FindingState.OPEN, at=100)
        findings.save(session, later, state=FindingState.OPEN, at=200)
        findings.save(session, later, state=FindingState.ENDED, at=300)
        findings.save(session, later, state=FindingState.OPEN, at=400)
    with records.reading() as session:
        (found,) = findings.current(session)
        changes = findings.history(session, found.number)
    assert found.number == first.number
    assert found.finding == later
    assert (found.opened, found.changed) == (400, 400)
    assert [(change.at, change.state) for change in changes] == [
        (100, FindingState.OPEN),
        (300, FindingState.ENDED),
        (400, FindingState.OPEN),
    ]


def an_alert_goes_once_for_each_key_and_is_tried_again(records: Records) -> None:
    with records.session() as session:
        outbox.put(session, "webhook", "title", "body", "finding-1-open")
        outbox.put(session, "webhook", "title", "body", "finding-1-open")
        outbox.put(session, "mail", "title", "body", "finding-1-open")
        first, second = outbox.due(session, 1_000, 10)
        outbox.failed(session, first.number, "timeout", permanent=False, next_try=5_000)
        outbox.delivered(session, second.number)
        assert outbox.due(session, 4_999, 10) == []
        (again,) = outbox.due(session, 5_000, 10)
        assert (again.attempts, again.error) == (1, "timeout")
        outbox.failed(session, first.number, "no such address", permanent=True, next_try=6_000)
        assert outbox.due(session, 10_000, 10) == []
        states = [entry.state for entry in outbox.recent(session, 10)]
    assert states == ["delivered", "refused"]


def an_alert_nobody_put_cannot_be_delivered(records: Records) -> None:
    with records.session() as session, pytest.raises(StoreError, match="no alert number 7"):
        outbox.delivered(session, 7)


PROMISES: tuple[Promise, ...] = (
    the_migrated_tables_are_those_the_program_knows,
    a_registry_comes_back_as_it_was_stored,
    an_empty_book_holds_an_empty_registry_of_number_0,
    an_equal_registry_changes_nothing,
    every_meter_of_a_first_registry_is_touched_from_its_beginning,
    a_changed_ratio_touches_that_meter_alone,
    a_label_or_a_channel_touches_no_meter,
    a_removed_meter_a_removed_event_and_a_moved_clock_touch_their_meters,
    a_change_that_fails_leaves_no_trace,
    who_only_reads_cannot_write,
    a_reader_goes_on_while_a_writer_works,
    reference_data_comes_back_as_it_was_stored,
    a_new_price_touches_the_meters_of_its_tariff_and_a_factor_those_of_its_kind,
    the_earliest_touch_of_a_meter_is_kept,
    what_is_touched_while_a_round_runs_is_not_forgotten,
    what_a_dead_round_took_comes_back_joined_with_the_new,
    touches_from_many_threads_are_all_kept,
    a_dead_letter_published_twice_is_kept_once,
    a_dead_letter_is_kept_as_it_was_told_last_and_let_go,
    what_is_asked_for_dead_letters_waits_for_their_collector,
    given_readings_wait_until_the_collector_has_them,
    an_import_reaches_the_collector_only_when_it_is_complete,
    a_finding_keeps_its_number_when_it_comes_back,
    an_alert_goes_once_for_each_key_and_is_tried_again,
    an_alert_nobody_put_cannot_be_delivered,
    *HEARD,
    *CHAIN,
    *ARRIVALS,
    *CANDIDATES,
    *ADOPTED,
    *EDITS,
    *FINDING_STEPS,
    *INSTRUMENTS,
)
