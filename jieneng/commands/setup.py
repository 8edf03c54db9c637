"""Prepare stores, reference data and registry, once and again after an update."""

from pathlib import Path
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk
from jieneng.registry.options import Anyway, DropAdopted, Restating


def work(
    desk: Desk,
    *,
    registry: str,
    reference: str,
    anyway: bool = False,
    drop_adopted: bool = False,
    restating: bool = False,
) -> int:
    """Create what is missing; read what is given, and the shipped reference data where none is."""
    from jieneng.registry.intake import held_reference, take_reference, take_registry
    from jieneng.shipped import shipped
    from storage.opening import prepare_store

    if desk.house is None or not desk.settings.is_embedded:
        prepare_store(desk.settings.store, token=desk.settings.influxdb_token.get_secret_value())
    records = desk.stores.records
    state_dir = desk.settings.state_dir
    desk.tell(Text(f"状态文件夹   {state_dir}", f"state folder   {state_dir}"))
    held = None if reference else held_reference(records)
    folder = desk.path(reference) if reference else shipped("reference")
    taken = held or take_reference(records, folder, anyway=anyway, restating=restating)
    desk.tell(Text("参考数据     ", "reference      ") + taken)
    if registry:
        store = desk.stores.store
        taken = take_registry(
            records,
            desk.path(registry),
            heard=store.newest(),
            reason="setup",
            drop_adopted=drop_adopted,
            restating=restating,
            store=store,
        )
        desk.tell(Text("登记表       ", "registry       ") + taken)
    else:
        unchanged = Text(
            "登记表       没有改动；可用 --registry FOLDER 导入",
            "registry       unchanged; give one with --registry FOLDER",
        )
        desk.tell(unchanged)
    return 0


def call(
    context: typer.Context,
    registry: Annotated[
        Path | None, typer.Option(help="Folder of registry CSV files to import.")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(help="Folder of reference data that replaces what is held.")
    ] = None,
    anyway: Anyway = False,
    drop_adopted: DropAdopted = False,
    restating: Restating = False,
) -> None:
    """Prepare stores, records and reference data. Safe to repeat: what is there stays.

    Example: jieneng setup --registry examples/district
    """
    at_the_desk(
        context,
        "setup",
        "setup",
        registry=str(registry or ""),
        reference=str(reference or ""),
        anyway=anyway,
        drop_adopted=drop_adopted,
        restating=restating,
    )


COMMAND = Command(call=call, works={"setup": work}, rank=5)
