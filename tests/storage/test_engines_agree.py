from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from energy.query import Aggregate, Column, Query
from energy.reading import GAUGE, INTERVAL, REGISTER, TABLES, Reading, rank
from energy.span import Span, from_ms
from storage.answers import bucket_starts
from storage.opening import open_store
from storage.readings import ReadingStore
from storage.series_spans import lie_within
from storage.tables import METER_HOUR, PERIOD, TEXT, Table
from tests.store_promises import ALWAYS, NEW_YEAR

HOUR = 3_600_000
METERS = ("main", "light", "楼, 1=2")
METER_NAMES = st.sampled_from(METERS)
ZONES = ("UTC", "Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "America/St_Johns")
several = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[ReadingStore, ReadingStore]]:
    duck = open_store(f"duckdb:{tmp_path}/readings.duckdb")
    yield open_store("memory:"), duck
    duck.close()


def empty(store: ReadingStore) -> None:
    """Make a store as new: one file serves all examples of a property."""
    for name in (*TABLES, METER_HOUR.name, PERIOD.name):
        store.delete_before(name, 2**61)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    table = draw(st.sampled_from(TABLES))
    numbers = st.integers(-(2**63), 2**63) if table != GAUGE else st.floats()
    return Reading(
        draw(st.sampled_from(METERS)),
        table,
        draw(st.integers(0, 12)),
        draw(st.integers(0, 3) if table != GAUGE else numbers)
        if draw(st.booleans())
        else draw(numbers),
        draw(st.integers(0, 2)),
        draw(st.integers(0, 2)),
        draw(st.integers(0, 2)),
        draw(st.integers(0, 2)),
    )


def state(store: ReadingStore) -> object:
    series = [
        [column.tolist() for column in vars(store.series(table, meter, Span(0, 20))).values()]
        for table in TABLES
        for meter in METERS
    ]
    before = [store.last_before(table, meter, 7) for table in TABLES for meter in METERS]
    return series, before, store.newest(), store.counts()


@several
@given(batches=st.lists(st.lists(readings(), max_size=12), max_size=6), gone=st.integers(-1, 13))
def test_memory_and_duckdb_keep_the_same_readings(
    batches: list[list[Reading]], gone: int, stores: tuple[ReadingStore, ReadingStore]
) -> None:
    memory, duck = stores
    empty(memory)
    empty(duck)
    for batch in [*batches, *batches[::-1]]:
        told: tuple[list[Reading], list[Reading]] = ([], [])
        refused = memory.write(batch, overruled=told[0].extend)
        assert repr(duck.write(batch, overruled=told[1].extend)) == repr(refused)
        assert sorted(map(repr, told[0])) == sorted(map(repr, told[1]))
        assert state(duck) == state(memory)
    assert duck.delete_before(REGISTER, gone) == memory.delete_before(REGISTER, gone)
    assert duck.delete_before(INTERVAL, -gone) == memory.delete_before(INTERVAL, -gone)
    assert state(duck) == state(memory)


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[list[Reading], list[list[Reading]]]:
    """Readings, and the same in another order, some of them repeated, cut into batches."""
    few = draw(st.lists(plain_readings(), min_size=1, max_size=20))
    again = draw(st.lists(st.sampled_from(few), max_size=10))
    order = draw(st.permutations([*few, *again]))
    cuts = sorted(draw(st.sets(st.integers(0, len(order)), max_size=4)))
    ends = zip([0, *cuts], [*cuts, len(order)], strict=True)
    return few, [order[start:end] for start, end in ends]


@st.composite
def plain_readings(draw: st.DrawFn) -> Reading:
    """A reading that every engine can keep, at one of few times, so that many meet."""
    table = draw(st.sampled_from(TABLES))
    whole = st.integers(0, 3) | st.integers(2**53, 2**53 + 2)
    value = draw(st.sampled_from([-2.5, -1.0, 0.0, 1.5]) if table == GAUGE else whole)
    marks = [draw(st.integers(0, 1)) for _ in range(4)]
    return Reading(draw(st.sampled_from(METERS)), table, draw(st.integers(0, 2)), value, *marks)


@several
@given(case=shuffled())
def test_any_order_and_repetition_in_any_batches_ends_with_the_same_readings(
    case: tuple[list[Reading], list[list[Reading]]], stores: tuple[ReadingStore, ReadingStore]
) -> None:
    few, batches = case
    expected: dict[tuple[str, str, int], Reading] = {}
    for reading in few:
        met = expected.get(reading[:3], reading)
        expected[reading[:3]] = max(met, reading, key=rank)
    twin = open_store("memory:")
    for reading in expected.values():
        twin.write([reading])
    offered = {(*reading[:3], reading.value) for reading in few}
    standing = {(*reading[:3], reading.value) for reading in expected.values()}
    for store in stores:
        empty(store)
        told: list[Reading] = []
        for batch in batches:
            assert store.write(batch, overruled=told.extend) == []
        assert state(store) == state(twin)
        assert offered == standing | {(*reading[:3], reading.value) for reading in told}
        for reading in expected.values():
            assert store.last_before(reading.table, reading.meter, reading.time + 1) == reading


