"""Undoing gives back what was there, whatever was edited."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from analytics.edits.planning import Plan
from analytics.edits.wishes import Editor
from energy.errors import ConfigError
from storage.engines.memory import MemoryStore
from storage.records import reading_versions
from storage.records.book import Records
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.edit_steps import ALWAYS, LIGHT, MAIN, NOW, at, carry, hours, stands


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    folder: Path = tmp_path_factory.mktemp("records")
    opened = Records.open(f"sqlite:{folder}/records.sqlite")
    yield opened
    opened.close()


def test_an_edit_that_a_later_one_changed_is_undone_after_that(editor: Editor) -> None:
    editor.store.write([at(MAIN, 1, 10), at(MAIN, 2, 20)])
    before = stands(editor)
    moved = carry(editor, editor.shift(MAIN, ALWAYS, seconds=86_400, replaces=False))
    value = carry(editor, editor.say(at(MAIN, 25, 11), is_correction=True))

    with pytest.raises(ConfigError, match=rf"Edits after {moved} .* {value}. .*Undo them first"):
        editor.undo(moved)
    carry(editor, editor.undo(value))
    undo = carry(editor, editor.undo(moved))
    with pytest.raises(ConfigError, match=f"Edit {moved} was undone already, by edit {undo}"):
        editor.undo(moved)
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
    editor = Editor(MemoryStore(), book, registry_of(MAIN_METER, SUB_METER))
    forget_edits(book)
    editor.store.write(
        [
            at(name, hour, chance.randrange(1000), chance.choice([0, 0, 0, 1, 3]))
            for name in (MAIN, LIGHT)
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
    event(f"{len(made)} edits")
    assert stands(editor) == before


def forget_edits(records: Records) -> None:
    """Empty the tables that edits use, for the next example."""
    with records.session() as session:
        for table in ("edits", "edited_meters", "reading_versions", "inbox"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our names
