"""A collector that cannot start leaves nothing behind at the broker."""

import socket
from pathlib import Path

import pytest

from energy.errors import ConfigError
from jieneng.settings import Settings
from jieneng.wiring import open_house

LOOPBACK = "127.0.0.1"
LONGEST_S = 2.0
"""Chosen: a collector connects within a hundredth of it."""


def test_a_collector_whose_port_for_figures_is_in_use_never_connects_to_the_broker(
    tmp_path: Path,
) -> None:
    with (
        socket.create_server((LOOPBACK, 0)) as broker,
        socket.create_server((LOOPBACK, 0)) as taken,
    ):
        broker.settimeout(LONGEST_S)
        house = open_house(
            Settings(
                state_dir=tmp_path,
                broker_url=f"mqtt://{LOOPBACK}:{broker.getsockname()[1]}",
                collector_listen=str(taken.getsockname()[1]),
            )
        )
        with pytest.raises(ConfigError, match="JIENENG_COLLECTOR_LISTEN"):
            house.start_collector()
        house.close()

        with pytest.raises(TimeoutError):
            broker.accept()
