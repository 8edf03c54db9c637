"""From messages to durable records: decode, normalize, screen, spool; then it may be acknowledged.

Used by one thread for messages and by others for the inbox and for gateways, so it is locked.
"""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from collector.keeping.memory import Memory
from collector.keeping.packing import Commit, Totals, pack, unpack
from collector.keeping.spool import Spool, SpoolFullError
from collector.mqtt.connection import Message
from collector.refused.letter import Letter
from collector.refused.letter_retry import after_retry, is_refused_as_before
from collector.refused.letters import STORE, LetterBox, reading_of_store
from collector.screening.doubt import Odd
from collector.screening.normalize import PAST_MS, Normalizer
from collector.screening.screen import Screen
from collector.taking.clocks_ahead import ClocksAhead
from collector.taking.hand import Hand
from collector.taking.heard import Heard
from collector.taking.sources import Sources
from energy.messages.message import Format
from energy.reading import Reading
from energy.registry import Registry
from storage.columns import Series, joined


class Intake:
    """Takes messages in hand and commits them to the spool.

    Args:
        spool: Where commits go.
        formats: Payload formats by name.
        registry: Gives the registry in force.
        future_ms: A time further ahead of its arrival than this is refused.
        past_ms: So is one further back than this.
        letters: Decides how much of a dead letter is kept.
        memory: What formats remember.
        newest: The greatest time [ms] that each series has in the store or on its way there.

    Attributes:
        heard: Notes devices and channels that the registry does not know.
        ahead: Notes devices whose clocks are ahead.
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
        memory: Memory | None = None,
        newest: Mapping[Series, int] = MappingProxyType({}),
    ) -> None:
        self._spool = spool
        self._box = letters or LetterBox()
        self._memory = memory or Memory()
        self._formats = {
            name: form.with_memory(self._memory.of(name)) if form.with_memory else form
            for name, form in formats.items()
        }
        self._registry = registry
        self._limits = {"future_ms": future_ms, "past_ms": past_ms}
        self._lock = threading.RLock()
        self.heard, self.ahead = Heard(), ClocksAhead()
        last = spool.last()
        self._totals = unpack(last).totals if last is not None else Totals()
        self._finer_before = self._totals.finer
        self._finer: dict[str, int] = {}
        self._odd: Counter[Odd] = Counter()
        self._newest = newest
        self._use(registry(), before=None)
        self._clear()

    def _use(self, registry: Registry, *, before: Screen | None) -> None:
        self.sources = Sources(registry, self._formats)
        self._normalizer = Normalizer(registry, self.sources.in_ms, **self._limits)
        self._screen = Screen(self._normalizer, before, newest=self._newest)
        self.sources.screen = self._screen

    def _clear(self) -> None:
        self._hand = Hand(self._box, self.heard, self.ahead)

    def renew_registry(self) -> None:
        """Take up a registry that has changed."""
        registry = self._registry()
        if registry.number != self._normalizer.number:
            with self._lock:
                self._hand.screen(self._screen)
                self._finer = self.finer()
                self._use(registry, before=self._screen)

    def counts(self) -> dict[str, int]:
        """Return what the formats count beside readings, by name."""
        with self._lock:
            found = [form.counts() for form in self._formats.values() if form.counts]
            return {name: count for each in found for name, count in each.items()}

    def finer(self) -> dict[str, int]:
        """Return how many values were finer than the step of their meter, by meter."""
        with self._lock:
            found = dict(self._finer)
            for meter, count in self._normalizer.finer.items():
                found[meter] = found.get(meter, 0) + count
        return found

    def odd(self) -> Counter[Odd]:
        """Return how many readings were doubtful since the start, by meter and reason."""
        with self._lock:
            return self._odd.copy()

    @property
    def in_hand(self) -> int:
        """Readings in hand, each counted once in ``received`` when they are committed."""
        return self._hand.size

    @property
    def totals(self) -> Totals:
        """Running totals of what is committed."""
        return self._totals

    def books(self) -> tuple[Totals, int]:
        """Return the totals and what is in hand, both of one moment."""
        with self._lock:
            return self._totals, self.in_hand

    def take(
        self,
        topic: str,
        payload: bytes,
        *,
        retained: bool,
        arrived: int,
        cut: int = 0,
        held: bool = False,
    ) -> None:
        """Take one message in hand; see ``take_all``.

        Args:
            topic: Where it arrived.
            payload: Its bytes, or the first of them.
            retained: Whether the broker repeats it because we subscribed.
            arrived: When it arrived [ms].
            cut: Bytes that were left out because the message was too long.
            held: Whether the broker may have held it for a while.
        """
        self.take_all([(topic, payload, 0, retained, cut)], arrived=arrived, held=held)

    def take_all(self, messages: Sequence[Message], *, arrived: int, held: bool = False) -> None:
        """Take messages in hand. Never fails: what cannot be read becomes a dead letter.

        Args:
            messages: As a Connection gives them.
            arrived: When they arrived [ms].
            held: Whether the broker may have held them for a while before that.
        """
        with self._lock:
            self._hand.take(messages, self.sources, arrived=arrived, held=held)

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
            before = self._screen.begin_old()
            try:
                outcomes = [self._retry(message) for message in retry]
            finally:
                # What is old must not pass for the newest that a meter said, or a device is known
                # by.
                self._screen.end_old(before)
                self._memory.undo()
            hand = self._hand
            for letter in drop:
                hand.settled.append((letter.number, letter.readings))
                hand.dead -= letter.readings
                hand.dropped += letter.readings
            new = [letter for letter in hand.letters if not letter.number]
            gone = {number for number, _ in hand.settled}
            if not self.commit():
                self._screen.undo()
                self._clear()
                return None
            self._box.settle(new, [*itertools.chain(*retry), *drop], gone)
            return outcomes

    def _retry(self, message: Sequence[Letter]) -> bool:
        first, hand = message[0], self._hand
        before = (hand.received, hand.dead, hand.duplicate)
        parts, odd, letters = len(hand.readings), len(hand.odd), hand.letters
        hand.letters, hand.is_retrying = [], True
        if first.topic == STORE:
            hand.add([reading_of_store(first)])
        else:
            self.take(first.topic, first.payload, retained=False, arrived=first.received)
            hand.screen(self._screen)
        hand.is_retrying = False
        refused, hand.letters = hand.letters, letters
        if is_refused_as_before(message, refused):  # what was taken at first is not counted again
            hand.received, hand.dead, hand.duplicate = before
            del hand.readings[parts:], hand.odd[odd:]
            return False
        has_taken = len(hand.readings) > parts or hand.duplicate > before[2]
        written, settled = after_retry(message, refused, has_taken=has_taken)
        hand.letters += written
        hand.settled += settled
        count = sum(letter.readings for letter in message)
        hand.received -= count
        hand.dead -= count
        return has_taken

    def keep(self, readings: Sequence[Reading]) -> bool:
        """Make readings durable that people gave; False when the spool is full, and none is."""
        with self._lock:
            if not self.commit():
                return False
            self._hand.add(readings)
            if self.commit():
                return True
            self._clear()
            return False

    def commit(self) -> bool:
        """Make what is in hand durable; return False when the spool is full.

        When it returns True, every message taken before may be acknowledged.
        """
        with self._lock:
            self._hand.screen(self._screen)
            hand, before = self._hand, self._totals
            if hand.is_empty:
                self._memory.keep()
                return True
            readings = joined(hand.readings)
            finer = self._finer_before + sum(self.finer().values())
            totals = hand.totals(before, readings, finer=finer)
            try:
                self._spool.append(pack(Commit(readings, hand.letters, totals, hand.settled)))
            except SpoolFullError:
                return False
            self._memory.keep()
            self._screen.keep()
            self._totals = totals
            self._odd.update(hand.odd)
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
            self._screen.undo()
            self._box.forget(self._hand.letters)
            self._memory.undo()
            self._clear()

    def expect_again(self) -> None:
        """Expect that the broker sends again what it may not know that we have."""
        with self._lock:
            self._box.expect_again()
