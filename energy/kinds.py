"""Kinds of energy and water, and the instant quantities beside them: one record each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of energy or water that a meter counts.

    Attributes:
        name: The word used in registry files and tags.
        zh: Chinese label.
        en: English label.
        base_unit: Unit of the integers at rest.
        display_unit: Unit that people read.
        base_per_display: Base units in one display unit.
        is_energy: Whether it belongs in comprehensive energy; water does not
            (GB/T 2589-2020 annex and the public-institution statistics: water has its own column).
        item_code: Energy class, positions 11 and 12 of the 15-character energy-data code.
        colour: Colour of its lines on boards.
    """

    name: str
    zh: str
    en: str
    base_unit: str
    display_unit: str
    base_per_display: int
    is_energy: bool
    item_code: str
    colour: str


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "electricity",
            "电",
            "electricity",
            "Wh",
            "kWh",
            1000,
            is_energy=True,
            item_code="01",
            colour="#c97b00",
        ),
        Kind(
            "water",
            "水",
            "water",
            "L",
            "m3",
            1000,
            is_energy=False,
            item_code="02",
            colour="#1f77b4",
        ),
        Kind(
            "gas",
            "天然气",
            "natural gas",
            "L",
            "m3",
            1000,
            is_energy=True,
            item_code="03",
            colour="#7a5195",
        ),
        Kind(
            "heat",
            "热力",
            "heat",
            "kJ",
            "GJ",
            1_000_000,
            is_energy=True,
            item_code="04",
            colour="#c0392b",
        ),
        Kind(
            "cold",
            "冷量",
            "cold",
            "kJ",
            "GJ",
            1_000_000,
            is_energy=True,
            item_code="05",
            colour="#2a9d8f",
        ),
        Kind(
            "coal",
            "煤炭",
            "coal",
            "g",
            "t",
            1_000_000,
            is_energy=True,
            item_code="07",
            colour="#4a4a4a",
        ),
        Kind(
            "gasoline",
            "汽油",
            "gasoline",
            "mL",
            "L",
            1000,
            is_energy=True,
            item_code="10",
            colour="#8d6e63",
        ),
        Kind(
            "diesel",
            "柴油",
            "diesel",
            "mL",
            "L",
            1000,
            is_energy=True,
            item_code="12",
            colour="#5d4037",
        ),
        Kind(
            "lpg",
            "液化石油气",
            "liquefied petroleum gas",
            "g",
            "kg",
            1000,
            is_energy=True,
            item_code="08",
            colour="#b5651d",
        ),
        Kind(
            "kerosene",
            "煤油",
            "kerosene",
            "mL",
            "L",
            1000,
            is_energy=True,
            item_code="11",
            colour="#a1887f",
        ),
        Kind(
            "lng",
            "液化天然气",
            "liquefied natural gas",
            "g",
            "kg",
            1000,
            is_energy=True,
            item_code="06",
            colour="#9575cd",
        ),
        Kind(
            "fuel_oil",
            "燃料油",
            "fuel oil",
            "g",
            "t",
            1_000_000,
            is_energy=True,
            item_code="06",
            colour="#3e2723",
        ),
        Kind(
            "steam",
            "蒸汽",
            "steam",
            "g",
            "t",
            1_000_000,
            is_energy=True,
            item_code="06",
            colour="#e57373",
        ),
        Kind(
            "hydrogen",
            "氢",
            "hydrogen",
            "L",
            "m3",
            1000,
            is_energy=True,
            item_code="06",
            colour="#4db6ac",
        ),
        Kind(
            "other",
            "其他能源（标准煤）",
            "other energy, as standard coal",
            "g",
            "t",
            1_000_000,
            is_energy=True,
            item_code="06",
            colour="#90a4ae",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity read at an instant: never summed, only shown and used as a condition.

    Attributes:
        name: The word used in the ``kind`` column of the registry for a gauge.
        zh: Chinese label.
        en: English label.
        unit: Unit of the numbers at rest.
        lowest: Least number that can be true.
        highest: Greatest number that can be true.
    """

    name: str
    zh: str
    en: str
    unit: str
    lowest: float
    highest: float


QUANTITIES: dict[str, Quantity] = {
    quantity.name: quantity
    for quantity in (
        # Never measured on Earth beyond these (World Meteorological Organization: -89.2, 56.7).
        Quantity("temperature", "室外温度", "outdoor temperature", "degC", -90.0, 60.0),
        # Chosen: no public building draws or feeds in a gigawatt.
        Quantity("power", "功率", "power", "W", -1e9, 1e9),
    )
}
