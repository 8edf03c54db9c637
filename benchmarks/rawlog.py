"""What it costs to read the raw log again: time, memory, and what devices wait for it.

Prints JSON lines, median of RUNS with min and max:

- ``rawlog_replay`` and ``rawlog_replay_bare``: readings a second out of the raw log into a sink
  that keeps nothing. It rests for as long as it works, to leave the other half to devices. The
  controls, in turn with it, ship a spool of the same readings, and only decompress and unpack them.
- ``rawlog_replay_met``: the same into a store that has newer readings, and so is asked for each
  time what stands there.
- ``rawlog_rss``: MiB resident of ``jieneng collect``, the most while it reads LARGE readings and
  replays a tenth of them; the control is what it has before, having shipped readings of a device.
- ``rawlog_live``: readings a second from a device through broker, collector and sink while the
  collector replays; the control is the same collector while it does not.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.catchup import FULL, full_spool
from benchmarks.outage import collecting, environment, figure, resident_mib
from benchmarks.workload import (
    BROKER,
    CADENCE_S,
    FIRST_TIME,
    NOW_MS,
    REGISTRY,
    RUNS,
    Payload,
    fill,
    null_sink,
    report,
    wait_until,
)
from collector.keeping.packing import Commit, Totals, pack
from collector.keeping.spool import Spool
from collector.keeping.state import SPOOL_FOLDER, STATE_FILE, State
from collector.replaying.giving_way import GivingWay
from collector.replaying.kept import kept_segments, shipped_commits
from collector.replaying.rawlog import DAY_MS, RAWLOG_FOLDER, RawLog
from collector.replaying.replay import Replayer
from collector.replaying.replay_request import ReplayRequest
from collector.shipper import Shipper
from jieneng.state import prepare_state
from storage.columns import NOTHING, Columns
from storage.opening import open_store
from storage.readings import ReadingStore
from storage.records import replays
from storage.records.book import Records
from tests.fakes import Notebook
from tests.server_programs import free_port, mosquitto
from tests.store_promises import ALWAYS

COMMAND = "make bench-rawlog"
COMMIT = 3000
LARGE = 24_000_000
"""Readings: half a GB of segments, several times the memory of the collector."""
LIVE = Payload("live", 50, 1_200)
LIVE_S = LIVE.records * LIVE.messages * CADENCE_S
REPLAY = (sys.executable, "-m", "jieneng", "replay")
TENTH = ("--from", "2026-03-25", "--to", "2026-04-30")
"""Of LARGE: every segment is read for it."""


class Rates(NamedTuple):
    """Readings a second."""

    empty: float
    met: float
    shipped: float
    bare: float


def rawlog_of(folder: Path, spool: Spool, state: State) -> RawLog:
    """Return a raw log at the next midnight, so that every segment is over."""
    return RawLog(
        folder / RAWLOG_FOLDER,
        spool,
        lambda: state.shipped().position,
        keep_ms=30 * DAY_MS,
        max_bytes=10**10,
        clock=lambda: time.time_ns() // 1_000_000 + DAY_MS,
    )


def keep_all(folder: Path, spool: Spool, state: State) -> None:
    """Move what is shipped into the raw log, the newest segment, too."""
    rawlog = rawlog_of(folder, spool, state)
    rawlog.look()
    state.ship(spool.append(pack(Commit(NOTHING, [], Totals()))), shipped=0, refused=0, letters=[])
    rawlog.look()


def rates(url: str) -> Rates:
    """Ship a spool, keep its segments, read them, and replay them twice."""
    empty, met = open_store(url), open_store(url)
    with full_spool() as (spool, state):
        folder = spool.folder.parent
        shipper = Shipper(spool, state, met, clock=lambda: NOW_MS, keeps_segments=True)
        shipped = rate_of(lambda: ship_all(shipper, state))
        keep_all(folder, spool, state)
        found = Rates(
            rate_of(lambda: replay_all(folder, state, empty)),
            rate_of(lambda: replay_all(folder, state, met)),
            shipped,
            rate_of(lambda: read_all(folder, spool, state)),
        )
    empty.close()
    met.close()
    return found


def rate_of(work: Callable[[], int]) -> float:
    """Return the readings a second of what returns its number of readings, all of FULL."""
    began = time.monotonic()
    if work() != FULL.readings:
        raise RuntimeError("Not every reading was counted.")
    return FULL.readings / (time.monotonic() - began)


def ship_all(shipper: Shipper, state: State) -> int:
    """Empty the spool; return how many readings are shipped."""
    while shipper.ship_once():
        pass
    return state.shipped().shipped


def replay_all(folder: Path, state: State, store: ReadingStore) -> int:
    """Replay the raw log; return how many readings the store took."""
    notebook = Notebook()
    notebook.replays[1] = ReplayRequest(1, ALWAYS)
    Replayer(notebook, state, store, folder=folder, way=GivingWay(lambda: 0)).replay_once()
    return notebook.replayed[0].progress.kept


def read_all(folder: Path, spool: Spool, state: State) -> int:
    """Decompress and unpack everything; return how many readings there are."""
    shipped = state.shipped().position
    kept = kept_segments(folder / RAWLOG_FOLDER, spool.folder, shipped)
    return sum(len(commit) for one in kept for commit in shipped_commits(one, shipped))


def columns(first: int) -> Columns:
    """Return a commit of the meters of REGISTRY, each a reading a second."""
    second = first // 3 + np.arange(COMMIT, dtype=np.int64) // 3
    which = np.arange(COMMIT) % 3
    power_w = np.random.default_rng(first).integers(100, 100_000, COMMIT)
    value = np.where(which == 0, 100_000 + second, (power_w / 10.0).view(np.int64))
    none = np.zeros(COMMIT, dtype=np.int64)
    series = [(meter.meter, meter.table) for meter in REGISTRY.meters]
    times = (FIRST_TIME + second) * 1000
    return Columns(series, which, times, value, none, none, none, none)


def fill_rawlog(folder: Path) -> None:
    """Make a state folder whose raw log holds LARGE readings."""
    prepare_state(folder)
    state = State(folder / STATE_FILE)
    spool = Spool(folder / SPOOL_FOLDER, max_bytes=10**10)
    for first in range(0, LARGE, COMMIT):
        count = first + COMMIT
        totals = Totals(received=count, accepted=count)
        spool.append(pack(Commit(columns(first), [], totals)))
    state.ship(spool.end, shipped=LARGE, refused=0, letters=[])
    keep_all(folder, spool, state)
    spool.close()
    state.close()


class Run(NamedTuple):
    """Memory [MiB] and rates [readings/s] of one process."""

    before: float
    highest: float
    alone: float
    beside: float


def run(folder: Path, state: Path, sink: str, *, first_time: int) -> Run:
    """Send LIVE, replay a tenth, and send LIVE again while everything is replayed."""
    (folder / "broker").mkdir()
    port, listen = free_port(), free_port()
    url = f"mqtt://127.0.0.1:{port}"
    settings = environment(folder, REGISTRY, broker=url, listen=listen, store=sink, state=state)
    with (
        mosquitto(folder / "broker", port, BROKER),
        collecting(settings, folder / "log") as pid,
    ):
        wait_until(lambda: figure(listen, "is_healthy") >= 0)
        alone = live_rate(url, listen, first_time)
        time.sleep(2)  # it has looked for requests and told how it stands
        before = resident_mib(pid)
        highest = replayed(settings, pid)
        with replaying(settings):
            beside = live_rate(url, listen, first_time + LIVE_S)
    return Run(before, highest, alone, beside)


def replayed(settings: dict[str, str], pid: int) -> float:
    """Have TENTH replayed; return the most memory of a process meanwhile [MiB]."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")  # the peak begins anew
    command = [*REPLAY, *TENTH, "--json"]
    done = subprocess.run(command, env=settings, capture_output=True, check=True)  # noqa: S603
    (ended,) = json.loads(done.stdout)
    progress = ended["progress"]
    if progress["read"] < LARGE or progress["kept"] < LARGE // 20:
        raise RuntimeError(f"Not every reading was replayed: {ended}")
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


