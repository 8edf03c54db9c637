"""What edits make of readings, as pure functions and as plans over a store."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.edits import changes
from analytics.edits.giving import Plan, Why, give
from analytics.edits.meters import factor_between
from analytics.edits.wishes import Editor
from analytics.retention import RAW_FROM
from energy.errors import ConfigError, StoreError
from energy.meter import Meter
from energy.reading import REGISTER, Quality, Reading, Source
from energy.span import HOUR_MS, Span
from storage.engines.memory import MemoryStore
from storage.records import edits, inbox, reading_versions, values
from storage.records.book import Records
from tests.builders import MAIN_METER, SUB_METER, WEATHER, registry_of

MAIN, LIGHT = MAIN_METER.meter, SUB_METER.meter
REGISTRY = registry_of(MAIN_METER, SUB_METER, WEATHER)
ALWAYS = Span(0, 2**42)
NOW = 10_000 * HOUR_MS
WHY = Why("li", "crossed")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    folder: Path = tmp_path_factory.mktemp("records")
    opened = Records.open(f"sqlite:{folder}/records.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    opened = Records.open(f"sqlite:{tmp_path}/records.sqlite")
    yield Editor(MemoryStore(), opened, REGISTRY)
    opened.close()


def at(meter: str, hour: int, value: int, quality: int = Quality.ORDINARY) -> Reading:
    return Reading(meter, REGISTER, hour * HOUR_MS, value, int(quality))


def hours(first: int, end: int) -> Span:
    return Span(first * HOUR_MS, end * HOUR_MS)


def carry(editor: Editor, plan: Plan) -> int:
    """Give an edit and write it as a collector would; return its number."""
    number = give(editor.records, editor.registry, plan, WHY, now_ms=NOW).number
    with editor.records.session() as session:
        waiting = inbox.take(session, 10**6)
        inbox.done(session, [one.number for one in waiting])
    editor.store.write([one.reading for one in waiting])
    return number


def stands(editor: Editor, *, whole: bool = False) -> set[tuple[str, int, float, int]]:
    """Return meter, hour, value, quality of what stands and was not taken away."""
    found = set()
    for meter in (MAIN, LIGHT):
        series = editor.store.series(REGISTER, meter, ALWAYS)
        columns = (series.time, series.value, series.quality, series.revision)
        for time, value, quality, revision in zip(*(c.tolist() for c in columns), strict=True):
            if whole or not (quality == Quality.BAD and revision):
                found.add((meter, time // HOUR_MS, value, quality))
    return found


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
    with pytest.raises(ConfigError, match=r"reading 1235 \(steps\) of hall_main is no whole"):
        other.swap(MAIN, LIGHT, ALWAYS)


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


def test_a_shift_into_the_future_is_refused(editor: Editor) -> None:
    editor.store.write([at(MAIN, 9_999, 1)])

    with pytest.raises(ConfigError, match="would lie in the future"):
        carry(editor, editor.shift(MAIN, ALWAYS, seconds=7200, replaces=False))


def test_history_that_was_let_go_cannot_be_edited(editor: Editor) -> None:
    editor.store.write([at(MAIN, 100, 1)])
    with editor.records.session() as session:
        values.put(session, RAW_FROM, str(50 * HOUR_MS))

    with pytest.raises(ConfigError, match="from before 1970-01-03 02:00 UTC were let go"):
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


def test_an_edit_that_a_later_one_changed_is_undone_after_that(editor: Editor) -> None:
    editor.store.write([at(MAIN, 1, 10), at(MAIN, 2, 20)])
    before = stands(editor)
    moved = carry(editor, editor.shift(MAIN, ALWAYS, seconds=86_400, replaces=False))
    value = carry(editor, editor.say(at(MAIN, 25, 11), is_correction=True))

    with pytest.raises(ConfigError, match=rf"Edits after {moved} .* {value}. .*Undo them first"):
        editor.undo(moved)
    carry(editor, editor.undo(value))
    undo = carry(editor, editor.undo(moved))
    assert stands(editor) == before
    carry(editor, editor.undo(undo))
    assert stands(editor) == {(MAIN, 25, 10, 0), (MAIN, 26, 20, 0)}


def test_what_a_device_said_after_an_edit_is_what_its_undoing_brings(editor: Editor) -> None:
    editor.store.write([at(MAIN, 1, 10)])
    number = carry(editor, editor.shift(MAIN, ALWAYS, seconds=3600, replaces=False))
    late = at(MAIN, 2, 12)._replace(arrived=NOW + 1)
    with editor.records.session() as session:
        editor.store.write(
            [late], overruled=lambda lost: reading_versions.publish(session, lost, NOW)
        )
    assert stands(editor) == {(MAIN, 2, 10, 0)}

    carry(editor, editor.undo(number))

    assert stands(editor) == {(MAIN, 1, 10, 0), (MAIN, 2, 12, 0)}


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


METERS: Mapping[str, Meter] = {MAIN: MAIN_METER, LIGHT: SUB_METER}


def any_edit(editor: Editor, chance: Random) -> Plan:
    """Plan an edit of some kind on some readings."""
    names = [MAIN, LIGHT]
    chance.shuffle(names)
    first = chance.randrange(0, 40)
    span = hours(first, first + chance.randrange(1, 30))
    match chance.randrange(5):
        case 0:
            return editor.swap(names[0], names[1], span)
        case 1:
            return editor.move(names[0], names[1], span, replaces=True)
        case 2:
            seconds = chance.choice([-7200, -3600, 3600, 10_800])
            return editor.shift(names[0], span, seconds=seconds, replaces=True)
        case 3:
            return editor.withdraw(names[0], span)
    reading = at(names[0], first, chance.randrange(1000))
    return editor.say(reading, is_correction=chance.random() < 0.5)


@given(st.integers(0, 2**32))
@settings(max_examples=60)
def test_any_edits_undone_in_reverse_give_the_original_readings(book: Records, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - not a secret
    registry = registry_of(*(replace(one, meter=name) for name, one in METERS.items()))
    editor = Editor(MemoryStore(), book, registry)
    forget_edits(book)
    editor.store.write(
        [
            at(name, hour, chance.randrange(1000), chance.choice([0, 0, 0, 1, 3]))
            for name in METERS
            for hour in range(3, 40)
            if chance.random() < 0.8
        ]
    )
    before = stands(editor)
    made = []
    for _ in range(chance.randrange(1, 6)):
        try:
            made.append(carry(editor, any_edit(editor, chance)))
        except ConfigError:  # nothing there to change, or a reading in the way
            continue
    for number in reversed(made):
        carry(editor, editor.undo(number))
    assert stands(editor) == before


def forget_edits(records: Records) -> None:
    """Empty the tables that edits use, for the next example."""
    with records.session() as session:
        for table in ("edits", "edited_meters", "reading_versions", "inbox"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our names


def test_a_reading_that_was_bad_before_any_edit_is_not_taken_for_withdrawn() -> None:
    bad = at(MAIN, 1, 5, Quality.BAD)

    assert changes.there([bad, bad._replace(revision=3)]) == [bad]
