"""One value that a server refuses in words of its own stops none of the others."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import UnreachableError
from storage.influx.culprits import MOST_NEIGHBOURS, culprit
from storage.opening import open_store
from tests.store_promises import register

NO_ROWS = b'{"results":[{"statement_id":0}]}'


@contextmanager
def refusing(status: int, word: bytes, taken: set[bytes]) -> Iterator[str]:
    """Run a server that takes no body in which a word stands, and says so in its own words."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if "/write" not in self.path:
                self._answer(200, NO_ROWS)
            elif word in body:
                self._answer(status, b'{"error":"this engine stores no such thing"}')
            else:
                taken.update(body.split(b"\n"))
                self._answer(204, b"")

        def _answer(self, code: int, body: bytes) -> None:
            self.send_response(code)
            if body:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self._answer(200, NO_ROWS)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"influxdb+http://127.0.0.1:{server.server_port}?org=o&raw=a&derived=b"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize("bad", [{0}, {7}, {199}, {0, 1, 2, 100, 198, 199}], ids=str)
def test_lines_refused_in_unknown_words_are_handed_back_and_the_others_kept(
    status: int, bad: set[int]
) -> None:
    taken: set[bytes] = set()
    batch = [register("odd" if at in bad else "main", at, at) for at in range(200)]
    with refusing(status, b"meter=odd", taken) as url:
        store = open_store(url, "token-word")
        refused = store.write(batch)
        store.close()

    assert {entry.reading.value for entry in refused} == bad
    assert {entry.reason for entry in refused} == {"this engine stores no such thing"}
    assert len(taken) == 200 - len(bad)


@pytest.mark.parametrize("count", [1, 200])
def test_where_a_server_takes_nothing_no_line_is_at_fault(count: int) -> None:
    with refusing(400, b"", set()) as url:
        store = open_store(url, "token-word")
        with pytest.raises(UnreachableError, match="stores no such thing"):
            store.write([register("main", at, at) for at in range(count)])
        store.close()


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_a_line_is_at_fault_only_if_it_is_refused_beside_one_that_is_taken(bad: list[bool]) -> None:
    lines = [f"{at} {'bad' if is_bad else 'good'}" for at, is_bad in enumerate(bad)]

    found = culprit(lines, lambda some: not any("bad" in line for line in some))

    near = MOST_NEIGHBOURS + 1
    if found is None:
        first = bad.index(True) if True in bad else 0
        assert all(bad[first : first + near]) or not any(bad)
    else:
        assert bad[found]


def test_a_server_that_refuses_for_a_moment_has_no_line_at_fault() -> None:
    asked = 0

    def takes(_: Sequence[str]) -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    assert culprit(["a", "b", "c", "d", "e"], takes) is None
