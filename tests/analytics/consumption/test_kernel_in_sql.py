"""The ledger's arithmetic a third time, in SQL: kernel, slow twin and DuckDB say the same."""

from collections.abc import Iterator
from dataclasses import astuple, replace
from fractions import Fraction

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from analytics.consumption.course import Known
from energy.limit import SLACK_STEPS
from energy.meter import COUNTS, NET, VOLATILE
from energy.span import HOUR_MS
from tests.analytics.consumption.registers import (
    EDGES,
    LONGEST,
    PER_HOUR,
    QUARTER,
    Told,
    clean,
    counts_of,
    follow,
    kinds,
    lay,
    restarting,
)
from tests.naive import Register, cells, pieces

RATIOS = st.sampled_from(
    [Fraction(1), Fraction(400), Fraction(1, 3), Fraction(55_306_341, 1_953_125)]
)
FAR = st.integers(0, 400 * QUARTER)

SQL = """
WITH pair AS (
    SELECT time AS begins, lead(time) OVER by_time AS ends, lead(value) OVER by_time AS shows,
        lead(value) OVER by_time - value AS rise
    FROM readings WINDOW by_time AS (ORDER BY time)
), interval AS (
    SELECT begins, ends, ends - begins AS length, shows, rise,
        rise + CASE WHEN rise < 0 AND $counts <> 'net' THEN $modulus ELSE 0 END AS advance
    FROM pair WHERE ends IS NOT NULL
), fitting AS (
    SELECT *, (abs(advance) - $slack) * $hour <= length * $rate AS fits,
        (shows - $slack) * $hour <= length * $rate AS is_low
    FROM interval
), judged AS (
    SELECT begins, ends, length, CASE WHEN is_new THEN shows ELSE advance END AS advance, CASE
        WHEN $counts <> 'net' AND length * $rate >= $modulus::HUGEINT * $hour THEN 'unresolved'
        WHEN is_new THEN 'estimated'
        WHEN NOT fits THEN 'unresolved'
        WHEN length > $longest THEN 'estimated'
        ELSE 'measured' END AS known
    FROM (
        SELECT *, $counts = 'volatile' AND NOT fits AND rise < 0 AND is_low
            AND coalesce(lead(fits) OVER (ORDER BY begins), false) AS is_new
        FROM fitting
    )
), course AS (
    SELECT begins, ends, length, known, gone::HUGEINT AS gone,
        (sum(gone) OVER (ORDER BY begins) - gone)::HUGEINT AS before
    FROM (SELECT *, CASE known WHEN 'unresolved' THEN 0 ELSE advance END AS gone FROM judged)
), instant AS (
    SELECT time FROM readings
    UNION SELECT edge FROM edges
    WHERE edge BETWEEN (SELECT min(begins) FROM course) AND (SELECT max(ends) FROM course)
), cumulative AS (
    SELECT time, known,
        floored((before * length + gone * (time - begins)) * $num, length * $den::HUGEINT) AS base
    FROM instant ASOF JOIN course ON time >= begins
), part AS (
    SELECT time AS begins, lead(time) OVER by_time AS ends, known,
        lead(base) OVER by_time - base AS base
    FROM cumulative WINDOW by_time AS (ORDER BY time)
), cell AS (
    SELECT number, edge AS starts, lead(edge) OVER (ORDER BY number) AS stops FROM edges
)
SELECT coalesce(sum(base), 0)::BIGINT,
    coalesce(sum(base) FILTER (known = 'estimated'), 0)::BIGINT,
    coalesce(sum(ends - begins) FILTER (known = 'measured'), 0)::BIGINT,
    coalesce(sum(ends - begins) FILTER (known = 'estimated'), 0)::BIGINT,
    coalesce(sum(ends - begins) FILTER (known = 'unresolved'), 0)::BIGINT
FROM cell LEFT JOIN part ON begins >= starts AND part.ends <= stops
WHERE stops IS NOT NULL
GROUP BY number ORDER BY number
"""
"""Readings of one register, all of which fit, cannot be told or began at 0 again, to cells between
edges. A whole-number division of SQL goes towards 0; the floor of what is negative is one less."""

FLOORED = """
CREATE MACRO floored(above, below) AS
    above // below - CASE WHEN above % below < 0 THEN 1 ELSE 0 END
"""


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(FLOORED)
        yield connection


