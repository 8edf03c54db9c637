"""Break everything that can break under a numbered load, and account for every reading.

    make soak                                  # everything, half an hour
    make soak ARGS='--only disk_full,kills --kills 10 --restarts 2 --outages 2'

One JSON line of the books after each fault, a table at the end; the exit is 1 when a single reading
is missing or doubled or the books do not balance at any look.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.soak import bad_input, outages, store_trouble
from benchmarks.soak.account import Account, SkippedError

SCENARIOS: Mapping[str, Callable[[Account], None]] = {
    scenario.__name__: scenario
    for scenario in (
        outages.kills,
        outages.torn_segment,
        outages.disk_full,
        outages.clock_back,
        outages.network_cut,
        store_trouble.token_revoked,
        store_trouble.bucket_deleted,
        store_trouble.one_refused,
        store_trouble.default_limits,
        bad_input.garbage_flood,
        bad_input.nested_json,
        bad_input.huge_message,
        bad_input.many_devices,
        bad_input.killed_broker,
    )
}


def told() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--only", default="", help=f"of {', '.join(SCENARIOS)}; by commas")
    parser.add_argument("--kills", type=int, default=100, help="of the collector, by kill -9")
    parser.add_argument("--restarts", type=int, default=10, help="orderly, of the broker")
    parser.add_argument("--outages", type=int, default=10, help="of the store")
    parser.add_argument("--longest", type=float, default=60.0, help="longest outage [s]")
    parser.add_argument("--seed", type=int, default=1, help="of the order by lot")
    parser.add_argument("--garbage", type=int, default=100_000, help="messages of the flood")
    found = parser.parse_args()
    if unknown := set(filter(None, found.only.split(","))) - set(SCENARIOS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    return found


def run(name: str, options: Mapping[str, object]) -> tuple[str, Account]:
    """Run one scenario; return how it ended, and what it found."""
    with tempfile.TemporaryDirectory(prefix=f"soak-{name}-") as temporary:
        account = Account(name, Path(temporary), options)
        began = time.monotonic()
        try:
            SCENARIOS[name](account)
            outcome = "ok"
        except SkippedError as why:
            outcome = f"skipped: {why}"
        except AssertionError:
            traceback.print_exc()
            outcome = "FAILED"
        account.figures["seconds"] = round(time.monotonic() - began)
    return outcome, account


def main() -> int:
    """Run what was asked for; return the exit code."""
    options = told()
    names = list(filter(None, options.only.split(","))) or list(SCENARIOS)
    found = []
    for number, name in enumerate(names, start=1):
        print(f"{number}/{len(names)} {name}: {SCENARIOS[name].__doc__}", file=sys.stderr)
        found.append(run(name, vars(options)))
    for outcome, account in found:
        figures = "  ".join(f"{name}={value}" for name, value in account.figures.items())
        print(f"{account.name:<16} {outcome:<8} {figures}")
    return int(any(outcome == "FAILED" for outcome, _ in found))


if __name__ == "__main__":
    sys.exit(main())
