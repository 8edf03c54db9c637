"""The change against the year before where an instrument came or went between: nobody lost data.

Two mains of 24 and 48 kWh a day. The second is removed at midnight of 11 June 2026; in another
world it is the one that came, at midnight of 1 May 2026.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from energy.meter import INSTALLED, REMOVED, MeterEvent
from energy.reading import Reading
from energy.span import HOUR_MS, midnight
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from tests.analytics.ledgers import run_round
from tests.builders import NORTH, registry_of
from tests.jieneng.ledger.test_ledger_commands import METER, ask
from tests.record_promises import stored

BEGUN, CAME, WENT, NOW = (
    midnight(day, NORTH.zone)
    for day in (date(2025, 5, 1), date(2026, 5, 1), date(2026, 6, 11), date(2026, 8, 2))
)
FIRST = replace(METER, interval_s=3600)
SECOND = replace(FIRST, meter="hall_second", channel="second")
DAY_MS = 24 * HOUR_MS
KWH = 1000


def opened(folder: Path, event: str) -> House:
    """Return a town whose second main came or went."""
    held = open_house(Settings(state_dir=folder / "state", store_url="memory:"), clock=lambda: NOW)
    take_reference(held.records, shipped("reference"))
    time = WENT if event == REMOVED else CAME
    shown = (time - BEGUN) * 4800 // DAY_MS
    closing, opening = (shown, None) if event == REMOVED else (None, 0)
    said = MeterEvent("hall_second", time, event, closing, opening, None, "Li", "rebuilding")
    registry = registry_of(FIRST, SECOND, events=(said,))
    stored(held.records, registry)
    for name, daily in (("hall_main", 2400), ("hall_second", 4800)):
        start = CAME if (name, event) == ("hall_second", INSTALLED) else BEGUN
        end = WENT if (name, event) == ("hall_second", REMOVED) else NOW
        held.store.write(
            [
                Reading(name, "register", at, (at - start) * daily // DAY_MS)
                for at in range(start, end + 1, HOUR_MS)
            ]
        )
    run_round(held.store, registry, {"hall_main": 0, "hall_second": 0}, now_ms=NOW)
    return held


@pytest.fixture(scope="module")
def went(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = opened(tmp_path_factory.mktemp("went"), REMOVED)
    yield held
    held.close()


@pytest.fixture(scope="module")
def came(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = opened(tmp_path_factory.mktemp("came"), INSTALLED)
    yield held
    held.close()


def change(house: House, period: str) -> dict[str, Any]:
    arguments = {"institution": "town", "period": period, "kind": "", "as_json": True}
    code, said = ask(house, "explain", "explain", **arguments)
    assert code == 0, said
    found: dict[str, Any] = json.loads(said[0])["kinds"]["electricity"]
    return found


@pytest.mark.parametrize(
    ("period", "before", "now"),
    [("2026-06", 30 * 72, 30 * 24 + 10 * 48), ("2026-07", 31 * 72, 31 * 24)],
)
def test_what_a_removed_meter_no_longer_counts_is_not_missing(
    went: House, period: str, before: int, now: int
) -> None:
    found = change(went, period)
    assert (found["amount"]["before"], found["amount"]["now"]) == (before * KWH, now * KWH)
    assert found["effects"]["quality"]["amount"] == 0


@pytest.mark.parametrize("period", ["2026-05", "2026-06", "2026-07"])
def test_what_was_not_counted_before_a_meter_was_installed_was_not_lost(
    came: House, period: str
) -> None:
    found = change(came, period)
    assert found["amount"]["now"] == 3 * found["amount"]["before"]
    assert found["effects"]["quality"]["amount"] == 0
