"""A listener for gateways on a real intake and spool, which a test can watch and break."""

from collections.abc import Callable
from pathlib import Path

import formats
from collector.keeping.packing import Commit, unpack
from collector.keeping.segment import Position
from collector.keeping.spool import Spool, SpoolFullError
from collector.refused.letter import Letter
from collector.taking.intake import Intake
from collector.tcp.gateway_session import GatewayOptions
from collector.tcp.gateways import Gateways
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import Reading
from simulators.gateway import SimulatedGateway
from tests.gateway_ends import NOW, gateway, meter_of, registry

FORMATS = offers(formats, "FORMAT", Format)


class WatchedSpool(Spool):
    """A real spool; before each append it runs what the test wants to know or to happen."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, max_bytes=10**9)
        self.before_append: Callable[[], None] = lambda: None

    def append(self, payload: bytes) -> Position:
        self.before_append()
        return super().append(payload)

    def commits(self) -> list[Commit]:
        return [unpack(record) for record in self.read(Position(0, 0))]

    def readings(self) -> list[Reading]:
        return [one for commit in self.commits() for one in commit.readings.readings()]

    def letters(self) -> list[Letter]:
        return [one for commit in self.commits() for one in commit.letters]

    def stored(self, number: str) -> dict[int, int | float]:
        """Return what the spool holds of a gateway's meter, as a store would: by time."""
        return {one.time: one.value for one in self.readings() if one.meter == meter_of(number)}


class House:
    """A listener on an intake on a spool."""

    def __init__(self, folder: Path, wanted: GatewayOptions) -> None:
        self.spool = WatchedSpool(folder)
        self.intake = Intake(self.spool, FORMATS, registry, future_ms=0)
        self.gateways = Gateways(wanted, intake=self.intake, clock=lambda: NOW)
        self.gateways.start()

    @property
    def port(self) -> int:
        return self.gateways.port

    def close(self) -> None:
        self.gateways.stop()
        self.spool.close()


Builder = Callable[..., House]


def is_full() -> None:
    """Do as a spool without room."""
    raise SpoolFullError("no room")


def disk_breaks() -> None:
    """Do as a disk that is broken."""
    raise OSError("the disk is broken")


def acks(end: SimulatedGateway) -> int:
    """Return how many acknowledgements a gateway has heard."""
    return sum("ack" in message.fields for message in end.heard)


def logged_in(house: House, number: str = "01") -> SimulatedGateway:
    """Return a gateway that the listener has let in."""
    end = gateway(house.port, number)
    assert end.connect()
    return end
