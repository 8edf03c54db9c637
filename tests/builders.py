"""A small district to start from; tests change what they are about with dataclasses.replace."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from energy.equipping import Point
from energy.instruments import Instrument
from energy.meter import Building, Device, Institution, Meter, MeterEvent, Site
from energy.registry import Registry

NORTH = Site("north", "北园区", "North campus", "Asia/Shanghai", "cn", "110102")
TOWN = Institution("town", "镇政府", "Town hall", "government", "north")
HALL = Building("hall", "town", "north", "大厅", "Hall", "A", 1000, 50)
PANEL = Device("panel", "", "own_single", "", "s", "UTC")

MAIN_METER = Meter(
    meter="hall_main",
    building="hall",
    site="north",
    institution="town",
    kind="electricity",
    table="register",
    role="main",
    parent="",
    item="",
    device="panel",
    channel="ep",
    unit="kWh",
    step=Fraction(1, 100),
    resolution=Fraction(1, 100),
    digits=8,
    ratio=Fraction(40),
    max_rate=Fraction(1500),
    interval_s=3600,
    tariff="beijing_general",
    name_zh="大厅总表",
    name_en="Hall main",
)
SUB_METER = Meter(
    meter="hall_light",
    building="hall",
    site="north",
    institution="town",
    kind="electricity",
    table="register",
    role="sub",
    parent="hall_main",
    item="A",
    device="panel",
    channel="ep_light",
    unit="kWh",
    step=Fraction(1, 100),
    resolution=Fraction(1, 100),
    digits=8,
    ratio=Fraction(1),
    max_rate=Fraction(100),
    interval_s=3600,
    tariff="",
    name_zh="大厅照明",
    name_en="Hall lighting",
)
WEATHER = Meter(
    meter="weather_north",
    building="",
    site="north",
    institution="",
    kind="temperature",
    table="gauge",
    role="main",
    parent="",
    item="",
    device="panel",
    channel="outdoor",
    unit="degC",
    step=Fraction(1, 100),
    resolution=Fraction(1, 100),
    digits=0,
    ratio=Fraction(1),
    max_rate=Fraction(0),
    interval_s=3600,
    tariff="",
    name_zh="北园区室外温度",
    name_en="North campus temperature",
)

POINT = Point(
    "town_lighting", "town", "hall", "sub_item", "electricity", "A", "照明", "Lighting",
    "hall_light", is_required=True, reason="",
)  # fmt: skip
INSTRUMENT = Instrument(
    meter="hall_main", serial="E-4711", maker="", model="", type="electricity_static",
    category="II", accuracy="0.5S", ct_class="0.5", installed=date(2020, 3, 1), removed=None,
    verified=date(2020, 2, 29), certificate="2020-17", due=None, evidence="",
)  # fmt: skip


def registry_of(
    *meters: Meter,
    events: Sequence[MeterEvent] = (),
    sites: Sequence[Site] = (NORTH,),
    institutions: Sequence[Institution] = (TOWN,),
    buildings: Sequence[Building] = (HALL,),
    devices: Sequence[Device] = (PANEL,),
) -> Registry:
    """Return a registry of these meters in one town hall."""
    return Registry(
        sites=tuple(sites),
        institutions=tuple(institutions),
        buildings=tuple(buildings),
        devices=tuple(devices),
        meters=meters,
        events=tuple(events),
        name_zh="示例区",
        name_en="Example district",
    )


def replacement(meter: str, time: int, *, closing: int, opening: int = 0) -> MeterEvent:
    """Return the event of a register that was replaced by one of 8 digits."""
    return MeterEvent(meter, time, "replacement", closing, opening, 8, "li", "calibration due")
