"""A raw log, a spool that is shipped in part, and a replayer without its thread."""

import itertools
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from collector.keeping.packing import Commit, Totals, pack
from collector.keeping.spool import Spool
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.replaying.copies import last_number
from collector.replaying.giving_way import GivingWay
from collector.replaying.rawlog import RAWLOG_FOLDER, RawLog
from collector.replaying.replay import Replayer
from collector.replaying.replay_request import ReplayRequest
from collector.shipper import Shipper
from energy.reading import GAUGE, INTERVAL, REGISTER, TABLES, Quality, Reading, Source
from energy.span import Span
from storage.columns import columns_of
from storage.readings import ReadingStore
from tests.fakes import Notebook
from tests.store_promises import ALWAYS

HOUR = 3_600_000
T0 = 1_767_225_600_000
METERS = ("main", "light", "heat", "air")


def at(hour: int, meter: str = "main", value: float | None = None, **marks: int) -> Reading:
    table = {"heat": INTERVAL, "air": GAUGE}.get(meter, REGISTER)
    return Reading(meter, table, T0 + hour * HOUR, hour if value is None else value, **marks)


HISTORY: list[list[Reading]] = [
    [at(0), at(1), at(0, "air", 21.5)],
    [at(2), at(2, "light"), at(1, "heat", 7)],
    [at(1, value=10, arrived=T0 + 3 * HOUR), at(1, value=9, arrived=T0 + 2 * HOUR)],
    [at(3), at(2, "light", 5, source=Source.MANUAL, revision=2, arrived=1)],
    [at(4, quality=Quality.DOUBTFUL), at(4, "air", -0.5)],
    [at(5), at(6)],
]
"""Commits as they were shipped, each in a segment of its own but the last; late ones, corrections
and repetitions among them."""


class World:
    """A state folder whose commits are shipped into a store, and the replayer on it."""

    def __init__(self, folder: Path, store: ReadingStore, *, keep_days: int = 30) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.store, self.notebook = folder, store, Notebook()
        self.keep_days = keep_days
        self.spooled = 0
        self.open()

    def open(self) -> None:
        self.state = State(self.folder / STATE_FILE)
        self.spool = Spool(
            self.folder / SPOOL_FOLDER,
            max_bytes=100_000_000,
            shipped=self.state.shipped().position,
            kept=last_number(self.folder / RAWLOG_FOLDER),
            segment_bytes=60,
        )
        self.shipper = Shipper(
            self.spool, self.state, self.store, clock=lambda: T0, keeps_segments=True
        )
        self.rawlog = RawLog(
            self.folder / RAWLOG_FOLDER,
            self.spool,
            lambda: self.state.shipped().position,
            keep_ms=self.keep_days * 24 * HOUR,
            max_bytes=10**9,
            clock=lambda: time.time_ns() // 1_000_000,
        )
        self.way = GivingWay(lambda: self.spooled)
        self.replayer = self.replayer_into(self.store)

    def replayer_into(self, store: ReadingStore) -> Replayer:
        return Replayer(self.notebook, self.state, store, folder=self.folder, way=self.way)

    def close(self) -> None:
        self.spool.close()
        self.state.close()

    def commit(self, readings: Sequence[Reading]) -> None:
        self.spool.append(pack(Commit(columns_of(readings), [], Totals())))

    def ship(self, commits: Sequence[Sequence[Reading]] = HISTORY) -> None:
        """Spool commits, ship them and keep their segments; the last one stays in the spool."""
        for readings in commits:
            self.commit(readings)
        while self.shipper.ship_once():
            pass
        self.rawlog.look()

    def ask(
        self, span: Span = ALWAYS, *meters: str, is_dry: bool = False, number: int = 1
    ) -> ReplayRequest:
        """Have a request carried out and return how it ended."""
        asked = ReplayRequest(number, span, frozenset(meters), is_dry)
        self.notebook.replays[number] = asked
        assert self.replayer.replay_once()
        return self.notebook.replayed[-1]


def everything(store: ReadingStore) -> list[Reading]:
    """Return every raw reading of the meters, with all its marks."""
    found = []
    for meter in METERS:
        for table in TABLES:
            series = store.series(table, meter, ALWAYS)
            rows = zip(*(column.tolist() for column in vars(series).values()), strict=True)
            found += [Reading(meter, table, *row) for row in rows]
    return found


def is_balanced(request: ReplayRequest) -> bool:
    """Tell whether every reading that was read is accounted for."""
    progress = request.progress
    return progress.read == progress.kept + progress.refused + progress.outside


class KilledError(BaseException):
    pass


def kill_at(moment: int, world: World, empty: ReadingStore, patch: pytest.MonkeyPatch) -> None:
    """Let the replay die at its so-many-th write, mark or note."""
    left = itertools.count()

    def perhaps(work: Callable[..., object]) -> Callable[..., object]:
        def done(*arguments: object, **named: object) -> object:
            if next(left) == moment:
                raise KilledError
            return work(*arguments, **named)

        return done

    patch.setattr(empty, "write", perhaps(empty.write))
    patch.setattr(world.notebook, "replay_noted", perhaps(world.notebook.replay_noted))
    patch.setattr(world.state, "wrote", perhaps(world.state.wrote))
