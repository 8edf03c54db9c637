"""What edits make of readings, as pure functions and as plans over a store."""

from dataclasses import replace
from fractions import Fraction

import pytest

from analytics.edits import changes
from analytics.edits.giving import Why, give
from analytics.edits.meters import factor_between
from analytics.edits.planning import Plan
from analytics.edits.wishes import Editor
from analytics.retention import RAW_FROM
from energy.errors import ConfigError, StoreError
from energy.reading import REGISTER, Quality, Source
from energy.span import HOUR_MS
from storage.records import edits, inbox, values
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.edit_steps import ALWAYS, LIGHT, MAIN, NOW, REGISTRY, WHY, at, carry, hours, stands


def test_a_time_that_one_of_two_swapped_meters_has_is_withdrawn_there(editor: Editor) -> None:
    editor.store.write([at(MAIN, 1, 10), at(MAIN, 2, 20), at(LIGHT, 1, 7, Quality.DOUBTFUL)])

    number = carry(editor, editor.swap(MAIN, LIGHT, ALWAYS))

    assert stands(editor) == {(MAIN, 1, 7, 1), (LIGHT, 1, 10, 0), (LIGHT, 2, 20, 0)}
    gone = editor.store.series(REGISTER, MAIN, hours(2, 3))
    assert (gone.value.tolist(), gone.quality.tolist()) == ([20], [Quality.BAD])
    assert (gone.source.tolist(), gone.revision.tolist()) == ([Source.MANUAL], [number])
    assert gone.arrived.tolist() == [NOW]


def test_readings_that_are_alike_on_both_meters_get_no_new_version(editor: Editor) -> None:
    editor.store.write([at(MAIN, 1, 10), at(LIGHT, 1, 10), at(MAIN, 2, 11), at(LIGHT, 2, 12)])

    assert {one.time for one in editor.swap(MAIN, LIGHT, ALWAYS).versions} == {2 * HOUR_MS}


def test_steps_of_another_size_are_converted_exactly_or_refused(editor: Editor) -> None:
    coarse = replace(SUB_METER, step=Fraction(1, 10))
    other = replace(editor, registry=registry_of(MAIN_METER, coarse))
    other.store.write([at(MAIN, 1, 1230), at(LIGHT, 1, 7), at(MAIN, 2, 1235)])

    assert factor_between(MAIN_METER, coarse) == Fraction(1, 10)
    assert [one[:4] for one in other.swap(MAIN, LIGHT, hours(1, 2)).versions] == [
        (LIGHT, REGISTER, HOUR_MS, 123),
        (MAIN, REGISTER, HOUR_MS, 70),
    ]
    with pytest.raises(ConfigError, match=r"1 of 2 readings of hall_main, the first 12\.35 kWh"):
        other.swap(MAIN, LIGHT, ALWAYS)


def test_readings_too_fine_for_the_other_meter_come_to_a_new_point_as_the_refusal_says(
    editor: Editor,
) -> None:
    coarse = replace(SUB_METER, step=Fraction(1, 10))
    finer = replace(SUB_METER, meter=f"{LIGHT}_2", step=Fraction(1, 100), channel="ep_2")
    here = replace(editor, registry=registry_of(MAIN_METER, coarse, finer))
    here.store.write([at(MAIN, 1, 1235), at(LIGHT, 1, 7)])

    with pytest.raises(
        ConfigError,
        match=r"steps of hall_light, which are 0\.1 kWh\..*with a step of 0\.01, such as "
        r"hall_light_2, and then: jieneng edit move hall_main hall_light_2\.",
    ):
        here.swap(MAIN, LIGHT, ALWAYS)
    with here.records.reading() as session:
        assert (edits.recent(session, 9), inbox.waiting(session)) == ([], 0)
    carry(here, here.move(MAIN, finer.meter, ALWAYS, replaces=False))
    carry(here, here.move(LIGHT, MAIN, ALWAYS, replaces=False))
    assert here.store.series(REGISTER, finer.meter, ALWAYS).value.tolist() == [1235]
    assert stands(here) == {(MAIN, 1, 70, 0)}


def test_amounts_that_are_no_whole_number_behind_the_other_ratio_are_refused(
    editor: Editor,
) -> None:
    sent = [replace(MAIN_METER, table="interval", ratio=Fraction(40))]
    sent.append(replace(SUB_METER, table="interval", ratio=Fraction(20)))
    here = replace(editor, registry=registry_of(*sent))
    here.store.write([at(MAIN, 1, 41)._replace(table="interval")])

    with pytest.raises(ConfigError, match=r"1 of 1 readings .* behind the ratio of hall_light"):
        here.swap(MAIN, LIGHT, ALWAYS)


def test_nothing_is_rounded_where_a_reading_is_booked_on_another_meter() -> None:
    with pytest.raises(ValueError, match="no whole number of the steps of b"):
        changes.booked_on(("b", REGISTER), at(MAIN, 1, 15), Fraction(1, 10))


def test_units_of_one_kind_are_converted_and_the_ratio_stays_with_the_place() -> None:
    in_mwh = replace(SUB_METER, unit="MWh", step=Fraction(1, 1000), ratio=Fraction(80))

    assert factor_between(MAIN_METER, in_mwh) == Fraction(1, 100)


