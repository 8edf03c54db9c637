"""What stands in a building of each use: the meters of a house that a scenario names in one line.

A house is metered as the guideline of 2008 asks (facts of the 15-character code): a main for
electricity with sub-meters of lighting and sockets (A), air conditioning (B), power (C) and special
use (D), and mains for the other kinds. Plants that a scenario adds hang below the main.
"""

from dataclasses import dataclass
from fractions import Fraction

from energy.meter import CHECK, EXPORT, MAIN, SUB

ELECTRICITY, WATER, HEAT, GAS = "electricity", "water", "heat", "gas"


@dataclass(frozen=True)
class Point:
    """One metering point of a house.

    Attributes:
        suffix: Follows the name of the building in the name of the meter.
        kind: Kind of energy or water.
        role: main, sub, check or export.
        item: Sub-item letter; "" for none.
        load: Load of its own; "" where the load above it says what it uses.
        share: Share of the house's size that its transformer is made for.
        name_zh: Follows the Chinese name of the building.
        name_en: Follows its English name.
    """

    suffix: str
    kind: str
    role: str
    item: str
    load: str
    share: Fraction
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Use:
    """What a kind of house is.

    Attributes:
        load: Load of its electricity.
        building_class: Letter of the building class of the 15-character code.
        category: Class of its institution in the statistics system.
        items: Sub-items that are metered.
        water: Load of its water.
        gas: Load of its gas; "" for none.
    """

    load: str
    building_class: str
    category: str
    items: str
    water: str = "tap_water"
    gas: str = ""


USES = {
    "office": Use("office", "A", "government", "ABCD"),
    "service_hall": Use("service_hall", "A", "government", "ABCD"),
    "school": Use("school", "D", "school", "ABC"),
    "dormitory": Use("dormitory", "D", "school", "ABC", gas="kitchen_gas"),
    "hospital": Use("hospital", "E", "hospital", "ABCD", gas="gas_boiler"),
    "library": Use("library", "D", "library", "ABCD"),
    "sports": Use("sports", "F", "sports", "ABCD"),
    "canteen": Use("canteen", "H", "government", "ABD"),
}

HEATINGS = ("district_heating", "gas_heating", "heat_pump", "none")

_ITEMS = {
    "A": ("照明插座", "lighting and sockets", Fraction(1, 2)),
    "B": ("空调", "HVAC", Fraction(2, 3)),
    "C": ("动力", "power", Fraction(1, 4)),
    "D": ("特殊用电", "special", Fraction(2, 3)),
}

_PLANTS = {
    "data_room": ("机房", "data room", Fraction(1, 4)),
    "street_lighting": ("室外照明", "outdoor lighting", Fraction(1, 10)),
    "chiller_plant": ("冷站", "chiller plant", Fraction(2, 3)),
    "split_air_conditioners": ("分体空调", "split air conditioners", Fraction(1, 2)),
    "ev_chargers": ("充电桩", "EV chargers", Fraction(2, 3)),
    "heat_pump": ("热泵", "heat pump", Fraction(1, 1)),
}

EXTRAS = ("pv", *_PLANTS)


def points_of(use: Use, heating: str, extras: tuple[str, ...]) -> list[Point]:
    """Return the metering points of a house, its electricity main first.

    Args:
        use: What kind of house it is.
        heating: One of HEATINGS.
        extras: Plants of EXTRAS that it has besides.
    """
    whole = Fraction(1)
    found = [Point("main", ELECTRICITY, MAIN, "", use.load, whole, "总电表", "electricity main")]
    for item in use.items:
        zh, en, share = _ITEMS[item]
        found.append(Point(en.split()[0].lower(), ELECTRICITY, SUB, item, "", share, zh, en))
    plants = [*extras, "heat_pump"] if heating == "heat_pump" else list(extras)
    for plant in dict.fromkeys(plants):
        if plant == "pv":
            found.append(Point("pv", ELECTRICITY, CHECK, "", "pv", whole, "光伏发电", "PV"))
            found.append(Point("export", ELECTRICITY, EXPORT, "", "", whole, "上网电量", "export"))
        else:
            zh, en, share = _PLANTS[plant]
            found.append(Point(plant, ELECTRICITY, SUB, "", plant, share, zh, en))
    found.append(Point("water", WATER, MAIN, "", use.water, whole, "水表", "water main"))
    if heating == "district_heating":
        found.append(Point("heat", HEAT, MAIN, "", heating, whole, "热量表", "heat main"))
    if heating == "gas_heating":
        found.append(Point("boiler", GAS, MAIN, "", heating, whole, "锅炉燃气表", "boiler gas"))
    if use.gas:
        found.append(Point("gas", GAS, MAIN, "", use.gas, whole, "燃气表", "gas main"))
    return found
