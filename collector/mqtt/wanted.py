"""What the broker shall send us, as the registry in force has it."""

from collections.abc import Callable, Collection, MutableMapping, Sequence

from collector.mqtt.connection import Subscriptions


class Wanted:
    """Knows the topic filters that are wanted now, and those that the session holds.

    A persistent session keeps its subscriptions with the broker. What an earlier registry asked for
    must be taken back, or its messages would come for ever and be read by nobody.

    Args:
        filters: Gives the filters wanted now.
        held: Filters that the session may hold, from earlier runs; kept up to date.
    """

    def __init__(
        self, filters: Callable[[], Sequence[str]], held: MutableMapping[str, bytes] | None = None
    ) -> None:
        self._filters = filters
        self._held: MutableMapping[str, bytes] = {} if held is None else held
        self._asked: Sequence[str] = ()

    def all(self) -> Subscriptions:
        """Return what to ask for on a new connection."""
        self._asked = self._filters()
        return self._changed(self._asked)

    def change(self) -> Subscriptions | None:
        """Return what has changed since the last look; None if nothing has."""
        wanted = self._filters()
        if wanted is self._asked:
            return None
        new = [pattern for pattern in wanted if pattern not in set(self._asked)]
        self._asked = wanted
        change = self._changed(new)
        return change if any(change) else None

    def _changed(self, new: Collection[str]) -> Subscriptions:
        gone = [pattern for pattern in self._held if pattern not in set(self._asked)]
        for pattern in gone:
            del self._held[pattern]
        for pattern in new:
            self._held[pattern] = b""
        return Subscriptions(tuple(new), tuple(gone))
