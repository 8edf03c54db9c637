"""An InfluxDB that takes everything, keeps nothing and knows nothing: for the cost of sending.

It reads every byte and says what InfluxDB says, with as little work of its own as can be.
Run as a program it prints its port and serves until its input ends.
"""

import sys
import threading
from socketserver import StreamRequestHandler, ThreadingTCPServer

_STORED = b"HTTP/1.1 204 No Content\r\n\r\n"
_ROWS = b'{"results":[{}]}'
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
_NO_ROWS = _OK % (b"application/json", len(_ROWS), _ROWS)
_NO_LINES = _OK % (b"text/csv", 0, b"")


class Nothing(StreamRequestHandler):
    """Answers a write with 204 and a query with no rows."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Read each body and forget it."""
        while request := self.rfile.readline():
            length, no_rows = 0, _NO_ROWS
            while (line := self.rfile.readline().strip()) != b"":
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                if name.lower() == b"accept" and b"csv" in value:
                    no_rows = _NO_LINES
            self.rfile.read(length)
            self.wfile.write(_STORED if b"/write" in request else no_rows)


class Sink(ThreadingTCPServer):
    """A thread a connection; none holds up the end."""

    daemon_threads = True


def main() -> None:
    """Serve until the input ends."""
    with Sink(("127.0.0.1", 0), Nothing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1], flush=True)
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
