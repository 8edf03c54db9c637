"""The collector: receiver, intake, spool, shipper, and what is told to the records."""

import gc
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from collector.keeping.arrivals import newest_of, newest_stored
from collector.keeping.memory import Memory
from collector.keeping.packing import unpack
from collector.keeping.spool import Spool
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.lock import another_collector, take_lock
from collector.mqtt.clients import CLIENTS
from collector.mqtt.connection import Session
from collector.mqtt.wanted import Wanted
from collector.options import CollectorOptions
from collector.partition import Share, remember_partition
from collector.receiving.broker_word import BrokerWord
from collector.receiving.receiver import Receiver
from collector.replaying.copies import last_number
from collector.replaying.giving_way import GivingWay
from collector.replaying.rawlog import RAWLOG_FOLDER, rawlog_of
from collector.replaying.replay import Replayer
from collector.shipper import Shipper
from collector.taking.intake import Intake
from collector.tcp.gateways import Gateways
from collector.telling.books import books
from collector.telling.counters import Counters
from collector.telling.evidence import Evidence, broken
from collector.telling.figures import Gauges
from collector.telling.imports import ImportTaker
from collector.telling.letter_desk import LetterDesk
from collector.telling.publisher import Publisher
from collector.telling.room import waiting_alarm
from collector.telling.teller import Teller
from energy.errors import StoreError
from energy.messages.message import Format
from energy.registry import Registry
from energy.text import Text
from storage.columns import Series
from storage.readings import ReadingStore

LOCK_FILE = "collector.lock"
SUBSCRIPTIONS = "$subscriptions"
"""Where the filters that the session holds are remembered; no format has such a name."""
POLL_S = 0.02
GC_THRESHOLDS = (50_000, 20, 50)
"""When Python looks for circles: Python's own is (700, 10, 10). Chosen: two batches in hand."""


