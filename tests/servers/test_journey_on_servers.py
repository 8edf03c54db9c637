"""MQTT to collector to store to ledger: InfluxDB and PostgreSQL give the embedded totals."""

import threading
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import formats
from analytics.rounds import round_once
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from energy.messages.message import Format
from energy.offers import offers
from energy.span import Span
from jieneng.publisher import RecordsPublisher
from jieneng.registry_watch import RegistryWatch
from simulators.run import Prepared, sent_since
from simulators.speech.messages import messages
from simulators.speech.publish import Publisher
from storage.opening import open_store
from storage.readings import ReadingStore
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.reference.files import read_reference
from storage.tables import DERIVED, METER_DAY, METER_HOUR, PERIOD, PLACE_DAY, PLACE_YEAR
from tests.example_district import short_history
from tests.server_programs import TOKEN, new_buckets

EVER = Span(0, 2**42)
HOURS = 10 * 24
REFERENCE = Path(__file__).parents[2] / "reference"
TABLES = (METER_HOUR, METER_DAY, PLACE_DAY, PLACE_YEAR, PERIOD)


def furnished(url: str, history: Prepared) -> Records:
    """Return records that hold the example district with its events, and the reference data."""
    records = Records.open(url)
    registry = replace(history.district.registry, events=tuple(history.happenings.events))
    with records.session() as session:
        reference_records.replace(
            session, read_reference(REFERENCE), author="test", reason="journey"
        )
        registry_records.replace(session, registry, author="test", reason="journey")
    return records


def walked(
    folder: Path, port: int, store: ReadingStore, records: Records, history: Prepared
) -> dict[str, pd.DataFrame]:
    """Publish ten days through a broker and a collector, run a round, and return its tables."""
    collector = Collector(
        CollectorOptions(
            address_of(f"mqtt://127.0.0.1:{port}"), client_id=folder.name, state_dir=folder
        ),
        store=store,
        registry=RegistryWatch(records),
        formats=offers(formats, "FORMAT", Format),
        publish=RecordsPublisher(records, collector=folder.name),
    )
    collector.start()
    collector.wait_until_subscribed(30)
    sent = sent_since(history, {})
    count, stop = 0, threading.Event()
    with Publisher(f"mqtt://127.0.0.1:{port}", client_id=f"{folder.name}-meters") as publisher:
        for message in messages(sent, Span(history.plan.origin, history.plan.now)):
            publisher.publish(message.topic, message.payload, stop=stop)
            count += message.readings + message.bad
        publisher.drain(stop=stop)
    while collector.counters().received < count or not collector.is_idle():
        assert collector.wait_until_idle(120), collector.counters()
    assert collector.counters().balance == 0
    collector.stop()
    round_once(store=store, records=records, now_ms=history.plan.now)
    return {table.name: store.points(DERIVED[table.name], where=(), span=EVER) for table in TABLES}


@pytest.fixture(scope="module")
def history() -> Prepared:
    return short_history(hours=HOURS)


@pytest.fixture(params=["influx_1", "influx_2"])
def start(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Return the name of a server and what the address of its store starts with."""
    return request.param, request.getfixturevalue(request.param)


@pytest.fixture
def embedded(
    start: tuple[str, str],  # noqa: ARG001 - without a server there is nothing to compare with
    tmp_path: Path,
    mosquitto_port: int,
    history: Prepared,
) -> dict[str, pd.DataFrame]:
    folder = tmp_path / "embedded"
    folder.mkdir()
    store = open_store(f"duckdb:{folder}/readings.duckdb")
    records = furnished(f"sqlite:{folder}/records.sqlite", history)
    found = walked(folder, mosquitto_port, store, records, history)
    store.close()
    records.close()
    return found


def test_the_ledger_on_servers_equals_the_embedded_one_to_the_unit(
    start: tuple[str, str],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    embedded: dict[str, pd.DataFrame],
    history: Prepared,
) -> None:
    server, address = start
    port: int = request.getfixturevalue("mosquitto_port")
    folder = tmp_path / server
    folder.mkdir()
    store = open_store(new_buckets(address, f"journey_{server}"), TOKEN)
    on_postgres = server == "influx_2"
    records = furnished(
        request.getfixturevalue("postgres_schema")
        if on_postgres
        else f"sqlite:{folder}/records.sqlite",
        history,
    )
    found = walked(folder, port, store, records, history)
    assert len(found["meter_hour"]) > 6000
    for name, points in embedded.items():
        pd.testing.assert_frame_equal(found[name], points, obj=name)
    store.close()
    records.close()
