"""What every engine for readings promises: functions that take a freshly opened, empty store."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from energy.errors import StoreError
from energy.reading import GAUGE, INTERVAL, REGISTER, Quality, Reading, Source
from energy.span import HOUR_MS, Span
from energy.text import Text
from storage.many import each_series
from storage.readings import ReadingStore, Series
from storage.tables import METER_HOUR

Promise = Callable[[ReadingStore], None]

ALWAYS = Span(-(2**62), 2**62)
NEW_YEAR = 1_767_196_800_000
"""Midnight of 1 January 2026 in Shanghai."""
ODD_NAME = "a, b=c \\d \"e\" 'f' 楼;DROP"


def register(meter: str, hour: int, value: int, **marks: int) -> Reading:
    return Reading(meter, REGISTER, NEW_YEAR + hour * HOUR_MS, value, **marks)


def values_of(series: Series) -> list[tuple[int, float]]:
    return list(zip(series.time.tolist(), series.value.tolist(), strict=True))


def hours(start: int, end: int) -> Span:
    return Span(NEW_YEAR + start * HOUR_MS, NEW_YEAR + end * HOUR_MS)


def an_empty_store_answers_everything_with_nothing(store: ReadingStore) -> None:
    assert len(store.series(REGISTER, "nobody", ALWAYS)) == 0
    assert store.last_before(REGISTER, "nobody", NEW_YEAR) is None
    assert store.newest() == {}
    assert store.counts() == {REGISTER: 0, INTERVAL: 0, GAUGE: 0}
    assert store.write([]) == []
    assert store.points(METER_HOUR, where=(), span=ALWAYS).empty


def readings_come_back_in_order_with_all_their_marks(store: ReadingStore) -> None:
    marked = register(
        "main", 1, 7, quality=Quality.DOUBTFUL, source=Source.MANUAL, revision=3, arrived=9
    )
    doubtful = register("main", 2, 8, quality=Quality.DOUBTFUL)
    assert store.write([doubtful, marked, register("main", 0, 5)]) == []
    series = store.series(REGISTER, "main", ALWAYS)
    assert series.value.tolist() == [5, 7, 8]
    assert series.time.tolist() == [NEW_YEAR + hour * HOUR_MS for hour in (0, 1, 2)]
    assert (series.quality.tolist(), series.source.tolist()) == ([0, 1, 1], [0, 2, 0])
    assert (series.revision.tolist(), series.arrived.tolist()) == ([0, 3, 0], [0, 9, 0])
    kinds = [getattr(series, name).dtype for name in Series.__dataclass_fields__]
    assert kinds == [np.int64, np.int64, np.int8, np.int8, np.int32, np.int64]
    assert store.last_before(REGISTER, "main", NEW_YEAR + 2 * HOUR_MS) == marked


def integers_stay_exact_to_the_last_of_64_bits(store: ReadingStore) -> None:
    greatest = 2**63 - 1
    store.write([register("main", 0, greatest), register("main", 1, -greatest)])
    assert store.series(REGISTER, "main", ALWAYS).value.tolist() == [greatest, -greatest]


def a_gauge_keeps_its_float_exactly(store: ReadingStore) -> None:
    numbers = [0.1, -273.15, 1e300, 5e-324, 12.0]
    store.write([Reading("site", GAUGE, hour, value) for hour, value in enumerate(numbers)])
    series = store.series(GAUGE, "site", ALWAYS)
    assert series.value.tolist() == numbers
    assert series.value.dtype == np.float64


def the_three_tables_do_not_touch_each_other(store: ReadingStore) -> None:
    store.write([register("m", 0, 1), Reading("m", INTERVAL, 5, 2), Reading("m", GAUGE, 5, 3.0)])
    assert [len(store.series(table, "m", ALWAYS)) for table in (REGISTER, INTERVAL, GAUGE)] == [
        1,
        1,
        1,
    ]
    assert store.counts() == {REGISTER: 1, INTERVAL: 1, GAUGE: 1}
    assert store.newest() == {"m": NEW_YEAR}


def a_span_includes_its_start_and_excludes_its_end(store: ReadingStore) -> None:
    store.write([register("main", hour, hour) for hour in range(5)])
    assert store.series(REGISTER, "main", hours(1, 3)).value.tolist() == [1, 2]
    before = store.last_before(REGISTER, "main", NEW_YEAR + 2 * HOUR_MS)
    assert before == register("main", 1, 1)
    assert store.last_before(REGISTER, "main", NEW_YEAR) is None


def a_reading_sent_again_changes_nothing(store: ReadingStore) -> None:
    readings = [register(f"m{n}", hour, hour) for hour in range(20) for n in range(3)]
    for _ in range(3):
        assert store.write(readings) == []
    assert store.write(readings[::-1]) == []
    assert store.counts()[REGISTER] == 60


def the_higher_rank_wins_in_whatever_order_it_comes(store: ReadingStore) -> None:
    device = register("main", 0, 1)
    late = register("main", 0, 2, arrived=50)
    correction = register("main", 0, 3, revision=1, arrived=60)
    manual = register("main", 0, 4, source=Source.MANUAL)
    for reading, wins in (
        (late, 2),
        (device, 2),
        (correction, 3),
        (late, 3),
        (manual, 4),
        (correction, 4),
    ):
        store.write([reading])
        assert store.series(REGISTER, "main", ALWAYS).value.tolist() == [wins]
    assert store.last_before(REGISTER, "main", NEW_YEAR + 1) == manual
    assert store.counts()[REGISTER] == 1


def of_values_of_equal_standing_the_greater_wins_whichever_comes_first(
    store: ReadingStore,
) -> None:
    store.write([register("main", 0, 2), register("main", 0, 3), register("main", 0, 1)])
    assert store.series(REGISTER, "main", ALWAYS).value.tolist() == [3]
    store.write([register("main", 0, 2)])
    assert store.series(REGISTER, "main", ALWAYS).value.tolist() == [3]
    store.write([register("main", 0, 2**53), register("main", 0, 2**53 + 1)])
    assert store.series(REGISTER, "main", ALWAYS).value.tolist() == [2**53 + 1]
    for value in (-2.5, -7.0, -1.5, -3.0):
        store.write([Reading("site", GAUGE, NEW_YEAR, value)])
    store.write([Reading("site", GAUGE, NEW_YEAR, value) for value in (-9.0, -1.25, -4.0)])
    assert store.series(GAUGE, "site", ALWAYS).value.tolist() == [-1.25]


def of_equal_values_the_one_of_worse_quality_stands(store: ReadingStore) -> None:
    store.write([register("main", 0, 1, quality=Quality.DOUBTFUL)])
    store.write([register("main", 0, 1)])
    assert store.series(REGISTER, "main", ALWAYS).quality.tolist() == [Quality.DOUBTFUL]


def an_equal_value_with_another_mark_is_no_other_version(store: ReadingStore) -> None:
    told: list[list[Reading]] = []
    doubtful = register("main", 0, 1, quality=Quality.DOUBTFUL)
    store.write([doubtful, register("main", 1, 2), register("main", 1, 2, quality=1)])
    for offered in (register("main", 0, 1), register("main", 0, 1, arrived=9), doubtful):
        store.write([offered], overruled=told.append)
    series = store.series(REGISTER, "main", ALWAYS)
    assert (series.value.tolist(), series.quality.tolist()) == ([1, 2], [0, 1])
    assert not any(told)


def what_another_value_overrules_is_told_while_it_is_still_there(store: ReadingStore) -> None:
    stood, late = register("main", 1, 5), register("main", 1, 6, arrived=9)
    weaker, equal = register("main", 1, 4), register("main", 1, 6, arrived=3)
    store.write([register("main", 0, 1), stood])
    told: list[tuple[list[Reading], list[int]]] = []

    def overruled(lost: list[Reading]) -> None:
        told.append((lost, store.series(REGISTER, "main", ALWAYS).value.tolist()))

    for offered in (stood, late, weaker, equal, register("main", 2, 7)):
        assert store.write([offered], overruled=overruled) == []

    assert told == [([stood], [1, 5]), ([weaker], [1, 6])]
    assert store.series(REGISTER, "main", ALWAYS).value.tolist() == [1, 6, 7]


def of_a_batch_that_disagrees_with_itself_what_loses_is_told(store: ReadingStore) -> None:
    told: list[list[Reading]] = []
    batch = [register("main", 0, value, arrived=value % 2) for value in (2, 3, 4)]
    batch += [Reading("site", GAUGE, NEW_YEAR, value) for value in (-1.5, -0.5, -0.5)]
    store.write(batch, overruled=told.append)
    assert [sorted(lost) for lost in told] == [[batch[0], batch[2], batch[3]]]


def what_cannot_be_told_leaves_the_store_as_it_is(store: ReadingStore) -> None:
    def overruled(_lost: list[Reading]) -> None:
        raise StoreError(Text("满", "full"))

    store.write([register("main", 0, 1), register("main", 1, 2)])
    with pytest.raises(StoreError):
        store.write(
            [register("main", 1, 3), register("main", 2, 9), register("new", 0, 1)],
            overruled=overruled,
        )
    assert store.series(REGISTER, "main", ALWAYS).value.tolist() == [1, 2]
    store.write([register("main", 2, 8), register("new", 0, 1)])
    assert store.series(REGISTER, "main", ALWAYS).value.tolist() == [1, 2, 8]
    assert store.newest() == {"main": NEW_YEAR + 2 * HOUR_MS, "new": NEW_YEAR}


def what_can_never_be_kept_is_handed_back_and_the_rest_is_kept(store: ReadingStore) -> None:
    bad = [
        register("main", 1, 2**63),
        Reading("site", GAUGE, 5, float("nan")),
        Reading("site", GAUGE, 6, float("inf")),
        Reading("main", "no_table", 5, 1),
        Reading("main", REGISTER, 2**60, 1),
        Reading("main", REGISTER, 5, 1.5),
        Reading("main", REGISTER, 6, 1, revision=2**40),
        Reading("main", REGISTER, 7, 1, arrived=2**70),
        Reading("", REGISTER, 5, 1),
        Reading("two\nlines", REGISTER, 5, 1),
        Reading("ends with \\", REGISTER, 5, 1),
        Reading("main", REGISTER, 8, True),  # noqa: FBT003
    ]
    good = [register("main", 0, 1), Reading("site", GAUGE, 7, 3)]
    refused = store.write([*bad, *good])
    assert [entry.reading for entry in refused] == bad
    assert all(entry.reason for entry in refused)
    assert store.counts() == {REGISTER: 1, INTERVAL: 0, GAUGE: 1}


def names_with_separators_and_quotes_are_kept_as_they_are(store: ReadingStore) -> None:
    store.write([register(ODD_NAME, 0, 1), register("other", 1, 2)])
    assert store.newest() == {ODD_NAME: NEW_YEAR, "other": NEW_YEAR + HOUR_MS}
    assert store.series(REGISTER, ODD_NAME, ALWAYS).value.tolist() == [1]
    store.write([register(ODD_NAME, 0, 9, revision=1)])
    assert store.series(REGISTER, ODD_NAME, ALWAYS).value.tolist() == [9]


def meters_read_together_say_what_each_says_alone(store: ReadingStore) -> None:
    names = [f"m{n}" for n in range(5)]
    store.write([register(name, hour, hour + 1) for hour in (0, 2, 3, 9) for name in names])
    store.write([register("m3", 1, 2, arrived=7), register("m1", 2, 30, revision=1)])
    asked = ["m3", "nobody", "m0", "m1", ODD_NAME]
    together = dict(each_series(store, REGISTER, asked, hours(1, 9)))
    assert together.keys() == set(asked)
    for name in asked:
        alone = vars(store.series(REGISTER, name, hours(1, 9)))
        for column, there in vars(together[name]).items():
            assert (there.dtype, there.tolist()) == (alone[column].dtype, alone[column].tolist())
    assert values_of(together["m1"])[0][1] == 30
    assert together["m3"].arrived.tolist() == [7, 0, 0]


def many_threads_may_write_and_read_at_once(store: ReadingStore) -> None:
    def write(part: int) -> int:
        store.write([register(f"m{part}", hour, hour) for hour in range(50)])
        return len(store.series(REGISTER, f"m{part}", ALWAYS))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(write, range(8))) == [50] * 8
    assert store.counts()[REGISTER] == 400


RAW_PROMISES: tuple[Promise, ...] = (
    an_empty_store_answers_everything_with_nothing,
    readings_come_back_in_order_with_all_their_marks,
    integers_stay_exact_to_the_last_of_64_bits,
    a_gauge_keeps_its_float_exactly,
    the_three_tables_do_not_touch_each_other,
    a_span_includes_its_start_and_excludes_its_end,
    a_reading_sent_again_changes_nothing,
    the_higher_rank_wins_in_whatever_order_it_comes,
    of_values_of_equal_standing_the_greater_wins_whichever_comes_first,
    of_equal_values_the_one_of_worse_quality_stands,
    an_equal_value_with_another_mark_is_no_other_version,
    what_another_value_overrules_is_told_while_it_is_still_there,
    of_a_batch_that_disagrees_with_itself_what_loses_is_told,
    what_cannot_be_told_leaves_the_store_as_it_is,
    what_can_never_be_kept_is_handed_back_and_the_rest_is_kept,
    names_with_separators_and_quotes_are_kept_as_they_are,
    meters_read_together_say_what_each_says_alone,
    many_threads_may_write_and_read_at_once,
)
