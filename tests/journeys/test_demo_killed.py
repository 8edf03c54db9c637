"""A demo that is killed in the middle of its history ends, started again, with the same truth."""

import time
from pathlib import Path

from tests.demo_process import PATIENCE_S, DemoProcess, short_scenario


def size_of_spool(state: Path) -> int:
    """Return the bytes of all segments."""
    return sum(path.stat().st_size for path in (state / "spool").glob("*.spool"))


def kill_in_the_middle(demo: DemoProcess) -> None:
    """Kill a demo as soon as some more of its history is on disk."""
    before = size_of_spool(demo.state)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if size_of_spool(demo.state) > before + 300_000:
            break
        assert demo.process.poll() is None, "\n".join(demo.lines)
        time.sleep(0.01)
    demo.kill()


def killed_and_started_again(folder: Path, broker: str) -> None:
    """Kill a demo twice on its way, then let it end; everything must tie out."""
    scenario = short_scenario(folder)
    for _ in range(2):
        kill_in_the_middle(DemoProcess(folder / "state", scenario, "--broker", broker))
    demo = DemoProcess(folder / "state", scenario, "--broker", broker, "--once")
    figures = demo.figures()
    demo.wait_for_end()
    assert figures["tie_out_difference"] == 0, figures
    assert figures["wrong_measured_hours"] == 0
    assert figures["readings_stored"] == figures["readings_published"] - figures["readings_bad"]
    books = figures["collector"]
    notes = ("finer", "cut", "doubtful", "uncertain", "above_rate", "out_of_time")
    for note in notes:  # beside the balance
        del books[note]
    assert books.pop("received") == sum(books.values())


def test_a_demo_on_amqtt_that_is_killed_goes_on_to_the_same_truth(tmp_path: Path) -> None:
    killed_and_started_again(tmp_path, "amqtt")
