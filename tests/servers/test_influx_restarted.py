"""What InfluxDB shows is not on its disk for that; what our store wrote is, whatever was there."""

import random
import socket
import struct
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from energy.reading import REGISTER, Reading
from storage.columns import columns_of
from storage.influx.address import Address
from storage.influx.line_protocol import reading_bodies
from storage.opening import open_store
from tests.server_programs import TOKEN, free_port, influx_1, influx_2, new_buckets
from tests.store_promises import ALWAYS, NEW_YEAR

BODIES = 40
LINES = 5000
_AT_ONCE = struct.pack("ii", 1, 0)
"""Close without a word more: what a killed process does, as far as the server sees it."""


def bodies() -> list[list[Reading]]:
    return [
        [Reading("main", REGISTER, NEW_YEAR + n * 1000, n) for n in range(first, first + LINES)]
        for first in range(0, BODIES * LINES, LINES)
    ]


def send_and_die(address: Address, readings: list[Reading], lot: random.Random) -> None:
    """Write readings as a process does that is killed before the answer is there."""
    (body,) = reading_bodies(columns_of(readings), lines=LINES)
    host, port = address.url.removeprefix("http://").split(":")
    head = (
        f"POST /api/v2/write?org={address.org}&bucket={address.raw}&precision=ms HTTP/1.1\r\n"
        f"Host: {host}\r\nAuthorization: Token {TOKEN}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        line.sendall(head.encode() + body)
        time.sleep(lot.uniform(0, 0.03))


@pytest.mark.parametrize("run", [influx_1, influx_2])
def test_what_a_killed_process_wrote_and_the_next_wrote_again_survives_a_restart_of_influxdb(
    tmp_path: Path, run: Callable[[Path, int], AbstractContextManager[str]]
) -> None:
    port, lot = free_port(), random.Random(1)  # noqa: S311 - a test that can be repeated
    with run(tmp_path, port) as start:
        url = new_buckets(start, "killed")
        for readings in bodies():
            send_and_die(Address.read(url, TOKEN), readings, lot)
        time.sleep(1)  # what the server does on without us
        store = open_store(url, TOKEN)
        shown = store.counts()[REGISTER]
        for readings in bodies():
            store.write(readings)
        store.close()
    with run(tmp_path, port):
        store = open_store(url, TOKEN)
        values = store.series(REGISTER, "main", ALWAYS).value.tolist()
        store.close()
    assert shown > LINES, "nothing was there already"
    assert values == list(range(BODIES * LINES))
