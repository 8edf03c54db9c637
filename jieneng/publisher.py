"""What the collector tells the records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from collector.refused.letter import Letter
from collector.replaying.replay_request import Progress, ReplayRequest
from collector.taking.heard import HeardChannel
from collector.telling.counters import Counters
from collector.telling.publisher import LetterRequest
from energy.clock_ahead import ClockAhead
from energy.reading import Reading
from energy.span import Span
from jieneng.clock import now_ms
from storage.records import (
    chunks,
    clocks_ahead,
    dead_letters,
    health,
    heard,
    imports,
    inbox,
    late_arrivals,
    letter_requests,
    reading_versions,
    replays,
    touched,
)
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter
from storage.records.heard import UnknownChannel


class RecordsPublisher:
    """Writes what the collector tells into the records.

    Args:
        records: Where to.
        collector: Name of the collector, part of the key of its dead letters.
        clock: Tells the present [ms since 1970 UTC].
    """

    def __init__(
        self, records: Records, *, collector: str, clock: Callable[[], int] = now_ms
    ) -> None:
        self._records = records
        self._collector = collector
        self._clock = clock

    def touched(self, earliest: Mapping[str, int]) -> None:
        """Meters whose readings changed."""
        with self._records.session() as session:
            touched.publish(session, earliest)

    def late(self, spans: Sequence[tuple[str, Span]]) -> None:
        """Readings of these meters came late, within these spans."""
        with self._records.session() as session:
            late_arrivals.publish(session, spans)

    def versions(self, lost: Sequence[Reading]) -> None:
        """Readings that another value overruled."""
        with self._records.session() as session:
            reading_versions.publish(session, lost, self._clock())

    def letters(self, letters: Sequence[Letter]) -> None:
        """Dead letters."""
        with self._records.session() as session:
            dead_letters.publish(
                session,
                [DeadLetter(collector=self._collector, **letter._asdict()) for letter in letters],
            )

    def letters_gone(self, numbers: Sequence[int]) -> None:
        """These were dropped, or became something else."""
        with self._records.session() as session:
            dead_letters.let_go(session, self._collector, numbers)

    def heard(self, channels: Sequence[HeardChannel]) -> int:
        """Channels that the registry does not know."""
        unknown = [UnknownChannel(collector=self._collector, **one._asdict()) for one in channels]
        with self._records.session() as session:
            return heard.publish(session, self._collector, unknown, self._clock())

    def clocks_ahead(self, clocks: Sequence[ClockAhead]) -> None:
        """Every clock that is known to be ahead."""
        with self._records.session() as session:
            clocks_ahead.put(session, self._collector, clocks)

    def health(self, counters: Counters, figures: Mapping[str, int]) -> None:
        """The books, and other figures of the collector by name."""
        with self._records.session() as session:
            health.put(session, self._collector, counters.as_dict() | dict(figures), self._clock())

    def inbox(self, limit: int) -> list[tuple[int, Reading]]:
        """Readings that people gave."""
        with self._records.reading() as session:
            return [(entry.number, entry.reading) for entry in inbox.take(session, limit)]

    def inbox_done(self, numbers: Sequence[int]) -> None:
        """These are durable with the collector."""
        with self._records.session() as session:
            inbox.done(session, numbers)

    def letter_requests(self, limit: int) -> list[LetterRequest]:
        """Return what people want done with dead letters, the oldest first."""
        with self._records.reading() as session:
            asked = letter_requests.waiting(session, self._collector, limit)
        return [LetterRequest(one.number, one.letter, one.action) for one in asked]

    def letter_requests_done(self, outcomes: Mapping[int, str]) -> None:
        """What became of requests, by number; durable with the collector."""
        with self._records.session() as session:
            letter_requests.done(session, outcomes)

    def import_chunk(self) -> tuple[int, list[Reading]] | None:
        """Return the oldest chunk of an imported file that waits."""
        with self._records.reading() as session:
            chunk = imports.next_chunk(session)
        return None if chunk is None else (chunk.number, list(chunks.unpack(chunk.payload)))

    def import_chunk_done(self, number: int) -> None:
        """Its readings are durable with the collector."""
        with self._records.session() as session:
            imports.done(session, number)

    def replay(self) -> ReplayRequest | None:
        """Return what a person wants read again from the raw log."""
        with self._records.reading() as session:
            found = replays.waiting(session, self._collector)
        if found is None:
            return None
        span, meters = Span(found.start, found.end), frozenset(found.meters)
        progress = Progress(**found.progress)
        return ReplayRequest(found.number, span, meters, found.is_dry, progress, found.trouble)

    def replay_noted(self, request: ReplayRequest, *, is_done: bool) -> None:
        """Keep how far it is."""
        progress, trouble = asdict(request.progress), request.trouble
        with self._records.session() as session:
            replays.note(session, request.number, progress, trouble=trouble, is_done=is_done)
