import threading

from simulators.speech.pace import Pace


class World:
    """A clock that goes on only while somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waited: list[float] = []

    def wait(self, seconds: float) -> bool:
        """Let time pass."""
        self.waited.append(seconds)
        self.now += seconds
        return False


def paced(speed: float, world: World) -> Pace:
    return Pace(speed, threading.Event(), clock=lambda: world.now, wait=world.wait)


def test_a_history_is_told_so_many_times_as_fast_as_the_world() -> None:
    world = World()
    pace = paced(60.0, world)
    for told in (5_000, 65_000, 365_000):
        assert pace.until(told)
    assert world.waited == [0.0, 1.0, 5.0]


def test_what_is_late_is_told_at_once_and_the_pace_is_made_up() -> None:
    world = World()
    pace = paced(1.0, world)
    pace.until(0)
    world.now += 7.0
    pace.until(5_000)
    pace.until(10_000)
    assert world.waited == [0.0, 0.0, 3.0]


def test_without_a_speed_nothing_waits() -> None:
    world = World()
    pace = paced(0.0, world)
    assert pace.until(0)
    assert pace.until(10**12)
    assert world.waited == []


def test_who_waits_is_stopped() -> None:
    stop = threading.Event()
    pace = Pace(1.0, stop)
    assert pace.until(0)
    stop.set()
    assert not pace.until(10**9)
    assert not Pace(0.0, stop).until(0)