def in_sql(
    database: duckdb.DuckDBPyConnection, told: Told, edges: list[int], ratio: Fraction
) -> list[tuple[int, ...]]:
    times, values = zip(*told.readings, strict=True)
    database.register("readings", pa.table({"time": times, "value": values}))
    database.register("edges", pa.table({"number": range(len(edges)), "edge": edges}))
    known = {
        "modulus": told.registers[0].modulus,
        "counts": counts_of(told),
        "rate": int(PER_HOUR),
        "hour": HOUR_MS,
        "slack": SLACK_STEPS,
        "longest": LONGEST,
        "num": ratio.numerator,
        "den": ratio.denominator,
    }
    return database.execute(SQL, known).fetchall()


@st.composite
def heard(draw: st.DrawFn) -> Told:
    """Draw a register that wraps, of which readings are missing and which was away for long."""
    how = draw(st.sampled_from(COUNTS))
    told = draw(clean(modulus=draw(st.sampled_from([1_000, 10_000, 1_000_000])), how=how))
    if how == VOLATILE and draw(st.booleans()):
        return draw(restarting())
    inner = st.integers(1, len(told.readings) - 2)
    lost = draw(st.sets(inner, max_size=20)) if draw(st.booleans()) else set()
    away = draw(st.sampled_from([0, 5, 9, 80, 300])) * QUARTER
    cut = draw(inner)
    readings = [
        (time + away * (place >= cut), value)
        for place, (time, value) in enumerate(told.readings)
        if place not in lost
    ]
    return replace(told, readings=readings)


@given(told=heard(), far=st.lists(FAR, max_size=20), near=EDGES, ratio=RATIOS)
def test_kernel_twin_and_sql_say_the_same_of_every_cell(
    database: duckdb.DuckDBPyConnection,
    told: Told,
    far: list[int],
    near: list[int],
    ratio: Fraction,
) -> None:
    """Invariant 17, engine equivalence."""
    edges = sorted([*near, *far])
    course = follow(told)
    for known in set(kinds(course)):
        event(f"{counts_of(told)} {known.name}")

    said = in_sql(database, told, edges, ratio)

    twin = pieces(told.readings, told.registers, per_hour=PER_HOUR, longest=LONGEST)
    found = np.array(astuple(lay(course, edges, ratio)))
    assert [list(row) for row in said] == found.T.tolist()
    assert said == [astuple(cell) for cell in cells(twin, edges, ratio)]


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        (0, ((600, 0, QUARTER, 0, 0), Known.MEASURED)),
        (40, ((600, 600, 0, 41 * QUARTER, 0), Known.ESTIMATED)),
        (300, ((0, 0, 0, 0, 301 * QUARTER), Known.UNRESOLVED)),
    ],
)
def test_sql_knows_measured_estimated_and_unresolved_hours(
    database: duckdb.DuckDBPyConnection, away: int, expected: object
) -> None:
    readings = [(0, 9_950), (QUARTER, 10), ((2 + away) * QUARTER, 70)]
    told = Told(readings, [Register(None, None, 10_000)], 0)

    first, second = in_sql(database, told, [0, QUARTER, (2 + away) * QUARTER], Fraction(10))

    assert first == (600, 0, QUARTER, 0, 0)
    assert (second, kinds(follow(told))[1]) == expected


@pytest.mark.parametrize(
    ("counts", "values", "expected"),
    [
        (NET, [60, 20, -35], [(-40, 0), (-55, 0)]),
        (VOLATILE, [5_000, 10, 60], [(10, 10), (50, 0)]),
    ],
)
def test_sql_knows_what_goes_out_and_what_began_again(
    database: duckdb.DuckDBPyConnection,
    counts: str,
    values: list[int],
    expected: list[tuple[int, int]],
) -> None:
    """Invariant 17, engine equivalence."""
    readings = [(place * QUARTER, value) for place, value in enumerate(values)]
    told = Told(readings, [Register(None, None, 10_000, counts=counts)], 0)
    edges = [time for time, _ in readings]

    said = in_sql(database, told, edges, Fraction(1))

    assert [row[:2] for row in said] == expected
    found = lay(follow(told), edges)
    assert list(zip(found.amount, found.amount_estimated, strict=True)) == expected
