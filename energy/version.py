"""Which program computed a figure."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def program() -> str:
    """Return name and version of this program, such as "jieneng 0.1.0"."""
    try:
        return f"jieneng {version('jieneng')}"
    except PackageNotFoundError:  # run from a checkout that nobody installed
        return "jieneng"
