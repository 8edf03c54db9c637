"""What ``jieneng edit``, ``reading`` and ``evidence`` say and refuse."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from energy.span import Span
from jieneng.holder import Request
from jieneng.wiring import House
from jieneng.works import answer_for
from storage.readings import Series
from storage.records import edits, evidence, inbox
from tests.edit_world import DAY, LIGHT, MAIN, START, TRUE, edited, house_with, raw, refusal, told

WHY = {"by": "wang", "reason": "crossed"}
JANUARY = {"start": "2026-01-01", "end": "2026-01-31"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_with(tmp_path / "state", "memory:", [*TRUE[MAIN], *TRUE[LIGHT]]) as held:
        yield held


def nothing_changed(house: House) -> bool:
    with house.records.reading() as session:
        kept = edits.recent(session, 9), evidence.recent(session, 9), inbox.waiting(session)
        return kept == ([], [], 0)


def test_a_dry_run_says_readings_and_days_and_changes_nothing(house: House) -> None:
    asked = {"what": "swap", "meters": [MAIN, LIGHT], **JANUARY, **WHY, "is_dry": True}

    assert told(house, "edit", "ask", **asked) == [
        "hall_light   743 readings   2026-01-01 … 2026-01-31 (31 ledger days)",
        "hall_main   743 readings   2026-01-01 … 2026-01-31 (31 ledger days)",
        "A dry run: nothing was changed.",
    ]
    assert nothing_changed(house)
    said: list[str] = []
    answer_for(house)(Request("edit", "ask", asked, "/", "zh"), said.append, said.append)
    assert said[-2:] == [
        "hall_main   743 个读数   2026-01-01 … 2026-01-31（31 个台账日）",
        "试算：没有改动。",
    ]


def test_an_edit_is_listed_and_shown_with_what_was_there_before(
    house: House, tmp_path: Path
) -> None:
    proof = tmp_path / "protocol.txt"
    proof.write_text("read twice", encoding="utf-8")
    number = edited(
        house, "value", meters=[MAIN], at="2026-01-02 08:00", value="275.99", evidence=str(proof)
    )
    key = sha256(b"read twice").hexdigest()

    (line,) = told(house, "edit", "list", meter=MAIN, limit=9)
    assert line.startswith(f"{number:>6}  2026-02-10 00:00  value  hall_main   1 reading   wang: ")
    assert told(house, "edit", "list", meter=LIGHT, limit=9) == ["No reading was edited yet."]
    shown = told(house, "edit", "show", number=number, limit=9)
    assert shown[0] == line
    assert f"        evidence: jieneng evidence get {key}" in shown
    assert shown[-1] == "        hall_main  2026-01-02 08:00:00 +08:00  276 kWh -> 275.99 kWh"
    out = tmp_path / "again.txt"
    told(house, "evidence", "get", sha256=key, out=str(out))
    assert out.read_text("utf-8") == "read twice"
    assert "is there already" in refusal(house, "evidence", "get", sha256=key, out=str(out))
    assert told(house, "evidence", "list", limit=9)[0].startswith(f"{key}   2026-02-10 00:00   ")


def test_an_edit_that_waits_for_the_collector_is_said_to_wait(house: House) -> None:
    told(house, "edit", "ask", what="withdraw", meters=[MAIN], **JANUARY, **WHY)

    shown = told(house, "edit", "show", number=1, limit=9)

    assert "        not all in the store yet: it waits for the collector" in shown


def test_an_edit_that_comes_while_another_is_planned_is_noticed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, first = house.store.series, {"meters": [MAIN], "at": "2026-01-03 10:30", "value": "507.2"}
    came: list[str] = []

    def look_late(table: str, meter: str, span: Span) -> Series:
        if not came:
            came.append("one")
            told(house, "reading", "add", **first, **WHY)
        return look(table, meter, span)

    monkeypatch.setattr(house.store, "series", look_late)

    said = refusal(house, "edit", "ask", what="withdraw", meters=[MAIN], **JANUARY, **WHY)

    assert said == "Edit 1 came between. Nothing was changed. Try again."


def test_a_reading_that_a_person_took_fills_a_gap(house: House) -> None:
    number = edited(house, "withdraw", meters=[MAIN], at="2026-01-03 10:00")
    time = START + 2 * DAY + 10 * 3_600_000
    true = next(one for one in TRUE[MAIN] if one.time == time)
    asked = {"meters": [MAIN], "at": "2026-01-03 10:00", "unit": "kWh"}

    later = edited(house, "manual", value=f"{true.value / 100:.2f}", **asked)

    assert later > number
    assert raw(house, MAIN) == [(one.time, one.value, 0) for one in TRUE[MAIN]]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"value": "5"},
            "from 2026-01-03 09:00:00 +08:00 to 2026-01-03 10:00:00 +08:00 the register falls",
        ),
        ({"value": "1000000"}, "Refused: more than the 8 digits of the register"),
        ({"value": "9000"}, "advances by more than 1500 kWh an hour (max_rate of the registry)"),
        ({"value": "410", "unit": "MWh"}, "Refused: unit MWh where the registry says kWh"),
        ({"value": "12,5"}, "Refused: value is not a number that a meter counts"),
        ({"value": "1", "at": "tomorrow"}, "Refused: time cannot be read"),
        ({"value": "1", "at": "1770652801000"}, "Refused: time is a bare number"),
        ({"value": "1", "meters": ["nobody"]}, "Meter 'nobody' is not in the registry"),
        ({"value": "506.95", "reason": " "}, "Every edit says by whom (--by) and why (--reason)"),
        ({"value": "506.95", "evidence": "/nosuch"}, "There is no file /nosuch"),
    ],
)
def test_a_reading_that_cannot_be_true_is_refused_with_the_sentence_why(
    given: dict[str, object], sentence: str, house: House
) -> None:
    asked = {"meters": [MAIN], "at": "2026-01-03 10:00", **WHY} | given

    said = refusal(house, "edit", "ask", what="value", **asked)

    assert sentence in said
    assert "no file" in said or "Nothing was changed" in said or "export registry" in said
    assert nothing_changed(house)


def test_an_odd_reading_is_taken_with_a_yes(house: House) -> None:
    asked = {"meters": [MAIN], "at": "2026-01-03 10:00", "value": "5"}

    assert "add --yes" in refusal(house, "edit", "ask", what="value", **asked, **WHY)
    edited(house, "value", **asked, accepts_odd=True)

    assert (START + 58 * 3_600_000, 500, 0) in raw(house, MAIN)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"what": "undo", "edit": 7}, "There is no edit 7. Look at: jieneng edit list"),
        ({"what": "withdraw", "meters": [MAIN]}, "Say from when with --from"),
        ({"what": "withdraw", "meters": [MAIN], "start": "1.3."}, "is not a time. Write a local"),
        ({"what": "withdraw", "meters": [MAIN], "start": "2026-13-01 8:00"}, "is not a time such"),
        ({"what": "withdraw", "meters": [MAIN], "start": "2026-03-01"}, "no reading to change"),
        ({"what": "shift", "meters": [MAIN], **JANUARY}, "--seconds 0 moves no reading"),
        (
            {"what": "value", "meters": [MAIN], "at": "2026-01-03 10:30", "value": "506.95"},
            "hall_main has no reading at that time to correct. To add one: jieneng reading add",
        ),
    ],
)
def test_what_cannot_be_edited_is_refused_with_what_to_do(
    given: dict[str, object], sentence: str, house: House
) -> None:
    assert sentence in refusal(house, "edit", "ask", **given, **WHY)
    assert nothing_changed(house)


def test_a_reading_is_not_added_where_one_stands(house: House) -> None:
    said = refusal(
        house, "reading", "add", meters=[MAIN], at="2026-01-03 10:00", value="506.95", **WHY
    )

    assert "hall_main has readings already at 1 of these times" in said


def test_evidence_that_is_too_large_is_refused_before_it_is_read(
    house: House, tmp_path: Path
) -> None:
    large = tmp_path / "film.mp4"
    with large.open("wb") as file:
        file.truncate(20_000_001)

    said = refusal(house, "evidence", "add", file=str(large), by="li")

    assert said.startswith("film.mp4 has 20.0 MB, and evidence may have 20 MB at the most")
    assert nothing_changed(house)
