"""A device that is heard and not registered: its rows, registered, and what it said before."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


class File(StrEnum):
    """Registry files that rows are made for."""

    DEVICES = "devices"
    METERS = "meters"


def work(
    desk: Desk,
    *,
    device: str,
    only: str = "",
    channels: Sequence[str] = (),
    cells: Sequence[str] = (),
    is_writing: bool = False,
    folder: str = "",
    is_retrying: bool = False,
    why: str = "",
) -> int:
    """Print rows for devices.csv and meters.csv, or register them."""
    from api.adopting import propose
    from jieneng.adopting import chosen, guesses, lines_of, retry, write
    from jieneng.registry.heard import heard_now, of_device

    registry, heard = heard_now(desk.stores)
    mine = of_device(heard, device)
    with desk.stores.records.reading() as session:
        proposed = propose(session, registry, mine)
    adoption = chosen(proposed, channels=channels, cells=cells)
    for row in lines_of(adoption, only=f"{only}.csv" if only else ""):
        desk.say(row)
    for doubt in (*proposed.doubts, guesses(adoption)):
        if doubt is not None:
            desk.warn(doubt)
    if not (is_writing or folder):
        desk.warn(_what_next(device))
        return 0
    into = desk.path(folder) if folder else None
    taken = write(desk.stores, adoption, into, why=why or f"adopted {device}")
    desk.tell(Text("已登记   ", "registered   ") + taken)
    if is_retrying:
        for line in retry(desk, adoption.device, why=why or f"adopted {device}"):
            desk.tell(line)
    return 0


def _what_next(device: str) -> Text:
    return Text(
        "空着的由人按铭牌和调试记录填写：--set 列=值（或 通道.列=值），--channel 选择通道，"
        f"再加 --write --retry 登记并重读：jieneng adopt {device!r} --write --retry",
        "A person fills in what is empty, from nameplate and commissioning sheet: --set "
        "COLUMN=VALUE (or CHANNEL.COLUMN=VALUE), --channel for those that are wanted; then "
        f"register it and read again what it said: jieneng adopt {device!r} --write --retry",
    )


def call(
    context: typer.Context,
    device: Annotated[str, typer.Argument(help="Device as jieneng devices names it.")],
    only: Annotated[
        File | None, typer.Option("--rows", help="Only the rows of this file, to append to it.")
    ] = None,
    channel: Annotated[
        list[str] | None, typer.Option(help="A channel to adopt; without it, all. Repeatable.")
    ] = None,
    cell: Annotated[
        list[str] | None,
        typer.Option("--set", help="COLUMN=VALUE, or CHANNEL.COLUMN=VALUE. Repeatable."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Register it; a running collector takes it up.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(help="Registry files that get the rows and are imported; implies --write."),
    ] = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Have read again what it said before.")
    ] = False,
    why: Annotated[str, typer.Option(help="Why, for the audit.")] = "",
) -> None:
    """Print rows for a device that is heard and not registered, or register it with --write.

    Example: jieneng adopt panel-2 --channel ep --set kind=electricity --set digits=8 --write
    """
    at_the_desk(
        context,
        "adopt",
        "adopt",
        device=device,
        only=only.value if only else "",
        channels=channel or [],
        cells=cell or [],
        is_writing=write,
        folder=str(folder or ""),
        is_retrying=retry,
        why=why,
    )


COMMAND = Command(call=call, works={"adopt": work}, rank=34)