@contextmanager
def replaying(settings: dict[str, str]) -> Iterator[None]:
    """Have a replay under way while the block runs, and see that it was to the end."""
    with subprocess.Popen([*REPLAY, "--all"], env=settings, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        wait_until(lambda: readings_read(settings) > 0)
        yield
        if process.poll() is not None:
            raise RuntimeError("The replay was over too soon.")
        process.terminate()


def readings_read(settings: dict[str, str]) -> int:
    """Return how many readings the newest replay has read."""
    book = Records.open(settings["JIENENG_RECORDS_URL"])
    with book.reading() as session:
        newest = next(iter(replays.recent(session, 1)), None)
    book.close()
    return newest.progress.get("read", 0) if newest and not newest.ended else 0


def live_rate(url: str, listen: int, first_time: int) -> float:
    """Return the readings a second at which messages of a device reach the sink."""
    before = figure(listen, "shipped")
    began = time.monotonic()
    fill(url, LIVE, first_time=first_time)
    wait_until(lambda: figure(listen, "shipped") >= before + LIVE.readings)
    return LIVE.readings / (time.monotonic() - began)


def main() -> None:
    """Measure."""
    with null_sink() as sink:
        url = f"influxdb1+http://{sink}?raw=raw&derived=derived"
        found = [rates(url) for _ in range(RUNS)]
        empty, met, shipped, bare = zip(*found, strict=True)
        report("rawlog_replay", "readings/s", empty, shipped, command=COMMAND)
        report("rawlog_replay_bare", "readings/s", empty, bare, command=COMMAND)
        report("rawlog_replay_met", "readings/s", met, shipped, command=COMMAND)
    with null_sink() as sink, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill_rawlog(folder / "state")
        first_time = int(time.time()) - 2 * RUNS * LIVE_S
        runs = []
        for number in range(RUNS):
            (folder / str(number)).mkdir()
            at = first_time + 2 * number * LIVE_S
            runs.append(run(folder / str(number), folder / "state", sink, first_time=at))
    before, highest, alone, beside = zip(*runs, strict=True)
    report("rawlog_rss", "MiB", highest, before, command=COMMAND)
    report("rawlog_live", "readings/s", beside, alone, command=COMMAND)


if __name__ == "__main__":
    main()
