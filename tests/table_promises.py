"""What every engine promises of derived tables and questions to them; see store_promises.py."""

from random import Random

import pandas as pd
import pytest

from energy.errors import ConfigError
from energy.query import Aggregate, Column, Query
from energy.reading import REGISTER
from energy.span import HOUR_MS, Span
from storage.readings import ReadingStore
from storage.series_spans import Spans
from storage.tables import FINDING, METER_HOUR, PERIOD, TEMPERATURE
from tests.store_promises import ALWAYS, NEW_YEAR, ODD_NAME, RAW_PROMISES, Promise, hours, register


def hours_frame(
    meter: str, amounts: dict[int, int | None], *, building: str = "hall", **fields: int | None
) -> pd.DataFrame:
    """Return points of METER_HOUR: hour since new year to amount; other fields are missing."""
    rows = []
    for hour, amount in amounts.items():
        row: dict[str, object] = {"time": NEW_YEAR + hour * HOUR_MS}
        row |= dict.fromkeys(METER_HOUR.tags, "-") | {"meter": meter, "building": building}
        row |= dict.fromkeys(METER_HOUR.field) | {"amount": amount} | fields
        rows.append(row)
    frame = pd.DataFrame(rows, columns=["time", *METER_HOUR.tags, *METER_HOUR.field])
    frame["time"] = frame["time"].astype("int64")
    return frame.astype(dict.fromkeys(METER_HOUR.field, "Int64"))


def replace_hours(
    store: ReadingStore, frame: pd.DataFrame, meter: str, span: Span = ALWAYS
) -> None:
    store.replace(METER_HOUR, frame, tags={"meter": meter}, span=span)


