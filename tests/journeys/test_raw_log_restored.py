"""A folder is backed up while it collects, and lost; what was restored fills an empty store."""

import shutil
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from collector.replaying.copies import copies
from collector.replaying.rawlog import RAWLOG_FOLDER
from energy.reading import REGISTER, Reading
from jieneng.holder import Request
from jieneng.keeping import NAMES, bring_back
from jieneng.settings import Settings
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import inbox
from storage.records import registry as registry_records
from tests.builders import MAIN_METER, registry_of
from tests.store_promises import ALWAYS

HOUR = 3_600_000
NOON = 1_767_240_000_000
FAR_DAY = 40_000
PATIENCE_S = 30.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(state_dir=tmp_path / "state", broker_url="mqtt://127.0.0.1:1")


def _give(house: House, hours: range) -> None:
    given = [Reading("hall_main", REGISTER, NOON + hour * HOUR, hour) for hour in hours]
    with house.records.session() as session:
        inbox.put(session, given, "li", "read by hand")
    assert house.collector is not None
    house.collector.teller.tell()
    assert house.collector.wait_until_idle(PATIENCE_S)


def _wait(until: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _done(house: House, command: str, work: str, **given: object) -> list[str]:
    said: list[str] = []
    request = Request(command, work, given, "/", "en")
    assert answer_for(house)(request, said.append, said.append) == 0, said
    return said


def test_what_a_backup_holds_of_the_raw_log_fills_an_empty_store_after_the_folder_was_lost(
    settings: Settings, tmp_path: Path
) -> None:
    rawlog, saved = settings.state_dir / RAWLOG_FOLDER, tmp_path / "saved"
    with closing(open_house(settings)) as house:
        with house.records.session() as session:
            registry_records.replace(session, registry_of(MAIN_METER), author="li", reason="first")
        collector = house.start_collector()
        _give(house, range(20))
        collector._spool.begin_day(FAR_DAY)
        _give(house, range(20, 30))
        _wait(lambda: copies(rawlog))
        before = house.store.series(REGISTER, "hall_main", ALWAYS).value.tolist()
        books, kept = collector.counters(), set(copies(rawlog))
        _done(house, "backup", "backup", folder=str(saved))

    shutil.rmtree(settings.state_dir)
    list(bring_back(settings, saved))
    assert set(copies(rawlog)) >= kept
    for path in settings.state_dir.glob(f"{NAMES['readings']}*"):
        path.unlink()

    with closing(open_house(settings)) as house:
        again = house.start_collector()
        assert house.store.counts()[REGISTER] == 0
        said = _done(
            house, "replay", "ask", start="", end="", meters=[], everything=True, is_dry=False,
            why="it was lost", as_json=False,
        )  # fmt: skip
        found = house.store.series(REGISTER, "hall_main", ALWAYS).value.tolist()
        books_again = again.counters()

    assert said[1:3] == ["            30  read", "            30  in the store"]
    assert found == before == list(range(30))
    assert books_again == books
