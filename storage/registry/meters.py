"""Meters in the registry files, with the checks that need the other rows."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from energy.body import Body
from energy.items import Items
from energy.kinds import KINDS, QUANTITIES
from energy.meter import COUNTS, ROLES, Meter
from energy.reading import GAUGE, REGISTER, TABLES
from energy.text import Text
from energy.units import units_of
from energy.uses import USES
from storage.csv_cells import Cells, exact_text
from storage.csv_files import check_unique
from storage.reference.items import check_use, item_of
from storage.registry.counting import check_counting
from storage.registry.tree import check_tree

METER_COLUMNS = (
    "meter", "building", "site", "kind", "table", "role", "parent", "item", "device", "channel",
    "unit", "step", "resolution", "digits", "ratio", "max_rate", "interval", "tariff", "name_zh",
    "name_en", "use", "dialect", "counts",
)  # fmt: skip
METER_COLUMNS_LATER = METER_COLUMNS[20:]
"""Columns that files of before do not have."""

MAX_DIGITS = 18
"""10**18 steps still fit the 64-bit integers at rest."""

_INTERVAL = re.compile(r"([0-9]{1,8})(s|min|h|d)")
_SECONDS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
_LONGEST_S = 366 * 86_400


@dataclass(frozen=True)
class MeterRows:
    """What meters.csv says.

    Attributes:
        good: Meters whose rows hold no mistake, in order.
        named: Every meter by name that could be built, for the checks of other rows.
    """

    good: list[Meter]
    named: dict[str, Meter]


@dataclass
class Known:
    """What the files read so far define; None where a file cannot be read and nobody can tell.

    Attributes:
        sites: Names of sites.csv.
        institutions: Names of institutions.csv.
        buildings: Names of buildings.csv.
        devices: Names of devices.csv.
        bodies: Bodies of bodies.csv by name.
        items: Dictionaries of sub-items.
        home: Institution to its site.
        whose: Building to its institution and site.
    """

    sites: Collection[str] | None = None
    institutions: Collection[str] | None = None
    buildings: Collection[str] | None = None
    devices: Collection[str] | None = None
    bodies: Mapping[str, Body] | None = None
    items: Items | None = None
    home: dict[str, str] = field(default_factory=dict)
    whose: dict[str, tuple[str, str]] = field(default_factory=dict)


def read_meters(rows: list[Cells], known: Known) -> MeterRows:
    """Return the meters of a file; mistakes stay with its rows."""
    check_unique(rows, "meter")
    check_unique(rows, "device", "channel")
    meters = [_meter(cells, known) for cells in rows]
    named = {meter.meter: meter for meter in meters}
    for cells, meter in zip(rows, meters, strict=True):
        check_tree(cells, meter, named)
    good = [meter for cells, meter in zip(rows, meters, strict=True) if cells.good]
    return MeterRows(good, named)


def _meter(cells: Cells, known: Known) -> Meter:
    kind = cells.one_of("kind", [*KINDS, *QUANTITIES])
    table = cells.one_of("table", TABLES)
    if kind in (QUANTITIES if table != GAUGE else KINDS) and table in TABLES:
        right = Text(GAUGE, GAUGE)
        if kind in KINDS:
            right = Text("register 或 interval", "register or interval")
        problem = Text(
            f"{kind} 的计量点 table 应为 {right.zh}，不是 {table}。",
            f"a meter of {kind} has the table {right.en}, not {table}.",
        )
        cells.mistake("table", problem)
    institution, site = _place(cells, known, is_gauge=table == GAUGE)
    step = cells.exact("step")
    meter = Meter(
        meter=cells.name("meter"),
        building=cells.cell("building"),
        site=site,
        institution=institution,
        kind=kind,
        table=table,
        role=cells.one_of("role", ROLES),
        parent=cells.cell("parent"),
        item=item_of(cells, kind, known.items),
        device=_device(cells, known.devices),
        channel=cells.text("channel"),
        unit=_unit(cells, kind),
        step=step,
        resolution=_resolution(cells, step),
        digits=_digits(cells, table),
        ratio=cells.exact("ratio", default=Fraction(1)),
        max_rate=cells.exact("max_rate", default=Fraction(0) if table == GAUGE else None),
        interval_s=_interval(cells),
        tariff=cells.name("tariff", needed=False),
        name_zh=cells.text("name_zh", needed=True),
        name_en=cells.text("name_en", needed=True),
        use=cells.one_of("use", USES),
        counts=cells.one_of("counts", COUNTS),
    )
    check_use(cells, kind, meter.item, known.items)
    if cells.good:
        check_counting(cells, meter)
    return meter


def _place(cells: Cells, known: Known, *, is_gauge: bool) -> tuple[str, str]:
    """Return institution and site of a meter."""
    building = cells.known("building", known.buildings, where="buildings.csv")
    site = cells.known("site", known.sites, where="sites.csv")
    if building:
        institution, home = known.whose.get(building, ("", site))
        if site and home and site != home:
            problem = Text(
                f"{building} 位于 {home}，不是 {site}；请留空。",
                f"{building} stands on {home}, not {site}; leave it empty.",
            )
            cells.mistake("site", problem)
        return institution, home
    if not is_gauge:
        problem = Text(
            "为空；只有瞬时量（gauge）可以直接属于园区。",
            "it is empty; only a gauge may stand on a site alone.",
        )
        cells.mistake("building", problem)
    elif not site:
        problem = Text(
            "没有建筑的瞬时量（gauge）要填写园区。", "a gauge without a building needs its site."
        )
        cells.mistake("site", problem)
    return "", site


def _device(cells: Cells, devices: Collection[str] | None) -> str:
    device = cells.known("device", devices, where="devices.csv")
    if bool(device) != bool(cells.cell("channel")):
        empty, other = ("channel", "device") if device else ("device", "channel")
        problem = Text(
            f"为空，而 {other} 已填写；人工抄表的计量点两者都留空。",
            f"it is empty but {other} is not; a meter read by hand has neither.",
        )
        cells.mistake(empty, problem)
    return device


def _unit(cells: Cells, kind: str) -> str:
    if kind not in KINDS and kind not in QUANTITIES:
        return cells.cell("unit")
    return cells.one_of("unit", units_of(kind))


def _resolution(cells: Cells, step: Fraction) -> Fraction:
    resolution = cells.exact("resolution", default=step)
    if step > resolution:
        coarse, fine = exact_text(step), exact_text(resolution)
        problem = Text(
            f"{coarse} 比分辨率 {fine} 粗，数值会被截断；请把最小步长改为 {fine}。",
            f"{coarse} is coarser than the resolution {fine}, so that values would be cut; make "
            f"the step {fine}.",
        )
        cells.mistake("step", problem)
    elif (resolution / step).denominator != 1:
        problem = Text(
            f"{exact_text(resolution)} 不是最小步长的整数倍。",
            f"{exact_text(resolution)} is not a whole number of steps.",
        )
        cells.mistake("resolution", problem)
    return resolution


def _digits(cells: Cells, table: str) -> int:
    if table == GAUGE:
        return cells.whole("digits", least=0, most=MAX_DIGITS, default=0)
    default = None if table == REGISTER else MAX_DIGITS
    return cells.whole("digits", least=1, most=MAX_DIGITS, default=default)


def _interval(cells: Cells) -> int:
    text = cells.cell("interval")
    found = _INTERVAL.fullmatch(text)
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not 1 <= seconds <= _LONGEST_S:
        problem = Text(
            f"{text!r} 不是采集间隔，请写成 15min、1h、60s 或 1d 的形式。",
            f"{text!r} is not an interval. Write it like 15min, 1h, 60s or 1d.",
        )
        cells.mistake("interval", problem)
    return seconds


def meter_cells(meter: Meter, items: Items | None = None, dialect: str = "") -> Sequence[str]:
    """Return the cells of a meter's row.

    Args:
        meter: The meter.
        items: Dictionaries of sub-items.
        dialect: The one to write its sub-item in, where that has it; "" for ours.
    """
    is_gauge = meter.table == GAUGE
    code = items.code(dialect, meter.kind, meter.item) if items and meter.item else None
    return (
        meter.meter,
        meter.building,
        "" if meter.building else meter.site,
        meter.kind,
        meter.table,
        meter.role,
        meter.parent,
        code or meter.item,
        meter.device,
        meter.channel,
        meter.unit,
        exact_text(meter.step),
        "" if meter.resolution == meter.step else exact_text(meter.resolution),
        "" if is_gauge and not meter.digits else str(meter.digits),
        "" if is_gauge and meter.ratio == 1 else exact_text(meter.ratio),
        "" if is_gauge and not meter.max_rate else exact_text(meter.max_rate),
        _interval_text(meter.interval_s),
        meter.tariff,
        meter.name_zh,
        meter.name_en,
        meter.use,
        dialect if code else "",
        meter.counts,
    )


def _interval_text(seconds: int) -> str:
    unit = next(unit for unit, length in _SECONDS.items() if seconds % length == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"
