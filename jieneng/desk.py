"""Where a command's work is done: with the stores opened here, or by the process that has them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import jieneng.commands
from energy.errors import ConfigError, JienengError
from energy.offers import offers
from jieneng.command import Command, Work
from jieneng.settings import Settings

if TYPE_CHECKING:
    from jieneng.wiring import House

Say = Callable[[str], None]


@dataclass
class Desk:
    """What a piece of work may use.

    Attributes:
        settings: The settings of the process that does the work.
        folder: The folder the person stands in; relative paths are meant from there.
        say: Prints a line for the person.
        house: The running house when a process holds the stores; None when they are opened here.
    """

    settings: Settings
    folder: Path
    say: Say
    house: "House | None" = None
    _opened: "list[House]" = field(default_factory=list)

    def path(self, text: str) -> Path:
        """Return a path as the person meant it."""
        return self.folder / text

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


def find_work(name: str, work: str) -> Work:
    """Return a piece of work by the names of its command and itself.

    Raises:
        ConfigError: If there is none; a holder of another version would say so.
    """
    commands = offers(jieneng.commands, "COMMAND", Command)
    found = commands.get(name)
    if found is None or work not in found.works:
        raise ConfigError(f"No work {work!r} in command {name!r}; are both of one version?")
    return found.works[work]


def do_work(desk: Desk, name: str, work: str, arguments: Mapping[str, object]) -> int:
    """Do a piece of work and return its exit code; an error becomes one sentence and code 1."""
    try:
        return find_work(name, work)(desk, **arguments)
    except JienengError as error:
        desk.say(str(error))
        return 1


def work_at_desk(
    settings: Settings, name: str, work: str, arguments: Mapping[str, object], *, say: Say
) -> int:
    """Do a piece of work in the process that holds the stores, or here when there is none."""
    from jieneng.holder import ask_holder

    answered = ask_holder(settings.state_dir, name=name, work=work, arguments=arguments, say=say)
    if answered is not None:
        return answered
    desk = Desk(settings=settings, folder=Path.cwd(), say=say)
    try:
        return do_work(desk, name, work, arguments)
    finally:
        desk.close()
