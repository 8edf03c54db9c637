"""Accounts of the broker: who may write which topic, from the registry files."""

from pathlib import Path
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, tell


def call(
    folder: Annotated[Path, typer.Argument(help="Where to write accounts.csv, passwords and acl.")],
    registry: Annotated[Path, typer.Option(help="Folder of registry CSV files.")],
    collector_password: Annotated[
        str, typer.Option(envvar="MQTT_COLLECTOR_PASSWORD", help="Password of the collector.")
    ],
    simulator_password: Annotated[
        str,
        typer.Option(
            envvar="MQTT_SIMULATOR_PASSWORD",
            help="Password of simulated meters; empty: they have no account.",
        ),
    ] = "",
) -> None:
    """Write mosquitto's password file and access list: one account a gateway or device.

    Accounts that are there keep their passwords. Let mosquitto read them again with SIGHUP.
    Example: MQTT_COLLECTOR_PASSWORD=... jieneng accounts access --registry examples/district
    """
    import formats
    from collector.mqtt.topics import Topics
    from energy.errors import ConfigError
    from energy.messages.message import Format
    from energy.offers import offers
    from jieneng.mqtt.access import COLLECTOR, SIMULATOR, write_access, writers_of
    from jieneng.shipped import shipped_items
    from storage.registry.files import read_registry

    if not collector_password:
        raise ConfigError(
            Text(
                "采集程序需要密码：请设置 MQTT_COLLECTOR_PASSWORD。",
                "The collector needs a password: set MQTT_COLLECTOR_PASSWORD.",
            )
        )
    known = offers(formats, "FORMAT", Format)
    found = read_registry(registry, formats=known, items=shipped_items())
    writers = writers_of(found, known)
    own = {COLLECTOR: collector_password, SIMULATOR: simulator_password}
    new = write_access(
        folder,
        writers=writers,
        filters=Topics(found, known).filters(),
        own={account: password for account, password in own.items() if password},
    )
    tell(
        Text(
            f"{folder}   {len(writers)} 个采集账号，其中 {new} 个是新的",
            f"{folder}   {len(writers)} accounts of meters, {new} of them new",
        )
    )


COMMAND = Command(call=call, rank=36)
