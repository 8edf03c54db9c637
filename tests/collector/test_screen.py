"""Screening whole columns ends exactly where reading every value by itself ends."""

from collections import Counter
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collector.keeping.packing import unpack
from collector.keeping.segment import START
from collector.keeping.spool import Spool
from collector.taking.intake import Intake
from energy.reading import Quality, Reading
from tests.screen_twin import (
    FORMATS,
    FUTURE_MS,
    METERS,
    PAST,
    PAST_MS,
    REGISTRY,
    T0,
    Found,
    Taken,
    bytes_kept,
    messages,
    one_by_one,
)


def panel(values: str, second: int = 0) -> Taken:
    """A message of one moment."""
    body = f'{{"time":{T0 + second},"values":{{{values}}}}}'.encode()
    return "meters/panel", body, T0 * 1000, False


def old(second: int) -> Taken:
    """A message of the device that was replaced."""
    return "meters/old", *panel('"ep":1', second)[1:]


def as_columns(taken: list[Taken], commits: set[int], past_ms: int = PAST_MS) -> Found:
    """The collector's intake, that commits after some of the messages."""
    with TemporaryDirectory() as folder:
        spool = Spool(Path(folder), max_bytes=10**9)
        intake = Intake(spool, FORMATS, lambda: REGISTRY, future_ms=FUTURE_MS, past_ms=past_ms)
        for place, (topic, body, arrived, held) in enumerate(taken):
            intake.take(topic, body, retained=False, arrived=arrived, held=held)
            if place in commits:
                assert intake.commit()
        assert intake.commit()
        found = [unpack(record) for record in spool.read(START)]
        spool.close()
    refused: Counter[tuple[bytes, str]] = Counter()
    for commit in found:
        for letter in commit.letters:
            payload = bytes_kept(letter.payload, letter.reason)
            refused[payload, letter.reason] += letter.readings
    readings = [reading for commit in found for reading in commit.readings.readings()]
    totals = intake.totals
    assert totals.received == totals.accepted + totals.dead + totals.duplicate
    assert (totals.accepted, totals.dead) == (len(readings), refused.total())
    doubtful = sum(reading.quality == Quality.DOUBTFUL for reading in readings)
    assert totals.doubtful == totals.above_rate + totals.out_of_time == doubtful
    return readings, refused, totals.duplicate, totals.finer, intake.odd()


def by_meter(readings: list[Reading]) -> dict[str, list[str]]:
    """Each meter's readings in their order; as text, so that -0.0 is not 0.0."""
    ordered = sorted(readings, key=lambda reading: reading.meter)
    return {
        meter: [repr(tuple(reading)) for reading in own]
        for meter, own in groupby(ordered, key=lambda reading: reading.meter)
    }


@settings(max_examples=300)
@given(taken=st.lists(messages(), max_size=12), commits=st.sets(st.integers(0, 11)), past_ms=PAST)
@example(taken=[panel("")], commits=set(), past_ms=PAST_MS)
@example(taken=[panel('"wide":100000000000000.001')], commits=set(), past_ms=PAST_MS)
@example(taken=[panel('"ep":-0.01,"amount":-0.00001,"coarse":-10')], commits=set(), past_ms=PAST_MS)
@example(
    taken=[panel('"ep":1', 10), panel('"ep":1', 5), panel('"ep":1', 7)],
    commits={0},
    past_ms=PAST_MS,
)
@example(taken=[panel('"ep":1', second) for second in (0, 10, 5)], commits={0, 1}, past_ms=PAST_MS)
@example(taken=[panel('"amount":25'), panel('"amount":26')] * 2, commits=set(), past_ms=PAST_MS)
@example(taken=[panel('"amount":26')] * 2, commits=set(), past_ms=PAST_MS)
@example(taken=[panel('"warm":-91,"kw":-1000001,"watt":1e9')], commits=set(), past_ms=PAST_MS)
@example(
    taken=[panel('"moved":2,"gone":1', second) for second in (-3, 3, 2, 1, 0)],
    commits={1},
    past_ms=PAST_MS,
)
@example(taken=[old(second) for second in (-1, 4, 3, 2, 1, 0)], commits=set(), past_ms=PAST_MS)
def test_columns_and_single_values_end_alike(
    taken: list[Taken], commits: set[int], past_ms: int
) -> None:
    readings, *rest = as_columns(taken, commits, past_ms)
    expected, *others = one_by_one(taken, past_ms)

    assert by_meter(readings) == by_meter(expected)
    assert rest == others


