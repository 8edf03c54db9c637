"""A collector starts with little, and one that cannot start leaves nothing at the broker."""

import socket
import subprocess
import sys
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


def test_a_collector_that_runs_loads_no_pandas(tmp_path: Path) -> None:
    # It would take more memory than all the rest of the collector, for as long as it runs.
    code = f"""
import sys, time
from pathlib import Path
from jieneng.settings import Settings
from jieneng.wiring import open_house
house = open_house(Settings(
    state_dir=Path({str(tmp_path)!r}), broker_url="mqtt://127.0.0.1:1", collector_listen="0",
    store_url="influxdb1+http://127.0.0.1:1?raw=raw&derived=derived",
))
house.start_collector()
while "analytics.retention" not in sys.modules:
    time.sleep(0.01)
house.close()
print({{"pandas", "pyarrow"}} & set(sys.modules))
"""
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True, timeout=60)  # noqa: S603
    assert loaded == "set()\n"
