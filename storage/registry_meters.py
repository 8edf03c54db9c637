"""Meters in the registry files, with the checks that need the other rows."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from energy.kinds import KINDS, QUANTITIES
from energy.meter import MAIN, ROLES, SUB, Meter
from energy.reading import GAUGE, REGISTER, TABLES
from energy.units import units_of
from storage.csv_files import Cells, check_unique, exact_text

METER_COLUMNS = (
    "meter", "building", "site", "kind", "table", "role", "parent", "item", "device", "channel",
    "unit", "step", "resolution", "digits", "ratio", "max_rate", "interval", "tariff", "name_zh",
    "name_en",
)  # fmt: skip

MAX_DIGITS = 18
"""10**18 steps still fit the 64-bit integers at rest."""

_ITEMS = ("", "A", "B", "C", "D")
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
        home: Institution to its site.
        whose: Building to its institution and site.
    """

    sites: Collection[str] | None = None
    institutions: Collection[str] | None = None
    buildings: Collection[str] | None = None
    devices: Collection[str] | None = None
    home: dict[str, str] = field(default_factory=dict)
    whose: dict[str, tuple[str, str]] = field(default_factory=dict)


def read_meters(rows: list[Cells], known: Known) -> MeterRows:
    """Return the meters of a file; mistakes stay with its rows."""
    check_unique(rows, "meter")
    check_unique(rows, "device", "channel")
    meters = [_meter(cells, known) for cells in rows]
    named = {meter.meter: meter for meter in meters}
    for cells, meter in zip(rows, meters, strict=True):
        _check_tree(cells, meter, named)
    good = [meter for cells, meter in zip(rows, meters, strict=True) if cells.good]
    return MeterRows(good, named)


def _meter(cells: Cells, known: Known) -> Meter:
    kind = cells.one_of("kind", [*KINDS, *QUANTITIES])
    table = cells.one_of("table", TABLES)
    if kind in (QUANTITIES if table != GAUGE else KINDS) and table in TABLES:
        right = GAUGE if kind in QUANTITIES else "register or interval"
        cells.mistake("table", f"a meter of {kind} has the table {right}, not {table}.")
    institution, site = _place(cells, known, is_gauge=table == GAUGE)
    step = cells.exact("step")
    return Meter(
        meter=cells.name("meter"),
        building=cells.cell("building"),
        site=site,
        institution=institution,
        kind=kind,
        table=table,
        role=cells.one_of("role", ROLES),
        parent=cells.cell("parent"),
        item=cells.one_of("item", _ITEMS),
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
    )


def _place(cells: Cells, known: Known, *, is_gauge: bool) -> tuple[str, str]:
    """Return institution and site of a meter."""
    building = cells.known("building", known.buildings, where="buildings.csv")
    site = cells.known("site", known.sites, where="sites.csv")
    if building:
        institution, home = known.whose.get(building, ("", site))
        if site and home and site != home:
            problem = f"{building} stands on {home}, not {site}; leave it empty."
            cells.mistake("site", problem)
        return institution, home
    if not is_gauge:
        cells.mistake("building", "it is empty; only a gauge may stand on a site alone.")
    elif not site:
        cells.mistake("site", "a gauge without a building needs its site.")
    return "", site


def _device(cells: Cells, devices: Collection[str] | None) -> str:
    device = cells.known("device", devices, where="devices.csv")
    if bool(device) != bool(cells.cell("channel")):
        empty, other = ("channel", "device") if device else ("device", "channel")
        problem = f"it is empty but {other} is not; a meter read by hand has neither."
        cells.mistake(empty, problem)
    return device


def _unit(cells: Cells, kind: str) -> str:
    if kind not in KINDS and kind not in QUANTITIES:
        return cells.cell("unit")
    return cells.one_of("unit", units_of(kind))


def _resolution(cells: Cells, step: Fraction) -> Fraction:
    resolution = cells.exact("resolution", default=step)
    if step > resolution:
        cells.mistake(
            "step",
            f"{exact_text(step)} is coarser than the resolution {exact_text(resolution)}, so that "
            f"values would be cut; make the step {exact_text(resolution)}.",
        )
    elif (resolution / step).denominator != 1:
        problem = f"{exact_text(resolution)} is not a whole number of steps."
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
        problem = f"{text!r} is not an interval. Write it like 15min, 1h, 60s or 1d."
        cells.mistake("interval", problem)
    return seconds


def _check_tree(cells: Cells, meter: Meter, named: Mapping[str, Meter]) -> None:
    if meter.role == MAIN and meter.parent:
        cells.mistake("parent", "a main has no meter above it; leave it empty, or make it a sub.")
    elif meter.role == SUB or meter.parent:
        cells.known("parent", named, where="meters.csv", needed=True)
        if meter.parent in named:
            _check_parent(cells, meter, named[meter.parent])
        if _is_above_itself(meter, named):
            cells.mistake("parent", f"{meter.meter} is above itself in the tree of meters.")


def _check_parent(cells: Cells, meter: Meter, parent: Meter) -> None:
    if parent.role not in (MAIN, SUB):
        cells.mistake("parent", f"{parent.meter} is a {parent.role} meter; name a main or a sub.")
    if parent.kind != meter.kind and (parent.kind in KINDS or parent.kind in QUANTITIES):
        cells.mistake("parent", f"{parent.meter} counts {parent.kind}, not {meter.kind}.")
    if parent.institution != meter.institution:
        whose = parent.institution or "nobody"
        cells.mistake("parent", f"{parent.meter} belongs to {whose}, not {meter.institution}.")


def _is_above_itself(meter: Meter, named: Mapping[str, Meter]) -> bool:
    seen: set[str] = set()
    above = named.get(meter.parent)
    while above is not None and above.meter not in seen:
        if above.meter == meter.meter:
            return True
        seen.add(above.meter)
        above = named.get(above.parent)
    return False


def meter_cells(meter: Meter) -> Sequence[str]:
    """Return the cells of a meter's row."""
    is_gauge = meter.table == GAUGE
    return (
        meter.meter,
        meter.building,
        "" if meter.building else meter.site,
        meter.kind,
        meter.table,
        meter.role,
        meter.parent,
        meter.item,
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
    )


def _interval_text(seconds: int) -> str:
    unit = next(unit for unit, length in _SECONDS.items() if seconds % length == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"
