"""Rows for the registry files of a device that is heard and not registered."""

from enum import StrEnum
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


class File(StrEnum):
    """Registry files that rows are made for."""

    DEVICES = "devices"
    METERS = "meters"


def work(desk: Desk, *, device: str, only: str) -> int:
    """Print rows for devices.csv and meters.csv, or those of one of them alone."""
    from jieneng.heard import COLUMNS, csv_lines, doubts, heard_now, of_device, rows_to_adopt

    registry, channels = heard_now(desk.stores)
    mine = of_device(channels, device)
    for file, rows in rows_to_adopt(mine, registry).items():
        if only in ("", file) and rows:
            if not only:
                desk.say(f"{file}.csv")
                desk.say(",".join(COLUMNS[file]))
            for line in csv_lines(COLUMNS[file], rows):
                desk.say(line)
    for doubt in doubts(mine):
        desk.warn(doubt)
    desk.warn(
        Text(
            "空着的单元格由人按铭牌和调试记录填写；删去不需要的通道，"
            "然后：jieneng check --registry",
            "A person fills the empty cells in, from nameplate and commissioning sheet; delete "
            "channels that nobody wants, then: jieneng check --registry",
        )
    )
    return 0


def call(
    context: typer.Context,
    device: Annotated[str, typer.Argument(help="Device as jieneng devices names it.")],
    only: Annotated[
        File | None, typer.Option("--rows", help="Only the rows of this file, to append to it.")
    ] = None,
) -> None:
    """Print rows for devices.csv and meters.csv of a device that is heard and not registered.

    Example: jieneng adopt canteen-panel --rows meters >> my-district/meters.csv
    """
    at_the_desk(context, "adopt", "adopt", device=device, only=only.value if only else "")


COMMAND = Command(call=call, works={"adopt": work}, rank=34)
