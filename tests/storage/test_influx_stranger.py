"""Somebody else answers where InfluxDB should: a proxy, a login page, another service."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from energy.errors import UnreachableError
from energy.reading import REGISTER
from storage.opening import open_store, prepare_store
from storage.readings import ReadingStore
from tests.store_promises import ALWAYS, register

LOGIN = b"<!DOCTYPE html><html><body>Please log in</body></html>"
NO_ROWS = b'{"results":[{"statement_id":0}]}'


@contextmanager
def answering(*, write: tuple[int, bytes], query: tuple[int, bytes]) -> Iterator[str]:
    """Run an HTTP server with one answer to writes and one to everything else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer()

        def _answer(self) -> None:
            status, body = write if "/write" in self.path else query
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

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


def refusal_of(url: str, act: Callable[[ReadingStore], object]) -> str:
    store = open_store(url, "token-word")
    try:
        with pytest.raises(UnreachableError) as caught:
            act(store)
    finally:
        store.close()
    return str(caught.value)


@pytest.mark.parametrize(
    ("status", "body"), [(200, LOGIN), (200, b""), (202, b""), (201, b"{}")], ids=str
)
def test_a_write_counts_only_when_answered_as_influxdb_does(status: int, body: bytes) -> None:
    with answering(write=(status, body), query=(200, NO_ROWS)) as url:
        said = refusal_of(url, lambda store: store.write([register("main", 0, 1)]))
    assert "is not InfluxDB" in said
    assert f"answered {status} to a write" in said
    assert "JIENENG_STORE_URL" in said
    assert "http://127.0.0.1:" in said
    assert "html" not in said


def test_a_write_answered_with_204_counts() -> None:
    with answering(write=(204, b""), query=(200, NO_ROWS)) as url:
        store = open_store(url, "token-word")
        assert store.write([register("main", 0, 1)]) == []
        store.close()


@pytest.mark.parametrize(
    "body",
    [
        LOGIN,
        b"OK",
        b"{}",
        b"[1]",
        b'{"results":7}',
        b"\xff\xfe",
        b"a,b\n1,2\n",
        b"name,tags,time\nregister,,1\n",
        b"name,tags,time,value\nregister,,1\n",
        b"",
    ],
    ids=str,
)
def test_an_answer_that_is_none_of_influxdb_is_said_with_address_and_setting(body: bytes) -> None:
    with answering(write=(204, b""), query=(200, body)) as url:
        for act in (
            lambda store: store.newest(),
            lambda store: store.series(REGISTER, "main", ALWAYS),
            lambda store: store.write([register("main", 0, 1)]),
            lambda store: store.delete_before(REGISTER, 0) if body != b"{}" else store.newest(),
            lambda _, url=url: prepare_store(url),
        ):
            said = refusal_of(url, act)
            assert "is not InfluxDB (it answered 200 to a question" in said
            assert "JIENENG_STORE_URL" in said
            assert "http://127.0.0.1:" in said


@pytest.mark.parametrize(
    "series",
    [b'{"values":[[1,2]]}', b'{"tags":{"meter":"a"},"values":[[null,2]]}', b'{"tags":7}',
     b'{"tags":{"meter":"a"},"values":[]}'],
    ids=str,
)  # fmt: skip
def test_an_answer_that_only_looks_like_influxdb_is_said_to_be_none(series: bytes) -> None:
    body = b'{"results":[{"series":[' + series + b"]}]}"
    with answering(write=(204, b""), query=(200, body)) as url:
        assert "is not InfluxDB" in refusal_of(url, lambda store: store.newest())
        assert "is not InfluxDB" in refusal_of(
            url, lambda store: store.write([register("main", 0, 1)])
        )


def test_a_redirection_to_a_login_page_is_no_answer_of_influxdb() -> None:
    with answering(write=(204, b""), query=(302, LOGIN)) as url:
        assert "answered 302" in refusal_of(url, lambda store: store.newest())


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (400, "answers 400: Bad Request"),
        (404, "is not InfluxDB (it answered 404"),
        (502, "answers 502: Bad Gateway"),
        (503, "answers 503: Service Unavailable"),
        (599, "answers 599: ?"),
    ],
)
def test_a_web_page_with_an_error_is_shortened_to_its_status(status: int, sentence: str) -> None:
    with answering(write=(status, LOGIN), query=(200, NO_ROWS)) as url:
        said = [refusal_of(url, lambda store: store.write([register("main", 0, 1)]))]
    with answering(write=(204, b""), query=(status, LOGIN)) as url:
        said.append(refusal_of(url, lambda store: store.newest()))
    for text in said:
        assert sentence in text
        assert "log in" not in text
