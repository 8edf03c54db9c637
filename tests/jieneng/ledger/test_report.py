"""The state of the house, as a person and a machine are told it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from collector.telling.counters import Counters
from energy.finding import Stream
from energy.reading import REGISTER, TABLES, Reading
from energy.text import Text
from jieneng.clock import now_ms
from jieneng.holder import Request
from jieneng.report import status_lines, status_of
from jieneng.settings import Settings
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.columns import columns_of
from storage.records import health, outbox
from storage.records import registry as registry_records
from tests.builders import MAIN_METER, registry_of

DOUBTED = (
    "m-2 in doubt since the start: 1 out of time; check its device's clock, "
    "or enter the replacement"
)
DOUBTFUL = {"above_rate m-1": 1200, "out_of_time m-2": 1}
STATUS: dict[str, Any] = {
    "registry": {"number": 3, "meters": 66},
    "counters": {"c-1": Counters().as_dict() | {"oldest_s": 7, **DOUBTFUL}},
    "counted_at": {"c-1": 1_767_225_600_000},
    "dead_letters": {"time in the far future": 1, "unknown device": 1200},
    "readings": dict.fromkeys(TABLES, 5),
    "silent": {"m-1": 0, "m-2": 1_767_225_600_000},
    "findings_open": dict.fromkeys(map(str, Stream), 2),
    "touched": 1,
    "late_arrivals": 2,
    "inbox": 1200,
    "finer": {"m-1": 4},
    "alerts_refused": {"count": 3, "reason": "h-1 answered 404."},
    "imports": {"times": 2, "readings": 1300, "refused": 0, "new": 1300, "unexplained": 0,
                "waiting": 40},
    "replays": {"times": 1, "going_on": 1, "readings": 30, "kept": 12, "outside": 18,
                "unexplained": 0},
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(Settings(state_dir=tmp_path, store_url="memory:"))
    with held.records.session() as session:
        registry_records.replace(session, registry_of(MAIN_METER), author="test", reason="first")
    yield held
    held.close()


def test_a_status_in_chinese_holds_no_english_but_names_and_commands() -> None:
    lines = [line.zh for line in status_lines(STATUS)]

    text = re.sub(r"\b[cmh]-\d|jieneng check|T(?=\d\d:)", "", "\n".join(lines))
    assert not re.findall("[A-Za-z]+", text)


def test_a_status_in_english_holds_no_chinese() -> None:
    assert not re.findall("[\u3000-\u9fff\uff00-\uffef]", "\n".join(map(str, status_lines(STATUS))))


def test_a_status_ends_with_the_problems_the_most_frequent_first() -> None:
    lines = [line.en for line in status_lines(STATUS)]

    assert lines[-8:] == [
        "refused 1,200: unknown device",
        "refused 1: time in the far future",
        "m-1 in doubt since the start: 1,200 above max_rate; check max_rate, ratio and meter",
        DOUBTED,
        "m-1 is silent; last reading never",
        "m-2 is silent; last reading 2026-01-01T00:00+00:00",
        "alerts refused 3: h-1 answered 404.",
        "some values are finer than the step in the registry: jieneng check",
    ]


def test_imports_and_replays_are_told_with_balances_of_their_own() -> None:
    (imported,) = [line for line in status_lines(STATUS) if line.en.startswith("imports")]
    (replayed,) = [line for line in status_lines(STATUS) if line.en.startswith("replays")]

    assert imported == Text(
        "导入        2 个文件：读数 1,300，新增 1,300，账目差额 0，采集程序尚未收下 40",
        "imports     2 files: readings 1,300, new 1,300, unexplained 0, "
        "not with the collector yet 40",
    )
    assert replayed.en == (
        "replays     1 request: read 30, in the store 12, of other times or meters 18, "
        "unexplained 0, 1 not done yet"
    )


def test_a_house_without_imports_and_replays_tells_nothing_of_them(house: House) -> None:
    status = status_of(house)

    assert status["imports"]["times"] == status["replays"]["times"] == 0
    assert not [line for line in status_lines(status) if re.match("imports|replays", line.en)]


def test_a_silent_meter_is_told_with_the_readings_that_it_misses() -> None:
    heard = {"m-1": {"last": None, "missed": None}, "m-2": {"last": 5, "missed": 1440}}

    lines = status_lines(STATUS | {"meters": heard})

    said = {line.en for line in lines if "silent" in line.en}
    assert said == {
        "m-1 is silent; last reading never",
        "m-2 is silent; last reading 2026-01-01T00:00+00:00, 1,440 missed since",
    }
    assert [line.zh for line in lines if line.zh.endswith("，此后缺 1,440 条")]


def test_of_every_meter_the_last_time_and_the_gap_by_its_interval_are_known(house: House) -> None:
    hour = 3_600_000
    assert status_of(house)["meters"] == {"hall_main": {"last": None, "missed": None}}
    last = now_ms() - 5 * hour - hour // 2
    house.store.write(columns_of([Reading("hall_main", REGISTER, last, 100)]))

    assert status_of(house)["meters"] == {"hall_main": {"last": last, "missed": 5}}


def test_a_status_says_when_dead_letters_take_most_of_their_room() -> None:
    room = {"letter_bytes": 150_000_000, "letter_max_bytes": 200_000_000}

    lines = [line.en for line in status_lines(STATUS | {"counters": {"c-1": room}})]

    assert [line for line in lines if line.startswith("Dead letters of c-1 take 75 % of their 200")]


def test_counters_that_are_not_live_are_told_with_their_age() -> None:
    (line,) = [line for line in status_lines(STATUS) if "c-1" in line.en]

    assert line.en.startswith("collector c-1 (as of 2026-01-01T00:00+00:00): received 0, ")
    assert line.zh.startswith("采集 c-1（截至 2026-01-01T00:00+00:00）：已接收 0，")


def test_live_counters_are_told_without_an_age() -> None:
    lines = status_lines(STATUS | {"counted_at": {}})

    assert [line.en for line in lines if line.en.startswith("collector c-1: received 0, ")]


def test_what_waits_is_told_and_nothing_where_nothing_waits() -> None:
    waiting = {
        "inbox       1,200 given readings waiting for the collector",
        "touched     1 meter waiting for a round",
    }

    assert waiting <= {line.en for line in status_lines(STATUS)}
    quiet = status_lines(STATUS | {"touched": 0, "inbox": 0, "late_arrivals": 0})
    assert not [line.en for line in quiet if "waiting" in line.en]


def test_a_store_that_is_down_hides_nothing_that_is_known_without_it(tmp_path: Path) -> None:
    down = "influxdb1+http://127.0.0.1:9?raw=readings&derived=boards"
    held = open_house(Settings(state_dir=tmp_path, store_url=down))
    with held.records.session() as session:
        registry_records.replace(session, registry_of(MAIN_METER), author="test", reason="first")
        health.put(session, "c-1", {"spooled": 1234, "oldest_s": 60}, 1_767_225_600_000)
    said: list[str] = []
    wrong: list[str] = []

    code = answer_for(held)(
        Request("status", "status", {"as_json": False}, "/", "en"), said.append, wrong.append
    )
    held.close()

    assert code == 1
    assert said == [
        "meters      1 (registry number 1)",
        "collector c-1 (as of 2026-01-01T00:00+00:00): spooled 1,234, oldest [s] 60",
        "findings    0",
        "touched     1 meter waiting for a round",
    ]
    (sentence,) = wrong
    assert "127.0.0.1:9" in sentence


def test_alerts_that_were_refused_are_counted_and_those_that_wait_are_not(house: House) -> None:
    with house.records.session() as session:
        for key in ("first", "second", "third"):
            outbox.put(session, "webhook", "title", "body", key)
        waiting = {entry.key: entry.number for entry in outbox.due(session, 0, 10)}
        outbox.failed(session, waiting["first"], "old", permanent=True, next_try=0)
        outbox.failed(session, waiting["second"], "new", permanent=True, next_try=0)
        outbox.failed(session, waiting["third"], "busy", permanent=False, next_try=9)

    assert status_of(house)["alerts_refused"] == {"count": 2, "reason": "new"}


def test_refused_alerts_are_counted_however_many_came_since_and_forgotten_after_a_month(
    house: House,
) -> None:
    with house.records.session() as session:
        for key in map(str, range(250)):
            outbox.put(session, "webhook", "title", "body", key)
        for entry in outbox.due(session, 0, 120):
            outbox.failed(session, entry.number, "wrong address", permanent=True, next_try=0)
    assert status_of(house)["alerts_refused"] == {"count": 120, "reason": "wrong address"}

    with house.records.session() as session:
        long_ago = now_ms() - 30 * 86_400_000
        session.execute(update(outbox.OutboxRow).values(created=long_ago))
    assert status_of(house)["alerts_refused"] == {"count": 0, "reason": ""}


def test_a_house_answers_in_the_language_of_who_asks(house: House) -> None:
    told = {language: answered(house, language, as_json=False) for language in ("zh", "en")}

    assert told["zh"][-1] == "hall_main 没有数据，最后读数：从未"
    assert told["en"][-1] == "hall_main is silent; last reading never"


def test_a_status_for_machines_is_the_same_in_every_language(house: House) -> None:
    (chinese,), (english,) = (answered(house, one, as_json=True) for one in ("zh", "en"))

    assert chinese == english
    assert json.loads(english)["silent"] == {"hall_main": None}


def test_an_error_is_told_in_the_language_of_who_asks(house: House) -> None:
    said: list[str] = []
    asked = Request("export", "nothing", {}, "/", "zh")

    assert answer_for(house)(asked, print, said.append) == 1
    assert said == ["命令 'export' 里没有 'nothing'；两个进程是同一版本吗？"]


def answered(house: House, language: str, *, as_json: bool) -> list[str]:
    said: list[str] = []
    asked = Request("status", "status", {"as_json": as_json}, "/", language)
    assert answer_for(house)(asked, said.append, print) == 0
    return said
