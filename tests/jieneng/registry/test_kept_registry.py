"""A collector starts while the records are down, with the registry as they last gave it."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from energy.errors import UnreachableError
from energy.reading import REGISTER
from energy.registry import Registry
from jieneng.kept_registry import FILE, KeptRegistry
from jieneng.registry_watch import RegistryWatch
from jieneng.settings import Settings
from jieneng.wiring import open_house
from storage.records import health
from storage.records import registry as registry_records
from storage.records.book import Records
from tests.builders import MAIN_METER, registry_of, replacement
from tests.example_district import short_history
from tests.store_promises import ALWAYS

T0 = 1_767_225_600
DOWN = UnreachableError("nobody answers at fake:1")


def _wait(until: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    "registry",
    [
        Registry(),
        registry_of(MAIN_METER, events=[replacement("hall_main", 5, closing=7)]),
        short_history().district.registry,
    ],
    ids=["empty", "one meter", "example district"],
)
def test_a_kept_registry_is_word_for_word_the_one_of_the_records(
    tmp_path: Path, registry: Registry
) -> None:
    assert registry.channel is not None  # what is worked out on the way is not kept
    KeptRegistry(tmp_path).keep(registry)

    assert KeptRegistry(tmp_path).instead_of_records(DOWN) == registry


@pytest.mark.parametrize("body", [b"", b"{", b'{"format":1}', b'{"format":2,"new":1}', b"\xff"])
def test_a_damaged_or_foreign_file_is_no_registry(tmp_path: Path, body: bytes) -> None:
    (tmp_path / FILE).write_bytes(body)

    with pytest.raises(UnreachableError, match=r"no usable registry in .*registry.json"):
        KeptRegistry(tmp_path).instead_of_records(DOWN)


def test_how_old_a_kept_registry_is_stands_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    KeptRegistry(tmp_path).keep(registry_of(MAIN_METER))
    with caplog.at_level(logging.WARNING):
        KeptRegistry(tmp_path).instead_of_records(DOWN)

    assert "registry.kept number=0 loaded=20" in caplog.text
    assert "hours_ago=0.0 error=nobody answers" in caplog.text


def test_a_folder_that_cannot_be_written_does_not_stop_the_registry(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    KeptRegistry(tmp_path / "file" / "folder").keep(registry_of(MAIN_METER))


def test_records_that_come_back_are_asked_again(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    url = f"sqlite:{folder / 'records.sqlite'}"
    with Records.open(url).session() as session:
        registry_records.replace(session, registry_of(MAIN_METER), author="test", reason="first")
    kept = KeptRegistry(tmp_path)
    known = RegistryWatch(Records.open(url), kept)()
    _take_away(folder)
    records = Records.open(url, now=False)
    watch = RegistryWatch(records, kept)

    assert watch() == known
    with pytest.raises(UnreachableError):
        watch()
    _bring_back(folder)
    with records.session() as session:
        registry_records.replace(session, registry_of(), author="test", reason="second")
    assert watch().meters == ()
    records.close()


def test_a_collector_receives_while_the_records_are_down_and_tells_them_later(
    tmp_path: Path,
) -> None:
    disk = tmp_path / "disk"
    settings = Settings(
        state_dir=tmp_path / "state",
        store_url="memory:",
        records_url=f"sqlite:{disk / 'records.sqlite'}",
        broker_url="mqtt://127.0.0.1:1",
    )
    house = open_house(settings)
    with house.records.session() as session:
        registry_records.replace(session, registry_of(MAIN_METER), author="test", reason="first")
    house.start_collector()
    house.close()
    _take_away(disk)

    house = open_house(settings, records_now=False)
    collector = house.start_collector()
    body = f'{{"time":{T0},"values":{{"ep":1.25}}}}'.encode()
    assert collector._intake.take_durably([("meters/panel", body)], arrived=T0 * 1000)
    assert collector.wait_until_idle(20)
    assert house.store.series(REGISTER, "hall_main", ALWAYS).value.tolist() == [125]

    _bring_back(disk)
    _wait(lambda: _told(house.records) == 1)
    assert house.failure is None
    house.close()


def test_the_first_start_needs_the_records(tmp_path: Path) -> None:
    (tmp_path / "disk").touch()
    settings = Settings(
        state_dir=tmp_path / "state",
        store_url="memory:",
        records_url=f"sqlite:{tmp_path / 'disk' / 'records.sqlite'}",
    )
    house = open_house(settings, records_now=False)

    with pytest.raises(UnreachableError, match="the first start needs the records"):
        house.start_collector()
    house.close()
    with pytest.raises(UnreachableError):
        open_house(settings)


def _told(records: Records) -> int:
    """Return how many readings the collector says it has received."""
    with records.reading() as session:
        return sum(entry.counters["received"] for entry in health.all(session))


def _take_away(folder: Path) -> None:
    """Put a file where the folder of the records was, as when a disk is gone."""
    folder.rename(folder.with_suffix(".away"))
    folder.touch()


def _bring_back(folder: Path) -> None:
    folder.unlink()
    folder.with_suffix(".away").rename(folder)
