"""Who may speak MQTT for the collector."""

from collections.abc import Callable, Mapping

from collector.mqtt.address import Address
from collector.mqtt.connection import Connection, Session
from collector.mqtt.own import OwnConnection


def _paho(address: Address, session: Session) -> Connection:
    from collector.mqtt.paho_client import PahoConnection  # loaded only where it is chosen

    return PahoConnection(address, session)


CLIENTS: Mapping[str, Callable[[Address, Session], Connection]] = {
    "own": OwnConnection,
    "paho": _paho,
}
"""By name; the first is the default."""
