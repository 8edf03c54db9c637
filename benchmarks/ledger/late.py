"""One late reading, from MQTT to the month it restates: broker, collector, round, table."""

import tempfile
import threading
import time
from pathlib import Path

import formats
from benchmarks.ledger.house import START_MS, House
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from energy.messages.message import Format
from energy.offers import offers
from energy.span import HOUR_MS, SECOND_MS, Span
from jieneng.publisher import RecordsPublisher
from jieneng.registry_watch import RegistryWatch
from simulators.speech.publish import Publisher
from storage.admission import EARLIEST_MS
from storage.records import late_arrivals, touched
from storage.tables import METER_MONTH
from tests.server_programs import free_port, mosquitto

METERS = 100
DAYS = 60
RUNS = 3
BEFORE = Span(EARLIEST_MS, START_MS)
PATIENCE_S = 30


def _is_told(house: House) -> bool:
    with house.records.reading() as session:
        return bool(touched.waiting(session) or late_arrivals.waiting(session))


def _restated(house: House, publisher: Publisher, number: int) -> tuple[float, float]:
    """Send what a register showed an hour before its first reading; wait for the month before."""
    began = time.perf_counter()
    second = (START_MS - HOUR_MS) // SECOND_MS
    body = f'{{"time": {second}, "values": {{"ep{number}": 0.0}}}}'.encode()
    publisher.publish("meters/panel", body, stop=threading.Event())
    while not _is_told(house):
        if time.perf_counter() - began > PATIENCE_S:
            raise SystemExit("The late reading never arrived.")
        time.sleep(0.01)
    house.round()
    meter = (("meter", (house.names[number],)),)
    (amount,) = house.store.points(METER_MONTH, where=meter, span=BEFORE)["amount"]
    assert amount > 0  # noqa: S101
    return house.ledger_done_at - began, time.perf_counter() - began


def late_loop() -> tuple[list[float], list[float]]:
    """Return the seconds of each late reading, where the round follows at once.

    Returns:
        Until the months and all other amounts stand in the tables; and until the rules have run.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as name, mosquitto(Path(name), port):
        folder = Path(name) / "house"
        folder.mkdir()
        house = House(folder, meters=METERS, days=DAYS)
        house.round()
        url = f"mqtt://127.0.0.1:{port}"
        collector = Collector(
            CollectorOptions(address_of(url), client_id="bench", state_dir=folder),
            store=house.store,
            registry=RegistryWatch(house.records),
            formats=offers(formats, "FORMAT", Format),
            publish=RecordsPublisher(house.records, collector="bench"),
        )
        collector.start()
        collector.wait_until_subscribed(PATIENCE_S)
        with Publisher(url, client_id="meters") as publisher:
            found = [_restated(house, publisher, number) for number in range(1, RUNS + 1)]
        collector.stop()
        house.close()
    return [amounts for amounts, _ in found], [whole for _, whole in found]
