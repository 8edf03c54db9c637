"""``jieneng replay`` on a real collector in one process, without a broker."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from energy.reading import REGISTER, Reading
from jieneng.holder import Request
from jieneng.report import status_of
from jieneng.settings import Settings
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import audit, health, inbox, replays
from storage.records import registry as registry_records
from tests.builders import MAIN_METER, registry_of
from tests.store_promises import ALWAYS

NOON = 1_767_240_000_000
"""12:00 of 1 January 2026 in Shanghai."""
GIVEN = [Reading("hall_main", REGISTER, NOON + hour * 3_600_000, hour) for hour in range(30)]
PATIENCE_S = 30.0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    with held.records.session() as session:
        registry_records.replace(session, registry_of(MAIN_METER), author="test", reason="first")
    yield held
    held.close()


@pytest.fixture
def collected(house: House) -> House:
    """A house whose collector has shipped readings that people gave."""
    with house.records.session() as session:
        inbox.put(session, GIVEN, "li", "read by hand")
    collector = house.start_collector()
    collector.teller.tell()
    assert collector.wait_until_idle(PATIENCE_S)
    assert house.store.counts()[REGISTER] == len(GIVEN)
    return house


def done(house: House, *, language: str = "en", **given: object) -> tuple[int, list[str], str]:
    asked = {
        "start": "", "end": "", "meters": [], "everything": False, "is_dry": False,
        "why": "the store was replaced", "as_json": False,
    }  # fmt: skip
    said: list[str] = []
    wrong: list[str] = []
    request = Request("replay", "ask", asked | given, "/", language)
    code = answer_for(house)(request, said.append, wrong.append)
    return code, said, "\n".join(wrong)


def test_a_store_that_lost_its_readings_has_those_of_the_days_again(collected: House) -> None:
    collected.store.delete_before(REGISTER, 2**61)
    code, said, wrong = done(collected, start="2026-01-01", end="2026-01-01")

    assert (code, wrong) == (0, "")
    assert said == [
        "replay 1 of jieneng-collector: 1 of 1 segments, 30 readings read",
        "            30  read",
        "            12  in the store",
        "             0  refused by the store",
        "            18  of other times or meters",
    ]
    stored = collected.store.series(REGISTER, "hall_main", ALWAYS)
    assert stored.value.tolist() == list(range(12))
    with collected.records.reading() as session:
        (entry,) = [one for one in audit.recent(session, 9) if one.what == "raw log replayed"]
    assert "the store was replaced" in entry.detail
    book = status_of(collected)["replays"]
    assert book == {
        "times": 1, "going_on": 0, "readings": 30, "kept": 12, "refused": 0, "outside": 18,
        "unexplained": 0,
    }  # fmt: skip
    assert collected.collector is not None
    assert collected.collector.counters().received == len(GIVEN)


def test_a_dry_run_says_what_would_be_written(collected: House) -> None:
    collected.store.delete_before(REGISTER, 2**61)
    code, said, _ = done(collected, everything=True, is_dry=True, language="zh")

    assert code == 0
    assert said[:3] == [
        "第 1 次重放，jieneng-collector：1 段中已完成 1 段，读出 30 个读数",
        "            30  读出",
        "            30  将写入",
    ]
    assert collected.store.counts()[REGISTER] == 0


def test_a_machine_is_told_the_balance_and_a_person_of_a_meter_nobody_knows(
    collected: House,
) -> None:
    code, said, wrong = done(collected, everything=True, meters=["hall_mian"], as_json=True)

    assert (code, wrong) == (0, "hall_mian is not in the registry.")
    (row,) = json.loads("\n".join(said))
    assert row["progress"]["outside"] == row["progress"]["read"] == 30
    assert row["ended"] is not None
    assert row["meters"] == ["hall_mian"]


def test_which_times_must_be_said(house: House) -> None:
    code, _, wrong = done(house)
    assert (code, "--all" in wrong) == (1, True)
    code, _, wrong = done(house, start="2026-01-01", everything=True)
    assert (code, "--all" in wrong) == (1, True)


def test_every_collector_is_asked_and_a_request_waits_until_one_runs(house: House) -> None:
    with house.records.session() as session:
        for name in ("west", "east"):
            health.put(session, name, {}, 0)
    code, said, _ = done(house, everything=True)

    assert code == 0
    assert sum("Not done yet" in line for line in said) == 2
    with house.records.reading() as session:
        assert [one.collector for one in replays.recent(session, 5)] == ["west", "east"]
        assert replays.waiting(session, "north") is None
    listed: list[str] = []
    request = Request("replay", "list", {"as_json": False}, "/", "en")
    assert answer_for(house)(request, listed.append, listed.append) == 0
    assert listed[0] == "replay 2 of west: 0 of 0 segments, 0 readings read"


def test_nothing_to_list_is_said_and_refusals_and_damage_are_told_last(house: House) -> None:
    listed: list[str] = []
    request = Request("replay", "list", {"as_json": False}, "/", "en")
    assert answer_for(house)(request, listed.append, listed.append) == 0
    assert listed == ["Nothing was replayed yet."]
    wanted = replays.Replay("", 0, 1, (), is_dry=False, author="li", reason="a test")
    with house.records.session() as session:
        (number,) = replays.put(session, wanted, ["c"])
        figures = {"unreadable": 2, "read": 1, "refused": 1}
        replays.note(session, number, figures, trouble="field type conflict", is_done=True)
    listed.clear()
    assert answer_for(house)(request, listed.append, listed.append) == 0
    assert listed[-3:] == [
        "first refusal: field type conflict",
        "2 segments are damaged and were read up to there; the log names them.",
        "The raw log is empty: is JIENENG_RAWLOG_DAYS 0?",
    ]
    listed.clear()
    request = Request("replay", "list", {"as_json": True}, "/", "en")
    assert answer_for(house)(request, listed.append, listed.append) == 0
    assert json.loads(listed[0])[0]["trouble"] == "field type conflict"


def test_a_collector_that_is_asked_for_a_replay_loads_no_pandas() -> None:
    # It would take more memory than all the rest of the collector, for as long as it runs.
    code = (
        "import sys, jieneng.commands.replay, jieneng.replaying, jieneng.dead_letters\n"
        "print({'pandas', 'pyarrow'} & set(sys.modules))"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True)  # noqa: S603
    assert loaded == "set()\n"
