"""Several collectors: what each is called, where it works, and what they amount to together."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from collector.keeping.state import STATE_FILE
from collector.partition import HASH, TOPICS, Partition, partition_from
from collector.telling.counters import Counters
from energy.errors import ConfigError
from energy.messages.topic_filter import is_filter
from energy.text import Text
from jieneng.settings import Settings

log = logging.getLogger(__name__)

FOLDER = "partition-"
SHARED = "$share/"


def partition_of(settings: Settings) -> Partition:
    """Return which of several collectors this one is.

    Raises:
        ConfigError: If there is no such partition, or the store lets only one process in.
    """
    partition = partition_from(settings.partition, by=TOPICS if topics_of(settings) else HASH)
    if partition.of > 1 and settings.is_embedded:
        raise ConfigError(
            Text(
                f"分区 {partition.written} 需要 InfluxDB：{settings.store.partition(':')[0]} "
                "只允许一个进程。请设置 JIENENG_STORE_URL，或去掉 JIENENG_PARTITION。",
                f"Partition {partition.written} needs InfluxDB: "
                f"{settings.store.partition(':')[0]} lets only one process in. "
                "Set JIENENG_STORE_URL, or leave JIENENG_PARTITION out.",
            )
        )
    return partition


def topics_of(settings: Settings) -> tuple[str, ...]:
    """Return the topic filters to subscribe to instead of all; none where all are wanted.

    Raises:
        ConfigError: If one is no topic filter, or a shared subscription.
    """
    found = tuple(one.strip() for one in settings.topics.split(",") if one.strip())
    for one in found:
        if one.startswith(SHARED):
            raise ConfigError(
                Text(
                    f"JIENENG_TOPICS：{one} 是共享订阅，会丢失报文；"
                    "为什么以及该怎么做：docs/howto/several-collectors.md。",
                    f"JIENENG_TOPICS: {one} is a shared subscription, which loses messages; "
                    "why, and what to do: docs/howto/several-collectors.md.",
                )
            )
        if not is_filter(one):
            raise ConfigError(
                Text(
                    f"JIENENG_TOPICS：{one!r} 不是 MQTT 主题过滤器；多个之间用逗号分开。",
                    f"JIENENG_TOPICS: {one!r} is no MQTT topic filter; several are separated "
                    "by commas.",
                )
            )
    return found


def collector_name(settings: Settings) -> str:
    """Return the name of this collector: its MQTT client id, and its key in the records."""
    name = partition_of(settings).name
    return f"{settings.client_id}-{name}" if name else settings.client_id


def collector_folder(settings: Settings) -> Path:
    """Return the folder of this collector's spool and state."""
    return _folder(settings.state_dir, partition_of(settings))


def _folder(state_dir: Path, partition: Partition) -> Path:
    return state_dir / f"{FOLDER}{partition.name}" if partition.name else state_dir


def tell_left_behind(settings: Settings) -> None:
    """Log the folders of collectors that were dealt otherwise: nobody empties them any more."""
    partition, state_dir = partition_of(settings), settings.state_dir
    ours = {_folder(state_dir, Partition(k, partition.of)) for k in range(1, partition.of + 1)}
    there = {path.parent for path in state_dir.glob(f"{FOLDER}*/{STATE_FILE}")}
    there |= {path.parent for path in [state_dir / STATE_FILE] if path.exists()}
    for folder in sorted(there - ours):
        log.warning(
            "partition.left_behind folder=%s; what waits in it is shipped only by the collector it "
            "belongs to, see docs/howto/several-collectors.md",
            folder,
        )


def together(counters: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Return the books of several collectors as one; notes that cannot be added are left out."""
    names = Counters().as_dict()
    return {name: sum(one.get(name, 0) for one in counters) for name in names}


def balance_of(counters: Mapping[str, int]) -> int:
    """Return the readings that books cannot explain."""
    return Counters(**{name: counters.get(name, 0) for name in Counters().as_dict()}).balance
