"""What is in hand between the messages and the next commit, counted as the books count it."""

from collections import Counter
from collections.abc import Collection, Sequence

from collector.keeping.packing import Totals
from collector.mqtt.connection import Message
from collector.refused.letter import CUT, Letter
from collector.refused.letters import REASON_LENGTH, LetterBox, cut_readings
from collector.refused.strangers import Channel
from collector.screening.doubt import Doubt, Odd
from collector.screening.normalize import UNKNOWN_CHANNEL, UNKNOWN_DEVICE
from collector.screening.pending import Pending, Source
from collector.screening.screen import Screen
from collector.taking.clocks_ahead import ClocksAhead
from collector.taking.heard import Heard
from collector.taking.sources import Sources
from energy.errors import DecodeError
from energy.messages.message import Said
from energy.reading import Quality, Reading
from storage.columns import Columns, columns_of, marked

UNKNOWN_TOPIC = "no format reads this topic"
HEARD = (UNKNOWN_DEVICE, UNKNOWN_CHANNEL)
"""Reasons that adopting a device or a channel would mend."""


class Hand:
    """Readings, dead letters and counts since the last commit. Used under its owner's lock.

    Args:
        box: Decides how much of a dead letter is kept.
        heard: Notes what the registry does not know.
        ahead: Notes clocks that are ahead.

    Attributes:
        readings: Those to keep, in parts.
        letters: Dead letters.
        settled: Numbers of letters that were read again or dropped, and readings to take from each.
        received: Readings of the messages, but for those in ``_pending``.
        dead: Readings in dead letters.
        duplicate: Readings that said again what the meter had just said.
        retained: Values of messages that the broker repeats at subscription and whose age nobody
            knows, or that are dead letters already; 1 for each that cannot be read.
        dropped: Readings in dead letters that people gave up.
        odd: What is doubtful among the readings, and why.
        is_retrying: Whether what is refused now is kept as a dead letter already.
    """

    def __init__(self, box: LetterBox, heard: Heard, ahead: ClocksAhead) -> None:
        self._box, self._heard, self._ahead = box, heard, ahead
        self._pending = Pending()
        self.readings: list[Columns] = []
        self.letters: list[Letter] = []
        self.settled: list[tuple[int, int]] = []
        self.odd: list[Odd] = []
        self.received = self.dead = self.duplicate = self.retained = self.dropped = 0
        self.is_retrying = False

    @property
    def size(self) -> int:
        """Readings in hand, each counted once in ``received`` when they are committed."""
        return self.received + len(self._pending)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to commit."""
        return not (self.size or self.letters or self.settled)

    def totals(self, before: Totals, readings: Columns, *, finer: int) -> Totals:
        """Return the running totals with this hand in them.

        Args:
            before: Those of the last commit.
            readings: All of ours, joined.
            finer: The total of values finer than the step of their meter.
        """
        reasons = Counter(one.doubt for one in self.odd)
        return Totals(
            received=before.received + self.received,
            accepted=before.accepted + len(readings),
            dead=before.dead + self.dead,
            duplicate=before.duplicate + self.duplicate,
            retained=before.retained + self.retained,
            finer=finer,
            dropped=before.dropped + self.dropped,
            cut=before.cut + cut_readings(self.letters),
            doubtful=before.doubtful + marked(readings, Quality.DOUBTFUL),
            uncertain=before.uncertain + marked(readings, Quality.UNCERTAIN),
            above_rate=before.above_rate + reasons[Doubt.ABOVE_RATE],
            out_of_time=before.out_of_time + reasons[Doubt.OUT_OF_TIME],
        )

    def take(
        self, messages: Sequence[Message], sources: Sources, *, arrived: int, held: bool = False
    ) -> None:
        """Take messages. Never fails: what cannot be read becomes a dead letter.

        Args:
            messages: As a Connection gives them.
            sources: Who speaks on which topic.
            arrived: When they arrived [ms].
            held: Whether the broker may have held them for a while before that.
        """
        known, find, add = sources.known, sources.find, self._pending.add
        for topic, payload, _, retained, cut in messages:
            source = known.get(topic) or find(topic)
            if source and source.plain and not retained and not cut:
                try:
                    found = source.plain(payload)
                except (ValueError, RecursionError):
                    pass  # something odd in it: decode reads it, or says why not
                else:
                    if add(found, source, topic, payload, arrived):
                        continue
            if retained:
                self._take_retained(source, topic, payload, arrived, cut)
            elif cut:
                self.refuse(_cut_letter(topic, payload, arrived, cut))
            else:
                self._take_said(source, topic, payload, arrived, held=held)

    def _take_retained(
        self, source: Source | None, topic: str, payload: bytes, arrived: int, cut: int
    ) -> None:
        """Take a message of an unknown age if all it says bears its own time; else only count it.

        All or nothing: what of it becomes a dead letter may be read again as a whole.
        """
        try:
            said = source.said(topic, payload) if source and not cut else []
        except DecodeError:
            said = []
        if source and said and all(one.time is not None for one in said):
            self._pending.add_said(said, source, topic, payload, arrived, retained=True)
        else:
            self._count_retained(max(1, len(said)))

    def _count_retained(self, readings: int) -> None:
        self.received += readings
        self.retained += readings

    def _take_said(
        self, source: Source | None, topic: str, payload: bytes, arrived: int, *, held: bool
    ) -> None:
        """Take a message that is not wholly made of plain numbers."""
        if source is None:
            self.refuse(Letter(topic, payload, UNKNOWN_TOPIC, arrived, 1))
            return
        try:
            said = source.said(topic, payload)
        except DecodeError as error:
            letter = Letter(topic, payload, str(error), arrived, 1)
            self.refuse(letter._replace(form=source.form.name, version=source.form.version))
        else:
            self._pending.add_said(said, source, topic, payload, arrived, held=held)

    def screen(self, screen: Screen) -> None:
        """Find out what becomes of the values in hand."""
        if not len(self._pending):
            return
        pending, self._pending = self._pending, Pending()
        found = screen.screened(pending)
        if len(found.readings):
            self.readings.append(found.readings)
        self.odd += found.odd
        self.duplicate += found.duplicate
        self.received += len(found.readings) + found.duplicate
        refused: dict[tuple[int, str], list[Said]] = {}
        for place, reason, said, ahead_ms in found.refused:
            refused.setdefault((place, reason), []).append(said)
            # What a broker or a dead letter kept does not tell what the clock says now.
            if ahead_ms and place not in pending.retained and not self.is_retrying:
                arrived = pending.arrived[place]
                self._ahead.note(said.device, ahead_ms=ahead_ms, arrived=arrived)
        known = self._kept_already(pending, {place for place, _ in refused})
        for (place, reason), values in refused.items():
            if place in known:
                self._count_retained(len(values))
                continue
            source, topic, payload = pending.messages[place]
            letter = Letter(topic, payload, reason, pending.arrived[place], len(values))
            self.refuse(
                letter._replace(form=source.form.name, version=source.form.version),
                [(said.device, said.channel) for said in values]
                if reason == UNKNOWN_CHANNEL
                else (),
            )
            if reason in HEARD and not self.is_retrying:
                self._heard.note(
                    values,
                    gateway=source.gateway,
                    form=source.form.name,
                    topic=topic,
                    arrived=pending.arrived[place],
                )

    def _kept_already(self, pending: Pending, places: set[int]) -> set[int]:
        """Return the places of messages that the broker repeats and that are dead letters."""
        messages = {place: pending.messages[place] for place in places & pending.retained}
        return {
            place
            for place, (_, topic, payload) in messages.items()
            if self._box.has(topic, payload)
        }

    def refuse(self, letter: Letter, channels: Collection[Channel] = ()) -> None:
        """Take a dead letter, unless the broker sent it again.

        Args:
            letter: As it came.
            channels: Those that the registry does not list, of a device that it does.
        """
        if len(letter.reason) > REASON_LENGTH:  # it names what the device said, as a unit
            letter = letter._replace(reason=letter.reason[:REASON_LENGTH])
        self.received += letter.readings
        if self.is_retrying:  # its bytes are kept already
            self.letters.append(letter)
        elif not self._box.take(letter, self.letters, channels):
            self.duplicate += letter.readings
            return
        self.dead += letter.readings

    def add(self, readings: Sequence[Reading]) -> None:
        """Take readings that need no screening."""
        self.readings.append(columns_of(readings))
        self.received += len(readings)


def _cut_letter(topic: str, payload: bytes, arrived: int, cut: int) -> Letter:
    length = len(payload) + cut
    reason = f"a message of {length} bytes is too long"
    return Letter(topic, payload, reason, arrived, 1, kept=CUT, length=length)
