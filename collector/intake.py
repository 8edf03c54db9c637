"""From messages to durable records: decode, normalize, screen, spool; then it may be acknowledged.

Used by one thread for messages and by another for the inbox, so appending is locked.
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from collector.mqtt.connection import Message
from collector.normalize import PAST_MS, Normalizer
from collector.packing import Commit, Totals, pack, unpack
from collector.pending import NO_CHANNELS, Pending, Source
from collector.screen import Screen
from collector.spool import Spool, SpoolFullError
from collector.state import Letter
from energy.errors import DecodeError
from energy.message import Format
from energy.reading import Reading
from energy.registry import Registry
from storage.columns import Columns, columns_of, joined

MOST_TOPICS = 100_000
UNKNOWN_TOPIC = "no format reads this topic"


class Intake:
    """Takes messages in hand and commits them to the spool.

    Args:
        spool: Where commits go.
        formats: Payload formats by name.
        registry: Gives the registry in force.
        future_ms: A time further ahead of its arrival than this is refused.
        past_ms: So is one further back than this.
    """

    def __init__(
        self,
        spool: Spool,
        formats: Mapping[str, Format],
        registry: Callable[[], Registry],
        *,
        future_ms: int,
        past_ms: int = PAST_MS,
    ) -> None:
        self._spool = spool
        self._formats = tuple(formats.values())
        self._sources: dict[str, Source | None] = {}
        self._registry = registry
        self._limits = {"future_ms": future_ms, "past_ms": past_ms}
        self._lock = threading.RLock()
        last = spool.last()
        self._totals = unpack(last).totals if last is not None else Totals()
        self._finer_before = self._totals.finer
        self._normalizer = Normalizer(registry(), **self._limits)
        self._screen = Screen(self._normalizer)
        self._finer: dict[str, int] = {}
        self._clear()

    def _clear(self) -> None:
        self._pending = Pending()
        self._screened: list[Columns] = []
        self._letters: list[Letter] = []
        self._received = self._dead = self._duplicate = self._retained = 0

    def renew_registry(self) -> None:
        """Take up a registry that has changed."""
        registry = self._registry()
        if registry.number != self._normalizer.number:
            renewed = Normalizer(registry, **self._limits)
            with self._lock:
                self._screen_pending()
                self._finer = self.finer()
                self._normalizer = renewed
                self._screen = Screen(renewed, self._screen)
                self._sources.clear()

    def finer(self) -> dict[str, int]:
        """Return how many values were finer than the step of their meter, by meter."""
        with self._lock:
            found = dict(self._finer)
            for meter, count in self._normalizer.finer.items():
                found[meter] = found.get(meter, 0) + count
        return found

    @property
    def waiting(self) -> int:
        """Values and letters in hand."""
        return self.in_hand

    @property
    def in_hand(self) -> int:
        """Readings in hand, each counted once in ``received`` when they are committed."""
        return self._received + len(self._pending)

    @property
    def totals(self) -> Totals:
        """Running totals of what is committed."""
        return self._totals

    def books(self) -> tuple[Totals, int]:
        """Return the totals and what is in hand, both of one moment."""
        with self._lock:
            return self._totals, self.in_hand

    def take(
        self, topic: str, payload: bytes, *, retained: bool, arrived: int, cut: int = 0
    ) -> None:
        """Take one message in hand; see ``take_all``.

        Args:
            topic: Where it arrived.
            payload: Its bytes, or the first of them.
            retained: Whether the broker repeats it because we subscribed.
            arrived: When it arrived [ms].
            cut: Bytes that were left out because the message was too long.
        """
        self.take_all([(topic, payload, 0, retained, cut)], arrived=arrived)

    def take_all(self, messages: Sequence[Message], *, arrived: int) -> None:
        """Take messages in hand. Never fails: what cannot be read becomes a dead letter.

        Args:
            messages: As a Connection gives them.
            arrived: When they arrived [ms].
        """
        with self._lock:
            sources, add = self._sources, self._pending.add
            for topic, payload, _, retained, cut in messages:
                source = sources.get(topic) or self._source(topic)
                if source and source.plain and not retained and not cut:
                    try:
                        found = source.plain(payload)
                    except (ValueError, RecursionError):
                        pass  # something odd in it: decode reads it, or says why not
                    else:
                        if add(found, source, topic, payload, arrived):
                            continue
                self._take_slowly(source, topic, payload, arrived, retained=retained, cut=cut)

    def _take_slowly(
        self,
        source: Source | None,
        topic: str,
        payload: bytes,
        arrived: int,
        *,
        retained: bool,
        cut: int,
    ) -> None:
        """Take a message that is not wholly made of plain numbers."""
        if cut:
            reason = f"a message of {len(payload) + cut} bytes is too long"
            self._refuse(topic, payload, reason, arrived, 1)
        elif retained:
            self._received += 1
            self._retained += 1
        elif source is None:
            self._refuse(topic, payload, UNKNOWN_TOPIC, arrived, 1)
        else:
            try:
                said = source.form.decode(topic, payload)
            except DecodeError as error:
                self._refuse(topic, payload, str(error), arrived, 1)
            else:
                self._pending.add_said(said, source, topic, payload, arrived)

    def _source(self, topic: str) -> Source | None:
        """Work out what is known of a topic, and remember it; None where no format reads it."""
        if topic in self._sources:
            return self._sources[topic]
        if len(self._sources) > MOST_TOPICS:
            self._sources.clear()  # a flood of topics must not fill the memory
        form = next((form for form in self._formats if form.is_mine(topic)), None)
        if form is None:
            return self._sources.setdefault(topic, None)
        gateway = form.gateway_of(topic)
        devices = self._screen.devices(gateway=gateway, form=form.name)
        channels = None
        if form.device_of is not None:
            channels = devices.get(form.device_of(topic), NO_CHANNELS)
        source = Source(form, gateway, form.plain, channels, devices)
        return self._sources.setdefault(topic, source)

    def _screen_pending(self) -> None:
        """Find out what becomes of the values in hand."""
        if not len(self._pending):
            return
        pending, self._pending = self._pending, Pending()
        found = self._screen.screened(pending)
        if len(found.readings):
            self._screened.append(found.readings)
        self._duplicate += found.duplicate
        self._received += len(found.readings) + found.duplicate
        for (place, reason), count in Counter(found.refused).items():
            _, topic, payload = pending.messages[place]
            self._refuse(topic, payload, reason, pending.arrived[place], count)

    def _refuse(self, topic: str, payload: bytes, reason: str, arrived: int, count: int) -> None:
        self._received += count
        self._dead += count
        self._letters.append(Letter(topic, payload, reason, arrived, count))

    def keep(self, readings: Sequence[Reading]) -> bool:
        """Make readings durable that people gave; False when the spool is full, and none is."""
        with self._lock:
            if not self.commit():
                return False
            self._received += len(readings)
            self._screened.append(columns_of(readings))
            if self.commit():
                return True
            self._clear()
            return False

    def commit(self) -> bool:
        """Make what is in hand durable; return False when the spool is full.

        When it returns True, every message taken before may be acknowledged.
        """
        with self._lock:
            self._screen_pending()
            if not self._received:
                return True
            before = self._totals
            readings = joined(self._screened)
            totals = Totals(
                received=before.received + self._received,
                accepted=before.accepted + len(readings),
                dead=before.dead + self._dead,
                duplicate=before.duplicate + self._duplicate,
                retained=before.retained + self._retained,
                finer=self._finer_before + sum(self.finer().values()),
            )
            try:
                self._spool.append(pack(Commit(readings, self._letters, totals)))
            except SpoolFullError:
                return False
            self._totals = totals
            self._clear()
            return True

    def take_durably(self, messages: Sequence[tuple[str, bytes]], *, arrived: int) -> bool:
        """Take messages and make them durable; False when the spool is full, and none is.

        For a sender beside the broker, who is acknowledged by what this returns: what others
        have in hand, and what they let go of, cannot come between.

        Args:
            messages: Topic and payload of each.
            arrived: When they arrived [ms].
        """
        with self._lock:
            if not self.commit():
                return False
            for topic, payload in messages:
                self.take(topic, payload, retained=False, arrived=arrived)
            if self.commit():
                return True
            self.forget()
            return False

    def forget(self) -> None:
        """Let go of what is in hand without a trace, because the broker will send it again."""
        with self._lock:
            for columns in self._screened:
                self._screen.forget(columns)
            self._clear()
