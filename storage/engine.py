"""What a file of storage/engines offers."""

from collections.abc import Callable
from dataclasses import dataclass

from storage.readings import ReadingStore


@dataclass(frozen=True)
class Engine:
    """One time-series engine.

    Attributes:
        name: Name for people.
        schemes: What its addresses start with, before the colon.
        open: (address, token) to the open store. Raises ConfigError for an address it cannot
            read, UnreachableError where nobody answers, FormatTooNewError for a newer file.
        prepare: (address, token): creates what the store needs and is not there yet, as far as the
            token allows. Safe to repeat. Raises as ``open`` does, and StoreError where somebody
            with more rights must do it.
    """

    name: str
    schemes: tuple[str, ...]
    open: Callable[[str, str], ReadingStore]
    prepare: Callable[[str, str], None]
