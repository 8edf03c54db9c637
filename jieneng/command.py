"""A command of the command line, and where its work is done.

The embedded store lets one process in. While ``run`` or ``demo`` holds it, every other command is
sent over a Unix socket in the state folder and its work is done there, by the same code.
"""

import base64
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from energy.text import Text

if TYPE_CHECKING:  # pydantic alone takes longer than --help may
    from jieneng.settings import Settings

Work = Callable[..., int]
"""(desk, **arguments as JSON values) -> exit code."""


@dataclass(frozen=True)
class Command:
    """One command: how it is called, and its work at the desk.

    Attributes:
        call: A function with typer's annotations; its docstring is the help, with an example.
            None when the command is a group.
        group: A typer application of subcommands; None for a plain command.
        works: The pieces of work it may ask the desk for, by name.
        rank: Place in the help, small first.
    """

    call: Callable[..., None] | None = None
    group: typer.Typer | None = None
    works: Mapping[str, Work] = field(default_factory=dict)
    rank: int = 50


def settings_of(context: typer.Context) -> "Settings":
    """Return the settings, honouring --state."""
    from jieneng.settings import read_settings

    state: Path | None = (context.find_root().obj or {}).get("state")
    return read_settings(state=state)


def tell(text: Text, *, err: bool = False) -> None:
    """Print a text in the language of the commands, where no desk does."""
    from jieneng.settings import language_of_commands

    typer.echo(text.get(language_of_commands()), err=err)


def at_the_desk(context: typer.Context, name: str, work: str, **arguments: object) -> None:
    """Do a piece of work where the store is open, print what it says, and exit with its code.

    Args:
        context: Of the command that is running.
        name: The command's file in jieneng/commands.
        work: Name in its Command.works.
        **arguments: JSON values.
    """
    raise typer.Exit(_at_the_desk(context, name, work, arguments, say=typer.echo))


def bytes_from_the_desk(context: typer.Context, name: str, work: str, **arguments: object) -> bytes:
    """Return the bytes that a piece of work says with ``Desk.say_bytes``.

    Args:
        context: Of the command that is running.
        name: The command's file in jieneng/commands.
        work: Name in its Command.works.
        **arguments: JSON values.

    Raises:
        typer.Exit: With its code, if the work failed.
    """
    said: list[str] = []
    code = _at_the_desk(context, name, work, arguments, say=said.append)
    if code:
        raise typer.Exit(code)
    return base64.b64decode("".join(said))


def _at_the_desk(
    context: typer.Context,
    name: str,
    work: str,
    arguments: Mapping[str, object],
    *,
    say: Callable[[str], None],
) -> int:
    # Found by name: the front door of works would otherwise close a circle through the commands.
    works = importlib.import_module("jieneng.works")
    settings = settings_of(context)
    say_error = partial(typer.echo, err=True)
    code: int = works.work_at_desk(
        settings, name, work, dict(arguments), say=say, say_error=say_error
    )
    return code
