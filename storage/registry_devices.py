"""Devices in the registry files, with what their payload formats ask of them."""

from collections.abc import Mapping

from energy.message import Format
from energy.meter import Device
from energy.text import Text
from storage.csv_cells import Cells
from storage.csv_files import check_unique

DEVICE_COLUMNS = ("device", "gateway", "format", "topic", "time_unit", "timezone")


def read_devices(rows: list[Cells], formats: Mapping[str, Format] | None) -> tuple[Device, ...]:
    """Return the devices of a file; mistakes stay with its rows.

    Args:
        rows: Rows of devices.csv.
        formats: The payload formats there are; None leaves unchecked what they ask.
    """
    check_unique(rows, "device")
    # Devices behind one gateway speak on its topic.
    check_unique([cells for cells in rows if not cells.cell("gateway")], "topic")
    return tuple(_device(cells, formats) for cells in rows)


def _device(cells: Cells, formats: Mapping[str, Format] | None) -> Device:
    topic = cells.text("topic")
    if "+" in topic or "#" in topic:
        problem = Text(
            f"{topic!r} 含有通配符；请填写它发布的那一个主题。",
            f"{topic!r} has a wildcard; write the one topic it publishes on.",
        )
        cells.mistake("topic", problem)
    device = Device(
        device=cells.name("device"),
        gateway=cells.name("gateway", needed=False),
        format=cells.name("format") if formats is None else cells.one_of("format", sorted(formats)),
        topic=topic,
        time_unit=cells.one_of("time_unit", ("s", "ms"), default="s"),
        timezone=cells.timezone("timezone", default="UTC"),
    )
    if formats is not None and device.format in formats:
        _check_format(cells, device, formats[device.format])
    return device


def _check_format(cells: Cells, device: Device, spoken: Format) -> None:
    """A device whose messages could never be taken as they are declared is a mistake."""
    if spoken.through_gateway and not device.gateway:
        problem = Text(
            f"{device.device}：格式为 {spoken.name} 的采集设备要填写所经过的网关。",
            f"{device.device}: a device of format {spoken.name} needs the gateway it speaks "
            "through.",
        )
        cells.mistake("gateway", problem)
    elif device.gateway and not spoken.through_gateway:
        problem = Text(
            f"{device.device}：格式为 {spoken.name} 的采集设备不经过网关；请留空。",
            f"{device.device}: a device of format {spoken.name} has no gateway; leave it empty.",
        )
        cells.mistake("gateway", problem)
    if spoken.local_time and not cells.cell("timezone"):
        problem = Text(
            f"为空，但 {spoken.name} 的报文用的是当地时间；请填写设备时钟的时区，"
            "例如 Asia/Shanghai。",
            f"it is empty, but {spoken.name} sends local time; write the zone of the device's "
            "clock, such as Asia/Shanghai.",
        )
        cells.mistake("timezone", problem)
