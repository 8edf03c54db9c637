"""Several collectors on one set of settings: names, folders, and what is refused."""

import logging
from pathlib import Path

import pytest

from collector.keeping.state import STATE_FILE
from collector.partition import TOPICS, Partition
from energy.errors import ConfigError
from jieneng.partitions import (
    balance_of,
    collector_folder,
    collector_name,
    partition_of,
    tell_left_behind,
    together,
    topics_of,
)
from jieneng.settings import Settings

INFLUX = "influxdb+http://127.0.0.1:8086?org=o&raw=r&derived=d"


def _settings(folder: Path, **given: str) -> Settings:
    return Settings(state_dir=folder, **{"store_url": INFLUX, **given})  # type: ignore[arg-type]


def test_each_partition_has_a_client_id_and_a_folder_of_its_own(tmp_path: Path) -> None:
    third = _settings(tmp_path, partition="3/4", client_id="north")

    assert collector_name(third) == "north-3-of-4"
    assert collector_folder(third) == tmp_path / "partition-3-of-4"


def test_a_collector_alone_keeps_its_name_and_the_state_folder(tmp_path: Path) -> None:
    alone = _settings(tmp_path, client_id="north")

    assert (collector_name(alone), collector_folder(alone)) == ("north", tmp_path)


@pytest.mark.parametrize("store", ["", "memory:"])
def test_partitions_are_refused_where_the_store_lets_one_process_in(
    tmp_path: Path, store: str
) -> None:
    with pytest.raises(ConfigError, match="needs InfluxDB"):
        partition_of(_settings(tmp_path, partition="1/4", store_url=store))


def test_topic_filters_take_the_place_of_the_hash(tmp_path: Path) -> None:
    settings = _settings(tmp_path, partition="2/2", topics="north/#, meters/+ ,")

    assert topics_of(settings) == ("north/#", "meters/+")
    assert partition_of(settings) == Partition(2, 2, TOPICS)


def test_topic_filters_alone_make_no_partition(tmp_path: Path) -> None:
    settings = _settings(tmp_path, topics="north/#", store_url="")

    assert partition_of(settings).of == 1


@pytest.mark.parametrize(
    ("topics", "said"),
    [("a/#/b", "is no MQTT topic filter"), ("$share/group/meters/+", "loses messages")],
)
def test_a_filter_that_cannot_be_used_is_refused_in_words(
    tmp_path: Path, topics: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        topics_of(_settings(tmp_path, topics=topics))


def test_folders_that_were_dealt_otherwise_are_named_at_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("partition-1-of-2", "partition-2-of-2", "partition-1-of-4"):
        (tmp_path / name).mkdir()
        (tmp_path / name / STATE_FILE).touch()
    with caplog.at_level(logging.WARNING):
        tell_left_behind(_settings(tmp_path, partition="3/4"))

    named = [line.partition("folder=")[2].partition(";")[0] for line in caplog.messages]
    assert named == [str(tmp_path / f"partition-{k}-of-2") for k in (1, 2)]


def test_the_books_of_several_collectors_add_up_to_one_that_balances() -> None:
    one = {"received": 10, "shipped": 7, "dead": 2, "spooled": 1, "oldest_s": 3}
    other = {"received": 5, "shipped": 5, "elsewhere": 10}
    whole = together([one, other])

    assert (whole["received"], whole["shipped"], whole["dead"]) == (15, 12, 2)
    assert balance_of(whole) == 0
    assert balance_of({**whole, "shipped": 11}) == 1
