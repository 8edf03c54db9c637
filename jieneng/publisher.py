"""What the collector tells the records."""

from collections.abc import Mapping, Sequence

from collector.counters import Counters
from collector.state import Letter
from energy.reading import Reading
from jieneng.clock import now_ms
from storage.records import chunks, dead_letters, health, imports, inbox, touched
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter


class RecordsPublisher:
    """Writes what the collector tells into the records.

    Args:
        records: Where to.
        collector: Name of the collector, part of the key of its dead letters.
    """

    def __init__(self, records: Records, *, collector: str) -> None:
        self._records = records
        self._collector = collector

    def touched(self, earliest: Mapping[str, int]) -> None:
        """Meters whose readings changed."""
        with self._records.session() as session:
            touched.publish(session, earliest)

    def letters(self, letters: Sequence[Letter]) -> None:
        """Dead letters."""
        with self._records.session() as session:
            dead_letters.publish(
                session,
                [
                    DeadLetter(
                        number=letter.number,
                        collector=self._collector,
                        topic=letter.topic,
                        payload=letter.payload,
                        reason=letter.reason,
                        received=letter.received,
                        readings=letter.readings,
                    )
                    for letter in letters
                ],
            )

    def health(self, counters: Counters, *, waiting_s: int) -> None:
        """The books, and since when something has been waiting in the spool [s]."""
        with self._records.session() as session:
            said = counters.as_dict() | {"oldest_s": waiting_s}
            health.put(session, self._collector, said, now_ms())

    def inbox(self, limit: int) -> list[tuple[int, Reading]]:
        """Readings that people gave."""
        with self._records.reading() as session:
            return [(entry.number, entry.reading) for entry in inbox.take(session, limit)]

    def inbox_done(self, numbers: Sequence[int]) -> None:
        """These are durable with the collector."""
        with self._records.session() as session:
            inbox.done(session, numbers)

    def import_chunk(self) -> tuple[int, list[Reading]] | None:
        """Return the oldest chunk of an imported file that waits."""
        with self._records.reading() as session:
            chunk = imports.next_chunk(session)
        return None if chunk is None else (chunk.number, list(chunks.unpack(chunk.payload)))

    def import_chunk_done(self, number: int) -> None:
        """Its readings are durable with the collector."""
        with self._records.session() as session:
            imports.done(session, number)
