"""What is asked of the broker follows the registry, also over restarts."""

from collector.mqtt.connection import Subscriptions
from collector.mqtt.wanted import Wanted


def test_what_no_registry_wants_any_more_is_taken_back_once() -> None:
    filters: list[tuple[str, ...]] = [("a", "b"), ("b", "c")]
    held: dict[str, bytes] = {}
    wanted = Wanted(lambda: filters[0], held)
    assert wanted.all() == Subscriptions(("a", "b"))
    assert wanted.change() is None

    filters.pop(0)

    assert wanted.change() == Subscriptions(("c",), ("a",))
    assert wanted.change() is None
    assert wanted.all() == Subscriptions(("b", "c"))
    assert sorted(held) == ["b", "c"]


def test_what_an_earlier_run_asked_for_is_taken_back_at_the_next() -> None:
    held = {"old": b"", "kept": b""}

    assert Wanted(lambda: ("kept",), held).all() == Subscriptions(("kept",), ("old",))
