"""Finds a command's work and does it: here, or in the process that holds the stores."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from energy.errors import ConfigError, JienengError
from energy.text import Text
from jieneng.command import Command, Work
from jieneng.desk import Desk, Say
from jieneng.file_words import reason_of
from jieneng.holder import Answer, Request, ask_holder
from jieneng.settings import Settings

if TYPE_CHECKING:  # the stores take seconds to import; asking the holder must not
    from jieneng.wiring import House


def find_work(name: str, work: str) -> Work:
    """Return a piece of work by the names of its command and itself.

    Raises:
        ConfigError: If there is none; a holder of another version would say so.
    """
    try:
        found = importlib.import_module(f"jieneng.commands.{name}").COMMAND
    except ModuleNotFoundError:
        found = None
    if not isinstance(found, Command) or work not in found.works:
        raise ConfigError(
            Text(
                f"命令 {name!r} 里没有 {work!r}；两个进程是同一版本吗？",
                f"No work {work!r} in command {name!r}; are both of one version?",
            )
        )
    return found.works[work]


def do_work(desk: Desk, name: str, work: str, arguments: Mapping[str, object]) -> int:
    """Do a piece of work and return its exit code; an error becomes one sentence and code 1."""
    try:
        return find_work(name, work)(desk, **arguments)
    except JienengError as error:
        desk.warn(error.text)
        return 1
    except BrokenPipeError:
        raise  # whoever reads has seen enough, such as head: that is no mistake to tell of
    except OSError as error:
        # A path that a person mistyped: a sentence, not a trace.
        desk.warn(Text("无法完成：", "Cannot be done: ") + reason_of(error))
        return 1
    except ValueError as error:
        desk.warn(Text(f"无法完成：{error}", str(error)))
        return 1


def answer_for(house: "House") -> Answer:
    """Return what answers other processes in the name of a house."""

    def answer(request: Request, say: Say, say_error: Say) -> int:
        settings = house.settings.model_copy(update={"cli_language": request.language})
        desk = Desk(settings, Path(request.folder), say, say_error, house)
        return do_work(desk, request.name, request.work, request.arguments)

    return answer


def work_at_desk(
    settings: Settings,
    name: str,
    work: str,
    arguments: Mapping[str, object],
    *,
    say: Say,
    say_error: Say | None = None,
) -> int:
    """Do a piece of work in the process that holds the stores, or here when there is none.

    Args:
        settings: Of this process.
        name: The command's file in jieneng/commands.
        work: Name in its Command.works.
        arguments: JSON values.
        say: Takes each line of the answer.
        say_error: Takes the lines that say what went wrong; None for ``say``.
    """
    say_error = say_error or say
    request = Request(name, work, arguments, str(Path.cwd()), settings.cli_language)
    answered = ask_holder(settings.state_dir, request, say=say, say_error=say_error)
    if answered is not None:
        return answered
    desk = Desk(settings, Path.cwd(), say, say_error)
    try:
        return do_work(desk, name, work, arguments)
    finally:
        desk.close()