@st.composite
def frames(draw: st.DrawFn, table: Table) -> pd.DataFrame:
    places = draw(
        st.lists(st.tuples(st.integers(-40, 40), st.sampled_from(METERS), st.sampled_from("ab")),
                 max_size=12, unique=True)
    )  # fmt: skip
    rows: list[dict[str, object]] = []
    for hour, first, second in places:
        row: dict[str, object] = {"time": NEW_YEAR + hour * HOUR}
        row |= dict.fromkeys(table.tags, "-") | {table.tags[0]: first, table.tags[1]: second}
        for field in table.fields:
            numbers = {
                "integer": st.integers(-(2**55), 2**55),
                "float": st.floats(-1e6, 1e6),
                TEXT: st.text(),
            }[field.type]
            row[field.name] = draw(st.none() | numbers)
        rows.append(row)
    frame = pd.DataFrame(rows, columns=["time", *table.tags, *table.field], dtype=object)
    return frame.astype({"time": "int64"})


@st.composite
def queries(draw: st.DrawFn, table: Table) -> Query:
    fields = draw(st.lists(st.sampled_from(table.fields), min_size=1, max_size=3))
    columns = tuple(
        Column(field.name, draw(st.sampled_from(Aggregate)), f"c{n}")
        for n, field in enumerate(fields)
    )
    where = ((table.tags[0], tuple(draw(st.lists(st.sampled_from(METERS))))),)
    return Query(
        table.name,
        columns,
        where=where if draw(st.booleans()) else (),
        group_by=tuple(draw(st.lists(st.sampled_from(table.tags[:3]), unique=True))),
        every=draw(st.sampled_from(("", "hour", "day"))),
        timezone=draw(st.sampled_from(ZONES)),
    )


def spans() -> st.SearchStrategy[Span]:
    edges = st.tuples(st.integers(-45, 45), st.integers(0, 60))
    return edges.map(lambda edge: Span(NEW_YEAR + edge[0] * HOUR, NEW_YEAR + sum(edge) * HOUR))


@several
@given(data=st.data(), table=st.sampled_from((METER_HOUR, PERIOD)))
def test_memory_and_duckdb_hold_and_answer_the_same(
    data: st.DataObject, table: Table, stores: tuple[ReadingStore, ReadingStore]
) -> None:
    for store in stores:
        empty(store)
    for _ in range(data.draw(st.integers(1, 3))):
        frame = data.draw(frames(table))
        tags = (
            {table.tags[0]: data.draw(st.sampled_from(METERS))} if data.draw(st.booleans()) else {}
        )
        span = data.draw(spans() | st.just(ALWAYS))
        inside = (frame["time"] >= span.start) & (frame["time"] < span.end)
        for tag, value in tags.items():
            inside &= frame[tag] == value
        for store in stores:
            store.replace(table, frame[inside], tags=tags, span=span)
    frame = data.draw(frames(table))
    key = table.tags[: data.draw(st.integers(1, 2))]
    parts = {tuple(row): [data.draw(spans())] for row in frame[[*key]].to_numpy().tolist()}
    fresh = frame[lie_within(frame, key, parts)]
    for store in stores:
        store.renew(table, fresh, key=key, spans=parts)
    memory, duck = (store.points(table, where=(), span=ALWAYS) for store in stores)
    pd.testing.assert_frame_equal(memory, duck)
    query, span = data.draw(queries(table)), data.draw(spans())
    memory, duck = (store.query(query, span) for store in stores)
    pd.testing.assert_frame_equal(memory, duck, check_exact=False, rtol=1e-9, atol=1e-6)


@given(
    times=st.lists(st.integers(0, 2_000_000_000_000), min_size=1, max_size=20),
    zone=st.sampled_from(ZONES),
)
def test_buckets_start_where_the_wall_clock_says(times: list[int], zone: str) -> None:
    wall = [from_ms(time).astimezone(ZoneInfo(zone)) for time in times]
    days = bucket_starts(np.array(times), "day", ZoneInfo(zone))
    for time, clock, day in zip(times, wall, days.tolist(), strict=True):
        start = from_ms(day).astimezone(ZoneInfo(zone))
        assert day <= time
        assert start.date() == clock.date()
        assert from_ms(day - 1).astimezone(ZoneInfo(zone)).date() < clock.date()
    hours = bucket_starts(np.array(times), "hour", ZoneInfo(zone))
    starts = [from_ms(hour).astimezone(ZoneInfo(zone)) for hour in hours.tolist()]
    assert [start.minute for start in starts] == [0] * len(times)
    assert all(0 <= time - hour < HOUR for time, hour in zip(times, hours.tolist(), strict=True))
