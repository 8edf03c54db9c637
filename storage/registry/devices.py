"""Devices in the registry files, with what their payload formats ask of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from energy.messages.mapping import MappingRow
from energy.messages.message import Format
from energy.messages.topic_filter import matches
from energy.meter import Device
from energy.text import Text
from storage.csv_cells import Cells
from storage.csv_files import check_unique

DEVICE_COLUMNS = ("device", "gateway", "format", "topic", "time_unit", "timezone")


class Spoken(NamedTuple):
    """What the format column of devices.csv may name.

    Attributes:
        formats: The payload formats there are; None leaves unchecked what devices say of them.
        mappings: The rows of mappings.csv.
        are_known: Whether mappings.csv could be read.
    """

    formats: Mapping[str, Format] | None
    mappings: Sequence[MappingRow] = ()
    are_known: bool = True

    @property
    def names(self) -> set[str]:
        """Every name there is."""
        return {*(self.formats or ()), *(row.mapping for row in self.mappings)}


def read_devices(rows: list[Cells], spoken: Spoken) -> tuple[Device, ...]:
    """Return the devices of a file; mistakes stay with its rows."""
    check_unique(rows, "device")
    # Devices behind one gateway speak on its topic.
    check_unique([cells for cells in rows if not cells.cell("gateway")], "topic")
    return tuple(_device(cells, spoken) for cells in rows)


def _device(cells: Cells, spoken: Spoken) -> Device:
    topic = cells.text("topic")
    if "+" in topic or "#" in topic:
        problem = Text(
            f"{topic!r} 含有通配符；请填写它发布的那一个主题。",
            f"{topic!r} has a wildcard; write the one topic it publishes on.",
        )
        cells.mistake("topic", problem)
    any_name = spoken.formats is None or not spoken.are_known
    device = Device(
        device=cells.name("device"),
        gateway=cells.name("gateway", needed=False),
        format=cells.name("format") if any_name else cells.one_of("format", sorted(spoken.names)),
        topic=topic,
        time_unit=cells.one_of("time_unit", ("s", "ms"), default="s"),
        timezone=cells.timezone("timezone", default="UTC"),
    )
    if spoken.formats is not None:
        if device.format in spoken.formats:
            _check_format(cells, device, spoken.formats[device.format])
        mine = [row for row in spoken.mappings if row.mapping == device.format]
        if mine:
            _check_mapping(cells, device, mine)
    return device


def _check_mapping(cells: Cells, device: Device, rows: Sequence[MappingRow]) -> None:
    _check_gateway(cells, device, through_gateway=bool(rows[0].gateway))
    if device.topic and not any(matches(row.topic, device.topic) for row in rows):
        patterns = dict.fromkeys(row.topic for row in rows)
        problem = Text(
            f"映射 {device.format} 不读取 {device.topic}，只读取 {'、'.join(patterns)}。",
            f"the mapping {device.format} does not read {device.topic}, but {', '.join(patterns)}.",
        )
        cells.mistake("topic", problem)


def _check_format(cells: Cells, device: Device, spoken: Format) -> None:
    """A device whose messages could never be taken as they are declared is a mistake."""
    _check_gateway(cells, device, through_gateway=spoken.through_gateway)
    if spoken.local_time and not cells.cell("timezone"):
        problem = Text(
            f"为空，但 {spoken.name} 的报文用的是当地时间；请填写设备时钟的时区，"
            "例如 Asia/Shanghai。",
            f"it is empty, but {spoken.name} sends local time; write the zone of the device's "
            "clock, such as Asia/Shanghai.",
        )
        cells.mistake("timezone", problem)


def _check_gateway(cells: Cells, device: Device, *, through_gateway: bool) -> None:
    if through_gateway and not device.gateway:
        problem = Text(
            f"{device.device}：格式为 {device.format} 的采集设备要填写所经过的网关。",
            f"{device.device}: a device of format {device.format} needs the gateway it speaks "
            "through.",
        )
        cells.mistake("gateway", problem)
    elif device.gateway and not through_gateway:
        problem = Text(
            f"{device.device}：格式为 {device.format} 的采集设备不经过网关；请留空。",
            f"{device.device}: a device of format {device.format} has no gateway; leave it empty.",
        )
        cells.mistake("gateway", problem)
