"""Run parts of the house until Ctrl-C."""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

from energy.errors import JienengError, StoreError
from energy.text import Text
from jieneng.settings import Settings

if TYPE_CHECKING:
    from jieneng.wiring import House

WATCH_SECONDS = 1.0


class Stopped:
    """Set by Ctrl-C or SIGTERM."""

    def __init__(self) -> None:
        self._event = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._event.set()

    @property
    def event(self) -> threading.Event:
        """What is set then, for who waits for it elsewhere."""
        return self._event

    @property
    def is_set(self) -> bool:
        """Whether it is time to stop."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; tell whether it is time to stop."""
        return self._event.wait(seconds)


def run_parts(
    settings: Settings,
    *,
    collect: bool,
    analyse: bool,
    serve: bool,
    tell: Callable[[Text], None],
) -> int:
    """Run parts of the house in this process until Ctrl-C; return the exit code.

    Raises:
        JienengError: If a part cannot start.
    """
    from jieneng.partitions import partition_of
    from jieneng.wiring import open_house
    from jieneng.works import answer_for

    if collect:
        partition_of(settings)  # before the store is opened, which would refuse in other words
    stopped = Stopped()
    house = open_house(settings, hold=True, records_now=analyse or serve)
    try:
        house.hold(answer_for(house))
        _tell_store(house, tell)
        if serve:
            from jieneng.clerk import HouseClerk
            from jieneng.report import status_of  # a collector alone does without its libraries

            server = house.start_server(lambda: status_of(house), HouseClerk(house))
            address = settings.public_url or f"http://{settings.http_host}:{server.port}"
            tell(console_line(address))
        if collect:
            _start_collector(house, tell)
        if analyse:
            house.start_rounds()
        while not stopped.wait(WATCH_SECONDS):
            see_whole(house)
    finally:
        house.close()
    return 0


def _start_collector(house: "House", tell: Callable[[Text], None]) -> None:
    """Start receiving, and say from where and to whom the collector answers."""
    collector = house.start_collector()
    broker = _without_password(house.settings.broker_url)
    tell(Text(f"采集自 {broker}", f"Collecting from {broker}"))
    if collector.gateways:
        at = collector.gateways.address
        tell(Text(f"网关接入 {at}", f"Gateways connect to {at}"))
    if house.evidence:
        at = house.evidence.address
        tell(Text(f"采集指标 http://{at}/metrics", f"Metrics at http://{at}/metrics"))


def see_whole(house: "House") -> None:
    """See that every part of the house works.

    Raises:
        JienengError: If one broke.
    """
    if isinstance(house.failure, JienengError):
        raise house.failure  # it says in words what is wrong
    if house.failure is not None:
        raise JienengError(
            Text(
                f"平台的一个部分出了故障：{house.failure!r}。详细信息在日志里；"
                "已接收的读数没有丢失，请重新启动。",
                f"A part of the platform broke: {house.failure!r}. Its trace is in the log; "
                "nothing received is lost, start again.",
            )
        )


def console_line(address: str) -> Text:
    """Return the line that says where the console is."""
    return Text(f"控制台 {address}", f"Console {address}")


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    if not at:
        return url
    scheme, _, account = head.partition("://")
    return f"{scheme}://{account.partition(':')[0]}@{tail}"


def _tell_store(house: "House", tell: Callable[[Text], None]) -> None:
    """Say at once when the store does not answer; what is received waits in the spool."""
    try:
        house.store.newest()
    except StoreError as error:
        tell(error.text)
