"""An InfluxDB that takes everything, keeps nothing and knows nothing: for the cost of sending.

Run as a program it prints its port and serves until its input ends.
"""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Nothing(BaseHTTPRequestHandler):
    """Answers a write with 204 and a query with no rows."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """As InfluxDB answers: else the second part of an answer waits 40 ms for word of the first."""

    def do_POST(self) -> None:
        """Read the body and forget it."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_write = "/write" in self.path
        body = b"" if is_write else b'{"results":[{}]}'
        self.send_response(204 if is_write else 200)
        if not is_write:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base names it so
        """Say nothing."""


def main() -> None:
    """Serve until the input ends."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1], flush=True)
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
