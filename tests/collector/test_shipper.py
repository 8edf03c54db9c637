"""What the shipper asks of a store that is away, and how it goes on when that is back."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from collector.keeping.packing import Commit, Totals, pack
from collector.keeping.spool import Spool
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.shipper import BATCH_READINGS, PROBE_READINGS, Shipper
from energy.reading import REGISTER, Reading
from storage.columns import Columns, columns_of
from storage.contest import Overruled, nobody
from storage.readings import ReadingStore, Refused
from tests.fakes import FailingStore
from tests.waiting import wait_until

COMMITS = 12
COMMIT = PROBE_READINGS // 2
"""A dozen such are less than a batch, two of them a probe."""


class MeasuringStore(FailingStore):
    """Notes how many readings it was given at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def write(self, columns: Columns, *, overruled: Overruled = nobody) -> list[Refused]:
        """Note, and keep readings or do not answer."""
        self.asked.append(len(columns))
        return super().write(columns, overruled=overruled)


@pytest.fixture
def store() -> MeasuringStore:
    return MeasuringStore()


@pytest.fixture
def shipper(tmp_path: Path, store: MeasuringStore) -> Iterator[Shipper]:
    """A shipper with commits in its spool, not started."""
    state = State(tmp_path / STATE_FILE)
    spool = Spool(tmp_path / SPOOL_FOLDER, max_bytes=10**7)
    for number in range(COMMITS):
        first = number * COMMIT
        readings = [Reading("m", REGISTER, time, time) for time in range(first, first + COMMIT)]
        spool.append(pack(Commit(columns_of(readings), [], Totals(accepted=first + COMMIT))))
    shipper = Shipper(spool, state, cast("ReadingStore", store), clock=lambda: 0)
    yield shipper
    shipper.stop()
    spool.close()
    state.close()


def test_a_store_that_is_away_is_asked_with_little_until_it_takes_that(
    shipper: Shipper, store: MeasuringStore
) -> None:
    assert COMMITS * COMMIT <= BATCH_READINGS
    store.reachable = False
    shipper.start()
    wait_until(lambda: len(store.asked) >= 2)
    store.reachable = True
    wait_until(lambda: shipper.is_done)

    everything = COMMITS * COMMIT
    away, taken = store.asked[: -store.writes], store.asked[-store.writes :]
    assert away == [everything] + [PROBE_READINGS] * (len(away) - 1)
    assert taken == [PROBE_READINGS, everything - PROBE_READINGS]
