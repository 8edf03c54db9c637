"""``jieneng ledger`` and ``jieneng people`` over a house whose meter counts 1 kWh an hour."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from energy.canonical import sha256_of
from energy.reading import Reading
from energy.span import HOUR_MS
from jieneng.holder import Request
from jieneng.registry.intake import take_reference, take_registry
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import restate_tasks, touched
from storage.registry.events import EVENT_COLUMNS
from storage.registry.files import write_registry
from tests.builders import MAIN_METER, registry_of, replacement
from tests.storage.chain_world import MAY_1, day

METER = replace(MAIN_METER, ratio=Fraction(1))
STEPS_AN_HOUR = 100
RESTATE = "jieneng ledger restate"
HOURS_OF_MAY = 31 * 24
LATE = range(15 * 24, 16 * 24)
"""Hours of 16 May, whose readings come late in some tests: estimated before, measured then."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:"), clock=lambda: day(6, 10)
    )
    take_reference(held.records, shipped("reference"))
    write_registry(registry_of(METER), tmp_path / "files")
    take_registry(held.records, tmp_path / "files", heard=(), reason="start")
    yield held
    held.close()


def tell(house: House, hours: range, *, more: int = 0) -> None:
    """Let the meter tell its count of each hour from 1 May on, and run a round."""
    readings = [
        Reading("hall_main", "register", MAY_1 + hour * HOUR_MS, hour * STEPS_AN_HOUR + more)
        for hour in hours
    ]
    house.store.write(readings)
    with house.records.session() as session:
        touched.publish(session, {"hall_main": readings[0].time})
    house.round_once()


def ask(house: House, name: str, work: str, **arguments: object) -> tuple[int, list[str]]:
    """Return exit code, and what was answered or what went wrong."""
    said: list[str] = []
    wrong: list[str] = []
    asked = Request(name, work, arguments, "/", "en")
    code = answer_for(house)(asked, said.append, wrong.append)
    return code, said or wrong


def step(house: House, action: str, by: str, *, reason: str = "", into: str = "") -> list[str]:
    arguments = {"institution": "town", "period": "2026-05", "by": by}
    code, said = ask(house, "ledger", "step", action=action, reason=reason, into=into, **arguments)
    return [*said, str(code)]


def person(house: House, *roles: str) -> str:
    _, (found,) = ask(house, "people", "add", called="王小明", roles=list(roles))
    return found


def as_of(house: House, at: str) -> bytes:
    _, (said,) = ask(house, "ledger", "asof", institution="town", period="2026-05", at=at)
    return base64.b64decode(said)


def closed_may(house: House) -> str:
    """Close May without 16 May; return who did it."""
    tell(house, range(LATE.start))
    tell(house, range(LATE.stop, HOURS_OF_MAY + 48))
    everything = person(house, "filler", "statistics_head", "unit_head")
    assert step(house, "submit", everything)[-1] == "0"
    assert step(house, "close", everything)[-1] == "0"
    return everything


def test_a_month_goes_from_draft_to_closed_by_three_people_and_is_proved(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 48))
    filler, head, unit = (person(house, r) for r in ("filler", "statistics_head", "unit_head"))

    assert step(house, "submit", unit)[-1] == "1"
    first = step(house, "submit", filler)
    assert step(house, "submit", filler) == [
        "It is submitted already. To submit it anew, return it first: jieneng ledger return.",
        "1",
    ]
    assert step(house, "close", unit) == [
        "The statistics head has not checked it yet: jieneng ledger check comes first.",
        "1",
    ]
    assert step(house, "check", head)[-1] == "0"
    again = step(house, "check", head)
    assert again[0].startswith("It was checked already, by 王小明 on 2026-")
    assert again[1:] == ["1"]
    assert step(house, "close", unit)[-1] == "0"

    sheet = as_of(house, "")
    assert json.loads(sheet)["lines"]["electricity/2026-05-01"]["amount"] == HOURS_OF_MAY * 1000
    assert first[1] == f"sheet {sha256_of(sheet)}"
    code, (said,) = ask(house, "ledger", "verify", printed="")
    assert code == 0
    assert said.startswith("ok: 8 links, 1 frozen, head ")


def test_late_readings_open_a_task_and_never_change_what_was_closed(house: House) -> None:
    closed_may(house)
    before = as_of(house, "")

    tell(house, LATE)

    assert as_of(house, "") == before
    with house.records.reading() as session:
        (task,) = restate_tasks.open_tasks(session)
    assert (task.institution, task.period, task.lines) == ("town", "2026-05", 3)
    assert ask(house, "ledger", "status", institution="", period="") == (
        0,
        [f"Town hall (town)   2026-05   closed   differs by now in 3 places: {RESTATE}"],
    )


def test_a_restatement_shows_each_line_and_ends_the_task(house: House) -> None:
    everything = closed_may(house)
    before = as_of(house, "")
    assert step(house, "restate", everything, reason="why not") == [
        "The figures are those of the closed sheet; there is nothing to restate.",
        "1",
    ]
    tell(house, LATE)
    assert step(house, "restate", everything, reason=" ")[-1] == "1"

    said = step(house, "restate", everything, reason="late readings")

    after = as_of(house, "")
    assert after != before
    lines = [json.loads(sheet)["lines"]["electricity/2026-05-01"] for sheet in (before, after)]
    measured = lines[1]["measured_s"] - lines[0]["measured_s"]
    assert measured == 25 * 3600
    assert any(
        line.startswith("  2026-05 electricity measured: ") and line.endswith(" h (+25.000)")
        for line in said
    )
    assert "restated 1" in said[0]
    with house.records.reading() as session:
        assert restate_tasks.open_tasks(session) == []
    assert ask(house, "ledger", "verify", printed="")[0] == 0


