"""What the records promise of late readings and of overruled ones."""

from energy.reading import GAUGE, REGISTER, Quality, Reading, Source
from energy.span import HOUR_MS, Span
from storage.records import health, late_arrivals, reading_versions
from storage.records.book import Records

DAY_MS = 24 * HOUR_MS
ALWAYS = Span(-(2**62), 2**62)


def a_late_span_stays_until_the_round_that_took_it_is_done(records: Records) -> None:
    with records.session() as session:
        late_arrivals.publish(session, [("a", Span(5, 6)), ("b", Span(7, 9))])
        assert late_arrivals.waiting(session) == 2
    with records.session() as session:
        died = late_arrivals.take(session)
    with records.session() as session:
        taken, token = late_arrivals.take(session)
        assert (taken, token) == died
        assert taken == {"a": [Span(5, 6)], "b": [Span(7, 9)]}
    with records.session() as session:
        late_arrivals.publish(session, [("b", Span(8, 12)), ("c", Span(1, 2))])
        late_arrivals.done(session, token)
    with records.session() as session:
        again, _ = late_arrivals.take(session)
    assert again == {"b": [Span(7, 12)], "c": [Span(1, 2)]}


def late_spans_that_are_near_become_one_and_the_others_stay_apart(records: Records) -> None:
    with records.session() as session:
        first = Span(0, 1)
        near = Span(1 + DAY_MS, 2 + DAY_MS)
        far = Span(4 + 3 * DAY_MS, 5 + 3 * DAY_MS)
        late_arrivals.publish(session, [("a", far), ("a", near), ("b", near), ("a", first)])
        found, token = late_arrivals.take(session)
        assert found == {"a": [Span(0, near.end), far], "b": [near]}
        late_arrivals.done(session, token)
        assert late_arrivals.take(session) == ({}, 0)


def an_overruled_reading_is_kept_once_and_comes_back_as_it_was(records: Records) -> None:
    lost = [
        Reading("a", REGISTER, 7, 2**63 - 1, Quality.DOUBTFUL, Source.IMPORT, 3, 2**40),
        Reading("a", REGISTER, 7, 5),
        Reading("a", GAUGE, 8, 0.1),
        Reading("a", GAUGE, 8, -5e-324, arrived=9),
        Reading("b", GAUGE, 8, 12.0),
    ]
    with records.session() as session:
        reading_versions.publish(session, [*lost, lost[0]], 1)
    with records.session() as session:
        reading_versions.publish(session, [lost[0], Reading("a", REGISTER, 9, 6)], 2)
    with records.reading() as session:
        found = reading_versions.of_meter(session, "a", ALWAYS, limit=10)
        assert {one.reading for one in found} == {*lost[:4], Reading("a", REGISTER, 9, 6)}
        assert [one.noted for one in found] == [1, 1, 1, 1, 2]
        assert [one.reading.time for one in found] == [7, 7, 8, 8, 9]
        inside = reading_versions.of_meter(session, "a", Span(7, 9), limit=3)
        assert [one.reading.time for one in inside] == [7, 7, 8]


def the_newest_word_of_each_collector_is_kept(records: Records) -> None:
    with records.session() as session:
        health.put(session, "west", {"received": 1}, 10)
        health.put(session, "east", {"received": 2}, 10)
        health.put(session, "west", {"received": 5}, 20)
    with records.reading() as session:
        found = [(entry.collector, entry.counters, entry.at) for entry in health.all(session)]
    assert found == [("east", {"received": 2}, 10), ("west", {"received": 5}, 20)]


ARRIVALS = (
    the_newest_word_of_each_collector_is_kept,
    a_late_span_stays_until_the_round_that_took_it_is_done,
    late_spans_that_are_near_become_one_and_the_others_stay_apart,
    an_overruled_reading_is_kept_once_and_comes_back_as_it_was,
)