def test_what_a_meter_said_last_is_known_under_a_new_registry(tmp_path: Path) -> None:
    registries = [REGISTRY, replace(REGISTRY, meters=METERS[::-1], number=2)]
    spool = Spool(tmp_path, max_bytes=10**9)
    intake = Intake(spool, FORMATS, lambda: registries[0], future_ms=FUTURE_MS, past_ms=PAST_MS)
    body = f'{{"time":{T0},"values":{{"ep":1.25,"kw":3}}}}'.encode()
    intake.take("meters/panel", body, retained=False, arrived=T0 * 1000)
    registries.pop(0)

    intake.renew_registry()
    intake.take("meters/panel", body, retained=False, arrived=T0 * 1000)
    assert intake.commit()

    assert (intake.totals.accepted, intake.totals.duplicate) == (2, 2)
    spool.close()


def test_what_is_let_go_of_is_neither_a_repetition_nor_late_when_it_is_said_again(
    tmp_path: Path,
) -> None:
    spool = Spool(tmp_path, max_bytes=10**9)
    intake = Intake(spool, FORMATS, lambda: REGISTRY, future_ms=FUTURE_MS, past_ms=PAST_MS)
    for seconds in (0, 1):
        topic, body, arrived, _ = panel('"ep":1.25', seconds)
        intake.take(topic, body, retained=False, arrived=arrived)
        assert intake.commit()
    for _ in range(2):
        for seconds in (2, 3):
            topic, body, arrived, _ = panel('"ep":1.25', seconds)
            intake.take(topic, body, retained=False, arrived=arrived)
        intake._hand.screen(intake._screen)  # as a commit does, which a full spool then refuses
        intake.forget()

    for seconds in (2, 3):
        topic, body, arrived, _ = panel('"ep":1.25', seconds)
        intake.take(topic, body, retained=False, arrived=arrived)
    assert intake.commit()

    *_, last = [unpack(record).readings.readings() for record in spool.read(START)]
    spool.close()
    assert [(reading.time - T0 * 1000, reading.arrived) for reading in last] == [
        (2000, 0),
        (3000, 0),
    ]
    assert intake.totals.duplicate == 0


def a_life(spool: Spool, said: list[tuple[str, int]]) -> Intake:
    """An intake that has taken messages, each in a commit of its own."""
    intake = Intake(spool, FORMATS, lambda: REGISTRY, future_ms=FUTURE_MS, past_ms=PAST_MS)
    for values, seconds in said:
        topic, body, arrived, _ = panel(values, seconds)
        intake.take(topic, body, retained=False, arrived=arrived)
        assert intake.commit()
    return intake


def test_after_a_restart_a_register_begins_anew_and_the_counts_go_on(tmp_path: Path) -> None:
    spool = Spool(tmp_path, max_bytes=10**9)

    a_life(spool, [('"ep":1', 0), ('"ep":9999', 1)])
    intake = a_life(spool, [('"ep":99999', 10), ('"ep":999999', 11)])

    found = [unpack(record).readings.readings() for record in spool.read(START)]
    spool.close()
    assert [reading.quality for (reading,) in found] == [0, 1, 0, 1]
    assert (intake.totals.above_rate, intake.odd().total()) == (2, 1)


@pytest.mark.parametrize("commits", [{0}, {0, 1}])
def test_a_late_value_and_its_correction_in_one_millisecond_do_not_arrive_together(
    commits: set[int],
) -> None:
    topic, *_ = panel("")
    bodies = [panel(*said)[1] for said in (('"ep":9', 0), ('"ep":5', 1), ('"ep":4', 1))]
    late = (T0 + 2 * 86_400) * 1000
    times = (late - 1000, late, late)
    taken = [(topic, body, time, False) for body, time in zip(bodies, times, strict=True)]
    readings = as_columns(taken, commits)[0]
    value, correction = readings[1:]
    assert late <= value.arrived < correction.arrived
