"""From simulated meters over a broker to the answer why: a gap, an edit, a new meter, a month.

A month of one building is played through collector and rounds; then the commands are asked.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from analytics.retention import CLOSED_UNTIL, let_hours_go, let_raw_go
from api.app import create_app
from energy.span import midnight
from jieneng.holder import Request
from jieneng.mqtt.demo_broker import start_broker
from jieneng.proving.stage import Stage, staged
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.simulated.stories import story_of
from jieneng.wiring import House
from jieneng.works import answer_for
from storage.records import values
from storage.reference.files import read_reference
from tests.web import ask

STORY = """
format = 2
name_zh = "五月"
name_en = "May"
start = 2025-04-26
days = 38
seed = 5

[[building]]
building = "office"
use = "office"
area_m2 = 3000
people = 100

[[fault]]
kind = "outage"
meter = "office_main"
at = 2025-05-14T08:00:00
hours = 9

[[fault]]
kind = "replacement"
meter = "office_main"
at = 2025-05-20
strength = 500

[[fault]]
kind = "ct_change"
meter = "office_hvac"
at = 2025-05-10T10:15:00
strength = 35

[[fault]]
kind = "backlog"
meter = "office_main"
at = 2025-05-25T08:00:00
hours = 5
"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("why")
    path = folder / "may.toml"
    path.write_text(STORY, encoding="utf-8")
    _, registry, plan = story_of(path)
    calendars = read_reference(shipped("reference")).calendars
    settings = Settings(state_dir=folder / "state")
    running = start_broker(folder / "broker", choice="auto", tell=lambda _text: None)
    try:
        with staged(plan, registry, calendars, settings, running.url) as found:
            found.play(lambda _at: None, lambda _done, _total: None)
            yield found
    finally:
        running.stop()


def say(
    house: House, name: str, work: str, language: str = "en", **given: object
) -> tuple[int, list[str]]:
    said: list[str] = []
    code = answer_for(house)(Request(name, work, given, "/", language), said.append, said.append)
    return code, said


