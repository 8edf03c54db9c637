"""Several collectors: every message belongs to exactly one, and each keeps to its own."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import formats
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.mqtt.connection import Message
from collector.options import CollectorOptions
from collector.partition import TOPICS, Partition, Share, partition_from
from collector.telling.counters import Counters
from energy.errors import ConfigError
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import REGISTER, Reading
from storage.readings import ReadingStore
from tests.builders import MAIN_METER, registry_of
from tests.fakes import FailingStore, Notebook

FORMATS = offers(formats, "FORMAT", Format)
NOBODY = "mqtt://127.0.0.1:1"


def _message(topic: str) -> Message:
    return (topic, b"{}", 1, False, 0)


def _shares(count: int) -> list[Share]:
    return [Share(Partition(k, count), FORMATS.values()) for k in range(1, count + 1)]


@given(topic=st.text(min_size=1), count=st.integers(2, 9))
def test_every_topic_belongs_to_exactly_one_partition(topic: str, count: int) -> None:
    taken = [list(share.of([_message(topic)])) for share in _shares(count)]

    assert sorted(taken) == [[]] * (count - 1) + [[_message(topic)]]
    assert [share.has(topic) for share in _shares(count)] == [bool(one) for one in taken]


def test_the_partition_of_a_topic_is_the_same_in_every_release() -> None:
    # CRC-32 of "123456789" is cbf43926, the check value of its definition, whose last byte is 26.
    assert Share(Partition(0x26 + 1, 256), ()).has("123456789")


def test_topics_are_dealt_evenly() -> None:
    topics = [_message(f"meters/panel-{number}") for number in range(10_000)]
    counts = [len(share.of(topics)) for share in _shares(4)]

    assert sum(counts) == 10_000
    assert min(counts) > 2_200


@given(node=st.text("abc-", min_size=1), device=st.text("abc-", min_size=1))
def test_a_sparkplug_node_stays_whole_because_its_births_name_the_aliases(
    node: str, device: str
) -> None:
    topics = [f"spBv1.0/hall/{kind}/{node}" for kind in ("NBIRTH", "NDATA", "NDEATH")]
    topics += [f"spBv1.0/hall/{kind}/{node}/{device}" for kind in ("DBIRTH", "DDATA")]

    for share in _shares(7):
        assert len({share.has(topic) for topic in topics}) == 1


def test_what_belongs_elsewhere_is_counted_apart() -> None:
    topics = [_message(f"meters/{number}") for number in range(100)]
    one, two = _shares(2)

    assert (len(one.of(topics)), len(two.of(topics))) == (two.elsewhere, one.elsewhere)


def test_by_topic_filters_all_that_arrives_is_ours() -> None:
    topics = [_message(f"meters/{number}") for number in range(100)]
    share = Share(Partition(2, 2, TOPICS), ())

    assert share.of(topics) == topics
    assert share.elsewhere == 0


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "1/", "/4", "a/b", "1/4/2", "-1/4", "１/4"])
def test_what_is_no_partition_is_refused_in_words(text: str) -> None:
    with pytest.raises(ConfigError, match="such as 1/4"):
        partition_from(text)


class Told(Notebook):
    """A notebook that counts how often it was told the books."""

    told = 0

    def health(self, counters: Counters, figures: Mapping[str, int]) -> None:
        super().health(counters, figures)
        self.told += 1


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _collector(folder: Path, partition: Partition, notebook: Notebook) -> Collector:
    return Collector(
        CollectorOptions(address_of(NOBODY), "collector", folder, partition=partition),
        store=cast("ReadingStore", FailingStore()),
        registry=lambda: registry_of(MAIN_METER),
        formats=FORMATS,
        publish=notebook,
    )


@pytest.mark.parametrize("other", [Partition(2, 4), Partition(1, 2), Partition(1, 4, TOPICS)])
def test_a_state_folder_remembers_its_partition_and_refuses_another(
    tmp_path: Path, other: Partition
) -> None:
    _collector(tmp_path, Partition(1, 4), Notebook()).stop()
    _collector(tmp_path, Partition(1, 4), Notebook()).stop()

    with pytest.raises(ConfigError, match="is of partition 1/4 hash, not"):
        _collector(tmp_path, other, Notebook())


def test_the_folder_of_a_collector_that_was_alone_is_no_partition_s(tmp_path: Path) -> None:
    _collector(tmp_path, Partition(), Notebook()).stop()

    with pytest.raises(ConfigError, match="is of partition 1/1, not 1/4 hash"):
        _collector(tmp_path, Partition(1, 4), Notebook())


def test_given_readings_and_imports_are_taken_by_the_first_partition_alone(tmp_path: Path) -> None:
    told = Told()
    told.waiting = {1: Reading("hall_main", REGISTER, 1_767_225_600_000, 25)}
    told.chunks = {1: [Reading("hall_main", REGISTER, 1_767_225_700_000, 50)]}
    second = _collector(tmp_path / "2", Partition(2, 2), told)
    second.start()
    _wait(lambda: told.told >= 2)  # it looks into the inbox behind each time
    second.stop()
    assert (list(told.waiting), list(told.chunks)) == ([1], [1])
    assert told.figures["elsewhere"] == 0

    first = _collector(tmp_path / "1", Partition(1, 2), told)
    first.start()
    _wait(lambda: not told.waiting and not told.chunks)
    first.stop()
    assert first._intake.totals.received == 2
