"""The same with a broker that keeps its queue."""

from pathlib import Path

from tests.journeys.test_demo_killed import killed_and_started_again
from tests.server_programs import program


def test_a_demo_on_mosquitto_that_is_killed_goes_on_to_the_same_truth(tmp_path: Path) -> None:
    program("mosquitto")
    killed_and_started_again(tmp_path, "mosquitto")
