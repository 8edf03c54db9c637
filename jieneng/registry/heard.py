"""Devices and channels that are heard and not registered: how they are told."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from api.times import zone_of
from dashboards.units import local
from energy.errors import ConfigError
from energy.registry import Registry
from energy.text import Text
from jieneng.printing import printable
from storage.records import heard
from storage.records import registry as registry_records
from storage.records.heard import UnknownChannel

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
