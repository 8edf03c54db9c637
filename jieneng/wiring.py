"""Opens what the settings name and ties the parts of a running house together."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

import formats
from energy.errors import StoreError
from energy.messages.message import Format
from energy.offers import offers
from energy.registry import Registry
from jieneng.clock import now_ms
from jieneng.kept_registry import KeptRegistry
from jieneng.loop import Loop
from jieneng.registry_watch import RegistryWatch
from jieneng.settings import Settings
from jieneng.state import prepare_state
from storage.opening import open_store
from storage.readings import ReadingStore
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.in_force import InForce

if TYPE_CHECKING:
    from analytics.rounds import RoundReport
    from api.clerk import Clerk
    from collector.collector import Collector
    from collector.telling.evidence import EvidenceServer
    from jieneng.holder import Answer, Holder
    from jieneng.server import Server

log = logging.getLogger(__name__)

DAY_S = 24 * 3600
YEAR_MS = 366 * DAY_S * 1000


@dataclass
class House:
    """Store and records, and the parts that run on them in this process.

    Attributes:
        settings: What it was opened with.
        store: Store of readings.
        records: Everything else at rest.
        clock: Tells the present [ms since 1970 UTC]; another than the world's for a simulated time.
        collector: The collector, once it runs here.
        server: The HTTP server, once it runs here.
        evidence: Answers Prometheus for the collector, where that is wanted.
        report: What the last analytics round of this process did.
        lock: Held for the state folder, where this process answers others.
    """

    settings: Settings
    store: ReadingStore
    records: Records
    clock: Callable[[], int] = now_ms
    collector: "Collector | None" = None
    server: "Server | None" = None
    evidence: "EvidenceServer | None" = None
    report: "RoundReport | None" = None
    lock: IO[str] | None = None
    _loops: list[Loop] = field(default_factory=list)
    _holder: "Holder | None" = None
    _round_lock: threading.Lock = field(default_factory=threading.Lock)
    _in_force: InForce = field(default_factory=InForce)

    def hold(self, answer: "Answer") -> None:
        """Answer other commands in the name of the state folder.

        Stores on servers let many processes in: there one of them answers, and the others go on.
        """
        from jieneng.holder import Holder

        if self.lock is not None:
            self._holder = Holder(self.settings.state_dir, answer, self.lock)

    def start_collector(self, *, broker_url: str = "") -> "Collector":
        """Start receiving; ``broker_url`` wins over the settings (the demo's own broker)."""
        from collector.collector import Collector
        from collector.options import CollectorOptions
        from collector.telling.evidence import EvidenceServer
        from jieneng.gateway.profile import address_of, gateways_of
        from jieneng.mqtt.address import MQTT_VERSIONS, broker_of
        from jieneng.partitions import (
            collector_folder,
            collector_name,
            partition_of,
            tell_left_behind,
            topics_of,
        )
        from jieneng.publisher import RecordsPublisher

        name, partition = collector_name(self.settings), partition_of(self.settings)
        tell_left_behind(self.settings)
        options = CollectorOptions(
            broker=broker_of(self.settings, url=broker_url),
            client_id=name,
            state_dir=collector_folder(self.settings),
            mqtt_client=self.settings.mqtt_client,
            mqtt_version=MQTT_VERSIONS[self.settings.mqtt_version],
            # Letters travel in the spool: their room is on top, and never that of readings.
            spool_max_bytes=(self.settings.spool_max_mb + self.settings.dead_letters_max_mb)
            * 1_000_000,
            oldest_max_s=self.settings.waiting_hours * 3600,
            letters_max_bytes=self.settings.dead_letters_max_mb * 1_000_000,
            rawlog_ms=self.settings.rawlog_days * 24 * 3_600_000,
            rawlog_max_bytes=self.settings.rawlog_max_mb * 1_000_000,
            future_ms=self.settings.future_minutes * 60_000,
            past_ms=self.settings.retention_raw_years * YEAR_MS,
            ack_window=self.settings.ack_window,
            partition=partition,
            topics=topics_of(self.settings),
            # All partitions may have the same settings: one of them listens.
            gateways=gateways_of(self.settings) if partition.is_first else None,
        )
        self.collector = Collector(
            options,
            store=self.store,
            registry=RegistryWatch(self.records, KeptRegistry(options.state_dir)),
            formats=offers(formats, "FORMAT", Format),
            publish=RecordsPublisher(self.records, collector=name, clock=self.clock),
            clock=self.clock,
        )
        if self.settings.collector_listen:
            host, port = address_of(
                self.settings.collector_listen, setting="JIENENG_COLLECTOR_LISTEN"
            )
            # First: a session of one that cannot run would have the broker keep readings for it.
            self.evidence = EvidenceServer(host, port, self.collector.evidence)
        self.collector.start()
        self._start_loop("raw_retention", self._let_raw_go, seconds=DAY_S)
        return self.collector

    def round_once(self, progress: Callable[[str], None] | None = None) -> "RoundReport":
        """Run one analytics round; two never run at the same time."""
        from analytics.rounds import round_once

        with self._round_lock:
            self.report = round_once(
                store=self.store,
                records=self.records,
                now_ms=self.clock(),
                progress=progress,
                link=self.settings.console_url,
                in_force=self._in_force,
            )
        return self.report

    def _registry(self) -> Registry:
        with self.records.reading() as session:
            return registry_records.load(session)

    def _let_raw_go(self) -> None:
        from analytics.retention import let_raw_go

        let_raw_go(store=self.store, records=self.records, registry=self._registry())

    def _let_hours_go(self) -> None:
        from analytics.closing.closed_until import keep_closed_until
        from analytics.retention import let_hours_go

        keep_closed_until(self.store, self.records)
        let_hours_go(
            store=self.store,
            records=self.records,
            registry=self._registry(),
            now_ms=self.clock(),
            raw_years=self.settings.retention_raw_years,
            hourly_years=self.settings.retention_hourly_years,
        )

    def _start_loop(self, name: str, work: Callable[[], None], *, seconds: float) -> None:
        loop = Loop(name, work, seconds=seconds)
        self._loops.append(loop)
        loop.start()

    def start_rounds(self) -> None:
        """Run a round now and again every ``round_seconds``; then tell what is due.

        Once a day what is older than its retention goes.
        """
        from jieneng.telling import tell_due

        def work() -> None:
            self.round_once()
            tell_due(self.settings, self.records)

        self._start_loop("rounds", work, seconds=self.settings.round_seconds)
        self._start_loop("retention", self._let_hours_go, seconds=DAY_S)

    def start_server(self, status: Callable[[], dict[str, Any]], clerk: "Clerk") -> "Server":
        """Serve console and JSON.

        Args:
            status: Says the state of the house.
            clerk: Keeps what people enter by hand.

        Raises:
            ConfigError: If the port cannot be used.
        """
        from api.app import create_app
        from jieneng.server import Server, listen

        line = listen(self.settings.http_host, self.settings.http_port)
        app = create_app(
            store=self.store,
            records=self.records,
            status=status,
            alert_token=self.settings.alert_token.get_secret_value(),
            language=self.settings.language,
            now=self.clock,
            clerk=clerk,
        )
        self.server = Server(app, line)
        return self.server

    @property
    def failure(self) -> BaseException | None:
        """The error that broke a part of the house, if one did."""
        if self.collector is not None and self.collector.failure is not None:
            return self.collector.failure
        return next((loop.failure for loop in self._loops if loop.failure is not None), None)

    def close(self) -> None:
        """Stop every part, each leaving its work durable, and close the stores."""
        if self.server is not None:
            self.server.stop()
        if self.evidence is not None:
            self.evidence.stop()
        if self.collector is not None:
            self.collector.stop()
        for loop in self._loops:
            loop.stop()
        if self._holder is not None:
            self._holder.close()
        self.store.close()
        self.records.close()


def open_house(
    settings: Settings,
    *,
    hold: bool = False,
    records_now: bool = True,
    clock: Callable[[], int] = now_ms,
) -> House:
    """Open store and records.

    Args:
        settings: What to open.
        hold: Take the state folder first: for processes that stay.
        records_now: Whether the records must answer now; a collector goes on without them.
        clock: Tells the present [ms since 1970 UTC].

    Raises:
        StoreError: If one does not answer, was written by a newer program, or another process
            holds the folder and the store is embedded.
    """
    prepare_state(settings.state_dir)
    lock = _lock(settings) if hold else None
    store = open_store(settings.store, token=settings.influxdb_token.get_secret_value())
    records = Records.open(settings.records, now=records_now)
    return House(settings=settings, store=store, records=records, lock=lock, clock=clock)


def _lock(settings: Settings) -> IO[str] | None:
    from jieneng.holder import take_folder

    try:
        return take_folder(settings.state_dir)
    except StoreError:
        if settings.is_embedded:
            raise
        log.info("holder.other state_dir=%s", settings.state_dir)
        return None
