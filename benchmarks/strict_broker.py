"""A broker that sends one backlog and never more than a window of unacknowledged messages.

mosquitto lets its window grow when acknowledgements come in groups; this one does not. Run as a
program, strict_broker.py WINDOW MESSAGES, it prints its port and serves one subscriber after the
other, each with the whole backlog, until its input ends.
"""

import socket
import struct
import sys
import threading

from benchmarks.workload import PAYLOADS, TOPIC, bodies
from collector.mqtt import packets

CONNACK = b"\x20\x02\x00\x00"
PUBACK_BYTES = 4
LARGEST_NUMBER = 65_000


def backlog(messages: int) -> list[bytes]:
    """Return PUBLISH packets."""
    head = packets.text_bytes(TOPIC)
    found = []
    for number, body in enumerate(bodies(PAYLOADS[0]._replace(messages=messages))):
        content = head + struct.pack(">H", number % LARGEST_NUMBER + 1) + body
        found.append(b"\x32" + packets.length_bytes(len(content)) + content)
    return found


def received(line: socket.socket, size: int) -> bytes:
    """Return exactly so many bytes."""
    found = b""
    while len(found) < size:
        piece = line.recv(size - len(found))
        if not piece:
            raise ConnectionError("The subscriber has left.")
        found += piece
    return found


def packet(line: socket.socket) -> bytes:
    """Return a packet, all of it, from a subscriber that sends short ones."""
    head = received(line, 2)
    length = head[1]
    if length >= packets.MORE:
        length = (length & 0x7F) | received(line, 1)[0] << 7
    return head + received(line, length)


def serve(line: socket.socket, window: int, messages: list[bytes]) -> None:
    """Let a subscriber in and send the backlog as it acknowledges."""
    packet(line)
    line.sendall(CONNACK)
    subscription = packet(line)
    filters = subscription.count(b"\x01", 4)
    line.sendall(b"\x90" + bytes([2 + filters]) + subscription[2:4] + b"\x01" * filters)
    sent, acknowledged = min(window, len(messages)), 0
    line.sendall(b"".join(messages[:sent]))
    rest = 0
    while acknowledged < len(messages):
        piece = line.recv(65_536)
        if not piece:
            return
        count, rest = divmod(rest + len(piece), PUBACK_BYTES)
        acknowledged += count
        line.sendall(b"".join(messages[sent : acknowledged + window]))
        sent = min(acknowledged + window, len(messages))
    line.recv(1)  # until it leaves


def run(server: socket.socket, window: int, messages: list[bytes]) -> None:
    """Serve subscribers one after the other."""
    while True:
        line, _ = server.accept()
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with line:
            try:
                serve(line, window, messages)
            except OSError:
                continue  # it left in between; the next one gets everything


def main() -> None:
    """Serve until the input ends."""
    window, count = int(sys.argv[1]), int(sys.argv[2])
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=run, args=(server, window, backlog(count)), daemon=True).start()
        print(server.getsockname()[1], flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
