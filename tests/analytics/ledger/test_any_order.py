"""Readings that come in any order, more than once and in several versions give one ledger."""

from dataclasses import astuple
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from energy.reading import REGISTER, Quality, Reading, Source
from energy.span import Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.engines.memory import MemoryStore
from tests.analytics.consumption.registers import EDGES, MINUTE, Told, clean, follow, lay
from tests.naive import Register

START = 1_772_000_000_000
ALWAYS = Span(EARLIEST_MS, LATEST_MS)

VERSIONS = st.lists(
    st.tuples(
        st.sampled_from(Source),
        st.integers(0, 3),
        st.integers(0, 5).map(lambda days: days * 24 * 60 * MINUTE),
        st.integers(0, 9_999),
    ),
    max_size=3,
    unique=True,
)


@st.composite
def versions(draw: st.DrawFn) -> list[Reading]:
    """Draw what a store is sent: readings of a device, and others for some of their times."""
    found = []
    for time, value in draw(clean()).readings:
        found.append(Reading("m", REGISTER, START + time, value))
        for source, revision, arrived, other in draw(VERSIONS):
            found.append(
                Reading(
                    "m", REGISTER, START + time, other, Quality.ORDINARY, source, revision, arrived
                )
            )
    return found


def kept(sent: list[Reading]) -> list[tuple[int, int]]:
    """Return times and values that a store gives back of what it was sent, one after the other."""
    store = MemoryStore()
    for reading in sent:
        assert not store.write([reading])
    series = store.series(REGISTER, "m", ALWAYS)
    return list(zip(series.time.tolist(), series.value.tolist(), strict=True))


def before(one: Reading, other: Reading) -> bool:
    """Tell whether a version gives way: source first, then revision, then arrival, then value."""
    if one.source != other.source:
        return one.source < other.source
    if one.revision != other.revision:
        return one.revision < other.revision
    if one.arrived != other.arrived:
        return one.arrived < other.arrived
    return one.value < other.value


@given(versions(), st.randoms(use_true_random=False), EDGES)
def test_order_and_repetition_of_readings_change_no_cell(
    sent: list[Reading], chance: Random, edges: list[int]
) -> None:
    """Invariant 2, order, duplicates, idempotence."""
    best: dict[int, Reading] = {}
    for reading in sent:
        if reading.time not in best or before(best[reading.time], reading):
            best[reading.time] = reading
    again = [*sent, *(chance.choice(sent) for _ in range(10))]
    chance.shuffle(again)

    found = kept(again)

    assert found == [(time, int(best[time].value)) for time in sorted(best)]
    assert cells_of(found, edges) == cells_of(kept(sent), edges)


def cells_of(readings: list[tuple[int, int]], edges: list[int]) -> list[list[int]]:
    told = Told(
        [(time - START, value) for time, value in readings], [Register(None, None, 10_000)], 0
    )
    return [column.tolist() for column in astuple(lay(follow(told), edges))]
