"""The fields of the form that adopts a device: columns of the registry files in plain words."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from energy.kinds import KINDS, QUANTITIES
from energy.meter import MAIN, ROLES, SUB
from energy.reading import TABLES
from energy.reference import Reference
from energy.registry import Registry
from energy.text import Text
from energy.units import units_of

Option = tuple[str, Text]
"""(what is written into the cell, what is shown)"""


class Column(NamedTuple):
    """A column that the form asks for.

    Attributes:
        name: As the heading of its file.
        label: What people call it.
        hint: What is asked, or an example; "" for nothing.
        is_rare: Whether most meters leave it empty.
    """

    name: str
    label: Text
    hint: Text = Text("", "")
    is_rare: bool = False


METER_FIELDS = (
    Column(
        "meter", Text("计量点编号", "meter"), Text("字母、数字、_ - .", "letters, digits, _ - .")
    ),
    Column("name_zh", Text("中文名称", "Chinese name")),
    Column("name_en", Text("英文名称", "English name")),
    Column("kind", Text("种类", "kind")),
    Column("table", Text("数值类型", "what the number is")),
    Column("unit", Text("报文的单位", "unit of the message")),
    Column("building", Text("建筑", "building")),
    Column("role", Text("作用", "role")),
    Column("parent", Text("上级计量点", "meter above"), Text("分表才填", "of a sub-meter")),
    Column(
        "step",
        Text("最小步长", "step"),
        Text("表上最小的一位，如 0.01", "last digit, such as 0.01"),
    ),
    Column(
        "digits",
        Text("位数", "digits"),
        Text("累计读数转满前的步数位数，如 8", "until it turns over, such as 8"),
    ),
    Column(
        "ratio",
        Text("倍率", "ratio"),
        Text("互感器，如 40 或 200/5；空为 1", "transformers, 40 or 200/5; empty is 1"),
    ),
    Column(
        "max_rate",
        Text("每小时最大用量", "most in an hour"),
        Text("kWh、m³ 或 GJ，按接入容量", "kWh, m³ or GJ: the connected load"),
    ),
    Column("interval", Text("采集间隔", "interval"), Text("如 15min、1h", "such as 15min, 1h")),
    Column(
        "site",
        Text("园区", "site"),
        Text("无建筑的瞬时量才填", "of a gauge without building"),
        is_rare=True,
    ),
    Column("item", Text("分项", "sub-item"), is_rare=True),
    Column("tariff", Text("价格", "tariff"), is_rare=True),
    Column(
        "resolution",
        Text("分辨率", "resolution"),
        Text("空为最小步长", "empty is the step"),
        is_rare=True,
    ),
)
"""Columns of meters.csv in the order in which a person answers; device and channel are known."""

DEVICE_FIELDS = (
    Column(
        "device",
        Text("采集设备名称", "device"),
        Text("字母、数字、_ - .", "letters, digits, _ - ."),
    ),
    Column("topic", Text("主题", "topic")),
    Column(
        "time_unit",
        Text("时间单位", "unit of its times"),
        Text("秒 s 或毫秒 ms；空为 s", "s or ms; empty is s"),
    ),
    Column(
        "timezone",
        Text("时钟的时区", "zone of its clock"),
        Text("如 Asia/Shanghai", "such as Asia/Shanghai"),
    ),
)
"""Columns of devices.csv that a person may answer; gateway and format are as it was heard."""

_TABLES = {
    "register": Text("累计读数", "register: counts up"),
    "interval": Text("时段量", "interval: amount of each"),
    "gauge": Text("瞬时量", "gauge: of the instant"),
}
_ROLES = {
    "main": Text("总表", "main of a building"),
    "sub": Text("分表", "sub-meter"),
    "check": Text("校核表，不计入合计", "check: never summed"),
    "export": Text("外送", "export"),
    "settlement": Text("供应商结算表，不计入合计", "settlement: the supplier's, never summed"),
}
_ITEMS = {
    "A": Text("A 照明插座", "A lighting and sockets"),
    "B": Text("B 空调", "B HVAC"),
    "C": Text("C 动力", "C power"),
    "D": Text("D 特殊", "D special"),
}


def options_of(registry: Registry, reference: Reference) -> dict[str, list[Option]]:
    """Return what may be chosen for a column, an empty cell first; by column."""
    kinds = [(kind.name, Text(kind.zh, kind.en)) for kind in KINDS.values()]
    kinds += [(one.name, Text(one.zh, one.en)) for one in QUANTITIES.values()]
    units = dict.fromkeys(unit for kind, _ in kinds for unit in units_of(kind))
    buildings = [(one.building, Text(one.name_zh, one.name_en)) for one in registry.buildings]
    sites = [(one.site, Text(one.name_zh, one.name_en)) for one in registry.sites]
    found: dict[str, Iterable[Option]] = {
        "kind": kinds,
        "table": ((name, _TABLES[name]) for name in TABLES),
        "unit": _same(units),
        "building": buildings,
        "role": ((name, _ROLES[name]) for name in ROLES),
        "site": sites,
        "item": _ITEMS.items(),
        "tariff": _same(reference.tariffs),
        "time_unit": _same(("s", "ms")),
    }
    return {column: [("", Text("—", "—")), *options] for column, options in found.items()}


def parents_of(registry: Registry) -> Sequence[Option]:
    """Return the meters that may stand above another."""
    return [
        (one.meter, Text(one.name_zh, one.name_en))
        for one in registry.meters
        if one.role in (MAIN, SUB)
    ]


def _same(names: Iterable[str]) -> list[Option]:
    return [(name, Text(name, name)) for name in names]
