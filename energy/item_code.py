"""Sub-items, and the 15-character code of energy data that they end.

    110102 A 001 01 B 1 A
    |      | |   |  | | second-level child, a letter
    |      | |   |  | first-level child, a digit
    |      | |   |  sub-item, a letter
    |      | |   class of energy, as in energy.kinds
    |      | serial of the building, 001 to 999
    |      class of the building
    administrative division (GB/T 2260)

What is not there is "0": 110102A00101000 is all electricity of the building.

Source: guideline on sub-item energy data of 2008 (分项能耗数据采集技术导则); JGJ/T 285-2014.
"""

import re
from dataclasses import dataclass

from energy.errors import DecodeError
from energy.text import Text

ITEM = re.compile(r"[A-Z](?:[1-9][A-Z]?)?")
"""Letter, letter and digit, or letter, digit and letter, such as B, B1, B1A."""

_CODE = re.compile(
    r"(?P<division>[0-9]{6})(?P<building_class>[A-Z])(?P<serial>[0-9]{3})"
    r"(?P<energy_class>[0-9]{2})(?P<item>[A-Z0][0-9][A-Z0])"
)
_DIVISION = re.compile(r"[0-9]{6}")
_ITEM_WIDTH = 3


@dataclass(frozen=True, slots=True)
class EnergyCode:
    """What one 15-character code says.

    Attributes:
        division: Six digits of the administrative division.
        building_class: Letter of the class of the building.
        serial: Number of the building in its division and class, 1 to 999.
        energy_class: Two digits of the class of energy.
        item: Sub-item, such as B1A; "" for all of the class.
    """

    division: str
    building_class: str
    serial: int
    energy_class: str
    item: str

    @property
    def text(self) -> str:
        """The code."""
        return f"{self.building}{self.energy_class}{self.item.ljust(_ITEM_WIDTH, '0')}"

    @property
    def building(self) -> str:
        """The first ten characters, which name the building."""
        return f"{self.division}{self.building_class}{self.serial:03d}"


def is_code(text: str) -> bool:
    """Tell whether a word has the shape of a code; ``parse_code`` says whether it is one."""
    return _CODE.fullmatch(text) is not None


def parse_code(text: str) -> EnergyCode:
    """Return what a code says.

    Raises:
        DecodeError: If it is none.
    """
    found = _CODE.fullmatch(text)
    item = found["item"].rstrip("0") if found else ""
    if found is None or int(found["serial"]) == 0 or not (item == "" or ITEM.fullmatch(item)):
        raise DecodeError(
            Text(
                f"{text!r} 不是 15 位能耗数据编码；例如 110102A00101B1A。",
                f"{text!r} is no 15-character energy code; one is 110102A00101B1A.",
            )
        )
    return EnergyCode(
        found["division"],
        found["building_class"],
        int(found["serial"]),
        found["energy_class"],
        item,
    )


def code_of(
    *, division: str, building_class: str, serial: int, energy_class: str, item: str
) -> str:
    """Return the code of a sub-item of a building; "" where division or serial is not known."""
    if not serial or not _DIVISION.fullmatch(division):
        return ""
    return EnergyCode(division, building_class, serial, energy_class, item).text


def items_above(item: str) -> tuple[str, ...]:
    """Return the sub-items that an item is part of, the nearest first: of B1A, B1 and B."""
    return tuple(item[:width] for width in range(len(item) - 1, 0, -1))


def is_within(item: str, whole: str) -> bool:
    """Tell whether an item is another or part of it; "" is all of a kind."""
    return item.startswith(whole)
