"""A reader of Sparkplug messages with its memory, and the messages of one node and its device."""

from decimal import Decimal

import pytest

from energy.errors import DecodeError
from energy.messages.message import Format, Said
from formats import sparkplug
from formats._sparkplug import wire
from formats._sparkplug.payload import DATATYPES, Bits, Metric, Payload

T0 = 1_767_225_600_000
DEVICE = "spBv1.0/school/{}/boiler/heat"
NODE = "spBv1.0/school/{}/boiler"
NAME = "school.boiler.heat"
INT64 = DATATYPES.index("Int64")


def metric(
    name: str = "",
    value: Decimal | Bits | None = None,
    *,
    alias: int | None = None,
    datatype: int = 0,
    time: int | None = T0,
    historical: bool = False,
    unit: str = "",
) -> Metric:
    return Metric(name, alias, time, datatype, historical, value, unit)


class Host:
    """A reader with a memory, and the messages that it hears."""

    def __init__(self, kept: dict[str, bytes] | None = None) -> None:
        self.kept = {} if kept is None else kept
        assert sparkplug.FORMAT.with_memory
        self.format: Format = sparkplug.FORMAT.with_memory(self.kept)

    def hears(
        self, topic: str, seq: int | None, *metrics: Metric, sent: int | None = None
    ) -> list[Said]:
        time = T0 + (seq or 0) * 1000 if sent is None else sent
        return self.format.decode(topic, wire.write(Payload(time, seq, metrics)))

    def refuses(
        self, topic: str, seq: int | None, *metrics: Metric, sent: int | None = None
    ) -> str:
        with pytest.raises(DecodeError) as refused:
            self.hears(topic, seq, *metrics, sent=sent)
        return str(refused.value)

    def is_born(self, bd_seq: int = 1, sent: int = T0) -> None:
        """Hear node and device born: the alias 7 is the register ``total``."""
        self.hears(
            NODE.format("NBIRTH"), 0, metric("bdSeq", Decimal(bd_seq), datatype=INT64), sent=sent
        )
        self.hears(DEVICE.format("DBIRTH"), 1, TOTAL, sent=sent + 1000)

    @property
    def lost(self) -> dict[str, int]:
        assert self.format.counts
        return dict(self.format.counts())


TOTAL = metric("total", Decimal(100), alias=7, datatype=INT64, unit="kWh")
ALIAS = metric("", Bits(101, 64), alias=7)
DATA = DEVICE.format("DDATA")
NO_BIRTH = "an alias without the birth that names it"
LATER_BIRTH = "an alias from before the birth that names it"
OLD_BIRTH = "an alias whose birth came before lost messages or a new session"
