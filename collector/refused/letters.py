"""How much of a dead letter is kept, so that a flood of garbage cannot fill a disk.

Whole while there is room: for all of them together, and for one topic a share of that. Then the
first bytes with length and SHA-256, in a quarter of the room more. Then only how many there were,
by the first level of the topic and the reason. The same message said again by the broker, because
its acknowledgement was lost, is kept once.
"""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from hashlib import sha256

from collector.refused.letter import COUNTED, CUT, WHOLE, Letter
from collector.refused.strangers import Channel, Strangers
from energy.reading import Reading

MAX_BYTES = 200_000_000
SHARE = 10
"""One topic may take a tenth of the room; chosen: one broken device leaves room for the others."""
CUT_SHARE = 4
"""Cut letters may take a quarter of the room more; chosen."""
CUT_BYTES = 4096
ROW_BYTES = 300
"""What a letter takes beside its bytes, in the state, its indexes and the spool; chosen."""
ALARM = 0.7

MOST_COUNTED = 1000
"""Pairs of topic and reason that are counted apart; chosen: more would help nobody."""
PREFIX_LENGTH = 60
REASON_LENGTH = 200
EVERYTHING = "#"
VARIOUS = "various reasons"

REMEMBERED = 1000
"""Newest letters that the broker may send again; chosen: larger than the windows of brokers."""
AGAIN_MS = 60_000
"""How long after the first of them; chosen: a broker sends again at once."""

STORE = "store"
"""Topic of a reading that the store refused."""
_STORE_FORM = 1

_Mark = tuple[bytes, str, str]
"""SHA-256 of the topic, reason, and SHA-256 of the bytes: a thousand stay in memory."""


def cut(letter: Letter) -> Letter:
    """Return a letter of which the first bytes are kept, with length and SHA-256 of the whole."""
    digest = sha256(letter.payload).hexdigest() if letter.kept == WHOLE else letter.sha256
    return letter._replace(
        payload=letter.payload[:CUT_BYTES],
        kept=CUT,
        length=letter.length or len(letter.payload),
        sha256=digest,
    )


