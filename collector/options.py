"""What one collector is told."""

from dataclasses import dataclass
from pathlib import Path

from collector.mqtt.address import Address
from collector.partition import ALONE, Partition
from collector.refused.letters import MAX_BYTES
from collector.screening.normalize import FUTURE_MS, PAST_MS
from collector.tcp.gateway_session import GatewayOptions


@dataclass(frozen=True)
class CollectorOptions:
    """Addresses and limits of one collector.

    Attributes:
        broker: Where the broker is, and as whom we speak to it.
        client_id: Stable MQTT client id.
        state_dir: Folder of spool and state; its own.
        mqtt_client: Which client speaks MQTT, a name of CLIENTS.
        mqtt_version: 4 for MQTT 3.1.1, 5 for MQTT 5.
        spool_max_bytes: Size of the spool at which nothing is acknowledged any more.
        oldest_max_s: How long a reading may wait for the store before it is an alarm [s].
        letters_max_bytes: Room for dead letters; see collector/refused/letters.py.
        rawlog_ms: How long shipped segments are kept compressed; 0 deletes them.
        rawlog_max_bytes: Size of the kept segments beyond which the oldest go.
        future_ms: A time further ahead of its arrival than this is refused.
        past_ms: So is one further back than this.
        ack_window: Smallest window of unacknowledged messages of the brokers in use.
        partition: Which of several collectors it is.
        topics: Topic filters to subscribe to instead of all that the formats and registry name.
        gateways: Where gateways connect over TCP; None where none do.
    """

    broker: Address
    client_id: str
    state_dir: Path
    mqtt_client: str = "own"
    mqtt_version: int = 4
    spool_max_bytes: int = 4_000_000_000
    oldest_max_s: int = 24 * 3600
    letters_max_bytes: int = MAX_BYTES
    rawlog_ms: int = 0
    rawlog_max_bytes: int = 4_000_000_000
    future_ms: int = FUTURE_MS
    past_ms: int = PAST_MS
    ack_window: int = 20
    partition: Partition = ALONE
    topics: tuple[str, ...] = ()
    gateways: GatewayOptions | None = None
