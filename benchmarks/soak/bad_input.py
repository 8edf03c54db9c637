"""Scenarios in which senders misbehave, and what a broker that is killed loses."""

import random
import signal
import threading
import time

from benchmarks.soak.account import Account, size_mib
from benchmarks.soak.outages import finish
from energy.errors import UnreachableError
from simulators.speech.publish import Publisher
from tests.collector_faults import House
from tests.collector_process import NEVER, TOPIC, expected, publish
from tests.collector_program import STATE

HUGE_BYTES = 200_000_000
DEVICES = 100_000
NO_LIMIT = "allow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 1000\n"
MOST_MIB = 300.0
"""Resident memory of a collector in trouble; chosen: three times what it may have in peace."""


def garbage_flood(account: Account) -> None:
    """Send bytes by lot as fast as the broker takes them, between readings."""
    lot = random.Random(account.told["seed"])  # noqa: S311 - a flood that can be repeated
    count = account.told["garbage"]
    with House(account.folder) as house:
        house.open_stream(rate=200.0)
        with Publisher(f"mqtt://127.0.0.1:{house.port}", client_id="broken") as publisher:
            for number in range(count):
                payload = number.to_bytes(4) + lot.randbytes(lot.randrange(400))
                assert publisher.publish(TOPIC, payload, stop=NEVER)
            assert publisher.drain(stop=NEVER)
        readings, standing = house.finish(300.0)
        account.show("flood", standing, published=readings)
        account.demand("dead", found=standing["dead"], wanted=count)
        account.demand("failure", found=standing["failure"], wanted="''")
        account.compare(house.stored(), expected(range(readings)))
    _bounds(account, house, standing["peak_mib"])


def _bounds(account: Account, house: House, peak_mib: float) -> None:
    account.demand_at_most("peak_mib", peak_mib, MOST_MIB)
    account.demand_at_most("disk_mib", size_mib(house.runner.folder / STATE), MOST_MIB)


def nested_json(account: Account) -> None:
    """Send JSON nested a million deep."""
    payloads = (b"[" * 1_000_000, b'{"values":' * 100_000, b"[" * 500_000 + b"]" * 500_000)
    with House(account.folder) as house:
        house.open_stream(rate=200.0)
        with Publisher(f"mqtt://127.0.0.1:{house.port}", client_id="broken") as publisher:
            for payload in payloads:
                assert publisher.publish(TOPIC, payload, stop=NEVER)
            assert publisher.drain(stop=NEVER)
        time.sleep(2)
        readings, standing = house.finish()
        account.show("nested", standing, published=readings)
        account.demand("dead", found=standing["dead"], wanted=len(payloads))
        account.compare(house.stored(), expected(range(readings)))
    _bounds(account, house, standing["peak_mib"])


def huge_message(account: Account) -> None:
    """Send 200 MB, first to the shipped limits of the broker, then to a broker without limits."""
    (account.folder / "shipped").mkdir()
    with House(account.folder / "shipped") as house:
        house.open_stream(rate=200.0)
        _send_huge(house.port)
        account.show("200 MB to the shipped broker", house.runner.standing())
        finish(account, house)
    (account.folder / "open").mkdir()
    with House(account.folder / "open", NO_LIMIT) as house:
        house.open_stream(rate=200.0)
        _send_huge(house.port)
        house.runner.wait(lambda found: found["dead"] == 1)
        readings, standing = house.finish()
        account.show("200 MB to a broker without limits", standing, cut=standing["cut"])
        account.demand("cut", found=(standing["dead"], standing["cut"]), wanted=(1, 1))
        account.compare(house.stored(), expected(range(readings)))
    _bounds(account, house, standing["peak_mib"])


def _send_huge(port: int) -> None:
    stop = threading.Event()
    threading.Timer(20.0, stop.set).start()  # the shipped broker hangs up on it for ever
    try:
        with Publisher(f"mqtt://127.0.0.1:{port}", client_id="huge") as publisher:
            publisher.publish(TOPIC, bytes(HUGE_BYTES), stop=stop)
            publisher.drain(stop=stop)
    except UnreachableError:
        return


def many_devices(account: Account) -> None:
    """Hear 100,000 devices that the registry does not know."""
    with House(account.folder) as house:
        house.open_stream(rate=100.0)
        before = house.runner.wait(lambda found: found["shipped"] > 0)["rss_mib"]
        with Publisher(f"mqtt://127.0.0.1:{house.port}", client_id="strangers") as publisher:
            for number in range(DEVICES):
                message = b'{"time":1767225600,"values":{"ep":1.25}}'
                assert publisher.publish(f"meters/stranger{number}", message, stop=NEVER)
            assert publisher.drain(stop=NEVER)
        readings, standing = house.finish(300.0)
        account.show("strangers", standing, published=readings)
        account.demand("dead", found=standing["dead"], wanted=DEVICES)
        account.compare(house.stored(), expected(range(readings)))
    account.figures["rss_before_mib"] = before
    _bounds(account, house, standing["peak_mib"])


def killed_broker(account: Account) -> None:
    """Kill the broker and measure how many messages it had acknowledged are gone with it."""
    with House(account.folder) as house:
        with Publisher(f"mqtt://127.0.0.1:{house.port}", client_id="meters") as publisher:
            publish(publisher, range(5000))
            assert publisher.drain(stop=NEVER)
            _kill(house)
        house.runner.wait_quiet(0)
        lost_with_us = 5000 - len(house.stored())
        account.show("killed with the collector there", house.runner.standing(), lost=lost_with_us)
        house.runner.end(signal.SIGKILL)
        with Publisher(f"mqtt://127.0.0.1:{house.port}", client_id="meters") as publisher:
            publish(publisher, range(5000, 10_000))
            assert publisher.drain(stop=NEVER)
            _kill(house)
        house.runner.start()
        house.runner.wait_quiet(0)
        lost_without_us = 10_000 - lost_with_us - len(house.stored())
        account.show("killed while it was away", house.runner.standing(), lost=lost_without_us)
        account.demand("doubled", found=_doubled(house), wanted=0)
    account.figures["lost_with_collector"] = lost_with_us
    account.figures["lost_while_away"] = lost_without_us


def _doubled(house: House) -> int:
    kept = house.stored()
    return len(kept) - len(set(kept) & set(expected(range(10_000))))


def _kill(house: House) -> None:
    house.broker.value.kill()
    house.broker.off()
    house.broker.on()
