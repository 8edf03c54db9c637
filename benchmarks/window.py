"""How fast messages come through a broker that lets no more than 20 wait for acknowledgement.

The control is the same collector with the usual rule, a commit every 50 ms, in the same run.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.workload import FORMATS, NOW_MS, REGISTRY, RUNS, TOPIC, report, wait_until
from collector.keeping.spool import Spool
from collector.mqtt.address import address_of
from collector.mqtt.connection import Session
from collector.mqtt.own import OwnConnection
from collector.mqtt.wanted import Wanted
from collector.partition import ALONE, Share
from collector.receiving import receiver
from collector.receiving.receiver import Receiver
from collector.taking.intake import Intake

COMMAND = "make bench-ingest"
WINDOW = 20
MESSAGES = 20_000
TIMER_MESSAGES = 1_000
TIMER_S = 0.050
NO_WINDOW = 10**9


@contextmanager
def strict_broker(messages: int) -> Iterator[str]:
    """Run the broker in a process of its own; yield its address."""
    command = [sys.executable, "-m", "benchmarks.strict_broker", str(WINDOW), str(messages)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:  # noqa: S603
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("The broker has no pipes.")
        yield f"mqtt://127.0.0.1:{child.stdout.readline().strip()}"
        child.stdin.close()


def rate(url: str, messages: int, *, window: int) -> float:
    """Return the messages a second that are acknowledged after they are on disk."""
    address = address_of(url)
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder), max_bytes=10**10)
        intake = Intake(spool, FORMATS, lambda: REGISTRY, future_ms=0)
        running = Receiver(
            OwnConnection(address, Session("bench")),
            address,
            intake=intake,
            subscriptions=Wanted(lambda: (TOPIC,)),
            share=Share(ALONE, ()),
            window=window,
            clock=lambda: NOW_MS,
        )
        began = time.monotonic()
        running.start()
        wait_until(lambda: intake.totals.received >= 3 * messages)
        taken = time.monotonic() - began
        running.stop()
        spool.close()
    return messages / taken


def main() -> None:
    """Measure both in turn."""
    ours, timer = [], []
    drained_s = receiver.COMMIT_S
    for _ in range(RUNS):
        with strict_broker(MESSAGES) as url:
            ours.append(rate(url, MESSAGES, window=WINDOW))
        receiver.COMMIT_S = TIMER_S
        with strict_broker(TIMER_MESSAGES) as url:
            timer.append(rate(url, TIMER_MESSAGES, window=NO_WINDOW))
        receiver.COMMIT_S = drained_s
    report("window20", "1/s", ours, timer, command=COMMAND)


if __name__ == "__main__":
    main()
