"""Which of several collectors a message belongs to, and the state folder that remembers it.

Every collector is sent what its subscriptions say and decides from the topic alone, so that none
has to ask another, and none is needed for another to go on. Nothing that may change under way has
a say in it, such as the registry: two collectors that see a change at different moments would
otherwise both take a message, or neither would.
"""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from collector.keeping.state import STATE_FILE
from collector.mqtt.connection import Message
from collector.mqtt.remembering import remember
from energy.errors import ConfigError
from energy.messages.message import Format
from energy.text import Text

PARTITION_FILE = "partition"
HASH, TOPICS = "hash", "topics"
_WRITTEN = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


class Partition(NamedTuple):
    """One of several collectors.

    Attributes:
        number: Which one, from 1.
        of: How many there are.
        by: HASH where the hash of the topic says whose a message is; TOPICS where the topic filters
            that each subscribes to say it, and all that arrives is its own.
    """

    number: int = 1
    of: int = 1
    by: str = HASH

    @property
    def is_first(self) -> bool:
        """Whether it also takes what comes beside the broker: inbox, imports, gateways."""
        return self.number == 1

    @property
    def name(self) -> str:
        """Name in client ids and folders; "" where there is only one."""
        return f"{self.number}-of-{self.of}" if self.of > 1 else ""

    @property
    def written(self) -> str:
        """How people write it."""
        return f"{self.number}/{self.of}"

    def has(self, key: str) -> bool:
        """Tell whether topics of this key are its own; exactly one partition says yes."""
        # CRC-32 is the same on every machine and in every release; Python's hash is not.
        return self.by == TOPICS or crc32(key.encode()) % self.of == self.number - 1


ALONE = Partition()
"""The one collector of most houses."""


def partition_from(text: str, *, by: str = HASH) -> Partition:
    """Read ``1/4``; an empty text is a collector alone.

    Raises:
        ConfigError: If it is not written so, or there is no such partition.
    """
    if not text:
        return ALONE
    found = _WRITTEN.fullmatch(text)
    if found is None or int(found[1]) > int(found[2]):
        raise ConfigError(
            Text(
                f"分区 {text!r} 不可用；请写第几个/共几个，例如共 4 个中的第 1 个：1/4。",
                f"Partition {text!r} is not possible; write which one of how many, "
                "such as 1/4 for the first of four.",
            )
        )
    return Partition(int(found[1]), int(found[2]), by)


class Share:
    """Picks the messages of one partition.

    Args:
        partition: Which.
        formats: Payload formats; some say which topics must stay together.

    Attributes:
        elsewhere: Messages that belong to other partitions, since the program started; a note on
            the side, no part of the balance.
    """

    def __init__(self, partition: Partition, formats: Iterable[Format]) -> None:
        self._partition = partition
        self._wholes = [form.whole_of for form in formats if form.whole_of is not None]
        self._known: dict[str, bool] = {}
        self.elsewhere = 0

    def of(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Return those of these messages that are ours."""
        if self._partition.of == 1 or self._partition.by == TOPICS:
            return messages
        known, find = self._known, self.has
        mine = [one for one in messages if (known[one[0]] if one[0] in known else find(one[0]))]
        self.elsewhere += len(messages) - len(mine)
        return mine

    def has(self, topic: str) -> bool:
        """Tell whether a topic is ours, and remember it."""
        wholes = (whole_of(topic) for whole_of in self._wholes)
        key = next((whole for whole in wholes if whole), topic)
        return remember(self._known, topic, self._partition.has(key))


def remember_partition(folder: Path, partition: Partition) -> None:
    """See that a state folder is of this partition; a new folder remembers it from now on.

    Raises:
        ConfigError: If it is of another: its session with the broker holds messages that the
            partition asked for would leave to one that has never been sent them.
    """
    path = folder / PARTITION_FILE
    wanted = f"{partition.written} {partition.by}" if partition.of > 1 else ALONE.written
    if path.exists():
        found = path.read_text(encoding="utf-8").strip()
    else:
        is_old = (folder / STATE_FILE).exists()
        found = ALONE.written if is_old else wanted
    if found != wanted:
        raise ConfigError(
            Text(
                f"状态文件夹 {folder} 属于分区 {found}，而不是 {wanted}。"
                "更改分区数请看 docs/howto/several-collectors.md。",
                f"State folder {folder} is of partition {found}, not {wanted}. "
                "How to change the number of partitions: docs/howto/several-collectors.md.",
            )
        )
    if partition.of > 1 and not path.exists():
        new = path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            file.write(f"{wanted}\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
