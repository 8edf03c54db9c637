"""The bridge from MQTT to InfluxDB that most people write first: the control of bench-ingest.

Automatic acknowledgement, json, a Point a record, the client's batching writer. It is not durable:
what it has in memory when it is killed was acknowledged and is lost.
"""

import json
import threading
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from influxdb_client import Point, WritePrecision  # type: ignore[attr-defined]
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import WriteOptions
from paho.mqtt.enums import CallbackAPIVersion

BATCH = 5000


class TextbookBridge:
    """Runs from the start of the block to its end.

    Args:
        url: The broker.
        sink: Address of an InfluxDB.
        client_id: Name of its persistent session.
        topics: Topic filter.
    """

    def __init__(self, url: str, sink: str, client_id: str, topics: str) -> None:
        self.received = 0
        self.subscribed = threading.Event()
        self._influx = InfluxDBClient(url=sink, token="-", org="-")  # noqa: S106 - asks for none
        self._writer: Any = self._influx.write_api(
            write_options=WriteOptions(batch_size=BATCH, flush_interval=1000)
        )
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=False
        )
        self._client.on_connect = lambda client, *_: client.subscribe(topics, 1)
        self._client.on_subscribe = lambda *_: self.subscribed.set()
        self._client.on_message = self._on_message
        address = urlsplit(url)
        self._client.connect(address.hostname or "", address.port or 0)

    def __enter__(self) -> Self:
        self._client.loop_start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        self._writer.close()
        self._influx.close()  # type: ignore[no-untyped-call]

    def flush(self) -> None:
        """Wait until everything received was sent."""
        self._writer.close()

    def _on_message(self, client: object, userdata: object, message: Any) -> None:  # noqa: ANN401
        del client, userdata
        found = json.loads(message.payload)
        for entry in found if isinstance(found, list) else [found]:
            point = Point("reading").tag("device", message.topic.rpartition("/")[2])  # type: ignore[no-untyped-call]
            for channel, value in entry["values"].items():
                point = point.field(channel, float(value))
            self._writer.write("raw", record=point.time(entry["time"], WritePrecision.S))
            self.received += len(entry["values"])
