"""What the collector tells the records, and asks them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from collector.refused.letter import Letter
from collector.replaying.replay_request import Replays
from collector.taking.heard import HeardChannel
from collector.telling.counters import Counters
from collector.telling.imports import Chunks
from energy.clock_ahead import ClockAhead
from energy.reading import Reading
from energy.span import Span

RETRY, DROP = "retry", "drop"


class LetterRequest(NamedTuple):
    """What a person wants done with a dead letter.

    Attributes:
        number: Of the request.
        letter: Of the dead letter.
        action: RETRY or DROP.
    """

    number: int
    letter: int
    action: str


class Publisher(Chunks, Replays, Protocol):
    """What the collector tells the records, and asks them. Every call may be repeated.

    Raises:
        StoreError: If the records do not answer; the collector tries again later.
    """

    def touched(self, earliest: Mapping[str, int]) -> None:
        """Meters whose readings changed, with the earliest time [ms]."""
        ...

    def late(self, spans: Sequence[tuple[str, Span]]) -> None:
        """Readings of these meters came late, within these spans; the store has them."""
        ...

    def versions(self, lost: Sequence[Reading]) -> None:
        """Readings that another value overruled."""
        ...

    def letters(self, letters: Sequence[Letter]) -> None:
        """Dead letters, each with its number, as they are now."""
        ...

    def letters_gone(self, numbers: Sequence[int]) -> None:
        """These were dropped, or became something else."""
        ...

    def heard(self, channels: Sequence[HeardChannel]) -> int:
        """Channels that the registry does not know, heard since the last time.

        Returns:
            How many values of them are not listed because there was no room.
        """
        ...

    def clocks_ahead(self, clocks: Sequence[ClockAhead]) -> None:
        """Every clock that is known to be ahead."""
        ...

    def health(self, counters: Counters, figures: Mapping[str, int]) -> None:
        """The books, and other figures of the collector by name."""
        ...

    def inbox(self, limit: int) -> list[tuple[int, Reading]]:
        """Readings that people gave, with their numbers."""
        ...

    def inbox_done(self, numbers: Sequence[int]) -> None:
        """These are durable here."""
        ...

    def letter_requests(self, limit: int) -> list[LetterRequest]:
        """Return what people want done with dead letters, the oldest first."""
        ...

    def letter_requests_done(self, outcomes: Mapping[int, str]) -> None:
        """What became of requests, by number; durable here."""
        ...