class Collector:
    """One collector on one state folder.

    Raises:
        StoreError: If another collector has the folder.
        FormatTooNewError: If a newer program wrote spool or state.
        ConfigError: If the port for gateways cannot be used, or the folder is another partition's.
    """

    def __init__(
        self,
        options: CollectorOptions,
        *,
        store: ReadingStore,
        registry: Callable[[], Registry],
        formats: Mapping[str, Format],
        publish: Publisher,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        options.state_dir.mkdir(parents=True, exist_ok=True)
        self._lock_file = take_lock(
            options.state_dir / LOCK_FILE, lambda owner: another_collector(options.state_dir, owner)
        )
        with ExitStack() as undo:  # what fails from here on must let go of the folder
            undo.callback(self._lock_file.close)
            self._open(options, store, registry=registry, formats=formats, clock=clock)
            undo.pop_all()
        self._name = options.client_id
        self._imports = ImportTaker(publish, self._intake, waiting=self._waiting)
        self._replayer = Replayer(
            publish, self._state, store, folder=options.state_dir, way=GivingWay(self._waiting)
        )
        others = (
            self._receiver.figures,
            self._letters.figures,
            self._broker_word.figures,
            self._own_figures,
        )
        self._gauges = Gauges(
            self._spool,
            self._state,
            self._intake,
            others=others,
            clock=clock,
            oldest_max_s=options.oldest_max_s,
        )
        self.teller = Teller(
            publish,
            self._intake,
            self._state,
            self._letters,
            counters=self.counters,
            figures=self._gauges.read,
            takes_inbox=options.partition.is_first,
        )

    def _open(
        self,
        options: CollectorOptions,
        store: ReadingStore,
        *,
        registry: Callable[[], Registry],
        formats: Mapping[str, Format],
        clock: Callable[[], int],
    ) -> None:
        """Open what is on disk and build the parts on it."""
        remember_partition(options.state_dir, options.partition)
        self._state = State(options.state_dir / STATE_FILE)
        self._spool = Spool(
            options.state_dir / SPOOL_FOLDER,
            max_bytes=options.spool_max_bytes,
            shipped=self._state.shipped().position,
            kept=last_number(options.state_dir / RAWLOG_FOLDER),
        )
        self._letters = LetterDesk(self._spool, self._state, max_bytes=options.letters_max_bytes)
        memory = Memory(self._state)
        self._intake = Intake(
            self._spool,
            formats,
            registry,
            future_ms=options.future_ms,
            past_ms=options.past_ms,
            letters=self._letters.box,
            memory=memory,
            newest=self._newest(store),
        )
        self._partition = options.partition
        self._share = Share(options.partition, formats.values())
        session = Session(options.client_id, version=options.mqtt_version)
        connect = CLIENTS[options.mqtt_client]
        self._receiver = Receiver(
            connect(options.broker, session),
            options.broker,
            intake=self._intake,
            subscriptions=Wanted(
                lambda: options.topics or self._intake.sources.filters, memory.of(SUBSCRIPTIONS)
            ),
            share=self._share,
            window=options.ack_window,
            clock=clock,
        )
        aside = session._replace(client_id=f"{options.client_id}-broker", is_kept=False)
        self._broker_word = BrokerWord(
            connect(options.broker, aside), is_let_in=self._receiver.subscribed
        )
        self._shipper = Shipper(
            self._spool, self._state, store, clock=clock, keeps_segments=options.rawlog_ms > 0
        )
        self.rawlog = rawlog_of(
            options, self._spool, lambda: self._state.shipped().position, clock=clock
        )
        self.gateways = (
            Gateways(options.gateways, intake=self._intake, clock=clock)
            if options.gateways
            else None
        )

    def _newest(self, store: ReadingStore) -> dict[Series, int]:
        if not self._state.newest() and (stored := newest_stored(store)):
            self._state.begin(stored)
        shipped = self._state.shipped().position
        waiting = (unpack(record).readings for record in self._spool.read(shipped))
        return newest_of(self._state.newest(), waiting)

    def start(self) -> None:
        """Start receiving and shipping.

        Readings are very many small objects without circles among them. Python would look through
        all of them for circles again and again (a quarter of the CPU of catching up, `make
        bench-ingest`), so in a process that collects it looks more seldom.
        """
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        self._shipper.start()
        if self.rawlog:
            self.rawlog.start()
        self._receiver.start()
        if self.gateways:
            self.gateways.start()
        if self._partition.is_first:  # what is one for all of us is taken, and told, once
            self._imports.start()
            self._broker_word.start()
        self._replayer.start()
        self.teller.start()

    def stop(self) -> None:
        """Stop; everything acknowledged is durable, and goes on at the next start."""
        self._broker_word.stop()
        self._receiver.stop()
        if self.gateways:
            self.gateways.stop()
        self._imports.stop()
        self._replayer.stop()
        self._shipper.stop()
        if self.rawlog:
            self.rawlog.stop()
        try:
            self.teller.stop()
        finally:
            self._spool.close()
            self._state.close()
            self._lock_file.close()

    @property
    def failure(self) -> BaseException | None:
        """The error that broke a part, if one did."""
        all_parts = (
            self._receiver,
            self.gateways,
            self._shipper,
            self.rawlog,
            self._imports,
            self._replayer,
            self.teller,
        )
        return next((part.failure for part in all_parts if part and part.failure), None)

    def counters(self) -> Counters:
        """Return the books."""
        return books(self._state, self._intake)

    def _waiting(self) -> int:
        return self.counters().spooled

    def _own_figures(self) -> dict[str, int]:
        found = self._intake.heard.figures()
        if self._partition.of > 1:
            found["elsewhere"] = self._share.elsewhere
        if self.rawlog:
            found |= self.rawlog.figures()
        return found

    @property
    def is_subscribed(self) -> bool:
        """Whether the broker has taken our subscriptions on the connection of now."""
        return self._receiver.subscribed.is_set()

    def finer(self) -> dict[str, int]:
        """Return how many values were finer than the step of their meter, by meter."""
        return self._intake.finer()

    def is_idle(self) -> bool:
        """Tell whether everything received is acknowledged and in the store."""
        return (
            self._intake.in_hand == 0
            and self._receiver.unacknowledged == 0
            and self._shipper.is_done
        )

    def wait_until_subscribed(self, seconds: float) -> None:
        """Wait until the broker has taken our subscriptions.

        Raises:
            StoreError: If it has not within so many seconds.
        """
        if not self._receiver.subscribed.wait(seconds):
            raise StoreError(
                Text(
                    f"消息代理在 {seconds:.0f} 秒内没有接受订阅。",
                    f"The broker did not take our subscriptions within {seconds:.0f} s.",
                )
            )

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until everything received is in the store; tell whether it came to that."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.is_idle():
                return True
            time.sleep(POLL_S)
        return False

    def publish_now(self) -> None:
        """Tell the records everything they do not know yet; see Publisher for what it raises."""
        self.teller.publish_now()

    def evidence(self) -> Evidence:
        """Look at the collector: its figures, and why it does not receive or ship just now."""
        figures = {**self.counters().as_dict(), **self._gauges.read()}
        alarm = waiting_alarm(self._name, figures)
        parts = (self._receiver.trouble(), self._shipper.trouble, alarm)
        return Evidence(
            self._name, figures, [*broken(self.failure), *(part for part in parts if part)]
        )
