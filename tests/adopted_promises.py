"""What the records promise to those who adopt devices."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from storage.records import adopted, dead_letters, registry
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter, Wanted
from tests.builders import MAIN_METER, SUB_METER, registry_of


def what_was_adopted_is_missing_from_a_registry_until_it_is_forgotten(records: Records) -> None:
    with records.session() as session:
        adopted.note(session, [("panel", "ep"), ("panel", "ua")])
        adopted.note(session, [("boiler", "ep"), ("panel", "ua")])
    with records.reading() as session:
        assert adopted.missing(session, registry_of(MAIN_METER)) == [
            ("boiler", "ep"), ("panel", "ua"),
        ]  # fmt: skip
    with records.session() as session:
        adopted.clear(session)
        assert adopted.missing(session, registry_of()) == []


def those_who_change_the_registry_at_once_lose_nothing_of_each_other(records: Records) -> None:
    with records.session() as session:
        registry.replace(session, registry_of(MAIN_METER), author="t", reason="t")

    def add(number: int) -> int:
        meter = replace(SUB_METER, meter=f"sub-{number}", channel=f"ep-{number}")
        with records.session() as session:
            before = registry.load_to_change(session)
            after = replace(before, meters=(*before.meters, meter))
            return registry.replace(session, after, author="t", reason="t")

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(add, range(8)))
    with records.reading() as session:
        found = registry.load(session)
    assert sorted(numbers) == list(range(2, 10))
    assert set(found.meter) == {"hall_main", *(f"sub-{number}" for number in range(8))}


def every_letter_that_is_meant_comes_once_the_oldest_first(records: Records) -> None:
    letters = [
        DeadLetter(number, collector, "t", b"", "odd" if number % 2 else "even", number, 1)
        for collector in ("west", "east")
        for number in range(1, 1203)
    ]
    with records.session() as session:
        dead_letters.publish(session, letters)
    with records.reading() as session:
        found = list(dead_letters.each(session, Wanted(reasons=["odd"])))
    keys = [(one.collector, one.number) for one in found]
    assert keys == [(name, number) for name in ("east", "west") for number in range(1, 1203, 2)]


ADOPTED = (
    what_was_adopted_is_missing_from_a_registry_until_it_is_forgotten,
    those_who_change_the_registry_at_once_lose_nothing_of_each_other,
    every_letter_that_is_meant_comes_once_the_oldest_first,
)