class Room:
    """Bytes that letters may take, of which one topic may take a share."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.used = 0
        self._share = max_bytes // SHARE
        self._of_topic: dict[int, int] = {}  # by hash, for a topic may be 64 KiB long

    def has_place(self, topic: str, size: int) -> bool:
        """Tell whether so many bytes more may be taken."""
        return (
            self.used + size <= self.max_bytes
            and self._of_topic.get(hash(topic), 0) + size <= self._share
        )

    def add(self, topic: str, size: int) -> None:
        """Take bytes, or give them back where they are negative."""
        self.used += size
        key = hash(topic)
        left = self._of_topic.get(key, 0) + size
        if left:
            self._of_topic[key] = left
        else:
            self._of_topic.pop(key, None)


class LetterBox:
    """Decides how each letter is kept; not safe for several threads.

    Args:
        max_bytes: Room for whole letters, their rows included.
        is_kept: Tells whether a letter of a topic and these bytes stands on disk.
    """

    def __init__(
        self,
        max_bytes: int = MAX_BYTES,
        is_kept: Callable[[str, bytes], bool] = lambda _topic, _payload: False,
    ) -> None:
        self._is_kept = is_kept
        self._whole = Room(max_bytes)
        self._cut = Room(max_bytes // CUT_SHARE)
        self._counted: set[tuple[str, str]] = set()
        self._hand: list[Letter] = []
        self._taken: list[_Mark] = []
        self._places: dict[tuple[str, str], int] = {}
        self._recent: deque[_Mark] = deque(maxlen=REMEMBERED)
        self._expected: Counter[_Mark] = Counter()
        self._expected_until = 0
        self._strangers = Strangers()

    @property
    def used(self) -> int:
        """Bytes of room that whole letters take."""
        return self._whole.used

    @property
    def max_bytes(self) -> int:
        """Room for whole letters [bytes]."""
        return self._whole.max_bytes

    def take(self, letter: Letter, hand: list[Letter], channels: Collection[Channel] = ()) -> bool:
        """Put a letter into a hand, as much of it as there is room for.

        Args:
            letter: As it came.
            hand: The letters of one record of the spool.
            channels: Those of known devices that it was refused for; see Strangers.

        Returns:
            False if the broker only said again what is kept already; it is not in the hand then.
        """
        if hand is not self._hand:  # the hand before is durable: forget() would have said otherwise
            self._recent.extend(self._taken)
            self._hand, self._taken, self._places = hand, [], {}
            self._strangers.settle()
        mark = _mark(letter)
        if self._is_expected(mark, letter.received):
            return False
        self._taken.append(mark)
        kept = letter if self._has_place(letter) else cut(letter)
        if not self._strangers.are_kept(channels) and self._has_place(kept):
            self.add(kept)
            hand.append(kept)
            self._strangers.keep(channels)
        else:
            self._count(letter, hand)
        return True

    def has(self, topic: str, payload: bytes) -> bool:
        """Tell whether a message is a dead letter already, for whatever reason."""
        mark = _of_topic(topic), sha256(payload).hexdigest()
        newest = (*self._recent, *self._taken)
        return any(mark == (there, digest) for there, _, digest in newest) or self._is_kept(
            topic, payload
        )

    def add(self, letter: Letter) -> None:
        """Count a letter that is kept."""
        if letter.kept == COUNTED:
            self._counted.add((letter.topic, letter.reason))
        else:
            self._room(letter).add(letter.topic, size_of(letter))

    def release(self, letter: Letter) -> None:
        """Give back the room of a letter that is gone."""
        if letter.kept != COUNTED:
            self._room(letter).add(letter.topic, -size_of(letter))

    def settle(self, new: Iterable[Letter], old: Iterable[Letter], gone: Collection[int]) -> None:
        """Count what came of letters that were retried or dropped, once that is durable."""
        for letter in new:
            self.add(letter)
        for letter in old:
            if letter.number in gone:
                self.release(letter)

    def forget(self, hand: Sequence[Letter]) -> None:
        """Let go of a hand that was not made durable: the broker sends it again."""
        for letter in hand:
            self.release(letter)
        self._strangers.forget()
        self._taken = []

    def remember(self, letters: Iterable[Letter]) -> None:
        """Remember letters of before as the newest ones."""
        self._recent.extend(_mark(letter) for letter in letters if letter.kept != COUNTED)

    def expect_again(self) -> None:
        """Expect the newest letters again, each once: the broker may not know that we have them."""
        self._recent.extend(self._taken)
        self._taken = []
        self._expected = Counter(self._recent)
        self._expected_until = 0

    def _is_expected(self, mark: _Mark, now: int) -> bool:
        if not self._expected:
            return False
        self._expected_until = self._expected_until or now + AGAIN_MS
        if now > self._expected_until:
            self._expected.clear()
        if not self._expected[mark]:
            return False
        self._expected[mark] -= 1
        return True

    def _room(self, letter: Letter) -> Room:
        # What the receiver could not hold is longer than what is cut here.
        is_short = letter.kept == CUT and len(letter.payload) <= CUT_BYTES
        return self._cut if is_short else self._whole

    def _has_place(self, letter: Letter) -> bool:
        return self._room(letter).has_place(letter.topic, size_of(letter))

    def _count(self, letter: Letter, hand: list[Letter]) -> None:
        """Count a letter in a hand, joined with those of the same sort."""
        sort = self._sort_of(letter)
        self._counted.add(sort)
        place = self._places.setdefault(sort, len(hand))
        before = hand[place] if place < len(hand) else None
        counted = letter._replace(
            topic=sort[0],
            payload=b"",
            reason=sort[1],
            readings=letter.readings + (before.readings if before else 0),
            form="",
            version=0,
            kept=COUNTED,
            length=(letter.length or len(letter.payload)) + (before.length if before else 0),
        )
        hand[place:] = [counted, *hand[place + 1 :]]

    def _sort_of(self, letter: Letter) -> tuple[str, str]:
        """Return topic and reason under which a letter is counted: not more than so many."""
        prefix = letter.topic.partition("/")[0][:PREFIX_LENGTH]
        sort = (f"{prefix}/#", letter.reason[:REASON_LENGTH])
        is_new = sort not in self._counted
        return (EVERYTHING, VARIOUS) if is_new and len(self._counted) >= MOST_COUNTED else sort


def size_of(letter: Letter) -> int:
    """Return the room that a letter takes [bytes]."""
    return len(letter.payload) + len(letter.topic) + ROW_BYTES


def letter_of_store(reading: Reading, reason: str, now: int) -> Letter:
    """Return the letter of a reading that the store refused."""
    text = " ".join(str(part) for part in reading)
    return Letter(STORE, text.encode(), reason, now, 1, version=_STORE_FORM)


def reading_of_store(letter: Letter) -> Reading:
    """Return the reading of a letter of the store."""
    # The name of a meter may hold spaces; the other parts may not.
    parts = len(Reading._fields) - 1 if letter.version else 3
    meter, table, time, value, *rest = letter.payload.decode().rsplit(" ", parts)
    number = int(value) if value.lstrip("-").isdigit() else float(value)
    return Reading(meter, table, int(time), number, *map(int, rest))


def cut_readings(letters: Iterable[Letter]) -> int:
    """Return how many readings are in new letters of which not every byte is kept."""
    new = (letter for letter in letters if not letter.number)
    return sum(letter.readings for letter in new if not letter.is_complete)


def _mark(letter: Letter) -> _Mark:
    digest = letter.sha256 or sha256(letter.payload).hexdigest()
    return (_of_topic(letter.topic), letter.reason, digest)


def _of_topic(topic: str) -> bytes:
    return sha256(topic.encode()).digest()
