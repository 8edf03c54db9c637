"""What one collector is told."""

from dataclasses import dataclass
from pathlib import Path

from collector.normalize import PAST_MS


@dataclass(frozen=True)
class CollectorOptions:
    """Addresses and limits of one collector.

    Attributes:
        broker_url: mqtt://user:password@host:port, or mqtts://.
        client_id: Stable MQTT client id.
        state_dir: Folder of spool and state; its own.
        ca_file: CA certificate of a TLS broker.
        cert_file: Our own certificate, where the broker asks for one.
        key_file: Its key.
        mqtt_client: Which client speaks MQTT, a name of CLIENTS.
        mqtt_version: 4 for MQTT 3.1.1, 5 for MQTT 5.
        spool_max_bytes: Size of the spool at which nothing is acknowledged any more.
        future_ms: A time further ahead of its arrival than this is refused.
        past_ms: So is one further back than this.
        ack_window: Smallest window of unacknowledged messages of the brokers in use.
    """

    broker_url: str
    client_id: str
    state_dir: Path
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    mqtt_client: str = "own"
    mqtt_version: int = 4
    spool_max_bytes: int = 4_000_000_000
    future_ms: int = 24 * 3_600_000
    past_ms: int = PAST_MS
    ack_window: int = 20
