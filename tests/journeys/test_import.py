"""A file of history becomes a ledger on the embedded store, also when its import is killed."""

import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from energy.reading import REGISTER
from energy.span import Span
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from storage.records import imports
from storage.tables import METER_HOUR
from tests.store_promises import ALWAYS

METER = "gov_office_lighting"
HOURS = 24 * 30
PATIENCE_S = 60.0


def command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "jieneng", "--state", str(folder / "state"), *arguments]


def ran(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(  # noqa: S603 - our own program
        command(folder, *arguments), capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )


def house_of(folder: Path) -> House:
    return open_house(Settings(state_dir=folder / "state", broker_url="mqtt://127.0.0.1:1"))


def collected(house: House) -> None:
    """Let a collector take all that waits."""
    collector = house.start_collector()
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with house.records.reading() as session:
            if not imports.waiting(session):
                break
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert collector.wait_until_idle(PATIENCE_S)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    done = ran(tmp_path, "setup", "--registry", str(shipped("examples") / "district"))
    assert done.returncode == 0, done.stderr
    return tmp_path


def history(folder: Path, *, steps: int = HOURS, minutes: int = 60) -> Path:
    """Write a register that counts 1 kWh each step."""
    path = folder / "history.csv"
    start = datetime(2025, 1, 1)  # noqa: DTZ001 - a wall clock, as files hold it
    times = [start + step * timedelta(minutes=minutes) for step in range(steps)]
    rows = [
        f"{METER};{at.year}/{at.month}/{at.day} {at.hour}:{at.minute:02d};{100 + step}.00"
        for step, at in enumerate(times)
    ]
    path.write_bytes("\r\n".join(["表号;时间;读数", *rows]).encode("gb18030"))
    return path


def test_a_file_becomes_a_ledger_and_the_same_file_again_changes_nothing(folder: Path) -> None:
    path = history(folder)
    first = ran(folder, "import", "readings", str(path), "--reason", "history")
    assert first.returncode == 0, first.stderr
    assert "CSV in GB18030, separated by semicolons" in first.stdout
    house = house_of(folder)
    collected(house)
    house.round_once()
    where = (("meter", (METER,)),)
    hours = house.store.points(METER_HOUR, where=where, span=Span(0, ALWAYS.end))
    house.close()

    # The registry's ratio is 40: each kWh of the register is 40 kWh.
    assert hours["amount"].tolist() == [40_000] * (HOURS - 1)
    assert ran(folder, "import", "readings", str(path)).stdout.endswith("again: --again.\n")
    again = ran(folder, "import", "readings", str(path), "--again")
    assert again.stdout.endswith("Nothing changed.\n")
    listed = ran(folder, "import", "list").stdout
    assert f"the collector has {HOURS} of {HOURS}" in listed
    status = ran(folder, "status").stdout
    assert f"imports     2 files: readings {2 * HOURS:,}, stored already {HOURS}, " in status
    assert f"new {HOURS}, unexplained 0\n" in status


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_an_import_that_is_killed_and_repeated_ends_with_every_reading_once(
    folder: Path, seconds: float
) -> None:
    steps = 60 * 24 * 30 * 6
    path = history(folder, steps=steps, minutes=1)
    process = subprocess.Popen(  # noqa: S603 - our own program
        command(folder, "import", "readings", str(path)), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    while not process.stdout.readline().startswith("such as row 2"):
        assert process.poll() is None
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    house = house_of(folder)
    with house.records.reading() as session:
        assert imports.waiting(session) == 0
    house.close()

    done = ran(folder, "import", "readings", str(path))
    assert done.returncode == 0, done.stdout + done.stderr
    house = house_of(folder)
    collected(house)
    stored = house.store.series(REGISTER, METER, ALWAYS)
    house.close()
    assert len(stored) == steps
    assert not list((folder / "state" / "imports").glob("sorted*"))
