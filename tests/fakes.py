"""Stand-ins that keep the promises of what they stand for and can be told to fail."""

from collections.abc import Mapping, Sequence

from collector.refused.letter import Letter
from collector.replaying.replay_request import ReplayRequest
from collector.taking.heard import HeardChannel
from collector.telling.counters import Counters
from collector.telling.publisher import LetterRequest
from energy.clock_ahead import ClockAhead
from energy.errors import StoreError, UnreachableError
from energy.reading import Reading
from energy.span import Span
from storage.columns import Columns
from storage.contest import Overruled, nobody
from storage.engines.memory import ENGINE
from storage.readings import ReadingStore, Refused


class FailingStore:
    """A real store in memory behind a switch.

    Attributes:
        reachable: Whether it answers.
        poison: Values that it refuses.
        inside: The store behind.
    """

    def __init__(self) -> None:
        self.reachable = True
        self.poison: set[int | float] = set()
        self.inside: ReadingStore = ENGINE.open("memory:", "")
        self.writes = 0

    def write(self, columns: Columns, *, overruled: Overruled = nobody) -> list[Refused]:
        """Keep readings, refuse poison, or do not answer."""
        if not self.reachable:
            raise UnreachableError("nobody answers at fake:1")
        self.writes += 1
        readings = columns.readings()
        good = [reading for reading in readings if reading.value not in self.poison]
        bad = [Refused(reading, "poison") for reading in readings if reading.value in self.poison]
        return [*self.inside.write(good, overruled=overruled), *bad]

    def newest(self) -> dict[str, int]:
        """Return the newest time of each meter, or do not answer."""
        if not self.reachable:
            raise UnreachableError("nobody answers at fake:1")
        return self.inside.newest()

    def __getattr__(self, name: str) -> object:
        return getattr(self.inside, name)


class Notebook:
    """What the collector tells the records, written down; may be told to fail."""

    def __init__(self) -> None:
        self.answers = True
        self.earliest: dict[str, int] = {}
        self.late_spans: list[tuple[str, Span]] = []
        self.overruled: set[Reading] = set()
        self.kept: dict[int, Letter] = {}
        self.unknown: list[HeardChannel] = []
        self.ahead: Sequence[ClockAhead] = ()
        self.books = Counters()
        self.figures: dict[str, int] = {}
        self.waiting: dict[int, Reading] = {}
        self.requests: list[LetterRequest] = []
        self.outcomes: dict[int, str] = {}
        self.chunks: dict[int, Sequence[Reading]] = {}
        self.replays: dict[int, ReplayRequest] = {}
        self.replayed: list[ReplayRequest] = []

    def _check(self) -> None:
        if not self.answers:
            raise StoreError("the records do not answer")

    def touched(self, earliest: Mapping[str, int]) -> None:
        """Note the earliest time of each meter."""
        self._check()
        for meter, time in earliest.items():
            self.earliest[meter] = min(time, self.earliest.get(meter, time))

    def late(self, spans: Sequence[tuple[str, Span]]) -> None:
        """Note spans with late readings."""
        self._check()
        self.late_spans += spans

    def versions(self, lost: Sequence[Reading]) -> None:
        """Note overruled readings."""
        self._check()
        self.overruled |= set(lost)

    def letters(self, letters: Sequence[Letter]) -> None:
        """Note dead letters by their number."""
        self._check()
        self.kept |= {letter.number: letter for letter in letters}

    def letters_gone(self, numbers: Sequence[int]) -> None:
        """Strike out dead letters that are gone."""
        self._check()
        for number in numbers:
            self.kept.pop(number, None)

    def heard(self, channels: Sequence[HeardChannel]) -> int:
        """Note channels that the registry does not know."""
        self._check()
        self.unknown += channels
        return 0

    def clocks_ahead(self, clocks: Sequence[ClockAhead]) -> None:
        """Note clocks that are ahead."""
        self._check()
        self.ahead = clocks

    def health(self, counters: Counters, figures: Mapping[str, int]) -> None:
        """Note the books."""
        self._check()
        self.books = counters
        self.figures = dict(figures)

    def inbox(self, limit: int) -> list[tuple[int, Reading]]:
        """Give what waits."""
        self._check()
        return list(self.waiting.items())[:limit]

    def inbox_done(self, numbers: Sequence[int]) -> None:
        """Strike out what was taken."""
        self._check()
        for number in numbers:
            del self.waiting[number]

    def letter_requests(self, limit: int) -> list[LetterRequest]:
        """Give what people want done with dead letters."""
        self._check()
        return self.requests[:limit]

    def letter_requests_done(self, outcomes: Mapping[int, str]) -> None:
        """Note what became of requests and strike them out."""
        self._check()
        self.outcomes |= outcomes
        self.requests = [one for one in self.requests if one.number not in outcomes]

    def import_chunk(self) -> tuple[int, Sequence[Reading]] | None:
        """Give the oldest chunk."""
        self._check()
        return next(iter(self.chunks.items()), None)

    def import_chunk_done(self, number: int) -> None:
        """Strike out a chunk that was taken."""
        self._check()
        del self.chunks[number]

    def replay(self) -> ReplayRequest | None:
        """Give the oldest replay."""
        self._check()
        return next(iter(self.replays.values()), None)

    def replay_noted(self, request: ReplayRequest, *, is_done: bool) -> None:
        """Note how far a replay is, and strike it out when it is done."""
        self._check()
        self.replays[request.number] = request
        if is_done:
            self.replayed.append(self.replays.pop(request.number))
