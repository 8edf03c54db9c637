"""Where the data that comes with the program lies: in the checkout, or inside the wheel."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from energy.items import Items


def shipped(name: str) -> Path:
    """Return the folder ``reference`` or ``examples``."""
    inside = Path(__file__).parent / "shipped" / name
    return inside if inside.is_dir() else Path(__file__).parent.parent / name


def shipped_items() -> "Items":
    """Return the dictionaries of sub-items that come with the program."""
    from storage.reference.items import read_items

    return read_items(shipped("reference") / "items")
