"""What the log says in a storm."""

import io
import logging
import time
from collections.abc import Iterator

import pytest

from jieneng.logs import CalmHandler

PATIENCE_S = 20.0


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def _logger(handler: logging.Handler) -> Iterator[logging.Logger]:
    logger = logging.getLogger("tests.storm")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)
    handler.close()


@pytest.fixture
def calm(stream: io.StringIO) -> Iterator[logging.Logger]:
    """A log whose minute lasts as long as the test."""
    yield from _logger(CalmHandler(stream, seconds=3600))


@pytest.fixture
def quick(stream: io.StringIO) -> Iterator[logging.Logger]:
    """A log whose minute is short."""
    yield from _logger(CalmHandler(stream, seconds=0.2))


def _said(stream: io.StringIO) -> list[str]:
    return [line.partition(" WARNING ")[2] for line in stream.getvalue().splitlines()]


def test_a_thousand_lines_of_a_kind_are_one_and_another_kind_is_not_hidden(
    calm: logging.Logger, stream: io.StringIO
) -> None:
    for number in range(1000):
        calm.warning("store.waits error=%s", number)
        calm.warning("store.back")

    assert _said(stream) == ["store.waits error=0", "store.back"]


def test_what_only_a_value_tells_apart_is_another_kind(
    calm: logging.Logger, stream: io.StringIO
) -> None:
    calm.warning("%s address=%s", "it was silent", "a")
    calm.warning("%s address=%s", "it was silent", "b")
    calm.warning("%s address=%s", "it did not log in in time", "a")

    assert _said(stream) == ["it was silent address=a", "it did not log in in time address=a"]


def test_after_the_minute_the_last_line_is_written_with_how_many_there_were(
    quick: logging.Logger, stream: io.StringIO
) -> None:
    for number in range(5):
        quick.warning("store.waits error=%s", number)

    deadline = time.monotonic() + PATIENCE_S
    while len(_said(stream)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)

    assert _said(stream) == ["store.waits error=0", "store.waits error=4 (and 3 like it)"]


def test_what_waits_is_written_when_the_program_ends(stream: io.StringIO) -> None:
    handler = CalmHandler(stream, seconds=3600)
    for logger in _logger(handler):
        logger.warning("broker.lost %s", 1)
        logger.warning("broker.lost %s", 2)

    assert _said(stream) == ["broker.lost 1", "broker.lost 2"]


def test_what_is_no_trouble_is_never_held_back(calm: logging.Logger, stream: io.StringIO) -> None:
    calm.setLevel(logging.INFO)
    for _ in range(3):
        calm.info("command.done")

    assert stream.getvalue().count("command.done") == 3


def test_a_trace_is_always_written(calm: logging.Logger, stream: io.StringIO) -> None:
    for _ in range(3):
        calm.warning("teller.broken", exc_info=KeyError("lost"))

    assert stream.getvalue().count("KeyError: 'lost'") == 3
