"""What the store has is not written again; what it lacks waits for the collector, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from energy.errors import StoreError
from energy.reading import GAUGE, REGISTER, Quality, Reading, Source
from energy.span import Span
from jieneng.imports import keeping
from jieneng.imports.balance import Balance, import_lines
from jieneng.imports.importing import Importer, _folder
from jieneng.imports.keeping import compare, count, put
from jieneng.imports.wish import Wish
from jieneng.progress import Bar
from storage.engines.memory import ENGINE
from storage.readings import ReadingStore
from storage.records import chunks, imports, registry
from storage.records.book import Records
from storage.records.imports import Import
from tests.builders import WEATHER
from tests.jieneng.imports.import_bench import HOUR, REGISTRY, T, written

FILE = (
    "meter,time,value\n"
    "hall_main,2026-01-01 08:00,1\n"
    "hall_main,2026-01-01 09:00,2\n"
    "hall_main,2026-01-01 10:00,3\n"
    "hall_main,2026-01-01 11:00,4\n"
    "hall_main,2026-01-01 12:00,5\n"
    "hall_main,2026-01-01 08:00,1.0\n"
    "weather_north,2026-01-01 08:00,-3.5\n"
)


class House:
    """Records and a store in memory, and an importer on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = Records.open(f"sqlite:{folder / 'records.sqlite'}")
        self.store: ReadingStore = ENGINE.open("memory:", "")
        self.told: list[str] = []
        with self.records.session() as session:
            registry.replace(session, REGISTRY, author="test", reason="test")

    def take(self, path: Path, wish: Wish | None = None) -> int:
        """Import a file."""
        wanted = wish or Wish()

        def keep(folder: Path, given: Import, balance: Balance) -> Balance:
            found = compare(self.store, folder, source=wanted.source, arrived=given.at)
            if wanted.dry_run:
                count(found, balance=balance, progress=lambda _: None)
            else:
                put(
                    self.records, found, given, source=wanted.source, balance=balance,
                    progress=lambda _: None,
                )  # fmt: skip
            return balance

        self.told.clear()
        with Bar("", shown=False) as bar:
            tell = lambda text: self.told.append(text.en)  # noqa: E731
            return Importer(self.records, self.folder, keep, tell, bar).take(path, wanted)

    def waiting(self) -> list[Reading]:
        """Take everything that waits into the store, as the collector does, and return it."""
        taken: list[Reading] = []
        while True:
            with self.records.session() as session:
                chunk = imports.next_chunk(session)
                if chunk is None:
                    return taken
                taken += chunks.unpack(chunk.payload)
                imports.done(session, chunk.number)
            self.store.write(taken)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.records.close()


