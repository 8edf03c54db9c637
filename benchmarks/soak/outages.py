"""Scenarios in which something is away: collector, broker, store, disk, line."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from os import geteuid
from pathlib import Path
from secrets import token_hex

from benchmarks.soak.account import Account, LostError, SkippedError
from collector.keeping.segment import framed
from tests import server_programs
from tests.collector_faults import SHIPPED_BROKER, House, plan
from tests.collector_process import Runner, Stream, expected, stored
from tests.collector_program import READINGS, STATE

RATE = 500.0
DISK_MIB = 8
CUTS_S = (5.0, 100.0)
"""A line that comes back before TCP gives up, and one away for longer than the keep-alive."""


def finish(account: Account, house: House, seconds: float = 300.0) -> None:
    """End the stream, and demand every reading in the store and only planted dead letters."""
    count, standing = house.finish(seconds)
    account.show("all", standing, published=count)
    account.demand("dead", found=standing["dead"], wanted=len(house.planted()))
    account.demand("failure", found=standing["failure"], wanted="''")
    account.compare(house.stored(), expected(range(count)))
    account.figures["looks"] = house.runner.looks


def kills(account: Account) -> None:
    """Kill the collector, restart the broker, stop the store, in an order by lot."""
    told = account.told
    faults = plan(
        kills=told["kills"],
        restarts=told["restarts"],
        outages=told["outages"],
        seconds=(5.0, told["longest"]),
        seed=told["seed"],
    )
    with House(account.folder) as house:
        house.open_stream(rate=RATE, garbage_every=1000)
        for number, fault in enumerate(faults, start=1):
            house.suffer(fault)
            account.show(
                f"{fault.kind} {number}/{len(faults)}",
                house.runner.standing(),
                away_s=round(fault.away_s, 1),
            )
        finish(account, house)


def torn_segment(account: Account) -> None:
    """Kill the collector with readings in the spool and leave half a record, or zeros, behind."""
    tails = (framed(b"half a record" * 20)[:100], bytes(4096), framed(b"x")[:3])
    with House(account.folder) as house:
        house.open_stream(rate=RATE)
        for tail in tails:
            house.store.off()
            time.sleep(2)
            house.runner.end(signal.SIGKILL)
            newest = max((house.runner.folder / STATE).rglob("*.spool"))
            with newest.open("ab") as file:
                file.write(tail)
            house.runner.start()
            account.show(f"{len(tail)} torn bytes", house.runner.standing())
            house.store.on()
        finish(account, house)


@contextmanager
def small_disk(place: Path, mib: int) -> Iterator[None]:
    """Mount a disk of a few MiB in memory."""
    if geteuid() != 0:
        raise SkippedError("mounting a small disk needs root: sudo make soak")
    place.mkdir(parents=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "jieneng-soak", str(place)]
    subprocess.run(words, check=True)  # noqa: S603
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607


def disk_full(account: Account) -> None:
    """Stop the store until the spool fills its disk, and start it again."""
    with (
        small_disk(account.folder / "collector" / STATE, DISK_MIB),
        House(account.folder) as house,
    ):
        house.open_stream(rate=4000.0)
        house.store.off()
        deadline = time.monotonic() + 200
        while "spool.full" not in house.runner.log():
            if time.monotonic() > deadline:
                raise LostError(f"{DISK_MIB} MiB were not full after 200 s")
            time.sleep(0.2)
        time.sleep(3)
        account.show("disk full", house.runner.standing())
        house.runner.end(signal.SIGKILL)
        house.runner.start()
        account.show("killed with the disk full", house.runner.standing())
        house.store.on()
        account.show("store back", house.runner.standing())
        finish(account, house)


def clock_back(account: Account) -> None:
    """Set the collector's clock back by an hour, by a day, and on again, with a kill between."""
    libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not libraries:
        raise SkippedError("libfaketime is not here: apt-get install faketime")
    offset = account.folder / "offset"
    offset.write_text("+0")
    before = (
        "env", f"LD_PRELOAD={libraries[0]}", f"FAKETIME_TIMESTAMP_FILE={offset}",
        "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
    )  # fmt: skip
    with House(account.folder, before=before) as house:
        house.open_stream(rate=RATE)
        for change in ("-3600", "-86400", "+600", "-30"):
            offset.write_text(change)
            time.sleep(3)
            account.show(f"clock {change} s", house.runner.standing())
            if change == "-86400":
                house.runner.end(signal.SIGKILL)
                house.runner.start()
                account.show("killed in the past", house.runner.standing())
        finish(account, house)


@contextmanager
def namespace() -> Iterator[tuple[str, str, str]]:
    """Make a network namespace; yield its name, our end of the line and the address there."""
    if geteuid() != 0:
        raise SkippedError("a network namespace needs root: sudo make soak")
    name, ours, theirs = f"soak{token_hex(3)}", f"so{token_hex(3)}", f"st{token_hex(3)}"
    inside = f"ip netns exec {name} ip"
    commands = (
        f"ip netns add {name}", f"ip link add {ours} type veth peer name {theirs}",
        f"ip link set {theirs} netns {name}", f"ip addr add 10.213.7.1/30 dev {ours}",
        f"ip link set {ours} up", f"{inside} addr add 10.213.7.2/30 dev {theirs}",
        f"{inside} link set {theirs} up", f"{inside} link set lo up",
    )  # fmt: skip
    try:
        for command in commands:
            subprocess.run(command.split(), check=True)  # noqa: S603
        yield name, ours, "10.213.7.1"
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False)  # noqa: S603, S607
        with suppress(FileNotFoundError):
            subprocess.run(["ip", "link", "del", ours], check=False, stderr=subprocess.DEVNULL)  # noqa: S603, S607


def network_cut(account: Account) -> None:
    """Pull the cable between collector and broker: a network namespace and its veth."""
    port = server_programs.free_port()
    with (
        namespace() as (name, line, address),
        server_programs.mosquitto(
            account.folder, port, f"listener {port} {address}\n{SHIPPED_BROKER}"
        ),
        closing(
            Runner(
                account.folder,
                port,
                before=("ip", "netns", "exec", name),
                more=("--host", address),
            )
        ) as runner,
    ):
        runner.start()
        stream = Stream(port, rate=RATE)
        for seconds in CUTS_S:
            time.sleep(2)
            subprocess.run(["ip", "link", "set", line, "down"], check=True)  # noqa: S603, S607
            time.sleep(seconds)
            subprocess.run(["ip", "link", "set", line, "up"], check=True)  # noqa: S603, S607
            account.show(f"cut of {seconds:.0f} s", runner.standing())
        count = stream.finish()
        standing = runner.wait_quiet(count, 200.0)
        runner.end(signal.SIGTERM)
    account.show("all", standing, published=count)
    account.demand("dead", found=standing["dead"], wanted=0)
    account.compare(stored(f"duckdb:{account.folder / READINGS}"), expected(range(count)))
