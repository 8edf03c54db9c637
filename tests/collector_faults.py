"""A broker, an InfluxDB and a collector in one house, and the faults that it suffers."""

import random
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from tests import server_programs
from tests.collector_process import Runner, Stream, stored

SHIPPED_BROKER = (
    "allow_anonymous true\nmax_queued_messages 1000000\nmax_queued_bytes 1000000000\n"
    "max_inflight_messages 1000\nmax_packet_size 1048576\nmessage_size_limit 1048576\n"
)
"""The limits of deploy/mosquitto.conf, without its accounts."""

KILL, RESTART, OUTAGE = "kill", "restart", "outage"


class Fault(NamedTuple):
    """What breaks, how long it is away, and how long all goes well before [s]."""

    kind: str
    away_s: float
    before_s: float


def plan(
    *, kills: int, restarts: int, outages: int, seconds: tuple[float, float], seed: int
) -> list[Fault]:
    """Return so many faults in an order by lot; an outage of the store takes so many seconds."""
    lot = random.Random(seed)  # noqa: S311 - a plan that can be repeated
    kinds = [KILL] * kills + [RESTART] * restarts + [OUTAGE] * outages
    lot.shuffle(kinds)
    away = {KILL: (0.0, 0.5), RESTART: (0.0, 1.0), OUTAGE: seconds}
    return [Fault(kind, lot.uniform(*away[kind]), lot.uniform(0.1, 1.0)) for kind in kinds]


class Switch:
    """A server that can be switched off and on again."""

    def __init__(self, run: Callable[[], AbstractContextManager[Any]]) -> None:
        self._run = run
        self._stack = ExitStack()
        self.value: Any = None

    def on(self) -> None:
        """Start it."""
        self.value = self._stack.enter_context(self._run())

    def off(self) -> None:
        """End it in order."""
        self._stack.close()


class House:
    """Broker, store and collector; leaves nothing running.

    Args:
        folder: For everything.
        broker_settings: Of mosquitto, beside its listener.
        before: Words before the collector's program.
        more: Options after it.
    """

    def __init__(
        self,
        folder: Path,
        broker_settings: str = SHIPPED_BROKER,
        *,
        before: tuple[str, ...] = (),
        more: tuple[str, ...] = (),
    ) -> None:
        for name in ("broker", "influx", "collector"):
            (folder / name).mkdir(exist_ok=True)
        self.folder = folder
        self.port = server_programs.free_port()
        store_port = server_programs.free_port()
        self.broker = Switch(
            lambda: server_programs.mosquitto(folder / "broker", self.port, broker_settings)
        )
        self.store = Switch(lambda: server_programs.influx_2(folder / "influx", store_port))
        self._collector = {"before": before, "more": more}
        self.stream: Stream | None = None

    def __enter__(self) -> Self:
        try:
            self.broker.on()
            self.store.on()
            self.url = server_programs.new_buckets(self.store.value, "soak")
            self.runner = Runner(
                self.folder / "collector",
                self.port,
                store=self.url,
                token=server_programs.TOKEN,
                **self._collector,
            )
            self.runner.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End everything that runs."""
        if hasattr(self, "runner"):
            self.runner.close()
        self.store.off()
        self.broker.off()

    def open_stream(self, *, rate: float, garbage_every: int = 0) -> None:
        """Let readings come, and among them what is none."""
        self._every = garbage_every
        self.stream = Stream(self.port, rate=rate, garbage_every=garbage_every)

    def suffer(self, fault: Fault) -> None:
        """Break something, wait, mend it."""
        time.sleep(fault.before_s)
        if fault.kind == KILL:
            self.runner.end(signal.SIGKILL)
            time.sleep(fault.away_s)
            self.runner.start()
            return
        switch = self.broker if fault.kind == RESTART else self.store
        switch.off()
        time.sleep(fault.away_s)
        switch.on()

    def finish(self, seconds: float = 120.0) -> tuple[int, dict[str, Any]]:
        """End the stream, wait until all is stored; return the count and how the books stand."""
        assert self.stream is not None
        count = self.stream.finish()
        standing = self.runner.wait_quiet(count + self.stream.planted, seconds)
        self.runner.end(signal.SIGTERM)
        return count, standing

    def planted(self) -> list[int]:
        """Return the numbers of the messages without sense."""
        assert self.stream is not None
        return [(place + 1) * self._every for place in range(self.stream.planted)]

    def stored(self) -> list[tuple[int, int]]:
        """Return time and value of everything in the store."""
        return stored(self.url, server_programs.TOKEN)
