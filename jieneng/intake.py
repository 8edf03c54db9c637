"""Reads files that people give into the records: registry, reference data, readings, weather."""

from pathlib import Path

import formats
from energy.message import Format
from energy.offers import offers
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.reference_files import read_reference
from storage.registry_files import read_registry


def author() -> str:
    """Return who stands at the keyboard, for the audit."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def take_registry(records: Records, folder: Path, *, reason: str) -> str:
    """Import a folder of registry files; return one line that says what it holds.

    Raises:
        RegistryError: All mistakes of the files at once; nothing is imported then.
    """
    registry = read_registry(folder, formats=offers(formats, "FORMAT", Format))
    with records.session() as session:
        number = registry_records.replace(session, registry, author=author(), reason=reason)
    return (
        f"number {number}: {len(registry.institutions)} institutions, "
        f"{len(registry.buildings)} buildings, {len(registry.meters)} meters, "
        f"{len(registry.events)} events"
    )


def take_reference(records: Records, folder: Path) -> str:
    """Import a folder of reference data; return one line that says what it holds.

    Raises:
        RegistryError: All mistakes of the files at once; nothing is imported then.
    """
    reference = read_reference(folder)
    with records.session() as session:
        reference_records.replace(session, reference, author=author(), reason="reference data")
    return (
        f"{len(reference.tariffs)} tariffs, {len(reference.factors)} factor sets, "
        f"{len(reference.calendars)} calendars"
    )