def test_a_difference_is_booked_in_an_open_period_and_its_sheet_says_so(house: House) -> None:
    everything = closed_may(house)
    tell(house, LATE)
    assert step(house, "restate", everything, reason="late", into="2026-04")[-1] == "1"

    assert step(house, "restate", everything, reason="late", into="2026-06")[-1] == "0"

    with house.records.reading() as session:
        from jieneng.ledger.closing import sheet_in

        june = json.loads(sheet_in(session, house, "town", "2026-06").fresh())
        assert sheet_in(session, house, "town", "2026-05").open_differences() == {}
    assert june["lines"]["adjustment 2026-05 1"]["electricity/2026-05-01/measured_s"] == 25 * 3600


def test_figures_that_changed_after_the_submission_are_not_closed(house: House) -> None:
    tell(house, range(LATE.start))
    tell(house, range(LATE.stop, HOURS_OF_MAY + 48))
    everything = person(house, "filler", "statistics_head", "unit_head")
    step(house, "submit", everything)
    tell(house, LATE)

    (refused, code) = step(house, "close", everything)
    assert refused.startswith("Lines that have changed since it was submitted: 3. Return it")
    assert code == "1"
    for action, reason in (("return", "late readings"), ("submit", ""), ("close", "")):
        assert step(house, action, everything, reason=reason)[-1] == "0"


def test_a_period_that_goes_on_is_not_submitted(house: House) -> None:
    filler = person(house, "filler")
    code, said = ask(
        house, "ledger", "step", action="submit", institution="town", period="2026-06", by=filler,
        reason="", into="",
    )  # fmt: skip
    assert code == 1
    assert said[0].startswith("The period has not ended yet")


def test_a_period_without_figures_is_not_submitted(house: House) -> None:
    refused, code = step(house, "submit", person(house, "filler"))

    assert refused.startswith("There is no figure in that period.")
    assert code == "1"


def test_what_was_handed_out_is_given_again_byte_for_byte(house: House, tmp_path: Path) -> None:
    tell(house, range(HOURS_OF_MAY + 48))
    asked = {"table": "place_month", "first": "", "last": "", "where": ["level=institution"]}
    file = tmp_path / "months.csv"
    assert ask(house, "export", "table", **asked, out=str(file), keep="months")[0] == 0
    tell(house, range(HOURS_OF_MAY + 48), more=500)

    _, (said,) = ask(house, "ledger", "handed", kept="months", at="")

    assert base64.b64decode(said) == file.read_bytes()
    assert ask(house, "ledger", "handed", kept="months", at="2026-06-09")[0] == 1
    assert ask(house, "ledger", "verify", printed="")[0] == 0


def test_an_event_in_a_closed_period_is_refused_until_it_is_to_be_restated(
    house: House, tmp_path: Path
) -> None:
    closed_may(house)
    event = replacement("hall_main", MAY_1 + 100 * HOUR_MS, closing=10_000, opening=10_000)
    write_registry(registry_of(METER, events=[event]), tmp_path / "files")
    asked = {"folder": str(tmp_path / "files"), "reason": "replaced"}

    code, said = ask(house, "import_", "registry", **asked)

    assert code == 1
    assert "2026-05 of town is closed" in said[0]
    assert ask(house, "import_", "registry", restating=True, **asked)[0] == 0


def test_a_typed_event_in_a_closed_period_is_refused_until_it_is_to_be_restated(
    house: House,
) -> None:
    closed_may(house)
    row = dict.fromkeys(EVENT_COLUMNS, "") | {
        "meter": "hall_main", "time": "2026-05-05T04:00:00+08:00", "event": "replacement",
        "author": "Li", "reason": "replaced",
    }  # fmt: skip

    code, said = ask(house, "meters", "event", row=row)

    assert code == 1
    assert "2026-05 of town is closed" in " ".join(said)
    assert ask(house, "meters", "events", meter="", as_json=False)[1] == ["No event is registered."]
    assert ask(house, "meters", "event", row=row, restating=True)[0] == 0


def test_an_erased_person_is_shown_as_erased_and_signs_no_more(house: House) -> None:
    everything = closed_may(house)
    assert ask(house, "people", "erase", person=everything)[0] == 0
    assert ask(house, "people", "erase", person=everything)[0] == 1

    _, said = ask(house, "ledger", "status", institution="town", period="2026-05")

    assert "   submitted   (erased) (filler, statistics head, unit head)" in said[1]
    assert not [line for line in said if "王" in line]
    assert step(house, "restate", everything, reason="x")[-1] == "1"


def test_an_imported_closing_reading_below_the_last_reading_is_refused(
    house: House, tmp_path: Path
) -> None:
    tell(house, range(100))
    event = replacement("hall_main", MAY_1 + 50 * HOUR_MS, closing=10, opening=0)
    write_registry(registry_of(METER, events=[event]), tmp_path / "files")

    code, said = ask(
        house, "import_", "registry", folder=str(tmp_path / "files"), reason="replaced"
    )

    assert code == 1
    assert "hall_main: the closing reading of 0.1 kWh is below the last reading" in " ".join(said)
    assert ask(house, "meters", "events", meter="", as_json=False)[1] == ["No event is registered."]
