"""Devices and channels that are heard and that the registry does not know."""

import json
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def work(desk: Desk, *, limit: int, as_json: bool) -> int:
    """List what is heard and not registered."""
    from api.heard import heard_row
    from jieneng.registry.heard import heard_now, table_of

    registry, channels = heard_now(desk.stores)
    shown = channels[:limit]
    if as_json:
        rows = [heard_row(one, registry) for one in shown]
        desk.say(json.dumps({"channels": len(channels), "heard": rows}, ensure_ascii=False))
        return 0
    if not channels:
        desk.tell(
            Text(
                "收到的设备和通道都已登记。",
                "Every device and channel that is heard is registered.",
            )
        )
        return 0
    for line in table_of(shown, registry):
        desk.tell(line)
    if len(channels) > len(shown):
        desk.tell(
            Text(
                f"共 {len(channels):,} 个，只列出 {len(shown):,} 个：--limit",
                f"{len(shown):,} of {len(channels):,} are listed: --limit",
            )
        )
    desk.tell(Text("登记：jieneng adopt 采集设备", "To register one: jieneng adopt DEVICE"))
    return 0


def call(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """List devices and channels that are heard and that the registry does not know.

    Example: jieneng devices
    """
    at_the_desk(context, "devices", "devices", limit=limit, as_json=as_json)


COMMAND = Command(call=call, works={"devices": work}, rank=33)