def amounts_of(
    store: ReadingStore, where: tuple[tuple[str, tuple[str, ...]], ...] = ()
) -> list[object]:
    points = store.points(METER_HOUR, where=where, span=ALWAYS)
    return list(
        zip(points["meter"], (points["time"] - NEW_YEAR) // HOUR_MS, points["amount"], strict=True)
    )


def in_order(amounts: list[object]) -> list[object]:
    return sorted(amounts, key=str)


def retention_deletes_what_is_older_and_nothing_else(store: ReadingStore) -> None:
    store.write([register("main", hour, hour) for hour in range(5)])
    store.write([register("gone", 0, 1)])
    replace_hours(store, hours_frame("main", {0: 1, 1: 2, 2: 3}), "main")
    assert store.delete_before(REGISTER, NEW_YEAR + 2 * HOUR_MS) in (3, -1)
    assert store.delete_before(METER_HOUR.name, NEW_YEAR + HOUR_MS) in (1, -1)
    assert store.series(REGISTER, "main", ALWAYS).value.tolist() == [2, 3, 4]
    assert store.newest() == {"main": NEW_YEAR + 4 * HOUR_MS}
    assert amounts_of(store) == [("main", 1, 2), ("main", 2, 3)]
    store.write([register("gone", 0, 7)])
    assert store.series(REGISTER, "gone", ALWAYS).value.tolist() == [7]
    with pytest.raises(ConfigError, match="no derived table 'nothing'"):
        store.delete_before("nothing", 0)


def derived_points_come_back_as_written(store: ReadingStore) -> None:
    frame = hours_frame(ODD_NAME, {1: 2**60 + 1, 0: -5, 2: None}, cost=3)
    replace_hours(store, frame, ODD_NAME)
    points = store.points(METER_HOUR, where=(("meter", (ODD_NAME,)),), span=ALWAYS)
    wanted = frame.sort_values("time", ignore_index=True).astype(
        dict.fromkeys(METER_HOUR.tags, "str")
    )
    pd.testing.assert_frame_equal(points, wanted)
    assert str(points["amount"].dtype) == "Int64"


def writing_derived_points_again_changes_nothing(store: ReadingStore) -> None:
    frame = hours_frame("main", {0: 1, 1: None, 2: 3}, measured_s=3600)
    for _ in range(2):
        replace_hours(store, frame, "main")
        assert amounts_of(store) == [("main", 0, 1), ("main", 1, pd.NA), ("main", 2, 3)]


def only_the_replaced_span_and_tags_change(store: ReadingStore) -> None:
    replace_hours(store, hours_frame("main", dict.fromkeys(range(4), 1)), "main")
    replace_hours(store, hours_frame("other", dict.fromkeys(range(4), 2)), "other")
    replace_hours(store, hours_frame("main", {1: 7}), "main", hours(1, 3))
    assert amounts_of(store) == [
        ("main", 0, 1), ("main", 1, 7), ("main", 3, 1),
        ("other", 0, 2), ("other", 1, 2), ("other", 2, 2), ("other", 3, 2),
    ]  # fmt: skip


def each_series_is_renewed_within_its_own_spans(store: ReadingStore) -> None:
    for meter in ("main", "other", "third"):
        replace_hours(store, hours_frame(meter, dict.fromkeys(range(4), 1)), meter)
    fresh = pd.concat([
        hours_frame("main", {1: 7}), hours_frame("other", {3: 8}, building="annex")
    ])  # fmt: skip
    spans: Spans = {
        ("main",): [hours(0, 2), hours(3, 4)],
        ("other",): [hours(3, 5)],
        ("no",): [ALWAYS],
    }
    for _ in range(2):
        store.renew(METER_HOUR, fresh, key=["meter"], spans=spans)
        assert in_order(amounts_of(store)) == [
            ("main", 1, 7), ("main", 2, 1),
            ("other", 0, 1), ("other", 1, 1), ("other", 2, 1), ("other", 3, 8),
            ("third", 0, 1), ("third", 1, 1), ("third", 2, 1), ("third", 3, 1),
        ]  # fmt: skip
    with pytest.raises(ValueError, match="lies outside the spans of its meter"):
        store.renew(METER_HOUR, hours_frame("main", {2: 9}), key=["meter"], spans=spans)
    nothing = hours_frame("main", {})
    store.renew(METER_HOUR, nothing, key=["meter"], spans={})
    halls: Spans = {("main", "hall"): [ALWAYS], ("other", "hall"): [hours(0, 2)]}
    store.renew(METER_HOUR, nothing, key=["meter", "building"], spans=halls)
    left = [("other", 2, 1), ("other", 3, 8), *(("third", hour, 1) for hour in range(4))]
    assert in_order(amounts_of(store)) == left


def what_lies_between_renewed_spans_stays(store: ReadingStore) -> None:
    replace_hours(store, hours_frame("main", dict.fromkeys(range(10), 1)), "main")
    ends: Spans = {("main",): [hours(0, 2), hours(8, 10)]}
    store.renew(METER_HOUR, hours_frame("main", {}), key=["meter"], spans=ends)
    assert in_order(amounts_of(store)) == [("main", hour, 1) for hour in range(2, 8)]


def what_lies_between_points_that_lose_a_field_stays(store: ReadingStore) -> None:
    whole = hours_frame("main", dict.fromkeys(range(3), 1)).assign(amount_estimated=5)
    replace_hours(store, whole, "main")
    spans: Spans = {("main",): [hours(0, 1), hours(2, 3)]}
    fresh = hours_frame("main", {0: 1, 2: 1})
    store.renew(METER_HOUR, fresh, key=["meter"], spans=spans)
    points = store.points(METER_HOUR, where=(), span=ALWAYS)
    assert points["amount"].tolist() == [1, 1, 1]
    assert points["amount_estimated"].notna().tolist() == [False, True, False]


def a_walk_of_renewals_leaves_what_a_plain_table_would_hold(store: ReadingStore) -> None:
    chance = Random(5)  # noqa: S311  no secret
    plain: dict[tuple[str, int], tuple[int, int | None]] = {}
    for _ in range(25):
        spans: dict[tuple[str, ...], list[Span]] = {}
        frames = [hours_frame("main", {})]
        for meter in ("main", "楼 'x'"):
            cuts = sorted(chance.sample(range(14), 2 * chance.randint(0, 3)))
            pairs = list(zip(cuts[::2], cuts[1::2], strict=True))
            spans[meter,] = [hours(*pair) for pair in pairs]
            for hour in (hour for pair in pairs for hour in range(*pair)):
                plain.pop((meter, hour), None)
                if chance.random() < 0.5:
                    row = chance.randint(0, 2), chance.choice([None, 5])
                    plain[meter, hour] = row
                    frames.append(hours_frame(meter, {hour: row[0]}, amount_estimated=row[1]))
        store.renew(METER_HOUR, pd.concat(frames), key=["meter"], spans=spans)
        there = store.points(METER_HOUR, where=(), span=ALWAYS)
        found = {
            (meter, (time - NEW_YEAR) // HOUR_MS): (amount, None if pd.isna(part) else part)
            for meter, time, amount, part in zip(
                there["meter"],
                there["time"],
                there["amount"],
                there["amount_estimated"],
                strict=True,
            )
        }
        assert (found, len(there)) == (plain, len(plain))


def a_moved_building_leaves_nothing_behind(store: ReadingStore) -> None:
    replace_hours(store, hours_frame("main", dict.fromkeys(range(4), 1)), "main")
    moved = pd.concat([
        hours_frame("main", {0: 1, 1: 1}), hours_frame("main", {2: 1, 3: 1}, building="annex")
    ])  # fmt: skip
    replace_hours(store, moved, "main")
    points = store.points(METER_HOUR, where=(), span=ALWAYS)
    assert points["building"].tolist() == ["annex", "annex", "hall", "hall"]
    assert len(store.points(METER_HOUR, where=(("building", ("hall",)),), span=ALWAYS)) == 2


def a_blanked_day_leaves_nothing_behind(store: ReadingStore) -> None:
    replace_hours(store, hours_frame("main", dict.fromkeys(range(72), 1)), "main")
    replace_hours(store, hours_frame("main", {}), "main", hours(24, 48))
    times = store.points(METER_HOUR, where=(), span=ALWAYS)["time"]
    hours_left = ((times - NEW_YEAR) // HOUR_MS).tolist()
    assert hours_left == [*range(24), *range(48, 72)]


def a_vanished_field_is_gone(store: ReadingStore) -> None:
    replace_hours(store, hours_frame("main", {0: 1, 1: 2, 2: 3}, cost=9), "main")
    priced = hours_frame("main", {0: 1, 1: 2, 2: 3}, cost=9)
    priced.loc[1, "cost"] = pd.NA
    replace_hours(store, priced, "main")
    points = store.points(METER_HOUR, where=(), span=ALWAYS)
    assert points["cost"].tolist() == [9, pd.NA, 9]
    assert points["amount"].tolist() == [1, 2, 3]


def a_point_without_any_field_is_no_point(store: ReadingStore) -> None:
    replace_hours(store, hours_frame("main", {0: None, 1: 5}), "main")
    assert amounts_of(store) == [("main", 1, 5)]


def texts_and_floats_are_kept_beside_integers(store: ReadingStore) -> None:
    sentence = 'He said "Off",\nthen \\ left; 关灯=省钱'
    row: dict[str, object] = dict.fromkeys(FINDING.tags, "-") | dict.fromkeys(FINDING.field)
    frame = pd.DataFrame([row | {"time": 5, "sentence_zh": sentence, "since": 7}])
    store.replace(FINDING, frame, tags={}, span=ALWAYS)
    point = store.points(FINDING, where=(), span=ALWAYS).iloc[0]
    assert (point["sentence_zh"], point["since"], point["until"]) == (sentence, 7, pd.NA)
    row = dict.fromkeys(PERIOD.tags, ODD_NAME) | dict.fromkeys(PERIOD.field)
    store.replace(PERIOD, pd.DataFrame([row | {"time": 5, "change": -0.1}]), tags={}, span=ALWAYS)
    assert store.points(PERIOD, where=(), span=ALWAYS)["change"].tolist() == [-0.1]
    assert store.points(PERIOD, where=(), span=ALWAYS)["place"].tolist() == [ODD_NAME]


def a_wrong_frame_is_refused_and_nothing_written(store: ReadingStore) -> None:
    good = hours_frame("main", {0: 1})
    wrong = [
        (hours_frame("main", {9: 1}), "outside the span"),
        (hours_frame("other", {0: 1}), "does not carry meter=main"),
        (good.drop(columns="amount"), "lacks the columns amount"),
        (pd.concat([good, good]), "are the same point"),
        (good.assign(kind=""), "Tag kind of meter_hour: '' is empty"),
        (good.assign(kind=None), "is not a text"),
        (
            good.astype({"amount": "float64"}).assign(amount=1.5),
            "amount of meter_hour is not integer",
        ),
    ]
    for frame, reason in wrong:
        with pytest.raises(ValueError, match=reason):
            replace_hours(store, frame, "main", hours(0, 5))
    with pytest.raises(ValueError, match="has no tag colour"):
        store.replace(METER_HOUR, good, tags={"colour": "red"}, span=ALWAYS)
    row = dict.fromkeys(TEMPERATURE.tags, "-") | {"time": 5, "mean": float("inf"), "readings": 1}
    with pytest.raises(ValueError, match="is infinite"):
        store.replace(TEMPERATURE, pd.DataFrame([row]), tags={}, span=ALWAYS)
    assert amounts_of(store) == []


def a_question_sums_by_tag_and_local_day(store: ReadingStore) -> None:
    replace_hours(store, hours_frame("a", {-1: 1, 0: 10, 23: 100, 24: 1000}), "a")
    replace_hours(store, hours_frame("b", {0: 5}, building="annex"), "b")
    query = Query(
        METER_HOUR.name,
        (Column("amount", Aggregate.SUM, "amount"),),
        group_by=("building",),
        every="day",
        timezone="Asia/Shanghai",
    )
    answer = store.query(query, ALWAYS)
    day = 24 * HOUR_MS
    assert answer.to_numpy().tolist() == [
        [NEW_YEAR, "annex", 5],
        [NEW_YEAR - day, "hall", 1],
        [NEW_YEAR, "hall", 110],
        [NEW_YEAR + day, "hall", 1000],
    ]
    assert answer.dtypes.astype(str).tolist() == ["int64", "str", "int64"]


def local_days_of_23_and_25_hours_are_cut_at_midnight(store: ReadingStore) -> None:
    spring, autumn = 1_774_738_800_000, 1_792_879_200_000  # midnights in Berlin, 2026
    times = [*range(spring - HOUR_MS, spring + 24 * HOUR_MS, HOUR_MS),
             *range(autumn - HOUR_MS, autumn + 26 * HOUR_MS, HOUR_MS)]  # fmt: skip
    frame = hours_frame("main", {(time - NEW_YEAR) // HOUR_MS: 1 for time in times})
    replace_hours(store, frame, "main")
    query = Query(
        METER_HOUR.name,
        (Column("amount", Aggregate.SUM, "n"),),
        every="day",
        timezone="Europe/Berlin",
    )
    answer = store.query(query, ALWAYS)
    assert answer["n"].tolist() == [1, 23, 1, 1, 25, 1]
    assert answer["time"].tolist()[1:5:3] == [spring, autumn]


def hours_of_a_zone_with_half_hours_start_on_its_own_clock(store: ReadingStore) -> None:
    replace_hours(store, hours_frame("main", {0: 1, 1: 2}), "main")
    query = Query(
        METER_HOUR.name,
        (Column("amount", Aggregate.SUM, "n"),),
        every="hour",
        timezone="Asia/Kolkata",
    )
    half = HOUR_MS // 2
    assert store.query(query, ALWAYS)["time"].tolist() == [NEW_YEAR - half, NEW_YEAR + half]


def every_aggregate_means_the_same_everywhere(store: ReadingStore) -> None:
    replace_hours(store, hours_frame("a", {0: 4, 1: 9, 2: None, 3: 2}, measured_s=1), "a")
    replace_hours(store, hours_frame("b", {0: 6, 3: 1}, measured_s=1), "b")
    columns = tuple(Column("amount", aggregate, aggregate.value) for aggregate in Aggregate)
    (row,) = store.query(Query(METER_HOUR.name, columns), ALWAYS).to_dict("records")
    assert row == {"sum": 22, "mean": 4.4, "min": 1, "max": 9, "first": 6, "last": 2, "count": 5}


def a_group_without_the_asked_fields_has_no_row(store: ReadingStore) -> None:
    replace_hours(store, hours_frame("a", {0: 4, 1: None}, cost=1), "a")
    replace_hours(store, hours_frame("b", {0: None}, coal=1), "b")
    columns = (Column("amount", Aggregate.SUM, "sum"), Column("amount", Aggregate.COUNT, "n"))
    answer = store.query(Query(METER_HOUR.name, columns, group_by=("meter",), every="hour"), ALWAYS)
    assert answer.to_numpy().tolist() == [[NEW_YEAR, "a", 4, 1]]
    both = (*columns, Column("coal", Aggregate.LAST, "coal"))
    answer = store.query(Query(METER_HOUR.name, both, group_by=("meter",)), ALWAYS)
    assert answer.to_numpy().tolist() == [["a", 4, 1, pd.NA], ["b", pd.NA, 0, 1]]


def an_empty_answer_has_its_columns(store: ReadingStore) -> None:
    columns = (Column("amount", Aggregate.SUM, "sum"), Column("cost", Aggregate.MEAN, "mean"))
    query = Query(METER_HOUR.name, columns, group_by=("meter",), every="day")
    answer = store.query(query, ALWAYS)
    assert answer.dtypes.astype(str).to_dict() == {
        "time": "int64", "meter": "str", "sum": "int64", "mean": "float64"
    }  # fmt: skip
    assert answer.empty
    replace_hours(store, hours_frame("a", {0: 1}), "a")
    assert store.query(query, hours(1, 1)).empty
    nobody = Query(METER_HOUR.name, columns, where=(("meter", ()),))
    assert store.query(nobody, ALWAYS).columns.tolist() == ["sum", "mean"]
    assert store.query(nobody, ALWAYS).empty


def values_of_a_filter_are_never_read_as_a_question(store: ReadingStore) -> None:
    replace_hours(store, hours_frame("a", {0: 1}), "a")
    replace_hours(store, hours_frame(ODD_NAME, {0: 2}), ODD_NAME)
    attacks = (
        "' OR '1'='1",
        "x\\' OR time > 0 --",
        '" OR ""="',
        "a'); DROP MEASUREMENT meter_hour",
        "\n",
    )
    for attack in attacks:
        assert store.points(METER_HOUR, where=(("meter", (attack,)),), span=ALWAYS).empty
        assert len(store.series(REGISTER, attack, ALWAYS)) == 0
    heading = 'n" FROM "x'
    query = Query(
        METER_HOUR.name,
        (Column("amount", Aggregate.SUM, heading),),
        where=(("meter", (ODD_NAME,)),),
    )
    assert store.query(query, ALWAYS)[heading].tolist() == [2]


def text_fields_answer_first_last_and_count(store: ReadingStore) -> None:
    rows = [
        dict.fromkeys(FINDING.tags, "-") | dict.fromkeys(FINDING.field)
        | {"time": time, "fingerprint": str(time), "sentence_en": sentence}
        for time, sentence in ((5, "first"), (6, "then"), (6 + HOUR_MS, None))
    ]  # fmt: skip
    frame = pd.DataFrame(rows).assign(since=1)
    store.replace(FINDING, frame, tags={}, span=ALWAYS)
    columns = tuple(
        Column("sentence_en", how, how.value)
        for how in (Aggregate.FIRST, Aggregate.LAST, Aggregate.COUNT)
    )
    answer = store.query(Query(FINDING.name, columns), ALWAYS)
    assert answer.to_numpy().tolist() == [["first", "then", 2]]


def an_unknown_name_is_said_with_those_that_are_known(store: ReadingStore) -> None:
    amount = Column("amount", Aggregate.SUM, "n")
    text = Column("sentence_en", Aggregate.SUM, "n")
    wrong = [
        (Query("nothing", (amount,)), "no derived table 'nothing'. Known: meter_hour"),
        (Query("meter_hour", (Column("colour", Aggregate.SUM, "n"),)), "no field 'colour'"),
        (Query("meter_hour", (amount,), where=(("colour", ("red",)),)), "no tag 'colour'"),
        (Query("meter_hour", (amount,), group_by=("colour",)), "no tag 'colour'"),
        (Query("meter_hour", (amount, amount)), "same heading twice"),
        (Query("meter_hour", ()), "at least one column"),
        (Query("meter_hour", (amount,), every="week"), "cannot be cut by 'week'"),
        (
            Query("meter_hour", (amount,), every="day", timezone="Mars/Base"),
            "no time zone 'Mars/Base'",
        ),
        (Query("finding", (text,)), "is text; it has no sum"),
    ]
    for query, reason in wrong:
        with pytest.raises(ConfigError, match=reason):
            store.query(query, ALWAYS)
    with pytest.raises(ConfigError, match="no raw table 'meter_hour'"):
        store.series("meter_hour", "main", ALWAYS)
    with pytest.raises(ConfigError, match="no tag 'colour'"):
        store.points(METER_HOUR, where=(("colour", ("red",)),), span=ALWAYS)


TABLE_PROMISES: tuple[Promise, ...] = (
    retention_deletes_what_is_older_and_nothing_else,
    derived_points_come_back_as_written,
    writing_derived_points_again_changes_nothing,
    only_the_replaced_span_and_tags_change,
    each_series_is_renewed_within_its_own_spans,
    what_lies_between_renewed_spans_stays,
    what_lies_between_points_that_lose_a_field_stays,
    a_walk_of_renewals_leaves_what_a_plain_table_would_hold,
    a_moved_building_leaves_nothing_behind,
    a_blanked_day_leaves_nothing_behind,
    a_vanished_field_is_gone,
    a_point_without_any_field_is_no_point,
    texts_and_floats_are_kept_beside_integers,
    a_wrong_frame_is_refused_and_nothing_written,
    a_question_sums_by_tag_and_local_day,
    local_days_of_23_and_25_hours_are_cut_at_midnight,
    hours_of_a_zone_with_half_hours_start_on_its_own_clock,
    every_aggregate_means_the_same_everywhere,
    a_group_without_the_asked_fields_has_no_row,
    an_empty_answer_has_its_columns,
    values_of_a_filter_are_never_read_as_a_question,
    text_fields_answer_first_last_and_count,
    an_unknown_name_is_said_with_those_that_are_known,
)
PROMISES = RAW_PROMISES + TABLE_PROMISES
