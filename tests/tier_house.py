"""A town on tiered prices of water: 186 m³ in July 2026, and what an account and bills may say."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

from energy.bills.account import AccountMeter
from energy.meter import Meter
from energy.reading import Reading
from energy.span import HOUR_MS, midnight
from jieneng.ledger.statements import sheet_to_hand_out
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from storage.records import touched
from tests.builders import MAIN_METER, NORTH, registry_of
from tests.jieneng.bills.test_bill_commands import CELLS, done
from tests.jieneng.bills.test_tariff_command import bill
from tests.record_promises import stored

JULY, AUGUST_2 = (midnight(day, NORTH.zone) for day in (date(2026, 7, 1), date(2026, 8, 2)))
LITRES_AN_HOUR = 250
"""186 m³ in the 744 hours of July."""
WATER = replace(
    MAIN_METER, meter="water", kind="water", unit="m3", step=Fraction(1, 1000), ratio=Fraction(1),
    interval_s=3600, tariff="steps", max_rate=Fraction(20),
)  # fmt: skip
TARIFF = """
format = 2
tariff = "steps"
version = "2026"
kind = "water"
unit = "yuan/m3"
region = "110000"
user_class = "residential 居民"
valid_from = 2026-01-01
source = "made up"
source_date = 2026-01-01
confidence = "example"
[[components]]
name = "water"
zh = "水费"
en = "water"
price = 5
[tiers]
of = "{of}"
[[tiers.steps]]
above = {first}
add = 2
[[tiers.steps]]
above = {second}
add = 4
"""
"""5 yuan, 7 above the first bound of the year and 9 above the second."""
PER_HOUSEHOLD = TARIFF.format(of="year_amount_per_household", first=180, second=260)
PER_PERSON = TARIFF.format(of="year_amount_per_person", first=18, second=26)
OF_QUOTA = TARIFF.format(of="quota_percent", first=100, second=150)
FIRST_HALF = {
    **CELLS, "bill": "W-1", "kind": "water", "first": "2026-01-01", "last": "2026-06-30",
    "amount": "1700", "cost": "8500",
}  # fmt: skip
OF_JULY = {
    **FIRST_HALF, "bill": "W-2", "first": "2026-07-01", "last": "2026-07-31", "amount": "186",
    "cost": "1102",
}  # fmt: skip


def opened(
    tmp_path: Path,
    tariff: str,
    accounts: Sequence[AccountMeter] = (),
    *bills: dict[str, str],
    others: Sequence[Meter] = (),
    since: int = JULY,
    read: Mapping[str, int] = MappingProxyType({"water": LITRES_AN_HOUR}),
) -> House:
    """Return a town whose main counts 0.25 m³ an hour from 1 July to 2 August 2026.

    Args:
        tmp_path: For its files.
        tariff: Its tariff of water.
        accounts: On which its meters stand.
        bills: What is typed of each.
        others: Meters beside the main.
        since: When readings begin instead [ms].
        read: Meter to what it counts in an hour instead [L].
    """
    folder = tmp_path / "reference"
    shutil.copytree(shipped("reference"), folder)
    (folder / "tariffs" / "steps.toml").write_text(tariff, encoding="utf-8")
    held = open_house(
        Settings(state_dir=tmp_path / "s", store_url="memory:", broker_url="mqtt://127.0.0.1:1"),
        clock=lambda: AUGUST_2,
    )
    take_reference(held.records, folder)
    stored(held.records, replace(registry_of(WATER, *others), accounts=tuple(accounts)))
    times = range(since, AUGUST_2 + 1, HOUR_MS)
    held.store.write(
        [Reading(name, "register", time, place * litres)
         for name, litres in read.items() for place, time in enumerate(times)]
    )  # fmt: skip
    with held.records.session() as session:
        touched.publish(session, dict.fromkeys(read, since))
    held.round_once()
    for cells in bills:
        assert done(held, "bill", "add", cells=cells, by="Li", reason="")[1] == ""
    return held


def asked(house: House, **terms: str) -> dict[str, Any]:
    """Return the bill of July as JSON."""
    said, wrong = bill(house, "water", **terms)
    assert wrong == ""
    found: dict[str, Any] = json.loads(said[0])
    return found


def yuan_of_july(house: House, **terms: str) -> Fraction:
    """Return what July costs [yuan]."""
    return Fraction(asked(house, **terms)["total_micro"], 1_000_000)


def line_of_july(house: House) -> dict[str, Any]:
    """Return the line of water of July in the statement of the town."""
    handed = sheet_to_hand_out(house, "town", "2026-07", language="en")
    found: dict[str, Any] = json.loads(handed.content)["lines"]["water/2026-07-01"]
    return found


def notes_of_july(house: House) -> list[str]:
    """Return what the statement says of it."""
    return [note["en"] for note in line_of_july(house)["notes"]]
