"""From messages to durable records: decode, normalize, screen, spool; then it may be acknowledged.

Used by one thread for messages and by another for the inbox, so appending is locked.
"""

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence

from collector.letter import CUT, Letter
from collector.letters import (
    STORE,
    LetterBox,
    after_retry,
    cut_readings,
    is_refused_as_before,
    reading_of_store,
)
from collector.normalize import PAST_MS, Normalizer, Refused
from collector.packing import Commit, Totals, pack, unpack
from collector.spool import Spool, SpoolFullError
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
        letters: Decides how much of a dead letter is kept.
    """

    def __init__(
        self,
        spool: Spool,
        formats: Mapping[str, Format],
        registry: Callable[[], Registry],
        *,
        future_ms: int,
        past_ms: int = PAST_MS,
        letters: LetterBox | None = None,
    ) -> None:
        self._spool = spool
        self._box = letters or LetterBox()
        self._is_retrying = False
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
        self._settled: list[tuple[int, int]] = []
        self._received = self._dead = self._duplicate = self._retained = self._dropped = 0

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
                length = len(payload) + cut
                reason = f"a message of {length} bytes is too long"
                letter = Letter(topic, payload, reason, arrived, 1, kept=CUT, length=length)
                self._refuse(letter)
                return
            if retained:
                self._received += 1
                self._retained += 1
                return
            found = self._format_of(topic)
            if found is None:
                self._refuse(Letter(topic, payload, UNKNOWN_TOPIC, arrived, 1))
                return
            try:
                said = found.decode(topic, payload)
            except DecodeError as error:
                letter = Letter(topic, payload, str(error), arrived, 1)
                self._refuse(letter._replace(form=found.name, version=found.version))
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
            letter = Letter(topic, payload, reason, arrived, count)
            self._refuse(letter._replace(form=name, version=form.version))

    def _refuse(self, letter: Letter) -> None:
        self._received += letter.readings
        if self._is_retrying:  # its bytes are kept already
            self._letters.append(letter)
        elif not self._box.take(letter, self._letters):
            self._duplicate += letter.readings
            return
        self._dead += letter.readings

    def settle(
        self, *, retry: Sequence[Sequence[Letter]], drop: Sequence[Letter]
    ) -> list[bool] | None:
        """Read messages again or give them up, durably, in a commit of its own.

        A message keeps its own time and the time when it arrived.

        Args:
            retry: For each message its dead letters, every byte there.
            drop: Dead letters to give up.

        Returns:
            For each message to retry whether anything of it became a reading; None when the spool
            is full, and nothing has changed.
        """
        with self._lock:
            if not self.commit():
                return None
            newest, self._newest = self._newest, dict(self._newest)
            outcomes = [self._retry(message) for message in retry]
            for letter in drop:
                self._settled.append((letter.number, letter.readings))
                self._dead -= letter.readings
                self._dropped += letter.readings
            # What is old must not pass for the newest that a meter said.
            self._newest = newest
            new = [letter for letter in self._letters if not letter.number]
            gone = {number for number, _ in self._settled}
            if not self.commit():
                self._clear()
                return None
            self._box.settle(new, [*itertools.chain(*retry), *drop], gone)
            return outcomes

    def _retry(self, message: Sequence[Letter]) -> bool:
        first, hand = message[0], self._letters
        books = (self._received, self._dead, self._duplicate, len(self._readings))
        self._letters, self._is_retrying = [], True
        if first.topic == STORE:
            self._readings.append(reading_of_store(first))
            self._received += 1
        else:
            self.take(first.topic, first.payload, retained=False, arrived=first.received)
        self._is_retrying = False
        refused, self._letters = self._letters, hand
        if is_refused_as_before(message, refused):  # what was taken at first is not counted again
            self._received, self._dead, self._duplicate, length = books
            del self._readings[length:]
            return False
        has_taken = len(self._readings) + self._duplicate > books[2] + books[3]
        written, settled = after_retry(message, refused, has_taken=has_taken)
        self._letters += written
        self._settled += settled
        count = sum(letter.readings for letter in message)
        self._received -= count
        self._dead -= count
        return has_taken

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
            if not (self._received or self._letters or self._settled):
                return True
            before = self._totals
            totals = Totals(
                received=before.received + self._received,
                accepted=before.accepted + len(self._readings),
                dead=before.dead + self._dead,
                duplicate=before.duplicate + self._duplicate,
                retained=before.retained + self._retained,
                finer=self._finer_before + sum(self.finer().values()),
                dropped=before.dropped + self._dropped,
                cut=before.cut + cut_readings(self._letters),
            )
            try:
                self._spool.append(
                    pack(Commit(self._readings, self._letters, totals, self._settled))
                )
            except SpoolFullError:
                return False
            self._totals = totals
            self._clear()
            return True

    def forget(self) -> None:
        """Let go of what is in hand without a trace, because the broker will send it again."""
        with self._lock:
            for reading in self._readings:
                self._newest.pop(reading.meter, None)
            self._box.forget(self._letters)
            self._clear()

    def expect_again(self) -> None:
        """Expect that the broker sends again what it may not know that we have."""
        with self._lock:
            self._box.expect_again()
