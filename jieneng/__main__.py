"""The command line: ``jieneng COMMAND`` or ``python -m jieneng COMMAND``."""

import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

import jieneng.commands
from energy.errors import ConfigError, JienengError
from energy.offers import offers
from energy.text import Text
from jieneng.command import Command
from jieneng.file_words import reason_of
from jieneng.logs import CalmHandler


def build() -> typer.Typer:
    """Return the command line with every command that jieneng/commands offers."""
    app = typer.Typer(
        name="jieneng",
        help="节能 Jieneng: energy monitoring and saving for public institutions.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.callback()
    def options(
        context: typer.Context,
        state: Annotated[
            Path | None,
            typer.Option(
                help="State folder, instead of JIENENG_STATE_DIR; for the demo: data/demo."
            ),
        ] = None,
        log: Annotated[str, typer.Option(help="What to log: debug, info, warning.")] = "warning",
    ) -> None:
        _see_folder()
        context.obj = {"state": state}
        levels = logging.getLevelNamesMapping()
        if log.upper() not in levels:
            raise typer.BadParameter(f"{log!r} is none of debug, info, warning, error.")
        logging.basicConfig(level=levels[log.upper()], handlers=[CalmHandler(sys.stderr)])

    found = offers(jieneng.commands, "COMMAND", Command)
    for name, command in sorted(found.items(), key=lambda pair: (pair[1].rank, pair[0])):
        # Python keeps "import" for itself, so that file is import_.py.
        if command.group is not None:
            app.add_typer(command.group, name=name.rstrip("_"))
        elif command.call is not None:
            app.command(name.rstrip("_"))(command.call)
    return app


def _see_folder() -> None:
    """See that the folder the person stands in is there: every path is meant from it.

    Raises:
        ConfigError: If it was deleted.
    """
    try:
        Path.cwd()
    except OSError as error:
        raise ConfigError(
            Text(
                "当前所在的文件夹已不存在。请先用 cd 进入另一个文件夹。",
                "The folder you are in is no longer there. Go to another one with cd first.",
            )
        ) from error


def main() -> None:
    """Run the command line; an error that is ours or the system's is one sentence and code 1."""
    try:
        build()()
    except JienengError as error:
        _end(error.text, error)
    except BrokenPipeError as error:
        raise SystemExit(1) from error  # whoever reads has seen enough
    except OSError as error:
        # A file or folder that cannot be used; where it happened is in the log.
        logging.getLogger(__name__).info("command.failed", exc_info=error)
        _end(Text("无法完成：", "Cannot be done: ") + reason_of(error), error)


def _end(text: Text, error: Exception) -> NoReturn:
    from jieneng.settings import language_of_commands

    typer.echo(text.get(language_of_commands()), err=True)
    raise SystemExit(1) from error


if __name__ == "__main__":
    main()
