"""From messages to durable records: decode, normalize, screen, spool; then it may be acknowledged.

Used by one thread for messages and by another for the inbox, so appending is locked.
"""

import threading
from collections.abc import Callable, Mapping, Sequence

from collector.normalize import PAST_MS, Normalizer, Refused
from collector.packing import Commit, Totals, pack, unpack
from collector.spool import Spool, SpoolFullError
from collector.state import Letter
from energy.errors import DecodeError
from energy.message import Format, Said
from energy.reading import Reading
from energy.registry import Registry

_NEVER = (-(2**63), 0)
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
        self._by_topic: dict[str, Format | None] = {}
        self._registry = registry
        self._limits = {"future_ms": future_ms, "past_ms": past_ms}
        self._lock = threading.RLock()
        last = spool.last()
        self._totals = unpack(last).totals if last is not None else Totals()
        self._finer_before = self._totals.finer
        self._normalizer = Normalizer(registry(), **self._limits)
        self._finer: dict[str, int] = {}
        self._newest: dict[str, tuple[int, int | float]] = {}
        self._clear()

    def _clear(self) -> None:
        self._readings: list[Reading] = []
        self._letters: list[Letter] = []
        self._received = self._dead = self._duplicate = self._retained = 0

    def renew_registry(self) -> None:
        """Take up a registry that has changed."""
        registry = self._registry()
        if registry.number != self._normalizer.number:
            renewed = Normalizer(registry, **self._limits)
            with self._lock:
                self._finer = self.finer()
                self._normalizer = renewed

    def finer(self) -> dict[str, int]:
        """Return how many values were finer than the step of their meter, by meter."""
        with self._lock:
            found = dict(self._finer)
            for meter, count in self._normalizer.finer.items():
                found[meter] = found.get(meter, 0) + count
        return found

    @property
    def waiting(self) -> int:
        """Readings and letters in hand."""
        return len(self._readings) + len(self._letters)

    @property
    def in_hand(self) -> int:
        """Readings in hand, each counted once in ``received`` when they are committed."""
        return self._received

    @property
    def totals(self) -> Totals:
        """Running totals of what is committed."""
        return self._totals

    def books(self) -> tuple[Totals, int]:
        """Return the totals and what is in hand, both of one moment."""
        with self._lock:
            return self._totals, self._received

    def take(
        self, topic: str, payload: bytes, *, retained: bool, arrived: int, cut: int = 0
    ) -> None:
        """Take one message in hand. Never fails: what cannot be read becomes a dead letter.

        Args:
            topic: Where it arrived.
            payload: Its bytes, or the first of them.
            retained: Whether the broker repeats it because we subscribed.
            arrived: When it arrived [ms].
            cut: Bytes that were left out because the message was too long.
        """
        with self._lock:
            if cut:
                self._refuse(
                    topic,
                    payload,
                    f"a message of {len(payload) + cut} bytes is too long",
                    arrived,
                    1,
                )
                return
            if retained:
                self._received += 1
                self._retained += 1
                return
            found = self._format_of(topic)
            if found is None:
                self._refuse(topic, payload, UNKNOWN_TOPIC, arrived, 1)
                return
            try:
                said = found.decode(topic, payload)
            except DecodeError as error:
                self._refuse(topic, payload, str(error), arrived, 1)
                return
            self._take_said(topic, payload, said, found, arrived)

    def _format_of(self, topic: str) -> Format | None:
        if topic not in self._by_topic:
            if len(self._by_topic) > 100_000:  # noqa: PLR2004 - a flood of topics must not fill the memory
                self._by_topic.clear()
            self._by_topic[topic] = next((f for f in self._formats if f.is_mine(topic)), None)
        return self._by_topic[topic]

    def _take_said(
        self, topic: str, payload: bytes, said: Sequence[Said], form: Format, arrived: int
    ) -> None:
        gateway, name = form.gateway_of(topic), form.name
        refused: dict[str, int] = {}
        normalize, newest = self._normalizer.reading, self._newest
        for one in said:
            try:
                reading = normalize(one, gateway=gateway, form=name, arrived=arrived)
            except Refused as why:
                refused[str(why)] = refused.get(str(why), 0) + 1
                continue
            now = (reading.time, reading.value)
            before = newest.get(reading.meter, _NEVER)
            if before == now:
                self._duplicate += 1
                continue
            if reading.time <= before[0] and not reading.arrived:
                # Not in order: between it and what stands there already, arrival must decide.
                reading = reading._replace(arrived=arrived)
            newest[reading.meter] = now
            self._readings.append(reading)
        self._received += len(said) - sum(refused.values())
        for reason, count in refused.items():
            self._refuse(topic, payload, reason, arrived, count)

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
            self._readings.extend(readings)
            if self.commit():
                return True
            self._clear()
            return False

    def commit(self) -> bool:
        """Make what is in hand durable; return False when the spool is full.

        When it returns True, every message taken before may be acknowledged.
        """
        with self._lock:
            if not self._received:
                return True
            before = self._totals
            totals = Totals(
                received=before.received + self._received,
                accepted=before.accepted + len(self._readings),
                dead=before.dead + self._dead,
                duplicate=before.duplicate + self._duplicate,
                retained=before.retained + self._retained,
                finer=self._finer_before + sum(self.finer().values()),
            )
            try:
                self._spool.append(pack(Commit(self._readings, self._letters, totals)))
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
            for reading in self._readings:
                self._newest.pop(reading.meter, None)
            self._clear()
