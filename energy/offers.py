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
    return {file: offer(folder, file, name, kind) for file in files(folder)}


def files(folder: ModuleType) -> list[str]:
    """Return the names of the files of a package that are features, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    return [name for name in names if not name.startswith("_")]


def offer(folder: ModuleType, file: str, name: str, kind: type[Offer]) -> Offer:
    """Return what one file of a package offers; see ``offers``."""
    leaf = importlib.import_module(f"{folder.__name__}.{file}")
    found = getattr(leaf, name, None)
    if not isinstance(found, kind):
        raise TypeError(f"{folder.__name__}/{file}.py must define {name} of type {kind.__name__}.")
    return found