def why(
    stage: Stage, subject: str, when: str, *words: str, deep: bool = False
) -> tuple[int, dict[str, Any]]:
    code, (text,) = say(
        stage.house, "why", "explain", subject=subject, when=when, words=words, of="",
        readings=12, deep=deep, as_json=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(text)
    return code, answer


def spoken(stage: Stage, subject: str, when: str, language: str = "en") -> str:
    _, said = say(
        stage.house, "why", "explain", language, subject=subject, when=when, words=[], of="",
        readings=3, deep=False, as_json=False,
    )  # fmt: skip
    return "\n".join(said)


def test_every_meter_and_every_day_comes_out_again(stage: Stage) -> None:
    meters = [one.meter for one in stage.registry.meters if one.table == "register"]
    days = ["2025-05-10", "2025-05-14", "2025-05-20", "2025-05-25", "2025-05-14T11", "2025-05"]
    for meter in meters:
        for day in days:
            code, answer = why(stage, meter, day)
            wrong = [one for one in answer["figures"] if one["verdict"] != "same"]
            assert (code, wrong) == (0, []), (meter, day)
            assert answer["readings"]["count"] > 1
    assert len(meters) >= 5


def test_what_happened_to_a_meter_is_told_on_its_day(stage: Stage) -> None:
    _, gap = why(stage, "office_main", "2025-05-14")
    assert [one["method"] for one in gap["gaps"]] == ["like_days"]
    assert any(piece["known"] == "estimated" for piece in gap["pieces"])

    _, new = why(stage, "office_main", "2025-05-20")
    within = [one["event"] for one in new["events"] if one["is_within"]]
    assert within == ["replacement"]

    _, late = why(stage, "office_main", "2025-05-25T10")
    assert all(one["arrived"] for one in late["readings"]["listed"])

    _, ratio = why(stage, "office_hvac", "2025-05-10")
    assert len({piece["factor"] for piece in ratio["pieces"]}) == 2


def test_an_answer_reads_in_both_languages(stage: Stage) -> None:
    english, chinese = (spoken(stage, "office_main", "2025-05-14", one) for one in ("en", "zh"))

    assert "a gap whose total is known" in english
    assert "with the shape of like days" in english
    assert english.endswith("Worked out again from what is listed: the same.")
    assert "缺口，总量已知" in chinese
    assert chinese.endswith("由所列依据重算：相同。")
    statement = spoken(stage, institution(stage), "2025-05", "zh")
    assert "草稿" in statement
    assert "jieneng why office_main 2025-05" in statement


def test_the_endpoint_says_what_the_command_says(stage: Stage) -> None:
    house = stage.house
    app = create_app(store=house.store, records=house.records, status=dict, now=house.clock)

    _, meter = why(stage, "office_main", "2025-05-14")
    _, statement = why(stage, institution(stage), "2025-05")

    assert ask(app, "/api/v1/why/meter/office_main/2025-05-14").json() == meter
    asked = f"/api/v1/why/statement/{institution(stage)}/2025-05"
    assert ask(app, asked).json() == statement
    assert ask(app, f"{asked}?kind=water").json()["lines"][0]["kind"] == "water"
    assert ask(app, "/api/v1/why/meter/nobody/2025-05").status_code == 400
    assert ask(app, "/api/v1/why/statement/nobody/2025-05").status_code == 400


@pytest.mark.parametrize(
    ("words", "kinds", "figures"),
    [
        (["coal"], {"electricity", "heat", "water"}, {"coal"}),
        (["electricity", "coal"], {"electricity"}, {"coal"}),
        (["coal", "heat"], {"heat"}, {"coal"}),
        (["water"], {"water"}, {"amount", "cost"}),
    ],
)
def test_a_kind_and_a_figure_are_told_apart(
    stage: Stage, words: list[str], kinds: set[str], figures: set[str]
) -> None:
    _, answer = why(stage, institution(stage), "2025-05", *words)

    assert {line["kind"] for line in answer["lines"]} == kinds
    assert {one["figure"] for line in answer["lines"] for one in line["figures"]} == figures


@pytest.mark.parametrize(
    ("subject", "words", "problem"),
    [
        ("nobody", [], "neither a meter nor an institution"),
        ("office_main", ["amount", "cost"], "one quantity"),
        ("government", ["beauty"], "is no kind"),
        ("government", ["coal", "amount"], "There is no line of coal"),
        ("government", ["heat", "water"], "one kind and one figure"),
        ("office_main", ["beauty"], "Known: amount, cost, coal, co2"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    stage: Stage, subject: str, words: list[str], problem: str
) -> None:
    code, said = say(
        stage.house, "why", "explain", subject=subject, when="2025-05", words=words, of="",
        readings=3, deep=False, as_json=False,
    )  # fmt: skip
    assert code == 1
    assert problem in said[0]


def test_a_closed_month_stays_explained_after_an_edit_and_after_its_readings_are_gone(
    stage: Stage,
) -> None:
    house, whose = stage.house, institution(stage)
    _, before = why(stage, whose, "2025-05", deep=True)
    assert before["verdict"] == "same"

    close(house, whose)
    code, closed = why(stage, whose, "2025-05", deep=True)
    assert (code, closed["verdict"]) == (0, "same")
    assert closed["frozen"]["state"] == "closed"
    assert closed["sha256"] == closed["frozen"]["sha256"] == before["sha256"]

    _, hour = why(stage, "office_main", "2025-05-14T20")
    number = corrected(stage, "office_main", hour["readings"]["listed"][1]["time"])
    code, meter = why(stage, "office_main", "2025-05-14")
    assert (code, meter["verdict"]) == (0, "same")
    (edit,) = meter["edits"]
    assert (edit["edit"], edit["author"], edit["reason"]) == (number, "wang", "a typing error")
    odd = [one for one in meter["readings"]["listed"] if one["fate"] != "counts"]
    assert [(one["revision"], one["fate"]) for one in odd] == [(number, "withdrawn")]
    assert meter["overruled"]["count"] == 1
    (sheet,) = meter["frozen"]
    assert sheet["sha256"] == closed["sha256"]

    let_go(stage)
    code, gone = why(stage, "office_main", "2025-05")
    assert (code, gone["verdict"], gone["is_removed"]) == (0, "frozen", True)
    assert [one["sha256"] for one in gone["frozen"]] == [closed["sha256"]]
    assert gone["frozen"][0]["lines"]["electricity/2025-05-01"]["amount"] is not None
    said = spoken(stage, "office_main", "2025-05")
    assert all(one in said for one in (closed["sha256"], "2025-12-31 were removed"))
    code, frozen = why(stage, whose, "2025-05", deep=True)
    assert (code, frozen["verdict"], frozen["is_removed"]) == (0, "same", True)
    inputs = [one for line in frozen["lines"] for one in line["inputs"]]
    assert {one["readings"] for one in inputs} == {"frozen"}


def institution(stage: Stage) -> str:
    return stage.registry.institutions[0].institution


def close(house: House, whose: str) -> None:
    roles = ["filler", "statistics_head", "unit_head"]
    _, (person,) = say(house, "people", "add", called="王小明", roles=roles)
    for action in ("submit", "close"):
        code, said = say(
            house, "ledger", "step", action=action, institution=whose, period="2025-05",
            by=person, reason="", into="",
        )  # fmt: skip
        assert code == 0, said


def corrected(stage: Stage, meter: str, time: str) -> int:
    """Withdraw a reading as a person does, have it computed, and return the number of the edit."""
    house, zone = stage.house, stage.registry.sites[0].zone
    at = f"{datetime.fromisoformat(time).astimezone(zone):%Y-%m-%d %H:%M:%S}"
    code, said = say(
        house, "edit", "ask", what="withdraw", meters=[meter], at=at, by="wang",
        reason="a typing error",
    )  # fmt: skip
    assert code == 0, said
    stage.collector.teller.tell()
    assert stage.collector.wait_until_idle(60)
    stage.collector.teller.tell()
    house.round_once()
    found = re.search(r"Edit (\d+) is kept", said[-1])
    assert found, said
    return int(found[1])


def let_go(stage: Stage) -> None:
    """Let go of the readings of 2025, a year after its books were closed."""
    house, zone = stage.house, stage.registry.sites[0].zone
    with house.records.session() as session:
        values.put(session, CLOSED_UNTIL, str(midnight(date(2026, 1, 1), zone)))
    let_hours_go(
        store=house.store, records=house.records, registry=stage.registry,
        now_ms=midnight(date(2027, 2, 1), zone), raw_years=1, hourly_years=1,
    )  # fmt: skip
    let_raw_go(store=house.store, records=house.records, registry=stage.registry)
