"""What a piece of work may use: settings, stores, a folder, and a way to speak."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from energy.text import Text

if TYPE_CHECKING:
    from jieneng.settings import Settings
    from jieneng.wiring import House

Say = Callable[[str], None]


@dataclass
class Desk:
    """What a piece of work may use.

    Attributes:
        settings: The settings of the process that does the work, in the language of who asks.
        folder: The folder the person stands in; relative paths are meant from there.
        say: Prints a line for the person.
        say_error: Prints a line that is not part of the answer: errors and warnings.
        house: The running house when a process holds the stores; None when they are opened here.
    """

    settings: "Settings"
    folder: Path
    say: Say
    say_error: Say
    house: "House | None" = None
    _opened: "list[House]" = field(default_factory=list)

    def path(self, text: str) -> Path:
        """Return a path as the person meant it."""
        return self.folder / text

    def tell(self, text: Text) -> None:
        """Say a text in the language of the person."""
        self.say(text.get(self.settings.cli_language))

    def say_bytes(self, content: bytes) -> None:
        """Say bytes as one line; ``command.bytes_from_the_desk`` makes them bytes again."""
        self.say(base64.b64encode(content).decode())

    def warn(self, text: Text) -> None:
        """Say what is wrong, where it does not end in the file that the answer is written to."""
        self.say_error(text.get(self.settings.cli_language))

    @property
    def stores(self) -> "House":
        """The house with store and records open; opened at the first call where none is held."""
        if self.house is not None:
            return self.house
        if not self._opened:
            from jieneng.wiring import open_house

            self._opened.append(open_house(self.settings))
        return self._opened[0]

    def close(self) -> None:
        """Close what was opened here."""
        while self._opened:
            self._opened.pop().close()
