"""Find what the files of a folder offer: one new file is one new feature."""

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

Offer = TypeVar("Offer")


def offers(folder: ModuleType, name: str, kind: type[Offer]) -> dict[str, Offer]:
    """Return what each file of a package offers under one fixed name.

    Args:
        folder: An imported package, such as ``formats``.
        name: The name every file must define, such as ``FORMAT``.
        kind: The type the offer must have.

    Returns:
        File name without ending to offer, in alphabetical order. Names that start with ``_``
        are not features and are passed over.

    Raises:
        TypeError: If a file offers nothing under the name, or something of another type.
    """
    found: dict[str, Offer] = {}
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda entry: entry.name):
        if module.name.startswith("_"):
            continue
        leaf = importlib.import_module(f"{folder.__name__}.{module.name}")
        offer = getattr(leaf, name, None)
        if not isinstance(offer, kind):
            raise TypeError(
                f"{folder.__name__}/{module.name}.py must define {name} of type {kind.__name__}."
            )
        found[module.name] = offer
    return found