def _values(readings: list[Reading]) -> list[tuple[str, int, float]]:
    return [(one.meter, (one.time - T) // HOUR, one.value) for one in readings]


def test_a_file_is_taken_whole_and_a_second_time_changes_nothing(house: House) -> None:
    path = written(house.folder, "a.csv", FILE)

    assert house.take(path) == 0
    first = house.waiting()
    assert _values(first) == [
        ("hall_main", 0, 100),
        ("hall_main", 1, 200),
        ("hall_main", 2, 300),
        ("hall_main", 3, 400),
        ("hall_main", 4, 500),
        (WEATHER.meter, 0, -3.5),
    ]
    assert {(one.source, one.revision) for one in first} == {(Source.IMPORT, 0)}
    assert house.take(path) == 0
    assert "the collector has 6 of 6 readings); nothing changed" in house.told[0]
    assert house.take(path, Wish(again=True)) == 0
    assert house.told[-1] == "Nothing changed."
    assert "             6  stored already" in house.told
    assert house.waiting() == []


def test_what_the_store_has_decides_what_is_new_changing_or_weaker(house: House) -> None:
    house.store.write(
        [
            Reading("hall_main", REGISTER, T, 100),
            Reading("hall_main", REGISTER, T + HOUR, 201),
            Reading("hall_main", REGISTER, T + 2 * HOUR, 301, source=Source.MANUAL),
            Reading("hall_main", REGISTER, T + 3 * HOUR, 400, quality=Quality.BAD),
            Reading("hall_main", REGISTER, T + 9 * HOUR, 900),
            Reading(WEATHER.meter, GAUGE, T + 9 * HOUR, 1.0),
        ]
    )
    house.take(written(house.folder, "a.csv", FILE))
    with house.records.reading() as session:
        (found,) = imports.recent(session, 5)

    assert found.balance == {
        "rows": 7, "blank": 0, "empty": 0, "readings": 7, "refused": 0, "duplicate": 1, "same": 1,
        "outranked": 1, "changing": 2, "new": 2, "finer": 0,
    }  # fmt: skip
    assert _values(house.waiting()) == [
        ("hall_main", 1, 200), ("hall_main", 3, 400), ("hall_main", 4, 500),
        (WEATHER.meter, 0, -3.5),
    ]  # fmt: skip
    stored = house.store.series(REGISTER, "hall_main", Span(T, T + 3 * HOUR))
    assert stored.value.tolist() == [100, 200, 301]


def test_readings_by_hand_overrule_imported_ones(house: House) -> None:
    house.take(written(house.folder, "a.csv", FILE))
    house.waiting()
    path = written(house.folder, "b.csv", "meter,time,value\nhall_main,2026-01-01 08:00,7\n")
    house.take(path, Wish(by_hand=True))

    (one,) = house.waiting()
    assert (one.value, one.source) == (700, Source.MANUAL)
    house.take(written(house.folder, "c.csv", "meter,time,value\nhall_main,2026-01-01 08:00,8\n"))
    assert house.waiting() == []


def test_a_dry_run_says_all_and_keeps_nothing(house: House) -> None:
    path = written(house.folder, "a.csv", FILE + "nobody,2026-01-01 08:00,1\n")

    assert house.take(path, Wish(dry_run=True)) == 1
    assert house.told[-1] == "Dry run: nothing was kept."
    assert "refused 1: unknown meter" in house.told
    assert (
        "hall_main   5 readings   2026-01-01T00:00:00+00:00 to 2026-01-01T04:00:00+00:00"
        in house.told
    )
    assert house.waiting() == []
    assert not list((house.folder / "imports").glob("sorted*"))


def test_one_bad_value_keeps_the_file_out_unless_it_may_be_skipped(house: House) -> None:
    path = written(house.folder, "a.csv", FILE + "nobody,2026-01-01 08:00,1\n")

    assert house.take(path) == 1
    assert house.told[-1].startswith(f"{path} is not imported: 1 of its readings")
    # The 8 rows are 1 refused, 1 said again and these.
    assert house.told[-2] == "             6  others, kept out too"
    assert house.waiting() == []
    assert house.take(path, Wish(skip_bad=True)) == 0
    assert len(house.waiting()) == 6
    # It was not taken whole, so that it may be tried again once the meter is in the registry.
    assert house.take(path, Wish(skip_bad=True)) == 0
    assert house.told[-1] == "Nothing changed."


def test_an_import_that_died_between_two_chunks_is_simply_repeated(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "CHUNK", 2)
    path = written(house.folder, "a.csv", FILE)
    added = imports.add

    def die(*arguments: object) -> None:
        added(*arguments)  # type: ignore[arg-type]
        if len(calls) == 1:
            raise KeyboardInterrupt
        calls.append(arguments)

    calls: list[object] = []
    monkeypatch.setattr(imports, "add", die)
    with pytest.raises(KeyboardInterrupt):
        house.take(path)
    assert house.waiting() == []
    monkeypatch.setattr(imports, "add", added)
    assert house.take(path) == 0
    assert len(house.waiting()) == 6


def test_only_one_import_is_under_way_at_a_time(house: House) -> None:
    path = written(house.folder, "a.csv", FILE)
    with _folder(house.folder), pytest.raises(StoreError, match="Another import is under way"):
        house.take(path)


def test_the_list_says_what_became_of_a_file(house: House) -> None:
    house.take(written(house.folder, "a.csv", FILE), Wish(reason="history of the old system"))
    with house.records.reading() as session:
        (found,) = imports.recent(session, 1)

    lines = [line.en for line in import_lines(found)]
    assert lines[0].endswith(": history of the old system")
    assert lines[1:] == [
        "    7 rows, 7 readings, 1 said again in the file, 6 new",
        "    the collector has 0 of 6",
    ]
