"""The statement of an institution: on the screen, as a workbook, as a table, as a page to print."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from energy.errors import ConfigError
from energy.text import Text
from jieneng.command import Command, at_the_desk, bytes_from_the_desk, tell
from jieneng.desk import Desk
from jieneng.ledger.choices import Co2Set, Coefficients, Method, Region, asked_choices

FORMS = ("xlsx", "csv", "parquet", "html", "json")


def say(
    desk: Desk,
    *,
    institution: str,
    period: str,
    language: str,
    choices: Mapping[str, str] | None = None,
) -> int:
    """Say the lines of a statement."""
    from jieneng.ledger.statements import lines_to_say, sheet_to_hand_out

    handed = sheet_to_hand_out(desk.stores, institution, period, language=language, choices=choices)
    for line in lines_to_say(handed):
        desk.say(line)
    return 0


def hand_out(
    desk: Desk,
    *,
    institution: str,
    period: str,
    form: str,
    language: str,
    kept: str,
    choices: Mapping[str, str] | None = None,
) -> int:
    """Say the bytes of a statement in a form to hand out."""
    from jieneng.ledger.closing import keep_handed_out, not_kept
    from jieneng.ledger.statements import PRINTERS, sheet_to_hand_out

    handed = sheet_to_hand_out(desk.stores, institution, period, language=language, choices=choices)
    content = PRINTERS[form](handed)
    if kept:
        desk.warn(keep_handed_out(desk.stores, content, kept))
    else:
        desk.warn(not_kept(desk.stores, content, f"{institution} {period} {form}"))
    desk.say_bytes(content)
    return 0


def call(
    context: typer.Context,
    institution: Annotated[str, typer.Argument(help="Institution, body, or district for all.")],
    period: Annotated[str, typer.Argument(help="2026-05, 2026-Q2, 2026, or 2025-2026 (heating).")],
    to: Annotated[
        Path | None,
        typer.Option(help="File to write; its ending is xlsx, csv, parquet, html or json."),
    ] = None,
    language: Annotated[
        str, typer.Option(help="zh or en; else the language of the commands.")
    ] = "",
    coefficients: Coefficients = "",
    co2_set: Co2Set = "",
    region: Region = "",
    method: Method = "",
    keep: Annotated[
        bool,
        typer.Option("--keep/--no-keep", help="Whether the bytes of the file are kept for good."),
    ] = True,
) -> None:
    """Show the sheet in force, or the draft of now; with --to as a workbook, table or page.

    What leaves as a file is kept: jieneng ledger handed FILE gives the same bytes again.

    Example: jieneng statement government 2026-05 --to government-2026-05.xlsx
    """
    from jieneng.settings import language_of_commands

    language = language or language_of_commands()
    form = to.suffix.removeprefix(".") if to else ""
    if (to and form not in FORMS) or language not in ("zh", "en"):
        raise ConfigError(
            Text(
                f"--to 的扩展名应为 {'、'.join(FORMS)} 之一，--language 应为 zh 或 en。",
                f"--to ends in one of {', '.join(FORMS)}; --language is zh or en.",
            )
        )
    asked: dict[str, object] = {
        "institution": institution,
        "period": period,
        "language": language,
        **asked_choices(coefficients, co2_set, region, method),
    }
    if to is None:
        at_the_desk(context, "statement", "say", **asked)
        return
    from jieneng.file_words import see_writable

    see_writable(to)
    kept = to.name if keep else ""
    content = bytes_from_the_desk(context, "statement", "hand_out", **asked, form=form, kept=kept)
    to.write_bytes(content)
    tell(Text(f"{to}   {len(content):,} 字节", f"{to}   {len(content):,} bytes"))


COMMAND = Command(call=call, works={"say": say, "hand_out": hand_out}, rank=33)