def test_the_amounts_of_an_interval_leave_the_ratio_of_the_wrong_meter_behind() -> None:
    wrong = replace(MAIN_METER, table="interval", ratio=Fraction(40))
    right = replace(SUB_METER, table="interval", ratio=Fraction(20))

    # What was counted as 40 Wh was 1 Wh at the meter, and so 20 Wh behind the other transformers.
    assert factor_between(wrong, right) == Fraction(1, 2)


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (MAIN, MAIN, "Both meters are hall_main"),
        (MAIN, "weather_north", "hall_main is electricity, register, weather_north is temperature"),
        (MAIN, "nobody", "Meter 'nobody' is not in the registry"),
    ],
)
def test_meters_that_cannot_be_swapped_are_refused(
    first: str, second: str, sentence: str, editor: Editor
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        editor.swap(first, second, ALWAYS)


def test_a_register_that_is_too_narrow_for_a_reading_refuses_all_of_an_edit(
    editor: Editor,
) -> None:
    narrow = replace(editor, registry=registry_of(MAIN_METER, replace(SUB_METER, digits=3)))
    narrow.store.write([at(MAIN, 1, 999), at(MAIN, 2, 1000), at(LIGHT, 1, 5), at(LIGHT, 2, 6)])

    with pytest.raises(ConfigError, match="has 3 digits and cannot show 1000 steps"):
        carry(narrow, narrow.swap(MAIN, LIGHT, ALWAYS))
    with narrow.records.reading() as session:
        assert (edits.recent(session, 9), inbox.waiting(session)) == ([], 0)


@pytest.mark.parametrize("what", ["move", "shift"])
def test_readings_in_the_way_are_told_and_give_way_only_when_asked(
    what: str, editor: Editor
) -> None:
    editor.store.write([at(MAIN, 1, 10), at(MAIN, 3, 30), at(LIGHT, 1, 5)])

    def wished(*, replaces: bool) -> Plan:
        if what == "move":
            return editor.move(MAIN, LIGHT, hours(1, 2), replaces=replaces)
        return editor.shift(MAIN, hours(1, 2), seconds=7200, replaces=replaces)

    with pytest.raises(ConfigError, match=r"readings already at 1 of these times.*--replace"):
        wished(replaces=False)
    assert wished(replaces=True).replaced == 1
    carry(editor, wished(replaces=True))
    left = {(MAIN, 3, 30, 0), (LIGHT, 1, 10, 0)} if what == "move" else {(LIGHT, 1, 5, 0)}
    assert stands(editor) == left | ({(MAIN, 3, 10, 0)} if what == "shift" else set())


def test_readings_that_move_within_their_span_are_not_in_their_own_way(editor: Editor) -> None:
    editor.store.write([at(MAIN, hour, hour * 10) for hour in range(5)])

    carry(editor, editor.shift(MAIN, ALWAYS, seconds=3600, replaces=False))

    assert stands(editor) == {(MAIN, hour + 1, hour * 10, 0) for hour in range(5)}


def test_an_edit_of_more_readings_than_one_may_write_is_refused(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.edits.planning.MOST_READINGS", 3)
    editor.store.write([at(MAIN, hour, hour) for hour in range(4)])

    with pytest.raises(ConfigError, match=r"may write 3 readings, and these are 4.*shorter spans"):
        editor.withdraw(MAIN, ALWAYS)
    assert len(editor.withdraw(MAIN, hours(0, 3)).versions) == 3


def test_a_shift_into_the_future_is_refused(editor: Editor) -> None:
    editor.store.write([at(MAIN, 9_999, 1)])

    with pytest.raises(ConfigError, match="would lie in the future"):
        carry(editor, editor.shift(MAIN, ALWAYS, seconds=7200, replaces=False))


def test_history_that_was_let_go_cannot_be_edited(editor: Editor) -> None:
    editor.store.write([at(MAIN, 100, 1)])
    with editor.records.session() as session:
        values.put(session, RAW_FROM, str(50 * HOUR_MS))

    with pytest.raises(ConfigError, match=r"from before 1970-01-03 10:00:00 \+08:00 were let go"):
        editor.withdraw(MAIN, hours(49, 200))
    assert editor.withdraw(MAIN, hours(50, 200)).versions


def test_an_edit_waits_until_the_one_before_is_in_the_store(editor: Editor) -> None:
    editor.store.write([at(MAIN, 1, 10), at(MAIN, 2, 20)])
    first = give(editor.records, REGISTRY, editor.withdraw(MAIN, ALWAYS), WHY, now_ms=NOW)

    with pytest.raises(StoreError, match=f"readings of edit {first.number} are not all in the"):
        editor.withdraw(MAIN, ALWAYS)


def test_of_two_edits_planned_at_once_the_second_is_refused(editor: Editor) -> None:
    editor.store.write([at(MAIN, 1, 10), at(MAIN, 2, 20)])
    plans = [editor.withdraw(MAIN, ALWAYS) for _ in range(2)]
    number = carry(editor, plans[0])

    with pytest.raises(ConfigError, match=f"Edit {number} came between"):
        carry(editor, plans[1])


def test_an_edit_without_author_or_reason_is_refused() -> None:
    for author, reason in (("", "why"), ("li", " ")):
        with pytest.raises(ConfigError, match=r"by whom .* and why"):
            Why(author, reason)


def test_an_edit_with_evidence_that_nobody_kept_is_refused(editor: Editor) -> None:
    editor.store.write([at(MAIN, 1, 10)])
    plan = editor.withdraw(MAIN, ALWAYS)

    with pytest.raises(ConfigError, match="no evidence with the SHA-256 'abc'"):
        give(editor.records, REGISTRY, plan, Why("li", "r", "abc"), now_ms=NOW)
    with editor.records.reading() as session:
        assert (edits.recent(session, 9), inbox.waiting(session)) == ([], 0)


def test_a_reading_that_was_bad_before_any_edit_is_not_taken_for_withdrawn() -> None:
    bad = at(MAIN, 1, 5, Quality.BAD)

    assert changes.there([bad, bad._replace(revision=3)]) == [bad]
