"""What formats remember is durable with the readings, and goes back with what is let go of."""

from collections.abc import Mapping
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from collector.keeping.memory import FormMemory, Memory
from collector.keeping.state import State
from energy.errors import StoreError
from energy.text import Text

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "drop", "settle", "undo"]), st.sampled_from("abc"), st.binary()
    )
)


@given(STEPS)
def test_undo_goes_back_to_what_was_durable(steps: list[tuple[str, str, bytes]]) -> None:
    memory, durable = FormMemory({}), dict[str, bytes]()
    for what, name, value in steps:
        if what == "put":
            memory[name] = value
        elif what == "drop":
            memory.pop(name, None)
        elif what == "settle":
            for changed, now in memory.changes().items():
                if now is None:
                    durable.pop(changed, None)
                else:
                    durable[changed] = now
            memory.settle()
            assert dict(memory) == durable
        else:
            memory.undo()
            assert dict(memory) == durable


def test_what_is_kept_is_there_in_the_next_process(tmp_path: Path) -> None:
    state = State(tmp_path / "state.sqlite")
    memory = Memory(state)
    memory.of("sparkplug")["node"] = b"names"
    memory.of("sparkplug")["gone"] = b"soon"
    memory.keep()
    del memory.of("sparkplug")["gone"]
    memory.keep()
    memory.of("sparkplug")["lost"] = b"not kept"
    state.close()

    again = State(tmp_path / "state.sqlite")
    assert dict(Memory(again).of("sparkplug")) == {"node": b"names"}
    again.close()


class FullState(State):
    """A state whose disk has no room until it is told otherwise."""

    is_full = True

    def remember(self, form: str, changes: Mapping[str, bytes | None]) -> None:
        """Refuse while it is full."""
        if self.is_full:
            raise StoreError(Text("磁盘已满。", "The disk is full."))
        super().remember(form, changes)


def test_a_full_disk_delays_what_is_remembered_and_loses_nothing(tmp_path: Path) -> None:
    state = FullState(tmp_path / "state.sqlite")
    memory = Memory(state)
    memory.of("sparkplug")["node"] = b"names"
    memory.keep()
    assert state.recall("sparkplug") == {}

    state.is_full = False
    memory.keep()

    assert state.recall("sparkplug") == {"node": b"names"}
    state.close()
