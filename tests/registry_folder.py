"""A small district as registry files, to be edited by a test, and what is then wrong with it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from energy.binding import Binding
from energy.errors import RegistryError
from energy.messages.message import Format
from energy.span import to_ms
from formats import own_batch, own_single, tasmota
from storage.registry.files import read_registry
from tests.builders import MAIN_METER, SUB_METER, WEATHER, registry_of, replacement

DISTRICT = replace(
    registry_of(
        MAIN_METER,
        SUB_METER,
        WEATHER,
        events=[replacement("hall_main", 1_700_000_000_123, closing=99_999_999, opening=12)],
    ),
    bindings=(
        Binding("hall_main", "panel", "ep_old", until=1_700_000_000_123),
        Binding("hall_light", "panel", "ep_lamp", 1_600_000_000_000, 1_650_000_000_000),
    ),
)
OWN = {"own_single": own_single.FORMAT}
ALL = {**OWN, "own_batch": own_batch.FORMAT, "tasmota": tasmota.FORMAT}
NOW = to_ms(datetime(2026, 6, 1, tzinfo=UTC))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replace what is there exactly once in a file."""
    text = (folder / file).read_text(encoding="utf-8-sig")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}:\n{text}"
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def refused(folder: Path, formats: dict[str, Format] = OWN) -> RegistryError:
    """Return the error with which the folder is refused."""
    with pytest.raises(RegistryError) as caught:
        read_registry(folder, formats, now_ms=NOW)
    return caught.value


def mistakes(folder: Path, formats: dict[str, Format] = OWN) -> list[str]:
    """Return each mistake of the folder in English."""
    return [str(mistake) for mistake in refused(folder, formats).mistakes]
