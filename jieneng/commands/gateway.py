"""Gateways that speak XML over TCP: try the listener with one that does not exist."""

from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, settings_of, tell

group = typer.Typer(help="Try the listener for gateways that speak XML.", no_args_is_help=True)


@group.command("simulate")
def simulate(
    context: typer.Context,
    building: Annotated[str, typer.Option(help="Code of the building, as in the profile.")],
    gateway: Annotated[str, typer.Option(help="Number of the gateway, as in the profile.")],
    meter: Annotated[list[str] | None, typer.Option(help="Number of a meter; repeat it.")] = None,
    function: Annotated[str, typer.Option(help="Number of the function of each.")] = "1",
    reports: Annotated[int, typer.Option(min=1, help="Readings of each meter to send.")] = 4,
    start: Annotated[float, typer.Option(min=0, help="What the meters show at first.")] = 100.0,
    to: Annotated[str, typer.Option(help="host:port, instead of JIENENG_GATEWAY_LISTEN.")] = "",
    pieces: Annotated[
        int, typer.Option(min=0, help="Cut frames into pieces of so many bytes.")
    ] = 0,
) -> None:
    """Log in as a gateway, send readings of the last hours, and say what was acknowledged.

    It takes how to speak, and the secret, from the file of JIENENG_GATEWAY_PROFILE.
    Example: jieneng gateway simulate --building 110102A001 --gateway 01 --meter 1
    """
    from jieneng.gateway.trial import Trial, try_gateway

    trial = Trial(
        building=building,
        gateway=gateway,
        meters=tuple(meter or ["1"]),
        function=function,
        reports=reports,
        start=start,
        to=to,
        pieces=pieces,
    )
    count, gateway_time = try_gateway(settings_of(context), trial)
    tell(
        Text(
            f"{building}-{gateway}   {count} 个数据包已得到确认，平台时间 {gateway_time}",
            f"{building}-{gateway}   {count} packets acknowledged, platform's time {gateway_time}",
        )
    )


COMMAND = Command(group=group, rank=51)
