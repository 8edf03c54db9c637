"""Where the data that comes with the program lies: in the checkout, or inside the wheel."""

from pathlib import Path


def shipped(name: str) -> Path:
    """Return the folder ``reference`` or ``examples``."""
    inside = Path(__file__).parent / "shipped" / name
    return inside if inside.is_dir() else Path(__file__).parent.parent / name
