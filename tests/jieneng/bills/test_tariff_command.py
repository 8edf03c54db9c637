"""``jieneng tariff bill`` on real records and a store in memory."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from energy.reading import Reading
from energy.span import HOUR_MS, midnight
from jieneng.holder import Request
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import reference_sources
from tests.builders import MAIN_METER, registry_of
from tests.record_promises import stored

QUARTER_MS = HOUR_MS // 4
JULY = midnight(date(2026, 7, 1), ZoneInfo("Asia/Shanghai"))
METER = replace(
    MAIN_METER, ratio=Fraction(1), interval_s=900, tariff="beijing_two_part", max_rate=Fraction(500)
)
RARE = replace(METER, meter="hall_rare", channel="r", interval_s=3600)
OLD = replace(METER, meter="hall_old", channel="o", tariff="beijing_general")
CENTI_KWH = 1000
"""10 kWh a quarter of an hour in steps of 0.01 kWh: 40 kW."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    take_reference(held.records, shipped("reference"))
    stored(held.records, registry_of(METER, RARE, OLD))
    count, readings = 0, []
    for number in range(31 * 96 + 1):
        readings.append(Reading("hall_main", "register", JULY + number * QUARTER_MS, count))
        count += CENTI_KWH * (2 if number == 100 else 1)
    held.store.write(readings)
    yield held
    held.close()


def bill(house: House, *meters: str, **terms: str) -> tuple[list[str], str]:
    said: list[str] = []
    wrong: list[str] = []
    month = terms.pop("month", "2026-07")
    by_capacity, is_told = (bool(terms.pop(one, "")) for one in ("by_capacity", "told"))
    arguments: dict[str, object] = {
        "meters": list(meters),
        "month": month,
        "terms": terms,
        "by_capacity": by_capacity,
        "as_json": not is_told,
    }
    asked = Request("tariff", "bill", arguments, "/", "en")
    code = answer_for(house)(asked, said.append, wrong.append)
    assert bool(code) == bool(wrong)
    return said, "\n".join(wrong)


def test_a_month_is_billed_by_components_demand_and_power_factor(house: House) -> None:
    said, _ = bill(house, "hall_main", capacity="630", reactive="0")
    found = json.loads(said[0])
    charges = {one["component"]: Fraction(one["micro"]) / 1_000_000 for one in found["charges"]}
    kwh = (31 * 96 + 1) * 10
    assert found["demand_w"] == 80_000
    assert charges["funds"] == kwh * Fraction("0.03")
    assert charges["demand"] == 80 * 51
    # The critical peak takes 11-13 from the peak and 16-17 from the flat hours.
    hours = {"critical": 3, "peak": 6, "valley": 8, "flat": 7}
    ratio = {"critical": "1.92", "peak": "1.6", "valley": "0.4", "flat": "1"}
    day = sum(40 * count * Fraction(ratio[period]) for period, count in hours.items())
    # The doubled quarter, 01:00 on the second, lies in the valley.
    assert charges["agent_purchase"] == Fraction("0.55") * (31 * day + 10 * Fraction("0.4"))
    adjusted = sum(charges.values()) - charges["funds"] - charges["power_factor"]
    assert charges["power_factor"] == -adjusted * Fraction("0.0075")
    assert found["measured_ppm"] == 1_000_000
    assert found["missing"] == []
    assert not found["is_least"]
    assert found["unconfirmed"] == ["beijing_two_part-2023-09"]
    total = sum(round_cents(one) for one in charges.values())
    assert found["total_micro"] == total * 1_000_000


def round_cents(yuan: Fraction) -> Fraction:
    halves = int(abs(yuan) * 200)
    return Fraction((halves + 1) // 2, 100) * (1 if yuan >= 0 else -1)


def test_the_lines_are_told_with_what_is_missing(house: House) -> None:
    said, _ = bill(house, "hall_main", told="1")
    critical = next(line for line in said if line.startswith("agent purchase, critical peak"))
    assert "  3,720.000 kWh x 1.056000 = 3,928.320000 yuan  [" in critical
    assert "beijing_two_part 2023-09 critical 11:00-13:00 2023-09-01" in critical
    assert "greatest demand 80.000 kW, windows measured 2,976 / 2,976" in said
    assert sum(line.startswith("missing: ") for line in said) == 2
    assert said[-1].startswith("Prices nobody has confirmed: beijing_two_part-2023-09 (example).")


def test_a_bill_by_a_confirmed_tariff_has_no_banner(house: House) -> None:
    with house.records.session() as session:
        reference_sources.confirm(session, "beijing_two_part-2023-09", by="Li Na", author="t")
    said, _ = bill(house, "hall_main", told="1")
    assert not any("nobody has confirmed" in line for line in said)


def test_a_meter_read_every_hour_has_no_demand_of_a_quarter_of_an_hour(house: House) -> None:
    said, _ = bill(house, "hall_main", "hall_rare")
    found = json.loads(said[0])
    assert found["demand_w"] is None
    assert found["measured_ppm"] == 500_000
    assert any("readings are rarer than windows" in one for one in found["missing"])
    assert found["is_least"]
    assert any("not all of its time has readings" in one for one in found["missing"])
    told, _ = bill(house, "hall_main", "hall_rare", told="1")
    assert any(line.startswith("total at least ") for line in told)


def test_capacity_may_be_paid_instead(house: House) -> None:
    said, _ = bill(house, "hall_main", capacity="630", by_capacity="1")
    charges = {one["component"]: one["micro"] for one in json.loads(said[0])["charges"]}
    assert Fraction(charges["demand"]) == 630 * 32 * 1_000_000


@pytest.mark.parametrize(
    ("meters", "terms", "sentence"),
    [
        (("nobody",), {}, "no meter 'nobody'"),
        (("hall_main", "hall_old"), {}, "differ in site, kind or tariff"),
        (("hall_old",), {}, "'beijing_general' is no tariff in full in 2026-07"),
        (("hall_main",), {"month": "2020-07"}, "is no tariff in full in 2020-07"),
        (("hall_main",), {"month": "2026"}, "'2026' is no month"),
        (("hall_main",), {"month": "2026-12"}, "There is no reading of 2026-12"),
        (("hall_main",), {"capacity": "much"}, "--capacity 'much' is no number"),
        (("hall_main",), {"reactive": "-1"}, "--reactive '-1' is no number"),
    ],
)
def test_what_cannot_stand_on_a_bill_is_refused(
    meters: tuple[str, ...], terms: dict[str, str], sentence: str, house: House
) -> None:
    said, wrong = bill(house, *meters, **terms)
    assert sentence in wrong
    assert said == []
