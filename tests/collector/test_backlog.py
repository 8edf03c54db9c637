"""What a broker held ends where it says so behind everything it had, and never before."""

from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from collector.mqtt.connection import Connection
from collector.receiving.backlog import Backlog


class Line:
    """A broker with a window: it sends what it held as its window lets it, and answers in order."""

    def __init__(self, held: int, window: int) -> None:
        self.left, self.window = held, window
        self.is_resumed = True
        self.flowing: list[str] = []
        self.unacknowledged = 0
        self.questions = 0
        self._fill()

    def _fill(self) -> None:
        while self.left and self.unacknowledged < self.window:
            self.left -= 1
            self.unacknowledged += 1
            self.flowing.append("held")

    def acknowledge(self) -> None:
        self.unacknowledged = 0
        self._fill()

    def ask(self) -> None:
        self.questions += 1
        self.flowing.append("answer")

    @property
    def is_answered(self) -> bool:
        return not self.questions

    def read(self, count: int) -> list[str]:
        """Take so much off the line; return the messages."""
        taken, self.flowing = self.flowing[:count], self.flowing[count:]
        self.questions -= taken.count("answer")
        return [one for one in taken if one != "answer"]


STEPS = st.lists(st.sampled_from(["read", "read", "acknowledge", "look", "live"]), max_size=60)


@given(st.integers(0, 12), st.integers(1, 5), st.integers(1, 5), st.integers(1, 4), STEPS)
def test_nothing_that_was_held_passes_for_new(
    held: int, window: int, least: int, at_once: int, steps: list[str]
) -> None:
    line, least = Line(held, window), min(least, window)
    backlog = Backlog(cast("Connection", line))
    backlog.begin()
    in_hand = 0
    for step in steps:
        if step == "live" and not line.left:
            line.flowing.append("live")
        elif step == "acknowledge":
            line.acknowledge()
            in_hand = 0
        elif step == "read":
            came = line.read(at_once)
            if came:
                backlog.heard(len(came))
            assert backlog.is_held or "held" not in came
            in_hand += len(came)
        backlog.look(unacknowledged=in_hand, window=least)
    while backlog.is_held:  # with nothing more to come it ends
        backlog.heard(len(line.read(at_once)))
        line.acknowledge()
        backlog.look(unacknowledged=0, window=least)
    assert not line.left
    assert "held" not in line.flowing


def test_it_ends_though_a_message_comes_before_every_answer() -> None:
    line = Line(held=7, window=3)
    backlog = Backlog(cast("Connection", line))
    backlog.begin()
    seen: list[str] = []
    while backlog.is_held:
        assert len(seen) < 20, "what comes now is taken for held for ever"
        line.acknowledge()
        backlog.look(unacknowledged=0, window=3)
        if not line.left:
            line.flowing.insert(0, "live")
        came = line.read(len(line.flowing))
        backlog.heard(len(came))
        seen += came
        line.acknowledge()
        backlog.look(unacknowledged=0, window=3)

    assert seen.count("held") == 7
    assert "live" in seen


def test_a_session_that_the_broker_did_not_keep_holds_nothing() -> None:
    line = Line(0, 1)
    line.is_resumed = False
    backlog = Backlog(cast("Connection", line))
    backlog.begin()
    assert not backlog.is_held
    backlog.begin(was_full=True)  # but what came while we took nothing has waited all the same
    assert backlog.is_held
