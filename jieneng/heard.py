"""Devices and channels that are heard and not registered: how they are told, and rows to adopt."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from api.times import zone_of
from dashboards.units import local
from energy.errors import ConfigError
from energy.registry import Registry
from energy.text import Text
from storage.csv_cells import is_name
from storage.records import heard
from storage.records import registry as registry_records
from storage.records.heard import UnknownChannel
from storage.registry_devices import DEVICE_COLUMNS
from storage.registry_meters import METER_COLUMNS

if TYPE_CHECKING:
    from jieneng.wiring import House

HEADINGS = (
    Text("采集设备", "device"),
    Text("通道", "channel"),
    Text("格式", "format"),
    Text("网关", "gateway"),
    Text("最近的值", "last value"),
    Text("单位", "unit"),
    Text("最近收到", "last heard"),
    Text("次数", "times"),
)
DEVICES, METERS = "devices", "meters"
"""Registry files that rows are made for."""


def heard_now(house: "House") -> tuple[Registry, list[UnknownChannel]]:
    """Return the registry, and the channels that are heard and that it does not know."""
    with house.records.reading() as session:
        return registry_records.load(session), heard.all(session)


def table_of(channels: Sequence[UnknownChannel], registry: Registry) -> Iterator[Text]:
    """Yield a heading and a line for each channel, in columns."""
    zone = zone_of(registry).key
    rows = [_cells(one, zone) for one in channels]
    chinese = _aligned([[heading.zh for heading in HEADINGS], *rows])
    english = _aligned([[heading.en for heading in HEADINGS], *rows])
    for zh, en in zip(chinese, english, strict=True):
        yield Text(zh, en)


def rows_to_adopt(
    channels: Sequence[UnknownChannel], registry: Registry
) -> dict[str, list[Mapping[str, str]]]:
    """Return rows for the registry files, by file; what only a person knows stays empty.

    Args:
        channels: Those of one device, at least one.
        registry: The registry of now; a device that it knows gets no row.
    """
    by_channel = {one.channel: one for one in sorted(channels, key=lambda one: one.last)}
    newest = max(channels, key=lambda one: one.last)
    name = newest.device if is_name(newest.device) else ""
    device = {
        "device": name,
        "gateway": newest.gateway,
        "format": newest.form,
        # A name that the registry cannot have is replaced by binding a name to the topic.
        "topic": "" if name or newest.gateway else newest.topic,
    }
    return {
        DEVICES: [] if newest.device in registry.device else [device],
        METERS: [
            {"device": name, "channel": one.channel, "unit": one.unit}
            for _, one in sorted(by_channel.items())
        ],
    }


def csv_lines(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return rows as lines of CSV without a heading."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([printable(row.get(column, "")) for column in columns] for row in rows)
    return text.getvalue().splitlines()


COLUMNS = {DEVICES: DEVICE_COLUMNS, METERS: METER_COLUMNS}


def of_device(channels: Sequence[UnknownChannel], device: str) -> list[UnknownChannel]:
    """Return the channels of one device, named as in its messages or as it is printed.

    Raises:
        ConfigError: If none is heard that the registry does not know.
    """
    found = [one for one in channels if device in (one.device, printable(one.device))]
    if not found:
        raise ConfigError(
            Text(
                f"没有收到过采集设备 {device!r} 的未登记通道。请看：jieneng devices",
                f"Nothing unregistered is heard of a device {device!r}. Look at: jieneng devices",
            )
        )
    return found


def doubts(channels: Sequence[UnknownChannel]) -> Iterator[Text]:
    """Yield what a person should know before adopting a device."""
    if not is_name(channels[0].device):
        yield Text(
            f"{channels[0].device!r} 不能作为登记表中的名称；请自取名称填入 device，topic 保留。",
            f"{channels[0].device!r} cannot be a name in the registry; write one of your own into "
            "device, and keep the topic.",
        )
    ways = sorted({f"{one.form} {one.gateway}".strip() for one in channels})
    if len(ways) > 1:
        said = ", ".join(ways)
        yield Text(
            f"它以几种方式发送（格式 网关）：{said}；已填写最近的一种。",
            f"It speaks in several ways (format gateway): {said}; the newest is filled in.",
        )


def printable(text: str) -> str:
    """Return a text from outside without signs that would steer a terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _cells(one: UnknownChannel, zone: str) -> list[str]:
    at = f"{local(one.last, zone):%Y-%m-%d %H:%M}"
    words = (one.device, one.channel, one.form, one.gateway or "-", one.value, one.unit or "-", at)
    return [*map(printable, words), f"{one.times:,}"]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines; a Chinese character is two cells wide."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
