from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from energy.reading import GAUGE, REGISTER, Quality, Reading, Source
from storage.embedded import many as duckdb_many
from storage.embedded.many import passes
from storage.engines.duckdb import DuckDBStore
from storage.many import each_series
from storage.readings import Series
from tests.store_promises import ALWAYS


def test_a_pass_holds_as_many_readings_as_it_may_and_every_wanted_meter_is_in_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(duckdb_many, "ROWS_AT_ONCE", 10)
    counts = {0: 4, 1: 6, 2: 1, 3: 50, 4: 3, 5: 3, 7: 3}
    assert list(passes(counts, [0, 1, 2, 3, 4, 5, 7])) == [(0, 1), (2, 2), (3, 3), (4, 7)]
    assert list(passes(counts, [2, 4])) == [(2, 2), (4, 4)]
    assert list(passes(counts, [])) == []


def test_a_pass_spans_no_more_meters_than_its_sorting_can_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(duckdb_many, "METERS_AT_ONCE", 3)
    assert list(passes({}, range(7))) == [(0, 2), (3, 5), (6, 6)]


@pytest.mark.parametrize("marked_at_once", [1, 2, 100])
def test_every_reading_has_its_own_marks_whether_few_of_a_pass_are_marked_or_many(
    marked_at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_many, "ROWS_AT_ONCE", 100)
    monkeypatch.setattr(duckdb_many, "MARKED_AT_ONCE", marked_at_once)
    store = DuckDBStore(tmp_path / "readings.duckdb")
    names = [f"m{n}" for n in range(8)]  # four passes of two meters: one without marks
    marks = {  # quality, source, revision, arrived
        ("m0", 7): (int(Quality.BAD), 0, 0, 0),
        ("m1", 9): (0, 0, 0, 86_400_000),
        ("m2", 3): (0, int(Source.MANUAL), 4, 0),
        ("m7", 49): (int(Quality.DOUBTFUL), int(Source.IMPORT), 2**31 - 1, 2**40),
    }
    none = (0, 0, 0, 0)
    written = [
        Reading(name, table, time, time * 2, *marks.get((name, time), none))
        for table in (REGISTER, GAUGE)
        for name in names
        for time in range(50)
    ]
    assert not store.write(written[::2])
    assert not store.write(written[1::2])  # late
    for table in (REGISTER, GAUGE):
        for name, series in each_series(store, table, names, ALWAYS):
            alone = store.series(table, name, ALWAYS)
            for column in fields(Series):
                together, by_itself = getattr(series, column.name), getattr(alone, column.name)
                assert together.tolist() == by_itself.tolist(), (name, column.name)
                assert together.dtype == by_itself.dtype
            assert series.time.tolist() == list(range(50))
            for place, time in enumerate(range(50)):
                own = (series.quality, series.source, series.revision, series.arrived)
                assert tuple(int(c[place]) for c in own) == marks.get((name, time), none)
    store.close()


def test_many_passes_over_late_readings_give_what_one_question_a_meter_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_many, "ROWS_AT_ONCE", 100)
    chance = np.random.default_rng(6)
    store = DuckDBStore(tmp_path / "readings.duckdb")
    names = [f"m{n}" for n in range(40)]
    for _ in range(10):
        batch = chance.integers((0, 0), (40, 1000), size=(200, 2)).tolist()
        store.write([Reading(names[n], REGISTER, time, time) for n, time in batch])
    for asked in (names, names[3::7]):
        for name, series in each_series(store, REGISTER, asked, ALWAYS):
            alone = store.series(REGISTER, name, ALWAYS)
            assert len(series) > 20
            assert series.time.tolist() == alone.time.tolist()
            assert series.value.tolist() == alone.value.tolist()
    store.close()
