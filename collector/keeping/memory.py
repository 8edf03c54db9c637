"""What formats must remember of earlier messages, kept together with the readings.

A format writes as it decodes; what it wrote becomes durable behind the spool and before the
acknowledgement. So a message that the broker sends again meets the memory of before it.
"""

import logging
from collections.abc import Iterator, MutableMapping

from collector.keeping.state import State
from energy.errors import StoreError

log = logging.getLogger(__name__)


class FormMemory(MutableMapping[str, bytes]):
    """The memory of one format, that knows what has changed since it was last durable.

    Args:
        kept: What is durable.
    """

    def __init__(self, kept: dict[str, bytes]) -> None:
        self._values = kept
        self._before: dict[str, bytes | None] = {}

    def __getitem__(self, name: str) -> bytes:
        return self._values[name]

    def __setitem__(self, name: str, value: bytes) -> None:
        self._before.setdefault(name, self._values.get(name))
        self._values[name] = value

    def __delitem__(self, name: str) -> None:
        before = self._values.pop(name)
        self._before.setdefault(name, before)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)

    def changes(self) -> dict[str, bytes | None]:
        """Return what has changed: the value now, None where there is none."""
        return {name: self._values.get(name) for name in self._before}

    def settle(self) -> None:
        """Take what it is now for durable."""
        self._before.clear()

    def undo(self) -> None:
        """Go back to what is durable."""
        for name, value in self._before.items():
            if value is None:
                self._values.pop(name, None)
            else:
                self._values[name] = value
        self._before.clear()


class Memory:
    """The memories of all formats of a collector.

    Args:
        state: Where they are durable; None for a memory that ends with the process.
    """

    def __init__(self, state: State | None = None) -> None:
        self._state = state
        self._forms: dict[str, FormMemory] = {}
        self._said = ""

    def of(self, form: str) -> FormMemory:
        """Return the memory of a format."""
        if form not in self._forms:
            self._forms[form] = FormMemory(self._state.recall(form) if self._state else {})
        return self._forms[form]

    def keep(self) -> None:
        """Make durable what has changed, or try again with the next commit.

        That the disk has no room for it does not stop the readings, which have theirs: only a crash
        before the next commit would lose names, whose messages then are dead letters.
        """
        for name, form in self._forms.items():
            changes = form.changes()
            if changes and self._state:
                try:
                    self._state.remember(name, changes)
                except StoreError as error:
                    if str(error) != self._said:
                        log.warning("memory.not_kept error=%s", error)
                    self._said = str(error)
                    return
            form.settle()

    def undo(self) -> None:
        """Forget what is not durable."""
        for form in self._forms.values():
            form.undo()
